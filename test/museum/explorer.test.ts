import { describe, expect, it } from 'vitest'
import { type Bounds, explore, MUSEUM, SmallWorld } from '../../src/hosts/simulation/index.ts'
import { EXPLORED } from './explored.ts'

const BOUNDS: Bounds = { writes: 2, crashes: 1, cuts: 0, elections: 1 }

/** What should happen sometimes: a search that never sees it proves little. */
const SOMETIMES = [
  'commit-between-newleader-and-uptodate',
  'committed',
  'committed-before-own-fsync',
  'diff-received',
  'epoch-known',
  'leader-replaced-and-its-proposal-is-dropped',
  'leader-replaced-and-its-proposal-survives',
  'log-read',
  'learner-ahead',
  'snap-received',
  'trunc-received',
]

describe('the explorer', { timeout: 300_000 }, () => {
  it('visits every state of an established epoch with two writes and a power cut, and no promise is broken', () => {
    const { breach, exhausted, states, marks } = explore(new SmallWorld(BOUNDS).establish(1), Number.POSITIVE_INFINITY)
    expect(breach).toBeNull()
    expect(exhausted).toBe(true)
    expect(states).toBeGreaterThan(250_000)
    expect(SOMETIMES.filter((mark) => !marks.has(mark))).toEqual([])
  })

  it('visits every state of three servers that look for a leader, with one write', () => {
    const { breach, exhausted, states } = explore(new SmallWorld({ ...BOUNDS, writes: 1, crashes: 0, cuts: 1 }), Number.POSITIVE_INFINITY)
    expect(breach).toBeNull()
    expect(exhausted).toBe(true)
    expect(states).toBeGreaterThan(5000)
  })

  it.each(Object.entries(EXPLORED))('finds %s', (name, [promise, steps]) => {
    const bugs = MUSEUM.find((exhibit) => exhibit.name === name)?.bugs
    expect(bugs).toBeDefined()
    const { breach } = explore(new SmallWorld(BOUNDS, bugs).establish(1), Number.POSITIVE_INFINITY)
    expect(breach?.promise, breach?.sentence).toBe(promise)
    expect(breach?.way).toHaveLength(steps)
  })

  it('tells the shortest way to a broken promise', () => {
    const bugs = MUSEUM.find(({ name }) => name === 'half-is-a-majority')?.bugs
    const { breach } = explore(new SmallWorld(BOUNDS, bugs).establish(1), Number.POSITIVE_INFINITY)
    expect(breach).toMatchObject({
      sentence: 's3 commits 0x100000002, which no quorum has on disk.',
      way: ['s3 proposes 0x100000002', 'the disk of s3 has 0x100000002'],
    })
  })
})
