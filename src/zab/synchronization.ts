/**
 * Phase 2: every learner is brought to the leader's history and joins the stream of the broadcast in the same step, so
 * that nothing is sent twice or not at all. NEWLEADER marks the end of the history; when a quorum has acked it, the history
 * is committed and the leader serves.
 */
import { assert, counterOf, follows, formatId, note, type Sid, type Zxid } from '../kernel/index.ts'
import { bringUpToDate, forgetApplied, onAckUpTo } from './broadcast.ts'
import type { EncodedTxn, LeaderEffect, LearnerConnection } from './events.ts'
import { closeLearner, epochStart, type LeaderState, voterSid } from './leader-state.ts'
import type { LearnerHandler } from './learner-handler.ts'
import { quorumPacket } from './packets.ts'
import { decideSync } from './sync-decision.ts'

/**
 * Sends a learner the history, the rest of the stream and NEWLEADER; or has the log files read first, from which it comes back
 * here with the learner further on. Source: `LearnerHandler.syncFollower` and `run`.
 */
export function synchronize(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, logFrom = state.logFrom): void {
  forgetApplied(state)
  const { committedLog } = state.settings
  const { connection, sid, position } = learner
  const { lastProcessed, lastProposed } = state
  const decision = decideSync({ peerLastZxid: position, lastProcessed, lastProposed, committedLog, logFrom })
  if (decision.kind === 'LOG') return readLog(out, learner, decision.upTo)
  const isContinued = position !== learner.lastZxid
  if (isContinued && decision.kind !== 'DIFF')
    return closeLearner(state, out, learner, `what follows ${formatId(position)} is not in memory any more`)
  const { kind, zxid, from, continueAfter } = decision
  const count = committedLog.size - from
  const what = `${kind}(${formatId(zxid)})${count > 0 ? ` and ${count === 1 ? 'one transaction' : `${count} transactions`}` : ''}`
  out.push(note('sync-decided', `Server ${sid} ends at ${formatId(position)}: ${what}.`, 'LearnerHandler.syncFollower'))
  if (!isContinued) out.push({ kind: 'send', connection, packet: quorumPacket(kind, zxid) })
  if (kind === 'SNAP') out.push({ kind: 'sendSnapshot', connection })
  for (let index = from; index < committedLog.size; index++) sendCommitted(out, connection, committedLog.at(index))
  startForwarding(state, out, learner, continueAfter)
  out.push({ kind: 'send', connection, packet: quorumPacket('NEWLEADER', epochStart(state), state.configurationData) })
  learner.reading = null
  learner.phase = 'SYNCHRONIZING'
  learner.lastHeard = state.elapsed
}

function readLog(out: LeaderEffect[], learner: LearnerHandler, upTo: Zxid): void {
  const { connection, sid, position } = learner
  learner.reading = { from: position, isFromKnown: counterOf(position) === 0n }
  const text = `Server ${sid} ends at ${formatId(position)}, which is not in memory any more: the log files are read up to ${formatId(upTo)}.`
  out.push(note('log-read', text, 'ZKDatabase.getProposalsFromTxnLog'))
  out.push({ kind: 'readLog', connection, from: position, upTo })
}

/**
 * Joins a learner to the broadcast after a position: what is committed but not in committedLog yet, then, for followers, what
 * is outstanding, then everything to come. Source: `Leader.startForwarding`.
 */
function startForwarding(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, position: Zxid): void {
  const { connection } = learner
  learner.position = position
  learner.durable = position
  if (position > state.furthestPosition) state.furthestPosition = position
  let last = position
  for (const txn of state.toBeApplied.toArray()) {
    if (txn.zxid <= position) continue
    last = assertFollows(last, txn.zxid)
    sendCommitted(out, connection, txn)
  }
  if (learner.learnerType === 'observer') {
    state.observingLearners = [...state.observingLearners, connection]
    return
  }
  for (const { txn } of state.outstandingProposals.toArray()) {
    if (txn.zxid <= position) continue
    last = assertFollows(last, txn.zxid)
    out.push({ kind: 'send', connection, packet: quorumPacket('PROPOSAL', txn.zxid, txn.bytes) })
  }
  state.forwardingFollowers = [...state.forwardingFollowers, connection]
}

/**
 * An ACK before UPTODATE. With the epoch's start it says: the history is on my disk, and currentEpoch after it. With another
 * zxid it comes from an old server whose log thread has overtaken it (ZOOKEEPER-4785): its promise for that proposal is kept
 * until the server has acked the epoch, since before that a crash could bring it back with the old epoch and lose an
 * election against a shorter log. Source: `Leader.waitForNewLeaderAck`.
 */
export function onNewLeaderAck(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, zxid: Zxid): void {
  if (zxid !== epochStart(state)) {
    if (zxid > learner.durable && zxid <= state.lastProposed) learner.durable = zxid
    return
  }
  learner.phase = 'SYNCHRONIZED'
  learner.syncLimitCheck.start()
  const voter = voterSid(learner)
  if (voter !== null) {
    countNewLeaderAck(state, out, voter)
    onAckUpTo(state, out, voter, learner.durable)
  }
  if (state.zabState === 'BROADCAST') bringUpToDate(state, out)
}

/** Counts who has the history of this epoch; with a quorum the broadcast begins. The leader itself must be among them. */
export function countNewLeaderAck(state: LeaderState, out: LeaderEffect[], sid: Sid): void {
  const { newLeaderAcks, settings } = state
  if (!newLeaderAcks.ack(sid)) return
  out.push(note('newleader-acked', `Server ${sid} has the history of epoch ${formatId(state.epoch)} on disk.`, 'Leader.waitForNewLeaderAck'))
  if (state.zabState !== 'SYNCHRONIZATION' || !newLeaderAcks.has(settings.myid) || !newLeaderAcks.hasAllQuorums()) return
  startServing(state, out)
}

/** Only now is the epoch's start a position: before, no quorum stood behind it (ZOOKEEPER-790). Source: `Leader.startZkServer`. */
function startServing(state: LeaderState, out: LeaderEffect[]): void {
  const { epoch, newLeaderAcks } = state
  state.zabState = 'BROADCAST'
  state.lastCommitted = epochStart(state)
  state.lastProcessed = epochStart(state)
  const servers = [...newLeaderAcks.acks].join(', ')
  out.push(
    note('leader-serves', `Servers ${servers} are a quorum: the history is committed, epoch ${formatId(epoch)} begins.`, 'Leader.startZkServer'),
  )
  out.push({ kind: 'cancelTimer', timer: 'initLimit' }, { kind: 'serve', epoch })
  bringUpToDate(state, out)
}

/** A transaction of the history. Source: `LearnerHandler.queueOpPacket`. */
export function sendCommitted(out: LeaderEffect[], connection: LearnerConnection, { zxid, bytes }: EncodedTxn): void {
  out.push({ kind: 'send', connection, packet: quorumPacket('PROPOSAL', zxid, bytes) })
  out.push({ kind: 'send', connection, packet: quorumPacket('COMMIT', zxid) })
}

function assertFollows(last: Zxid, zxid: Zxid): Zxid {
  assert(follows(last, zxid), `broadcast would go on with ${formatId(zxid)} after ${formatId(last)}`)
  return zxid
}
