import type { Sid } from '../kernel/index.ts'

/**
 * Says which sets of servers may decide. Whatever the kind, one promise holds: any two quorums have a server in common.
 * Immutable, so it may be shared between servers of a simulation. Source: `flexible.QuorumVerifier`.
 */
export interface QuorumVerifier {
  readonly kind: 'majority' | 'hierarchical'
  /** Who counts. Observers and strangers are not in it. */
  readonly votingMembers: ReadonlySet<Sid>
  /** How much a server counts, 0 for strangers. A server of weight 0 can never be elected. Source: `QuorumVerifier.getWeight`. */
  weightOf(sid: Sid): number
  /** Whether the voting members among `sids` are enough to decide; others are ignored. Source: `QuorumVerifier.containsQuorum`. */
  containsQuorum(sids: ReadonlySet<Sid>): boolean
  /** One line for logs and narration, such as `majority (2) of servers 1, 2, 3`. */
  describe(): string
}
