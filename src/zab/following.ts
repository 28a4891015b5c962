/**
 * Phase 3 on a learner: a follower logs proposals, acks each one when it is on disk, and commits in the leader's order. An
 * observer is told only what is committed.
 * Source: `Follower.processPacket`, `FollowerZooKeeperServer`, `SendAckRequestProcessor`, `Observer.processPacket`.
 */
import { follows, formatId, note, type Zxid } from '../kernel/index.ts'
import type { QuorumPacket } from '../wire/index.ts'
import type { EncodedTxn, LearnerEffect } from './events.ts'
import { abandon, type LearnerState } from './learner-state.ts'
import { quorumPacket, readRevalidateReply } from './packets.ts'

/** A packet has come while this learner serves. What a learner of its kind does not expect is ignored, as in Java. */
export function onServingPacket(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  const isFollower = state.settings.learnerType === 'participant'
  switch (packet.kind) {
    case 'PROPOSAL':
      return isFollower ? onProposal(state, out, packet) : undefined
    case 'COMMIT':
    case 'COMMITANDACTIVATE':
      return isFollower ? onCommit(state, out, packet.zxid) : undefined
    case 'INFORM':
    case 'INFORMANDACTIVATE':
      return isFollower ? undefined : onInform(state, out, packet)
    case 'PING':
      out.push({ kind: 'sendTouches', zxid: packet.zxid })
      return
    case 'SYNC':
      out.push({ kind: 'synced' })
      return
    case 'REVALIDATE': {
      const reply = readRevalidateReply(packet)
      if (reply === null) return abandon(state, out, 'REVALIDATE cannot be read')
      out.push({ kind: 'revalidated', ...reply })
      return
    }
    default:
      out.push(note('packet-ignored', `The leader sent ${packet.kind}, which a serving learner does not expect.`, 'Follower.processPacket'))
  }
}

/** Puts a transaction into the log of a follower; it is acked when it is durable. Source: `FollowerZooKeeperServer.logRequest`. */
export function logProposal(state: LearnerState, out: LearnerEffect[], txn: EncodedTxn): void {
  state.pendingTxns.push(txn)
  state.unacked.push(txn.zxid)
  out.push({ kind: 'append', txn })
}

/**
 * Commits the oldest pending transaction. It may not be durable here yet: the quorum was others. Source:
 * `FollowerZooKeeperServer.commit`.
 */
export function onCommit(state: LearnerState, out: LearnerEffect[], zxid: Zxid): void {
  const txn = state.pendingTxns.peek()
  if (txn === undefined || txn.zxid !== zxid) {
    return abandon(state, out, `COMMIT of ${formatId(zxid)}, but ${txn === undefined ? 'nothing' : formatId(txn.zxid)} is next`)
  }
  state.pendingTxns.shift()
  out.push({ kind: 'commit', txn })
}

/** The log is durable up to here: one ACK for each transaction, in order, as a leader commits each by its own. */
export function ackFlushed(state: LearnerState, out: LearnerEffect[], upTo: Zxid): void {
  for (let zxid = state.unacked.peek(); zxid !== undefined && zxid <= upTo; zxid = state.unacked.peek()) {
    state.unacked.shift()
    out.push({ kind: 'send', packet: quorumPacket('ACK', zxid) })
  }
}

/** The transaction in a PROPOSAL or INFORM; null when there is none. INFORMANDACTIVATE names a designated leader first. */
export function transactionOf({ kind, zxid, data }: QuorumPacket): EncodedTxn | null {
  if (data === null) return null
  return { zxid, bytes: kind === 'INFORMANDACTIVATE' ? data.subarray(8) : data }
}

function onProposal(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  const txn = nextTransaction(state, out, packet)
  if (txn !== null) logProposal(state, out, txn)
}

function onInform(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  const txn = nextTransaction(state, out, packet)
  if (txn !== null) out.push({ kind: 'append', txn }, { kind: 'commit', txn })
}

function nextTransaction(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): EncodedTxn | null {
  const txn = transactionOf(packet)
  if (txn === null) {
    abandon(state, out, `${packet.kind} without a transaction`)
  } else if (!follows(state.received, txn.zxid)) {
    abandon(state, out, `${packet.kind} of ${formatId(txn.zxid)} does not follow ${formatId(state.received)}`)
    return null
  } else {
    state.received = txn.zxid
  }
  return txn
}
