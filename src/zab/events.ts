/**
 * The boundary of the Zab machines. The peer routes: packets to and from connections, `append` to the log and `flushed`
 * back, `commit` to the pipeline and `applied` back. Zab sees encoded transactions and facts, never the tree.
 */
import type { Epoch, Note, Sid, Zxid } from '../kernel/index.ts'
import type { Id, LearnerRequest, QuorumPacket } from '../wire/index.ts'

/** A transaction as the bytes that are proposed, logged and sent. */
export interface EncodedTxn {
  readonly zxid: Zxid
  readonly bytes: Uint8Array
}

/** The two files in which a server keeps its promises; so are they called on disk. */
export type EpochFile = 'acceptedEpoch' | 'currentEpoch'

/** Names a learner's connection at the leader; chosen by the peer. */
export type LearnerConnection = number

/** `halfTick`: ping the learners and see who is there. `initLimit`: discovery and synchronization must be over. */
export type LeaderTimer = 'halfTick' | 'initLimit'
/** `leaderSilence`: nothing heard for too long. `connectRetry`: try to reach the leader again. */
export type LearnerTimer = 'leaderSilence' | 'connectRetry'

/** What goes into a leader. */
export type LeaderEvent =
  /**
   * Elected: begin discovery. `acceptedEpoch` and `currentEpoch` are what the disk holds, `lastZxid` is the end of the log and
   * `logFrom` where it begins to be without a hole; null when it is not to be read for learners.
   */
  | {
      readonly kind: 'lead'
      readonly acceptedEpoch: Epoch
      readonly currentEpoch: Epoch
      readonly lastZxid: Zxid
      readonly logFrom: Zxid | null
    }
  | { readonly kind: 'learnerConnected'; readonly connection: LearnerConnection }
  | { readonly kind: 'learnerClosed'; readonly connection: LearnerConnection }
  | { readonly kind: 'packet'; readonly connection: LearnerConnection; readonly packet: QuorumPacket }
  /** The answer to `writeEpoch`: the file is durable. */
  | { readonly kind: 'epochWritten'; readonly file: EpochFile; readonly epoch: Epoch }
  /** The pipeline has prepared a transaction; its zxid is lastProposed + 1. */
  | { readonly kind: 'propose'; readonly txn: EncodedTxn }
  /** The own log is durable up to and including this zxid. */
  | { readonly kind: 'flushed'; readonly upTo: Zxid }
  /** The pipeline has applied the transaction that `commit` gave it. */
  | { readonly kind: 'applied'; readonly zxid: Zxid }
  /** The answer to `readLog`, piece by piece, then `logEnd`; or `logUnusable` at any point. */
  | { readonly kind: 'logRead'; readonly connection: LearnerConnection; readonly txns: readonly EncodedTxn[] }
  | { readonly kind: 'logEnd'; readonly connection: LearnerConnection }
  | { readonly kind: 'logUnusable'; readonly connection: LearnerConnection; readonly reason: string }
  /** A sync request of a learner's client has passed the pipeline (Java: `Leader.processSync`). */
  | { readonly kind: 'sync'; readonly connection: LearnerConnection }
  /** The answer to `revalidate`. */
  | { readonly kind: 'revalidated'; readonly connection: LearnerConnection; readonly sessionId: bigint; readonly valid: boolean }
  | { readonly kind: 'timeout'; readonly timer: LeaderTimer }

/** What comes out of a leader. */
export type LeaderEffect =
  | { readonly kind: 'send'; readonly connection: LearnerConnection; readonly packet: QuorumPacket }
  /** The same packet to many: the peer encodes it once. */
  | { readonly kind: 'broadcast'; readonly connections: readonly LearnerConnection[]; readonly packet: QuorumPacket }
  /** Right after SNAP was sent: write the snapshot stream of the database as it is now, ahead of anything sent later. */
  | { readonly kind: 'sendSnapshot'; readonly connection: LearnerConnection }
  /** Read the transactions from `from` to `upTo`, both included, from the log files, for this learner. */
  | { readonly kind: 'readLog'; readonly connection: LearnerConnection; readonly from: Zxid; readonly upTo: Zxid }
  | { readonly kind: 'closeLearner'; readonly connection: LearnerConnection; readonly reason: string }
  /** Write the epoch file durably; answered by `epochWritten`. */
  | { readonly kind: 'writeEpoch'; readonly file: EpochFile; readonly epoch: Epoch }
  /** A quorum has acked NEWLEADER: set lastProcessedZxid to epoch << 32, start the pipeline. lastProposed is epoch << 32 already. */
  | { readonly kind: 'serve'; readonly epoch: Epoch }
  /** Put into the log; `flushed` follows. */
  | { readonly kind: 'append'; readonly txn: EncodedTxn }
  /** A quorum has it: give it to the pipeline. `applied` follows. */
  | { readonly kind: 'commit'; readonly txn: EncodedTxn }
  /** A learner passes on a client's request. */
  | { readonly kind: 'request'; readonly connection: LearnerConnection; readonly request: LearnerRequest; readonly authInfo: readonly Id[] }
  /** A learner asks whether a session lives; answered by `revalidated`. */
  | { readonly kind: 'revalidate'; readonly connection: LearnerConnection; readonly sessionId: bigint; readonly timeout: number }
  /** A learner reports that a client has been heard of. */
  | { readonly kind: 'touch'; readonly sessionId: bigint; readonly timeout: number }
  /** Leadership is over: back to LOOKING. `logged` are the transactions that are in the log but were not committed, in order. */
  | { readonly kind: 'abdicate'; readonly reason: string; readonly logged: readonly EncodedTxn[] }
  | { readonly kind: 'setTimer'; readonly timer: LeaderTimer; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: LeaderTimer }
  | Note

