/**
 * Phase 3: the leader numbers transactions, sends each to every follower and to its own log, and commits them strictly in
 * order, each when a quorum has it on disk. All steps are O(1): zxids of an epoch are consecutive, so a proposal is found
 * by subtraction.
 */
import { assert, counterOf, formatId, note, type Sid, type Zxid } from '../kernel/index.ts'
import { SyncedLearnerTracker } from '../quorum/index.ts'
import type { EncodedTxn, LeaderEffect, LearnerConnection } from './events.ts'
import { abdicate, type LeaderState, type Proposal, voterSid } from './leader-state.ts'
import type { LearnerHandler } from './learner-handler.ts'
import { quorumPacket } from './packets.ts'

/** The counter that is never proposed: after it the next epoch's zxids would begin without an epoch (ZOOKEEPER-1277). */
const EXHAUSTED = 0xffffffffn

/**
 * Proposes the next transaction: to all forwarding followers, voting or not, and to the own log. The leader's disk has no
 * privilege; followers may commit a proposal before it. Source: `Leader.propose`.
 */
export function onPropose(state: LeaderState, out: LeaderEffect[], txn: EncodedTxn): void {
  assert(state.zabState === 'BROADCAST', `propose in ${state.zabState}`)
  assert(txn.zxid === state.lastProposed + 1n, `propose ${formatId(txn.zxid)} after ${formatId(state.lastProposed)}`)
  if (counterOf(txn.zxid) === EXHAUSTED) {
    out.push(note('counter-exhausted', `Zxid ${formatId(txn.zxid)} is never proposed: a new epoch has to begin.`, 'Leader.propose'))
    return abdicate(state, out, 'the zxid counter of this epoch is used up')
  }
  state.lastProposed = txn.zxid
  const acks = new SyncedLearnerTracker(state.newLeaderAcks.verifiers)
  state.outstandingProposals.push({ txn, acks, pendingSyncs: null })
  out.push(note('proposed', `Server ${state.settings.myid} proposes ${formatId(txn.zxid)}.`, 'Leader.propose'))
  const connections = state.forwardingFollowers
  if (connections.length > 0) out.push({ kind: 'broadcast', connections, packet: quorumPacket('PROPOSAL', txn.zxid, txn.bytes) })
  for (const connection of connections) state.learners.get(connection)?.syncLimitCheck.sent(txn.zxid, state.elapsed)
  out.push({ kind: 'append', txn })
}

/** A follower has this proposal, and all before it, on disk. Source: `Leader.processAck`. */
export function onAck(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, zxid: Zxid): void {
  learner.syncLimitCheck.acked(zxid)
  const sid = voterSid(learner)
  if (sid === null) return
  countAcks(state, sid, zxid - 1n, zxid)
  commitInOrder(state, out)
}

/** A server has everything up to here on disk. */
export function onAckUpTo(state: LeaderState, out: LeaderEffect[], sid: Sid, upTo: Zxid): void {
  countAcks(state, sid, 0n, upTo)
  commitInOrder(state, out)
}

/** The own log is durable up to here. Only what this server has not acked yet is looked at. Source: `AckRequestProcessor`. */
export function onFlushed(state: LeaderState, out: LeaderEffect[], upTo: Zxid): void {
  countAcks(state, state.settings.myid, state.lastFlushed, upTo)
  if (upTo > state.lastFlushed) state.lastFlushed = upTo
  commitInOrder(state, out)
}

/** The pipeline has applied a transaction: it need not be kept once committedLog has it. Source: `Leader.ToBeAppliedRequestProcessor`. */
export function onApplied(state: LeaderState, zxid: Zxid): void {
  state.lastProcessed = zxid
  forgetApplied(state)
}

/** Drops from toBeApplied what is in committedLog, whichever the peer did first: fill that, or report `applied`. */
export function forgetApplied(state: LeaderState): void {
  const max = state.settings.committedLog.max
  if (max === null) return
  if (max > state.lastProcessed) state.lastProcessed = max
  for (let head = state.toBeApplied.peek(); head !== undefined && head.zxid <= max; head = state.toBeApplied.peek()) state.toBeApplied.shift()
}

