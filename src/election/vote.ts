/** When two votes mean the same, and how they are counted. */
import type { Sid } from '../kernel/index.ts'
import { formatId } from '../kernel/index.ts'
import type { QuorumVerifier } from '../quorum/index.ts'
import { SyncedLearnerTracker } from '../quorum/index.ts'
import type { Notification } from '../wire/index.ts'
import type { Vote } from './events.ts'
import type { Proposal } from './supersedes.ts'

/**
 * Whether two votes are for the same leadership. While one of the voters is LOOKING, everything must agree: candidate, log,
 * round and epoch. Members of an established ensemble may have joined it through different elections, so of them only the
 * leader and its epoch are compared, and only the leader when one of them is too old to know about versions and may name
 * another epoch. Source: `Vote.equals`.
 */
export function sameVote(a: Vote, b: Vote): boolean {
  if (a.leader !== b.leader) return false
  if (a.state === 'LOOKING' || b.state === 'LOOKING') {
    return a.zxid === b.zxid && a.electionEpoch === b.electionEpoch && a.peerEpoch === b.peerEpoch
  }
  return a.version > 0 === b.version > 0 ? a.peerEpoch === b.peerEpoch : true
}

/**
 * Who among `votes` agrees with `vote`: the tracker tells whether they are a quorum of every verifier.
 * Source: `FastLeaderElection.getVoteTracker`.
 */
export function countVotes(votes: ReadonlyMap<Sid, Vote>, vote: Vote, verifiers: readonly QuorumVerifier[]): SyncedLearnerTracker {
  const tracker = new SyncedLearnerTracker(verifiers)
  for (const [sid, cast] of votes) if (sameVote(vote, cast)) tracker.ack(sid)
  return tracker
}

/** The vote of a LOOKING server for `proposal` in round `electionEpoch`. */
export function lookingVote({ leader, zxid, peerEpoch }: Proposal, electionEpoch: bigint): Vote {
  return { leader, zxid, peerEpoch, electionEpoch, state: 'LOOKING', version: 0 }
}

/** The vote that a notification carries. */
export function voteOf({ leader, zxid, electionEpoch, peerEpoch, state, version }: Notification): Vote {
  return { leader, zxid, electionEpoch, peerEpoch, state, version }
}

/** One phrase for notes. */
export function describeVote({ leader, zxid, peerEpoch }: Proposal): string {
  return leader < 0n ? 'nobody' : `server ${leader} (epoch ${peerEpoch}, zxid ${formatId(zxid)})`
}
