import { describe, expect, it } from 'vitest'
import { allExercises } from '../../exercises/support/catalogue.ts'
import { measure } from '../../exercises/support/measure.ts'
import { loadRecord } from '../../exercises/support/record.ts'

const entries = await allExercises()

describe('exercises cannot be passed with wrong code', () => {
  it.each(entries.map((entry) => [entry.id, entry.title, entry] as const))('%s %s', async (id, _title, entry) => {
    const { measured, faults, alive } = await measure(entry)
    expect(faults).toEqual([])
    expect(alive).toEqual([])
    expect(measured, `npm run exercises -- ${id} --record`).toEqual(loadRecord()[id])
  })

  it('there are enough of them', async () => {
    expect(Object.values(loadRecord()).flatMap(({ caught }) => Object.keys(caught)).length).toBeGreaterThanOrEqual(30)
  })
})
