/** What can be known of a quorum rule by trying all sets of servers. It asks the verifier and nothing else. */
import type { Sid } from '../../src/kernel/index.ts'
import type { QuorumVerifier } from '../../src/quorum/index.ts'

/** All sets of these servers, the empty one and the whole one too. */
export function setsOf(sids: readonly Sid[]): ReadonlySet<Sid>[] {
  return Array.from({ length: 2 ** sids.length }, (_, mask) => new Set(sids.filter((_, i) => mask & (1 << i))))
}

export interface Facts {
  /** Servers in the smallest quorum. */
  readonly smallest: number
  /** However they fail, so many may. */
  readonly survives: number
  /** Sets that are quorums, of all sets. */
  readonly quorums: number
  readonly sets: number
  /** Two quorums without a common server; null: there are none, as there must not be. */
  readonly disjoint: readonly [ReadonlySet<Sid>, ReadonlySet<Sid>] | null
  /** How likely a quorum is up, if each server is up with probability `up`, whatever the others do. */
  readonly available: number
}

/** Tries all sets of `sids`. */
export function factsOf(verifier: QuorumVerifier, sids: readonly Sid[], up = 0.99): Facts {
  const sets = setsOf(sids)
  const quorums = sets.filter((set) => verifier.containsQuorum(set))
  const failed = (set: ReadonlySet<Sid>) => sids.length - set.size
  // A set of survivors that is no quorum is a set of failures that is one too many.
  const fatal = Math.min(...sets.filter((set) => !quorums.includes(set)).map(failed))
  return {
    smallest: Math.min(...quorums.map(({ size }) => size)),
    survives: fatal - 1,
    quorums: quorums.length,
    sets: sets.length,
    disjoint: disjointPair(quorums),
    available: quorums.map((set) => up ** set.size * (1 - up) ** failed(set)).reduce((sum, chance) => sum + chance, 0),
  }
}

/** The answer to a vote that is still going on. `no`: who has refused, or will never answer. */
export function outcome(verifier: QuorumVerifier, yes: ReadonlySet<Sid>, no: ReadonlySet<Sid>): 'won' | 'lost' | 'pending' {
  if (verifier.containsQuorum(yes)) return 'won'
  const stillPossible = new Set([...verifier.votingMembers].filter((sid) => !no.has(sid)))
  return verifier.containsQuorum(stillPossible) ? 'pending' : 'lost'
}

/** A larger quorum meets whatever a smaller one meets, so the smallest ones suffice. */
function disjointPair(quorums: readonly ReadonlySet<Sid>[]): readonly [ReadonlySet<Sid>, ReadonlySet<Sid>] | null {
  const smallest = quorums.filter((set) => !quorums.some((other) => other.size < set.size && [...other].every((sid) => set.has(sid))))
  for (const a of smallest) for (const b of smallest) if (![...a].some((sid) => b.has(sid))) return [a, b]
  return null
}
