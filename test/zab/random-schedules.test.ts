import { describe, expect, test } from 'vitest'
import { Violation, World, type WorldOptions } from './world.ts'

/** Runs a world through random steps and faults, then heals it. */
function run(seed: bigint, options: WorldOptions): World {
  const world = new World(seed, options)
  world.electBestOf(world.servers)
  for (let step = 0; step < 600; step++) world.randomStep(step % 200 < 150 ? 4 : 0)
  world.heal()
  return world
}

const worlds: readonly (WorldOptions & { name: string; seeds: number })[] = [
  { name: 'three voters', voters: 3, seeds: 800 },
  { name: 'three voters and an observer', voters: 3, observers: 1, seeds: 500 },
  { name: 'five voters', voters: 5, seeds: 500 },
  { name: 'three voters that fill committedLog after `applied`', voters: 3, fillsLate: true, seeds: 300 },
]

describe('random schedules of crashes, cuts and elections keep every invariant, and end in one history', () => {
  for (const { name, seeds, ...options } of worlds) {
    test(name, () => {
      let committed = 0
      const seen = new Set<string>()
      for (let seed = 1n; seed <= seeds; seed++) {
        try {
          const world = run(seed, options)
          committed += world.committed.length
          for (const server of world.servers) for (const { name: mark } of server.notes) seen.add(mark)
        } catch (error) {
          throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error })
        }
      }
      expect(committed).toBeGreaterThan(seeds * 5)
      expect([...seen]).toEqual(
        expect.arrayContaining(['learner-ahead', 'epoch-known', 'diff-received', 'trunc-received', 'snap-received', 'log-read', 'learner-serves']),
      )
    })
  }
})

test('a disk that says "durable" too early is caught', () => {
  const caught = () => {
    for (let seed = 1n; seed <= 200n; seed++) run(seed, { voters: 3, lyingDisk: true })
  }
  expect(caught).toThrow(Violation)
})
