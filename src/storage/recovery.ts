/**
 * Start-up: from the files on disk to a database. The newest snapshot that is whole, then every log record after it.
 * Source: `FileTxnSnapLog.restore`, `FileSnap.deserialize`, `ZooKeeperServer.loadData`, `QuorumPeer.loadDataBase`.
 */
import { DEFAULT_MAX_LENGTH, JuteError } from '../jute/index.ts'
import {
  assert,
  concatBytes,
  type Epoch,
  follows,
  formatId,
  fromUtf8,
  type Machine,
  type Note,
  note,
  unreachable,
  type Zxid,
} from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import { decodeTransaction } from '../wire/index.ts'
import { closeOrphans, digestMismatch } from './after-replay.ts'
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from './disk.ts'
import { isUnfinishedSnapshot, logFiles, logFilesFrom, type NamedFile, snapshotFile, snapshotFiles } from './file-names.ts'
import { isCompressed, looksValid, READ_LENGTH, SNAPSHOT_TAIL_LENGTH } from './reading.ts'
import { type SnapshotDigest, SnapshotReader } from './snapshot-reader.ts'
import { SnapshotSerializer } from './snapshot-serializer.ts'
import { LogReader } from './txn-log.ts'

/** The epoch files, in the order in which they are read. */
const EPOCH_FILES = ['currentEpoch', 'acceptedEpoch', 'currentEpoch.tmp'] as const
type EpochFileName = (typeof EPOCH_FILES)[number]

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

export type RecoveryEvent = { readonly kind: 'start' } | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }

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

/** The machine: reads one piece of one file at a time. */
export const recovery: Machine<RecoveryState, RecoveryEvent, RecoveryEffect> = {
  step(state, event) {
    switch (event.kind) {
      case 'start':
        return [ask(state, { kind: 'list' })]
      case 'disk':
        return onDisk(state, event.token, event.result)
      default:
        return unreachable(event)
    }
  },
}

function onDisk(state: RecoveryState, token: number, result: DiskResult): RecoveryEffect[] {
  if (result.kind === 'failed') return fail(state, result.message)
  if (token !== state.token) return []
  switch (state.phase) {
    case 'listing':
      assert(result.kind === 'listing', 'a list is answered by a listing')
      return onListing(state, result.files)
    case 'syncing':
      state.phase = 'log'
      return readNextLog(state)
    case 'firstSnapshot':
      return finish(state)
    case 'over':
      return []
    default:
      assert(result.kind === 'content', 'a read is answered by content')
      return onContent(state, result.bytes)
  }
}

function onContent(state: RecoveryState, bytes: Uint8Array | null): RecoveryEffect[] {
  switch (state.phase) {
    case 'epochs':
      return onEpochFile(state, bytes)
    case 'snapshotTail':
      return onSnapshotTail(state, bytes)
    case 'snapshot':
      return onSnapshotPiece(state, bytes ?? new Uint8Array(0))
    default:
      return onLogPiece(state, bytes ?? new Uint8Array(0))
  }
}

function onListing(state: RecoveryState, files: readonly DiskFile[]): RecoveryEffect[] {
  state.files = files
  if (files.some(({ name }) => name.startsWith('log/snapshot.'))) {
    return fail(state, 'Log directory has snapshot files. Check if dataLogDir and dataDir configuration is correct.')
  }
  if (files.some(({ name }) => name.startsWith('snap/log.'))) {
    return fail(state, 'Snapshot directory has log files. Check if dataLogDir and dataDir configuration is correct.')
  }
  const leftovers = files.filter(({ name }) => isUnfinishedSnapshot(name))
  const deletions = leftovers.map(({ name }): DiskEffect => ({ kind: 'disk', token: 0, operation: { kind: 'delete', file: name } }))
  state.candidates = snapshotFiles(files).slice(-100)
  return [...deletions, ...readNextEpoch(state, 0)]
}

function readNextEpoch(state: RecoveryState, index: number): RecoveryEffect[] {
  const name = EPOCH_FILES[index]
  if (name === undefined) return tryNextSnapshot(state)
  state.phase = 'epochs'
  state.offset = index
  return [ask(state, { kind: 'read', file: `snap/${name}` })]
}