/**
 * A learner's sync request: answered when everything proposed so far is committed. SYNC goes down the same stream as the
 * COMMITs, behind them, so the learner has applied them when it reads it. Source: `Leader.processSync`.
 */
export function onSync(state: LeaderState, out: LeaderEffect[], connection: LearnerConnection): void {
  if (state.learners.get(connection)?.phase !== 'SERVING') return
  const last = state.outstandingProposals.at(state.outstandingProposals.size - 1)
  if (last === undefined) out.push({ kind: 'send', connection, packet: quorumPacket('SYNC', 0n) })
  else if (last.pendingSyncs === null) last.pendingSyncs = [connection]
  else last.pendingSyncs.push(connection)
}

/**
 * UPTODATE to every learner that has acked NEWLEADER, once all that its history holds is committed: with its first clients
 * it would otherwise show them a proposal that may still be lost.
 */
export function bringUpToDate(state: LeaderState, out: LeaderEffect[]): void {
  for (const learner of state.learners.values()) {
    if (learner.phase !== 'SYNCHRONIZED' || learner.position > state.lastCommitted) continue
    learner.phase = 'SERVING'
    learner.lastHeard = state.elapsed
    out.push({ kind: 'send', connection: learner.connection, packet: quorumPacket('UPTODATE', -1n) })
    out.push(note('uptodate-sent', `Server ${learner.sid} may serve: it has the history of epoch ${formatId(state.epoch)}.`, 'LearnerHandler.run'))
  }
}

/** Counts a server for the outstanding proposals above `after`, up to and including `upTo`; what is committed or unknown is ignored. */
function countAcks({ outstandingProposals }: LeaderState, sid: Sid, after: Zxid, upTo: Zxid): void {
  const oldest = outstandingProposals.peek()
  if (oldest === undefined) return
  for (let index = after < oldest.txn.zxid ? 0 : Number(after - oldest.txn.zxid) + 1; ; index++) {
    const proposal = outstandingProposals.at(index)
    if (proposal === undefined || proposal.txn.zxid > upTo) return
    proposal.acks.ack(sid)
  }
}

function commitInOrder(state: LeaderState, out: LeaderEffect[]): void {
  const first = state.toBeApplied.size
  for (let head = state.outstandingProposals.peek(); head?.acks.hasAllQuorums(); head = state.outstandingProposals.peek()) commit(state, out, head)
  // The own pipeline comes last: what it asks for while it applies, such as SYNC, must find all these COMMITs in the streams.
  for (let index = first; index < state.toBeApplied.size; index++) out.push({ kind: 'commit', txn: state.toBeApplied.at(index) as EncodedTxn })
}

/** Source: `Leader.tryToCommit`. */
function commit(state: LeaderState, out: LeaderEffect[], { txn, pendingSyncs }: Proposal): void {
  const { zxid, bytes } = txn
  state.outstandingProposals.shift()
  state.toBeApplied.push(txn)
  state.lastCommitted = zxid
  out.push(note('committed', `A quorum has ${formatId(zxid)} on disk: commit.`, 'Leader.tryToCommit'))
  const followers = receivers(state, state.forwardingFollowers, zxid)
  const observers = receivers(state, state.observingLearners, zxid)
  if (followers.length > 0) out.push({ kind: 'broadcast', connections: followers, packet: quorumPacket('COMMIT', zxid) })
  if (observers.length > 0) out.push({ kind: 'broadcast', connections: observers, packet: quorumPacket('INFORM', zxid, bytes) })
  if (zxid <= state.furthestPosition) bringUpToDate(state, out)
  if (pendingSyncs === null) return
  for (const connection of pendingSyncs) {
    if (state.learners.has(connection)) out.push({ kind: 'send', connection, packet: quorumPacket('SYNC', 0n) })
  }
}

/** Those of `connections` whose history did not already hold `zxid` when they joined. */
function receivers(state: LeaderState, connections: readonly LearnerConnection[], zxid: Zxid): readonly LearnerConnection[] {
  if (zxid > state.furthestPosition) return connections
  return connections.filter((connection) => (state.learners.get(connection)?.position ?? zxid) < zxid)
}
