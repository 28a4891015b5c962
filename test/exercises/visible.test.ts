import { describe, expect, it } from 'vitest'
import { allExercises, variantsOf } from '../../exercises/support/catalogue.ts'
import { firstSeedThatShows } from '../../exercises/support/visible.ts'

const entries = await allExercises()
const declared = (
  await Promise.all(
    entries.map(async (entry) =>
      (await variantsOf(entry)).wrong.flatMap((wrong) => (wrong.visibleWithin === undefined ? [] : [{ entry, wrong, seeds: wrong.visibleWithin }])),
    ),
  )
).flat()

describe.concurrent('a wrong solution whose fault a running ensemble shows breaks a promise within the seeds it states', () => {
  it.each(declared.map((one) => [one.entry.id, one.wrong.name, one.seeds, one] as const))(
    '%s %s: %i',
    async (_id, _name, seeds, { entry, wrong }) => {
      expect(await firstSeedThatShows(entry, wrong, seeds)).not.toBeNull()
    },
  )
})
