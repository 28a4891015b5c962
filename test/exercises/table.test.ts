import { describe, expect, it } from 'vitest'
import { allExercises, variantsOf } from '../../exercises/support/catalogue.ts'
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

  it('there are enough of them: two or more for each chapter, each with wrong and right solutions', async () => {
    const chapters = ['01', '02', '03', '04', '05', '06', '07', '08', '09']
    for (const chapter of chapters) expect(entries.filter(({ id }) => id.startsWith(chapter)).length, chapter).toBeGreaterThanOrEqual(2)
    expect(entries.length).toBeGreaterThanOrEqual(24)
    const variants = await Promise.all(entries.map(variantsOf))
    for (const [i, { wrong, right }] of variants.entries()) {
      expect(wrong.length, entries[i]?.id).toBeGreaterThanOrEqual(4)
      expect(right.length, entries[i]?.id).toBeGreaterThanOrEqual(2)
    }
    expect(variants.flatMap(({ wrong }) => wrong).length).toBeGreaterThanOrEqual(100)
  })
})
