/**
 * One server of the small world: its role's machine, and the little around it that the peer would be. The disk is a list of
 * transactions with two epochs; what is asked of it is done one by one, when the explorer chooses.
 */
import type { Epoch, Sid, Zxid } from '../../../kernel/index.ts'
import type { QuorumPacket } from '../../../wire/index.ts'
import { CommittedLog, type EncodedTxn, type EpochFile, type LeaderState, type LearnerState } from '../../../zab/index.ts'
import type { Breach } from './search.ts'

/** What a disk was asked to do and has not done yet. */
type DiskTask =
  | { readonly kind: EpochFile; readonly epoch: Epoch }
  | { readonly kind: 'takeSnapshot'; readonly history: readonly EncodedTxn[]; readonly position: Zxid }
  | { readonly kind: 'truncate'; readonly zxid: Zxid }
  | { readonly kind: 'readLog'; readonly connection: number; readonly from: Zxid; readonly upTo: Zxid }

export interface SmallServer {
  readonly sid: Sid
  /** `ENDING`: a role is over, and what was asked of the disk is still being done. */
  role: 'DOWN' | 'LOOKING' | 'LEADING' | 'FOLLOWING' | 'ENDING'
  disk: {
    acceptedEpoch: Epoch
    currentEpoch: Epoch
    history: readonly EncodedTxn[]
    position: Zxid
    /** So many of the history are in a snapshot, and no longer in the log. */
    inSnapshot: number
  }
  unflushed: readonly EncodedTxn[]
  tasks: readonly DiskTask[]
  /** The database: what has been applied, in order; and where it stands. */
  memory: readonly EncodedTxn[]
  position: Zxid
  readonly committedLog: CommittedLog
  leading: LeaderState | null
  following: LearnerState | null
  /** What the role that has ended left to do. */
  left: { readonly logged: readonly EncodedTxn[]; readonly reload: boolean } | null
  serving: boolean
}

/** What is on its way on a connection: a packet, or the database after SNAP. */
export type Item = QuorumPacket | { readonly kind: 'database'; readonly history: readonly EncodedTxn[] }

export type Input =
  | { readonly kind: 'start' | 'crash' | 'lead' | 'giveUp' | 'unreachable' | 'flush' | 'operate' | 'connected' | 'disconnected' }
  | { readonly kind: 'follow'; readonly leader: Sid }
  | { readonly kind: 'propose'; readonly write: number }
  | { readonly kind: 'learnerConnected' | 'learnerClosed'; readonly connection: number }
  /** `connection`: of a leader to its learner; -1: of a learner to its leader. */
  | { readonly kind: 'item'; readonly connection: number; readonly item: Item }

/** What a step says to the rest of the world, and what others may have an opinion on. */
export type Output =
  | { readonly kind: 'send'; readonly connection: number; readonly item: Item }
  | { readonly kind: 'close'; readonly connection: number }
  /** A leader has decided that this transaction is committed. */
  | { readonly kind: 'committed'; readonly txn: EncodedTxn; readonly place: number }
  /** A serving server shows this transaction to its clients. */
  | { readonly kind: 'delivered'; readonly txn: EncodedTxn; readonly place: number }
  /** A leader has written its currentEpoch. */
  | { readonly kind: 'established'; readonly epoch: Epoch }
  /** A leader begins to serve with this history. */
  | { readonly kind: 'reigns'; readonly epoch: Epoch; readonly history: readonly EncodedTxn[] }
  /** A transaction is no longer on the disk. */
  | { readonly kind: 'cut'; readonly txn: EncodedTxn }

export interface Stepped {
  readonly server: SmallServer
  readonly outputs: readonly Output[]
  readonly marks: readonly string[]
  readonly breach: Breach | null
}

/** committedLog holds so few transactions that learners fall behind it. */
const COMMIT_LOG_COUNT = 1

/** A learner's connection to its leader. */
export const TO_LEADER = -1
/** A server that has never run. */
export function newServer(sid: Sid): SmallServer {
  const disk = { acceptedEpoch: 0n as Epoch, currentEpoch: 0n as Epoch, history: [], position: 0n as Zxid, inSnapshot: 0 }
  const nothing = { unflushed: [], tasks: [], memory: [], position: 0n as Zxid, leading: null, following: null, left: null, serving: false }
  return { sid, role: 'DOWN', disk, committedLog: new CommittedLog(COMMIT_LOG_COUNT), ...nothing }
}

/** Whether two histories agree as far as the second goes. */
export function startsWith(history: readonly EncodedTxn[], prefix: readonly EncodedTxn[]): boolean {
  return prefix.length <= history.length && prefix.every(({ bytes }, place) => history[place]?.bytes === bytes)
}
