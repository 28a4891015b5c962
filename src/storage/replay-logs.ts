/** The second half of recovery: every log record after the snapshot is applied. Source: `FileTxnSnapLog.fastForwardFromEdits`. */
import { JuteError } from '../jute/index.ts'
import { follows, formatId, note, type Zxid } from '../kernel/index.ts'
import { decodeTransaction } from '../wire/index.ts'
import { closeOrphans } from './after-replay.ts'
import { logFilesFrom, type NamedFile } from './file-names.ts'
import { READ_LENGTH } from './reading.ts'
import { ask, compareDigest, fail, type Recovered, type RecoveryEffect, type RecoveryState, readOn } from './recovery-state.ts'
import { LogReader } from './txn-log.ts'

/** The snapshot is loaded: begins to read the logs. */
export function replayLogs(state: RecoveryState): RecoveryEffect[] {
  state.phase = 'log'
  state.logs = logFilesFrom(state.files, state.database.lastProcessedZxid + 1n).reverse()
  return readNextLog(state)
}

/** A log has been read to its end: goes on with the next one. */
export function readNextLog(state: RecoveryState): RecoveryEffect[] {
  const log = state.logs.pop()
  if (log === undefined) return finish(state)
  state.file = log
  state.offset = 0
  state.logReader = new LogReader(log.name, state.logs.length === 0, state.maxLength)
  return [readOn(state)]
}

/** A piece of a log has been read. */
export function onLogPiece(state: RecoveryState, piece: Uint8Array): RecoveryEffect[] {
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

/** Nothing is left to be read: what has been recovered. */
export function finish(state: RecoveryState): RecoveryEffect[] {
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
