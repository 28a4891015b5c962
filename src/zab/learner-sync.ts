/**
 * Phase 2 on a learner. The order at NEWLEADER is the safety argument: the history on disk, then currentEpoch, then the ACK.
 * Each other order has lost committed data (ZOOKEEPER-4643, 4646, 3911): a server that claims an epoch whose history it lacks
 * wins elections against those who have it.
 * Source: `Learner.syncWithLeader`.
 */
import { type Epoch, follows, formatId, note, type Zxid } from '../kernel/index.ts'
import type { QuorumPacket } from '../wire/index.ts'
import type { LearnerEffect } from './events.ts'
import { logProposal, onCommit, transactionOf } from './following.ts'
import { abandon, epochStartOf, type LearnerState } from './learner-state.ts'
import { quorumPacket } from './packets.ts'

/** The leader's first word on the history. The position is never taken from DIFF: it is where the own log ends (ZOOKEEPER-2355). */
export function onSyncMethod(state: LearnerState, out: LearnerEffect[], { kind, zxid }: QuorumPacket): void {
  if (kind !== 'DIFF' && kind !== 'TRUNC' && kind !== 'SNAP') return abandon(state, out, `${kind} instead of DIFF, TRUNC or SNAP`)
  const { myid } = state.settings
  state.method = kind
  state.received = kind === 'DIFF' ? state.lastZxid : zxid
  if (kind === 'DIFF') {
    state.stage = 'RECEIVING'
    out.push(note('diff-received', `Server ${myid} keeps its history up to ${formatId(state.lastZxid)}.`, 'Learner.syncWithLeader'))
    return
  }
  state.stage = 'RESTORING'
  state.isMemoryAhead = true
  if (kind === 'TRUNC') {
    out.push(note('trunc-received', `Server ${myid} cuts its log after ${formatId(zxid)}: the rest was never committed.`, 'Learner.syncWithLeader'))
    out.push({ kind: 'truncate', zxid })
  } else {
    out.push(note('snap-received', `Server ${myid} gets the leader's database as of ${formatId(zxid)}.`, 'Learner.syncWithLeader'))
    state.snapshotZxid = zxid
    out.push({ kind: 'receiveSnapshot', zxid })
  }
}

/** The cut is durable and the database is what the disk holds. A snapshot as in Java is not needed: what follows is logged. */
export function onTruncated(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage !== 'RESTORING' || state.method !== 'TRUNC') return
  state.isMemoryAhead = false
  onRestored(state, out)
}

/** The leader's database is in memory; it will be on disk before NEWLEADER is acked. */
export function onSnapshotInstalled(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage === 'RESTORING' && state.method === 'SNAP') onRestored(state, out)
}

/** A packet has come between DIFF, TRUNC or SNAP and UPTODATE. Pings and what is unknown are ignored. */
export function onSyncPacket(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  switch (packet.kind) {
    case 'PROPOSAL':
      return onProposal(state, out, packet)
    case 'COMMIT':
    case 'COMMITANDACTIVATE':
      return onCommitted(state, out, packet.zxid)
    case 'INFORM':
    case 'INFORMANDACTIVATE':
      onProposal(state, out, packet)
      if (state.stage !== 'ABANDONED') onCommitted(state, out, packet.zxid)
      return
    case 'NEWLEADER':
      return onNewLeader(state, out, packet.zxid)
    case 'UPTODATE':
      return onUpToDate(state, out)
    default:
  }
}

/** The snapshot after SNAP is durable. */
export function onSnapshotTaken(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage !== 'SNAPSHOTTING') return
  state.isMemoryAhead = false
  logHistory(state, out)
}

/** The log has grown on disk: is the history complete there? */
export function onHistoryFlushed(state: LearnerState, out: LearnerEffect[], upTo: Zxid): void {
  if (state.stage === 'LOGGING' && upTo >= state.historyEnd) enterEpoch(state, out)
}

/** currentEpoch is on disk, after the history it stands for: now the ACK may go. */
export function onCurrentEpochWritten(state: LearnerState, out: LearnerEffect[], epoch: Epoch): void {
  if (state.stage !== 'ENTERING' || epoch !== state.epoch) return
  state.currentEpoch = epoch
  state.stage = 'SYNCHRONIZED'
  state.lastHeard = state.elapsed
  const { myid, syncLimit, tickTime } = state.settings
  out.push({ kind: 'setTimer', timer: 'leaderSilence', delay: syncLimit * tickTime })
  out.push(note('history-durable', `Server ${myid} has history and epoch ${formatId(epoch)} on disk and acks NEWLEADER.`, 'Learner.syncWithLeader'))
  out.push({ kind: 'send', packet: quorumPacket('ACK', epochStartOf(state)) })
}

