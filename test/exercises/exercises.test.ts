import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allExercises, type Entry, referenceOf, root, urlOf, variantsOf } from '../../exercises/support/catalogue.ts'
import { variantOf } from '../../exercises/support/cut.ts'
import type { Checks } from '../../exercises/support/exercise.ts'
import { loadRecord } from '../../exercises/support/record.ts'
import { fromWorkspace } from '../../exercises/support/scratch.ts'
import { starterFor } from '../../exercises/support/workspace.ts'

const entries = await allExercises()

describe.each(entries.map((entry) => [entry.id, entry] as const))('exercise %s', (id, entry) => {
  it('has a title, a time, a task and three hints', () => {
    expect(entry.title).not.toBe('')
    expect(entry.minutes).toBeGreaterThan(0)
    expect(entry.task.length).toBeGreaterThan(100)
    expect(hintsOf(entry)).toHaveLength(3)
  })

  it('is cut out of the reference: the starter throws where the reader works, and nothing else of it is lost', () => {
    const starter = starterFor(entry)
    expect(starter.split("throw new Error('not solved yet')")).toHaveLength(entry.cut.length + 1)
    expect(starterFor(entry)).toBe(starter)
    expect(starter).toContain(`takes the place of: ${entry.source}`)
  })

  it('has variants that fit the reference', async () => {
    const { wrong, right } = await variantsOf(entry)
    for (const variant of [...wrong, ...right]) expect(variantOf(referenceOf(entry), entry.source, variant, fromWorkspace)).not.toBe('')
    expect(new Set(wrong.map(({ name }) => name)).size).toBe(wrong.length)
  })

  it('was measured', () => {
    expect(loadRecord()[id], `npm run exercises -- ${id} --record`).toBeDefined()
  })

  it('is passed by the reference', async () => {
    const { checks } = (await import(urlOf(`${entry.folder}/checks.ts`))) as { checks: Checks }
    for (const [name, check] of Object.entries(checks)) expect(check, name).not.toThrow()
  })
})

function hintsOf({ folder }: Entry): string[] {
  return readFileSync(join(root, folder, 'hints.md'), 'utf8').split(/\n+---\n+/)
}