/** Source: `QuorumPeer.readLongFromFile`. */
function onEpochFile(state: RecoveryState, bytes: Uint8Array | null): RecoveryEffect[] {
  const name = EPOCH_FILES[state.offset] as EpochFileName
  if (bytes !== null) {
    const line = fromUtf8(bytes).split(/\r?\n/)[0] as string
    if (/^-?\d{1,19}$/.test(line)) state.epochs.set(name, BigInt(line))
    // A temporary file that is no number was torn while it was written, and nobody has relied on it.
    else if (name !== 'currentEpoch.tmp') return fail(state, `the file ${name} holds "${line}", which is no number`)
  }
  return readNextEpoch(state, state.offset + 1)
}

function tryNextSnapshot(state: RecoveryState): RecoveryEffect[] {
  const candidate = state.candidates.pop()
  if (candidate === undefined) return onNoSnapshot(state)
  if (isCompressed(candidate)) {
    return fail(state, `${candidate.name} is compressed, which is not supported: let ZooKeeper write an uncompressed snapshot first`)
  }
  state.file = candidate
  state.phase = 'snapshotTail'
  const offset = Math.max(0, candidate.size - SNAPSHOT_TAIL_LENGTH)
  return [ask(state, { kind: 'read', file: candidate.name, offset, length: SNAPSHOT_TAIL_LENGTH })]
}

function onSnapshotTail(state: RecoveryState, tail: Uint8Array | null): RecoveryEffect[] {
  const file = state.file as NamedFile
  if (!looksValid(file, tail)) {
    return [note('snapshot-skipped', `${file.name} is not whole.`, 'storage.md 4.5; SnapStream.isValidSnapshot'), ...tryNextSnapshot(state)]
  }
  state.phase = 'snapshot'
  state.offset = 0
  state.snapshotReader = new SnapshotReader(state.database, 'file', state.maxLength)
  return [readOn(state)]
}

function onSnapshotPiece(state: RecoveryState, piece: Uint8Array): RecoveryEffect[] {
  const reader = state.snapshotReader as SnapshotReader
  const file = state.file as NamedFile
  state.offset += piece.length
  const taken = reader.push(piece)
  if (taken.kind === 'more' && piece.length === READ_LENGTH) return [readOn(state)]
  const verdict = taken.kind === 'more' ? reader.finish() : taken
  state.snapshotReader = null
  if (verdict.kind === 'failed') {
    state.lastFailure = `${file.name}: ${verdict.message}`
    return [note('snapshot-skipped', `${state.lastFailure}.`, 'storage.md 7; FileSnap.deserialize'), ...tryNextSnapshot(state)]
  }
  state.database.lastProcessedZxid = file.zxid
  state.snapshotZxid = file.zxid
  if (reader.digest !== null && reader.digest.zxid >= file.zxid) state.digest = reader.digest
  const loaded = note('snapshot-loaded', `${file.name} is the newest snapshot that is whole.`, 'zab.md 14.3; FileSnap.deserialize')
  return [loaded, ...compareDigest(state), ...replayLogs(state)]
}

/** No snapshot at all is a new server, unless there is a log: then the beginning of the history is lost (ZOOKEEPER-2325). */
function onNoSnapshot(state: RecoveryState): RecoveryEffect[] {
  if (state.lastFailure !== null) return fail(state, `Not able to find valid snapshots. The last one tried is ${state.lastFailure}`)
  if (logFiles(state.files).length > 0) return fail(state, 'No snapshot found, but there are log entries. Something is broken!')
  state.database.clear()
  state.phase = 'firstSnapshot'
  return [
    note('empty-database', 'There is neither snapshot nor log: the server is new.', 'storage.md 7; FileTxnSnapLog.restore'),
    ask(state, { kind: 'replace', file: snapshotFile(0n), bytes: wholeSnapshot(state.database) }),
  ]
}

function wholeSnapshot(database: ZKDatabase): Uint8Array {
  const serializer = new SnapshotSerializer(database, 'file')
  const pieces: Uint8Array[] = []
  for (let piece = serializer.next(); piece !== null; piece = serializer.next()) pieces.push(piece)
  return concatBytes(pieces)
}

function replayLogs(state: RecoveryState): RecoveryEffect[] {
  state.phase = 'log'
  state.logs = logFilesFrom(state.files, state.database.lastProcessedZxid + 1n).reverse()
  return readNextLog(state)
}

function readNextLog(state: RecoveryState): RecoveryEffect[] {
  const log = state.logs.pop()
  if (log === undefined) return finish(state)
  state.file = log
  state.offset = 0
  state.logReader = new LogReader(log.name, state.logs.length === 0, state.maxLength)
  return [readOn(state)]
}