/** What goes into a learner. */
export type LearnerEvent =
  /** Elected somebody else: find and follow it. `lastZxid` is the end of the own log. */
  | {
      readonly kind: 'follow'
      readonly leader: Sid
      readonly role: 'FOLLOWING' | 'OBSERVING'
      readonly acceptedEpoch: Epoch
      readonly currentEpoch: Epoch
      readonly lastZxid: Zxid
    }
  | { readonly kind: 'connected' }
  /** The connection is gone, or could not be made. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'packet'; readonly packet: QuorumPacket }
  /** More of the stream after SNAP has come: the leader is alive. */
  | { readonly kind: 'snapshotBytes' }
  /** The stream after SNAP has been read and is the database now, in memory only. */
  | { readonly kind: 'snapshotInstalled' }
  /** The stream after SNAP, or the cut, went wrong. */
  | { readonly kind: 'restoreFailed'; readonly reason: string }
  /** The answer to `truncate`: the log is cut durably, the database reloaded. */
  | { readonly kind: 'truncated' }
  /** The answer to `takeSnapshot`: it is durable. */
  | { readonly kind: 'snapshotTaken' }
  | { readonly kind: 'epochWritten'; readonly file: EpochFile; readonly epoch: Epoch }
  | { readonly kind: 'flushed'; readonly upTo: Zxid }
  /** Pass a client's request on to the leader. */
  | { readonly kind: 'request'; readonly request: LearnerRequest; readonly authInfo: readonly Id[] | null }
  /** Ask the leader whether a session lives. */
  | { readonly kind: 'revalidate'; readonly sessionId: bigint; readonly timeout: number }
  | { readonly kind: 'timeout'; readonly timer: LearnerTimer }

/** What comes out of a learner. */
export type LearnerEffect =
  /** Connect to the leader's quorum port; answered by `connected` or `disconnected`. */
  | { readonly kind: 'connect'; readonly leader: Sid }
  | { readonly kind: 'send'; readonly packet: QuorumPacket }
  /** Answer a PING: the peer fills in the table of touched sessions and clears it. */
  | { readonly kind: 'sendTouches'; readonly zxid: Zxid }
  | { readonly kind: 'writeEpoch'; readonly file: EpochFile; readonly epoch: Epoch }
  /** SNAP has come: forget the database, read the stream; `snapshotInstalled` follows. */
  | { readonly kind: 'receiveSnapshot'; readonly zxid: Zxid }
  /** Cut the log after this zxid, durably, and reload the database; `truncated` follows. */
  | { readonly kind: 'truncate'; readonly zxid: Zxid }
  /** Write the database to a snapshot, durably; `snapshotTaken` follows. */
  | { readonly kind: 'takeSnapshot' }
  /** Put into the log; `flushed` follows. */
  | { readonly kind: 'append'; readonly txn: EncodedTxn }
  /** While synchronising: this transaction is committed, apply it to the database. */
  | { readonly kind: 'apply'; readonly txn: EncodedTxn }
  /** UPTODATE: start the pipeline and take clients. */
  | { readonly kind: 'serve'; readonly epoch: Epoch }
  /** While serving: this transaction is committed, give it to the pipeline. */
  | { readonly kind: 'commit'; readonly txn: EncodedTxn }
  /** The leader's answer to the oldest `revalidate`. */
  | { readonly kind: 'revalidated'; readonly sessionId: bigint; readonly valid: boolean }
  /** The leader's answer to the oldest sync request. */
  | { readonly kind: 'synced' }
  /**
   * Following is over: close the connection to the leader, back to LOOKING. `logged` are transactions that are in the log but
   * were not applied, in order. `reload`: memory holds what the disk does not, so the database must be read from disk again.
   */
  | { readonly kind: 'abandon'; readonly reason: string; readonly logged: readonly EncodedTxn[]; readonly reload: boolean }
  | { readonly kind: 'setTimer'; readonly timer: LearnerTimer; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: LearnerTimer }
  | Note
