import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { QuorumVerifier } from '../../src/quorum/index.ts'
import { hierarchical, majority, SyncedLearnerTracker } from '../../src/quorum/index.ts'

type Sids = readonly bigint[]

/** All subsets of a list. */
function subsets(sids: Sids): Set<bigint>[] {
  return Array.from({ length: 1 << sids.length }, (_, mask) => new Set(sids.filter((_, i) => mask & (1 << i))))
}

function disjoint(a: ReadonlySet<bigint>, b: ReadonlySet<bigint>): boolean {
  return ![...a].some((sid) => b.has(sid))
}

/** The one rule, for a verifier over these servers: any two quorums have a server in common, and all together are a quorum. */
function expectToIntersect(verifier: QuorumVerifier, sids: Sids): void {
  const quorums = subsets(sids).filter((set) => verifier.containsQuorum(set))
  for (const a of quorums) for (const b of quorums) if (disjoint(a, b)) expect.fail(`${[...a]} and ${[...b]}: ${verifier.describe()}`)
}

/** election.md 6.2, word for word and slow. */
function slowHierarchical(groups: ReadonlyMap<bigint, Sids>, weights: ReadonlyMap<bigint, number>, sids: ReadonlySet<bigint>): boolean {
  if (sids.size === 0) return false
  const weight = (sid: bigint) => weights.get(sid) ?? 1
  const sum = (members: Sids) => members.map(weight).reduce((a, b) => a + b, 0)
  const counting = [...groups.values()].filter((members) => sum(members) !== 0)
  const won = [...groups.values()].filter((members) => sum(members.filter((sid) => sids.has(sid))) > Math.floor(sum(members) / 2))
  return won.length > Math.floor(counting.length / 2)
}

const range = (from: number, to: number): bigint[] => Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i))

describe('majority', () => {
  test.each([1, 2, 3, 4, 5, 6])('any two quorums of %i servers intersect, and a quorum is more than half', (size) => {
    const sids = range(1, size)
    const verifier = majority(sids)
    expectToIntersect(verifier, sids)
    for (const set of subsets(sids)) expect(verifier.containsQuorum(set)).toBe(2 * set.size > size)
  })

  test('strangers and observers do not count', () => {
    const verifier = majority([1n, 2n, 3n])
    expect(verifier.containsQuorum(new Set([1n, 4n, 5n, 6n]))).toBe(false)
    expect(verifier.containsQuorum(new Set([1n, 2n, 4n]))).toBe(true)
    expect(verifier.weightOf(3n)).toBe(1)
    expect(verifier.weightOf(4n)).toBe(0)
  })

  test('describes itself', () => {
    expect(majority([1n, 2n, 3n, 4n]).describe()).toBe('majority (3) of servers 1, 2, 3, 4')
  })
})

describe('hierarchical', () => {
  const threeByThree = new Map([
    [1n, [1n, 2n, 3n]],
    [2n, [4n, 5n, 6n]],
    [3n, [7n, 8n, 9n]],
  ])

  test('the example: two of three in two of three groups', () => {
    const verifier = hierarchical(threeByThree, new Map())
    expect(verifier.containsQuorum(new Set([1n, 2n, 4n, 5n]))).toBe(true)
    expect(verifier.containsQuorum(new Set([1n, 2n, 3n, 4n, 7n]))).toBe(false)
    expect(verifier.containsQuorum(new Set())).toBe(false)
  })

  test('one won group of three is no quorum, whichever groups are present in the set (ZOOKEEPER-479)', () => {
    const verifier = hierarchical(threeByThree, new Map())
    expect(verifier.containsQuorum(new Set([1n, 2n, 3n]))).toBe(false)
  })

  test('a group of weight 0 is not counted: then both others must be won', () => {
    const verifier = hierarchical(threeByThree, new Map([7n, 8n, 9n].map((sid) => [sid, 0])))
    expect(verifier.containsQuorum(new Set([1n, 2n, 7n, 8n, 9n]))).toBe(false)
    expect(verifier.containsQuorum(new Set([1n, 2n, 4n, 5n]))).toBe(true)
    expect(verifier.weightOf(7n)).toBe(0)
    expect(verifier.weightOf(1n)).toBe(1)
    expect(verifier.weightOf(10n)).toBe(0)
  })

  test('nobody decides where all weights are 0', () => {
    const verifier = hierarchical(new Map([[1n, [1n, 2n]]]), new Map([1n, 2n].map((sid) => [sid, 0])))
    for (const set of subsets([1n, 2n])) expect(verifier.containsQuorum(set)).toBe(false)
  })

  test('an observer in a group has its weight in the group, but never helps', () => {
    const verifier = hierarchical(new Map([[1n, [1n, 2n, 3n]]]), new Map([[3n, 2]]), [1n, 2n])
    expect(verifier.containsQuorum(new Set([1n, 3n]))).toBe(false)
    expect(verifier.weightOf(3n)).toBe(2)
  })

  test('up to 3 groups of up to 3 servers with weights 0 to 2: as the slow version says, and any two quorums intersect', () => {
    const ensembles = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(ensembles, (shape) => {
        const groups = new Map<bigint, bigint[]>()
        const weights = new Map<bigint, number>()
        for (const [g, members] of shape.entries()) {
          const first = BigInt(3 * g)
          groups.set(
            BigInt(g),
            members.map((_, i) => first + BigInt(i)),
          )
          for (const [i, weight] of members.entries()) weights.set(first + BigInt(i), weight)
        }
        const sids = [...groups.values()].flat()
        const verifier = hierarchical(groups, weights)
        for (const set of subsets(sids)) expect(verifier.containsQuorum(set)).toBe(slowHierarchical(groups, weights, set))
        expectToIntersect(verifier, sids)
      }),
      { numRuns: 60 },
    )
  })
})

describe('SyncedLearnerTracker', () => {
  test('forgets who votes nowhere', () => {
    const tracker = new SyncedLearnerTracker([majority([1n, 2n, 3n])])
    expect(tracker.ack(9n)).toBe(false)
    expect(tracker.has(9n)).toBe(false)
    expect(tracker.ack(1n)).toBe(true)
    expect(tracker.ack(1n)).toBe(true)
    expect(tracker.hasAllQuorums()).toBe(false)
    tracker.ack(3n)
    expect(tracker.hasAllQuorums()).toBe(true)
  })

  test('between two configurations both need their quorum, each of its own voters', () => {
    const before = majority([1n, 2n, 3n])
    const after = majority([3n, 4n, 5n])
    for (const set of subsets([1n, 2n, 3n, 4n, 5n])) {
      const tracker = new SyncedLearnerTracker([before, after])
      for (const sid of set) tracker.ack(sid)
      const votes = (members: Sids) => members.filter((sid) => set.has(sid)).length
      expect(tracker.hasAllQuorums()).toBe(votes([1n, 2n, 3n]) >= 2 && votes([3n, 4n, 5n]) >= 2)
    }
  })

  test('a clone goes its own way', () => {
    const tracker = new SyncedLearnerTracker([majority([1n, 2n, 3n])], [1n])
    const copy = tracker.clone()
    copy.ack(2n)
    expect([tracker.hasAllQuorums(), copy.hasAllQuorums()]).toEqual([false, true])
  })
})