function onProposal(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  if (isInSnapshot(state, packet.zxid)) return
  const txn = transactionOf(packet)
  if (txn === null) return abandon(state, out, `${packet.kind} without a transaction`)
  if (!follows(state.received, txn.zxid)) {
    return abandon(state, out, `${packet.kind} of ${formatId(txn.zxid)} does not follow ${formatId(state.received)}`)
  }
  state.received = txn.zxid
  state.notLogged.push(txn)
}

/** A COMMIT is looked up among what has been received: it must be the oldest one not committed (ZOOKEEPER-4394). */
function onCommitted(state: LearnerState, out: LearnerEffect[], zxid: Zxid): void {
  if (isInSnapshot(state, zxid)) return
  const txn = state.notLogged.at(state.committedCount)
  if (txn?.zxid !== zxid) return abandon(state, out, `COMMIT of ${formatId(zxid)}, but ${txn === undefined ? 'nothing' : formatId(txn.zxid)} is next`)
  state.committedCount++
}

/** A Java leader may repeat, after SNAP, transactions that the snapshot holds already: it starts the stream before it reads the snapshot's zxid. */
function isInSnapshot({ snapshotZxid }: LearnerState, zxid: Zxid): boolean {
  return zxid <= snapshotZxid
}

function onRestored(state: LearnerState, out: LearnerEffect[]): void {
  state.stage = 'RECEIVING'
  state.lastHeard = state.elapsed
  if (state.newLeaderCame) completeHistory(state, out)
}

function onNewLeader(state: LearnerState, out: LearnerEffect[], zxid: Zxid): void {
  if (zxid !== epochStartOf(state)) return abandon(state, out, `NEWLEADER ${formatId(zxid)} in epoch ${formatId(state.epoch)}`)
  if (state.stage === 'RESTORING') state.newLeaderCame = true
  else if (state.stage === 'RECEIVING') completeHistory(state, out)
  else abandon(state, out, `NEWLEADER comes again while ${state.stage}`)
}

/** NEWLEADER ends the leader's history: it has to be on disk before the epoch. */
function completeHistory(state: LearnerState, out: LearnerEffect[]): void {
  const { myid } = state.settings
  const text = `Server ${myid} has been sent the history of epoch ${formatId(state.epoch)}: it goes to disk before the epoch does.`
  out.push(note('newleader-received', text, 'Learner.syncWithLeader'))
  if (state.method !== 'SNAP') return logHistory(state, out)
  state.stage = 'SNAPSHOTTING'
  out.push({ kind: 'takeSnapshot' })
}

/** Logs and applies what is committed; what is only proposed waits until this server serves, since it is no part of the history. */
function logHistory(state: LearnerState, out: LearnerEffect[]): void {
  if (state.committedCount === 0) return enterEpoch(state, out)
  state.stage = 'LOGGING'
  for (; state.committedCount > 0; state.committedCount--) {
    const txn = state.notLogged.shift()
    if (txn === undefined) break
    state.historyEnd = txn.zxid
    out.push({ kind: 'append', txn }, { kind: 'apply', txn })
  }
}

function enterEpoch(state: LearnerState, out: LearnerEffect[]): void {
  state.stage = 'ENTERING'
  out.push({ kind: 'writeEpoch', file: 'currentEpoch', epoch: state.epoch })
}

/**
 * The leader serves: so may this server. What came since NEWLEADER goes to the log, and what of it is committed to the
 * pipeline. An observer drops what is only proposed: it will be told when it is committed (ZOOKEEPER-1551).
 */
function onUpToDate(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage !== 'SYNCHRONIZED') return abandon(state, out, `UPTODATE while ${state.stage}`)
  const { myid, learnerType } = state.settings
  state.stage = 'SERVING'
  out.push({ kind: 'send', packet: quorumPacket('ACK', epochStartOf(state)) })
  out.push(note('learner-serves', `Server ${myid} is up to date in epoch ${formatId(state.epoch)} and serves clients.`, 'Learner.syncWithLeader'))
  out.push({ kind: 'serve', epoch: state.epoch })
  const waiting = state.notLogged.toArray()
  const committed = waiting.slice(0, state.committedCount)
  state.notLogged.clear()
  if (learnerType === 'observer') {
    const dropped = waiting[state.committedCount]
    if (dropped !== undefined) state.received = dropped.zxid - 1n
    for (const txn of committed) out.push({ kind: 'append', txn }, { kind: 'commit', txn })
    return
  }
  for (const txn of waiting) logProposal(state, out, txn)
  for (const { zxid } of committed) onCommit(state, out, zxid)
}
