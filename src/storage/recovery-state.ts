/** What recovery knows and has found so far. */
import { DEFAULT_MAX_LENGTH } from '../jute/index.ts'
import type { Epoch, Note, Zxid } from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import { digestMismatch } from './after-replay.ts'
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from './disk.ts'
import type { NamedFile } from './file-names.ts'
import { READ_LENGTH } from './reading.ts'
import type { SnapshotDigest, SnapshotReader } from './snapshot-reader.ts'
import type { LogReader } from './txn-log.ts'

/** The epoch files, in the order in which they are read. */
export const EPOCH_FILES = ['currentEpoch', 'acceptedEpoch', 'currentEpoch.tmp'] as const
export type EpochFileName = (typeof EPOCH_FILES)[number]

/** What recovery found. */
export interface Recovered {
  readonly kind: 'recovered'
  readonly database: ZKDatabase
  /** The last transaction on disk: that of the log, or of the snapshot when no record follows it; 0 for an empty database. */
  readonly lastZxid: Zxid
  /** From here on the log files hold one history without a hole, up to `lastZxid`, which it is when they do not. */
  readonly logFrom: Zxid
  /** The last replayed transactions as they were logged, oldest first, for the leader's committedLog. */
  readonly recent: readonly { readonly zxid: Zxid; readonly bytes: Uint8Array }[]
  /** The content of the epoch files; null where there is none. The last one is the remains of an interrupted write. */
  readonly currentEpoch: Epoch | null
  readonly acceptedEpoch: Epoch | null
  readonly currentEpochTmp: Epoch | null
}

/** Plain data: the database that is being filled, and what is still to be read. */
export interface RecoveryState {
  readonly database: ZKDatabase
  readonly commitLogCount: number
  readonly maxLength: number
  phase: 'listing' | 'epochs' | 'snapshotTail' | 'snapshot' | 'log' | 'syncing' | 'firstSnapshot' | 'over'
  files: readonly DiskFile[]
  epochs: Map<EpochFileName, Epoch>
  /** Snapshots that have not been tried, oldest first. */
  candidates: NamedFile[]
  /** The snapshot that was tried last, and why it was not good; null while none was. */
  lastFailure: string | null
  /** The file that is being read, how far, and with what. */
  file: NamedFile | null
  offset: number
  snapshotReader: SnapshotReader | null
  logReader: LogReader | null
  digest: SnapshotDigest | null
  /** What the snapshot in use contains: replay begins after it. */
  snapshotZxid: Zxid
  /** Log files that have not been read, the next one last. */
  logs: NamedFile[]
  /** The records read last that follow one another: the first, null before any, and the last. */
  unbrokenFrom: Zxid | null
  lastRecord: Zxid
  recent: { zxid: Zxid; bytes: Uint8Array }[]
  token: number
}

/** What goes into a recovery. */
export type RecoveryEvent = { readonly kind: 'start' } | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }

/** What comes out of it. */
export type RecoveryEffect =
  | DiskEffect
  | Recovered
  /** There is no state that a server may start from; `message` says why. */
  | { readonly kind: 'failed'; readonly message: string }
  | Note

/**
 * Recovery into `database`, whose content it replaces.
 *
 * @param commitLogCount how many transactions `recent` holds at most
 * @param maxLength the longest transaction, path or data to believe in, in bytes
 */
export function newRecovery(database: ZKDatabase, commitLogCount: number, maxLength = DEFAULT_MAX_LENGTH): RecoveryState {
  return {
    database,
    commitLogCount,
    maxLength,
    phase: 'listing',
    files: [],
    epochs: new Map(),
    candidates: [],
    lastFailure: null,
    file: null,
    offset: 0,
    snapshotReader: null,
    logReader: null,
    digest: null,
    snapshotZxid: 0n,
    logs: [],
    unbrokenFrom: null,
    lastRecord: 0n,
    recent: [],
    token: 0,
  }
}

/** Asks for the next piece of the file that is being read. */
export function readOn(state: RecoveryState): DiskEffect {
  return ask(state, { kind: 'read', file: (state.file as NamedFile).name, offset: state.offset, length: READ_LENGTH })
}

/** Ends recovery without a state that a server may start from. */
export function fail(state: RecoveryState, message: string): RecoveryEffect[] {
  state.phase = 'over'
  return [{ kind: 'failed', message }]
}

/** Asks the disk; only the answer to the last question counts. */
export function ask(state: RecoveryState, operation: DiskOperation): DiskEffect {
  return { kind: 'disk', token: ++state.token, operation }
}

/** Whether the database is what the digest in the snapshot says, as soon as it can be told. */
export function compareDigest(state: RecoveryState): Note[] {
  const { digest, database } = state
  if (digest === null || database.lastProcessedZxid < digest.zxid) return []
  state.digest = null
  return digestMismatch(database, digest)
}
