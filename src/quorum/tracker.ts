import type { Sid } from '../kernel/index.ts'
import type { QuorumVerifier } from './verifier.ts'

/**
 * Collects who has agreed to one thing until the quorums are complete. With two verifiers, that is while the ensemble
 * changes from one configuration to the next, both must have their quorum, each counting its own voters.
 * Source: `SyncedLearnerTracker`.
 */
export class SyncedLearnerTracker {
  readonly verifiers: readonly QuorumVerifier[]
  /** Who has agreed, in the order in which they did. */
  readonly acks: Set<Sid>

  constructor(verifiers: readonly QuorumVerifier[], acks: Iterable<Sid> = []) {
    this.verifiers = verifiers
    this.acks = new Set(acks)
  }

  /** Counts the agreement of `sid`. Returns false, and forgets it, when that server votes nowhere. Source: `addAck`. */
  ack(sid: Sid): boolean {
    if (!this.verifiers.some((verifier) => verifier.votingMembers.has(sid))) return false
    this.acks.add(sid)
    return true
  }

  /** Source: `hasSid`. */
  has(sid: Sid): boolean {
    return this.acks.has(sid)
  }

  /** Whether a quorum of every verifier has agreed. */
  hasAllQuorums(): boolean {
    for (const verifier of this.verifiers) if (!verifier.containsQuorum(this.acks)) return false
    return true
  }

  /** A copy that goes on counting for itself. */
  clone(): SyncedLearnerTracker {
    return new SyncedLearnerTracker(this.verifiers, this.acks)
  }
}
