/**
 * A learner that lacks more than the leader's memory holds gets it from the leader's log files, in pieces, while everything else
 * goes on. What the memory holds may move on meanwhile, so at the end of the pieces the rule of synchronization decides again
 * from where the learner has come to. Only what is committed is read: the range ends where committedLog begins.
 *
 * Source: `ZKDatabase.getProposalsFromTxnLog`, `LearnerHandler.queueCommittedProposals`; Java holds a lock during all of it.
 */
import { follows, formatId, note } from '../kernel/index.ts'
import type { EncodedTxn, LeaderEffect, LearnerConnection } from './events.ts'
import { closeLearner, type LeaderState } from './leader-state.ts'
import { quorumPacket } from './packets.ts'
import { sendCommitted, synchronize } from './synchronization.ts'

/** The next piece. The first transaction of all has to be the learner's last one, unless that is an epoch's start. */
export function onLogRead(state: LeaderState, out: LeaderEffect[], connection: LearnerConnection, txns: readonly EncodedTxn[]): void {
  for (const txn of txns) {
    const learner = state.learners.get(connection)
    if (!learner?.reading) return
    if (txn.zxid === learner.reading.from) {
      learner.reading.isFromKnown = true
    } else if (learner.reading.isFromKnown && follows(learner.position, txn.zxid)) {
      if (learner.position === learner.lastZxid) out.push({ kind: 'send', connection, packet: quorumPacket('DIFF', txn.zxid) })
      learner.position = txn.zxid
      sendCommitted(out, connection, txn)
    } else {
      onLogUnusable(state, out, connection, `${formatId(txn.zxid)} does not follow ${formatId(learner.position)}`)
    }
  }
}

/** The range has been read. What is missing now is in memory, or has left it in the meantime. */
export function onLogEnd(state: LeaderState, out: LeaderEffect[], connection: LearnerConnection): void {
  const learner = state.learners.get(connection)
  if (!learner?.reading) return
  if (learner.position === learner.reading.from) return onLogUnusable(state, out, connection, `it ends with ${formatId(learner.position)}`)
  synchronize(state, out, learner)
}

/** A learner that has got nothing yet gets a snapshot; one that has got a part of the history has to come again. */
export function onLogUnusable(state: LeaderState, out: LeaderEffect[], connection: LearnerConnection, reason: string): void {
  const learner = state.learners.get(connection)
  if (!learner?.reading) return
  out.push(note('log-unusable', `The log files are of no use to server ${learner.sid}: ${reason}.`, 'LearnerHandler.syncFollower'))
  if (learner.position === learner.lastZxid) synchronize(state, out, learner, null)
  else closeLearner(state, out, learner, `its history cannot be read: ${reason}`)
}
