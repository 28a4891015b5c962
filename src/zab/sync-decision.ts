/**
 * How a leader makes a learner's history equal to its own: THE rule of synchronization, as a pure function over facts.
 *
 * With P the learner's last zxid, L the leader's last processed one, and min and max the ends of its committedLog (both L
 * when it is empty), the first row that fits decides:
 *
 *     1  P = L                                        DIFF(P)      nothing to send
 *     2  P is a transaction of this epoch above max   DIFF(P)      it is known, though not applied yet
 *     3  P > max, and a transaction                   TRUNC(max)   the learner has what never was committed
 *     4  min <= P <= max, P in the log                DIFF(max)    send what comes after P
 *        min <= P <= max, P an epoch's start          DIFF(max)    send what comes after P
 *        min <= P <= max, P unknown                   SNAP(L)      P's epoch ended differently here
 *     5  P < min, and the log files go back to P      LOG(min)     read on from P, then decide again
 *     6  otherwise                                    SNAP(L)
 *
 * An epoch's start (counter 0) is no transaction: it is the position of a server that has installed a leader's snapshot before
 * the first proposal of the epoch. It cannot be looked up, nor cut off.
 *
 * Row 2 is not in Java. There, a follower that reconnects within the epoch, having logged and acked a proposal that is
 * still outstanding, is told to cut it off although its earlier ack goes on counting, and a commit may then rest on a disk
 * that no longer has the transaction. Here the leader takes the proposal for known and continues after it.
 *
 * In row 4 Java has one more case, TRUNC to the predecessor when P is unknown within the epoch of its successor. That needs a
 * gap in the log, and ours refuses gaps.
 *
 * In row 5 Java also knows TRUNC, for a learner whose last transaction the log lacks; here that turns out while the log is read,
 * and the learner gets SNAP.
 *
 * Source: `LearnerHandler.syncFollower`, `LearnerHandler.queueCommittedProposals`.
 */
import { counterOf, epochOf, makeZxid, type Zxid } from '../kernel/index.ts'
import type { CommittedLog } from './committed-log.ts'

/** All that the decision looks at. */
export interface SyncFacts {
  /** The last zxid in the learner's log. */
  readonly peerLastZxid: Zxid
  /** The position of the leader's database. */
  readonly lastProcessed: Zxid
  /** The leader's last proposal, of this epoch; `epoch << 32` before the first. */
  readonly lastProposed: Zxid
  readonly committedLog: Pick<CommittedLog, 'min' | 'max' | 'size' | 'at' | 'indexFrom'>
  /** From here on the leader's log files hold its history without a hole; null when they are not to be read. */
  readonly logFrom: Zxid | null
}

/** How a learner is brought to where the leader is. */
export type SyncDecision = HistoryAtHand | HistoryInLog

/** What the learner lacks is in the log files: read them after its last zxid, up to and including `upTo`. */
export interface HistoryInLog {
  readonly kind: 'LOG'
  readonly upTo: Zxid
}

/** What the learner lacks is in memory. */
export interface HistoryAtHand {
  readonly kind: 'DIFF' | 'TRUNC' | 'SNAP'
  /** The zxid of the packet: where to cut (TRUNC), where the snapshot is (SNAP), informative only (DIFF). */
  readonly zxid: Zxid
  /** Place in committedLog of the first transaction to send, with its COMMIT; its size when there is none. */
  readonly from: number
  /** Where the learner is when it has taken all this: the broadcast continues after it. */
  readonly continueAfter: Zxid
}

/** Decides how to synchronise one learner. */
export function decideSync({ peerLastZxid, lastProcessed, lastProposed, committedLog, logFrom }: SyncFacts): SyncDecision {
  const min = committedLog.min ?? lastProcessed
  const max = committedLog.max ?? lastProcessed
  const isEpochStart = counterOf(peerLastZxid) === 0n
  const nothing = committedLog.size
  if (peerLastZxid === lastProcessed) return { kind: 'DIFF', zxid: peerLastZxid, from: nothing, continueAfter: peerLastZxid }
  if (peerLastZxid > max && isProposalOfThisEpoch(peerLastZxid, lastProposed)) {
    return { kind: 'DIFF', zxid: peerLastZxid, from: nothing, continueAfter: peerLastZxid }
  }
  if (peerLastZxid > max && !isEpochStart) return { kind: 'TRUNC', zxid: max, from: nothing, continueAfter: max }
  if (min <= peerLastZxid && peerLastZxid <= max && committedLog.size > 0) {
    const from = committedLog.indexFrom(peerLastZxid)
    if (committedLog.at(from).zxid === peerLastZxid) return { kind: 'DIFF', zxid: max, from: from + 1, continueAfter: max }
    if (isEpochStart) return { kind: 'DIFF', zxid: max, from, continueAfter: max }
  }
  if (logFrom !== null && logFrom <= peerLastZxid && peerLastZxid < min && counterOf(min) !== 0n) return { kind: 'LOG', upTo: min }
  return { kind: 'SNAP', zxid: lastProcessed, from: nothing, continueAfter: lastProcessed }
}

function isProposalOfThisEpoch(zxid: Zxid, lastProposed: Zxid): boolean {
  return zxid > makeZxid(epochOf(lastProposed), 0n) && zxid <= lastProposed
}
