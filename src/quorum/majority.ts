import type { Sid } from '../kernel/index.ts'
import type { QuorumVerifier } from './verifier.ts'

/**
 * A quorum is more than half of the members, each counting 1.
 * Source: `flexible.QuorumMaj`, which leaves it to its callers to pass voters only; here others are ignored.
 */
export function majority(members: Iterable<Sid>): QuorumVerifier {
  const votingMembers: ReadonlySet<Sid> = new Set(members)
  const half = Math.floor(votingMembers.size / 2)
  return {
    kind: 'majority',
    votingMembers,
    weightOf: (sid) => (votingMembers.has(sid) ? 1 : 0),
    containsQuorum(sids) {
      // Asked for every acknowledgement: most of the time the size alone says no.
      if (sids.size <= half) return false
      let count = 0
      for (const sid of sids) if (votingMembers.has(sid)) count++
      return count > half
    },
    describe: () => `majority (${half + 1}) of servers ${[...votingMembers].join(', ')}`,
  }
}
