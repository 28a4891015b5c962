/** A property test of the order of votes: what must hold of every right one, whoever wrote it. */
import type { Proposal } from '../../src/election/index.ts'
import { makeZxid } from '../../src/kernel/index.ts'
import { hierarchical, majority, type QuorumVerifier } from '../../src/quorum/index.ts'
import { combinations } from '../support/check.ts'

/** What is tested: whether a candidate is to be voted for rather than the present choice. */
export type Order = (candidate: Proposal, current: Proposal, verifier: QuorumVerifier) => boolean

/** Servers 1, 2 and 3 vote. */
export const EQUALS: QuorumVerifier = majority([1n, 2n, 3n])

/** Servers 1, 2 and 3 vote; server 4 has weight 0. */
export const WEIGHTED: QuorumVerifier = hierarchical(
  new Map([
    [1n, [1n, 2n, 3n]],
    [2n, [4n]],
  ]),
  new Map([[4n, 0]]),
)

/** The votes to try the order on. */
export function proposals(): Proposal[] {
  return Array.from(combinations([1n, 2n, 3n], [1n, 2n], [makeZxid(1n, 5n), makeZxid(2n, 1n)]), ([leader, peerEpoch, zxid]) => ({
    leader,
    peerEpoch,
    zxid,
  }))
}

/** Why the order cannot be right, in a sentence; null: nothing is wrong with it. */
export function faultIn(order: Order): string | null {
  const all = proposals()
  const beats = (a: Proposal, b: Proposal) => order(a, b, EQUALS)
  for (const [a, b] of combinations(all, all)) {
    if (a !== b && beats(a, b) === beats(b, a)) return 'of two different votes, both or none supersedes the other'
    if (a.peerEpoch > b.peerEpoch && beats(b, a)) return 'an earlier epoch wins'
    if (a.peerEpoch === b.peerEpoch && a.zxid > b.zxid && beats(b, a)) return 'a shorter log of the same epoch wins'
    if (order({ ...a, leader: 4n }, b, WEIGHTED)) return 'a server of weight 0 wins'
  }
  for (const [a, b, c] of combinations(all, all, all))
    if (beats(a, b) && beats(b, c) && beats(c, a)) return 'votes supersede one another in a circle, or one supersedes itself'
  return null
}
