/** Each recipe under faults with one seed, and its package entry. `npm run recipes -- --seeds 1000` does many more. */
import { describe, expect, it } from 'vitest'
import * as recipes from 'zookeeper-from-scratch/recipes'
import { unfencedLock } from './exclusion.ts'
import { attempt, type Trial } from './stage.ts'
import { TRIALS } from './trials.ts'

describe('recipes', () => {
  it.each(TRIALS.map((trial): [string, Trial] => [`${trial.name}: ${trial.promise}`, trial]))('%s', async (_, trial) => {
    const { complaints, counts } = await attempt(trial, 2n)
    expect(complaints).toEqual([])
    expect(counts.get('connections broken')).toBeGreaterThan(0)
  })

  it('are a door of the package', () => {
    expect(Object.keys(recipes)).toEqual(expect.arrayContaining(['Lock', 'Election', 'Queue', 'DoubleBarrier', 'TreeCache']))
  })
})

describe('what cannot be promised', () => {
  it('is seen: a printer that does not look at tokens is used by two', async () => {
    expect((await attempt(unfencedLock, 229n)).complaints.join()).toContain('by one who had been replaced')
  })
})
