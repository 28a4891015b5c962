/** The order of votes, `totalOrderPredicate` in Java: which of two servers would make the better leader. */
import type { Epoch, Sid, Zxid } from '../kernel/index.ts'
import type { QuorumVerifier } from '../quorum/index.ts'

/** A candidate and how far its log reaches. Every vote is one. */
export interface Proposal {
  readonly leader: Sid
  readonly zxid: Zxid
  readonly peerEpoch: Epoch
}

/**
 * Whether `candidate` is to be voted for rather than `current`: the later epoch wins, then the longer log, then, so that there
 * is always a winner, the larger sid. The epoch comes first because a long log of an older epoch may end in transactions
 * that the newer epoch has abandoned. A server of weight 0 could never gather a quorum, so it never wins.
 * Source: `FastLeaderElection.totalOrderPredicate`.
 */
export function supersedes(candidate: Proposal, current: Proposal, verifier: QuorumVerifier): boolean {
  if (verifier.weightOf(candidate.leader) === 0) return false
  if (candidate.peerEpoch !== current.peerEpoch) return candidate.peerEpoch > current.peerEpoch
  if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid
  return candidate.leader > current.leader
}