function onLogPiece(state: RecoveryState, piece: Uint8Array): RecoveryEffect[] {
  const reader = state.logReader as LogReader
  const notes: RecoveryEffect[] = []
  state.offset += piece.length
  reader.push(piece)
  if (piece.length < READ_LENGTH) reader.finish()
  for (;;) {
    const item = reader.next()
    switch (item.kind) {
      case 'more':
        return [...notes, readOn(state)]
      case 'end':
        return [...notes, ...makeDurable(state)]
      case 'unwritten':
        return [...notes, ...deleteUnwritten(state), ...readNextLog(state)]
      case 'damaged':
        return fail(state, item.message)
      case 'record': {
        if (state.unbrokenFrom === null || !follows(state.lastRecord, item.zxid)) state.unbrokenFrom = item.zxid
        state.lastRecord = item.zxid
        if (item.zxid <= state.snapshotZxid) continue
        const trouble = replay(state, item.zxid, item.bytes)
        if (trouble !== null) return fail(state, `${(state.file as NamedFile).name}: ${trouble}`)
        notes.push(...compareDigest(state))
      }
    }
  }
}

/**
 * What was read need not be durable: after the death of the process alone, or a sync that failed, it may be in the operating
 * system's memory only. From here on this server votes with it and never writes it again, so it is made durable first. Java
 * leaves this out, and can lose what it has promised to the power cut after the next.
 */
function makeDurable(state: RecoveryState): RecoveryEffect[] {
  state.phase = 'syncing'
  return [ask(state, { kind: 'sync', file: (state.file as NamedFile).name })]
}

/** Source: ZOOKEEPER-2332. */
function deleteUnwritten(state: RecoveryState): RecoveryEffect[] {
  const file = (state.file as NamedFile).name
  return [
    note('unwritten-log-deleted', `${file} was just being made when the server died: it holds nothing.`, 'storage.md 9; ZOOKEEPER-2332'),
    { kind: 'disk', token: 0, operation: { kind: 'delete', file } },
  ]
}

/** All logged transactions are applied, committed or not: those that the ensemble did not keep are cut off when it is met again. */
function replay(state: RecoveryState, zxid: Zxid, bytes: Uint8Array): string | null {
  try {
    state.database.apply(decodeTransaction(bytes), false)
  } catch (error) {
    if (error instanceof JuteError) return `transaction ${formatId(zxid)} cannot be understood: ${error.message}`
    throw error
  }
  state.recent.push({ zxid, bytes })
  if (state.recent.length >= 2 * state.commitLogCount) state.recent = newest(state)
  return null
}

/** The log may break off before the snapshot begins, when that came from a leader and a crash spared what it replaces. */
function logFrom({ unbrokenFrom, lastRecord, database }: RecoveryState): Zxid {
  return unbrokenFrom !== null && lastRecord === database.lastProcessedZxid ? unbrokenFrom : database.lastProcessedZxid
}

function newest(state: RecoveryState): RecoveryState['recent'] {
  return state.recent.slice(Math.max(0, state.recent.length - state.commitLogCount))
}

function compareDigest(state: RecoveryState): Note[] {
  const { digest, database } = state
  if (digest === null || database.lastProcessedZxid < digest.zxid) return []
  state.digest = null
  return digestMismatch(database, digest)
}

function finish(state: RecoveryState): RecoveryEffect[] {
  const { database, epochs } = state
  state.phase = 'over'
  const notes = closeOrphans(database)
  const recovered: Recovered = {
    kind: 'recovered',
    database,
    lastZxid: database.lastProcessedZxid,
    logFrom: logFrom(state),
    recent: newest(state),
    currentEpoch: epochs.get('currentEpoch') ?? null,
    acceptedEpoch: epochs.get('acceptedEpoch') ?? null,
    currentEpochTmp: epochs.get('currentEpoch.tmp') ?? null,
  }
  const text = `The history on disk ends with ${formatId(recovered.lastZxid)}.`
  return [...notes, note('recovered', text, 'zab.md 14.3; FileTxnSnapLog.restore'), recovered]
}

function readOn(state: RecoveryState): DiskEffect {
  return ask(state, { kind: 'read', file: (state.file as NamedFile).name, offset: state.offset, length: READ_LENGTH })
}

function fail(state: RecoveryState, message: string): RecoveryEffect[] {
  state.phase = 'over'
  return [{ kind: 'failed', message }]
}

function ask(state: RecoveryState, operation: DiskOperation): DiskEffect {
  return { kind: 'disk', token: ++state.token, operation }
}
