/**
 * Reads committed transactions back from the log, for a learner that is too far behind for the leader's memory but not so far
 * that a snapshot would be cheaper. Source: `ZKDatabase.getProposalsFromTxnLog`, `calculateTxnLogSizeLimit`.
 */
import { DEFAULT_MAX_LENGTH } from '../jute/index.ts'
import { assert, formatId, type Machine, unreachable, type Zxid } from '../kernel/index.ts'
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from './disk.ts'
import { logFilesFrom, type NamedFile, snapshotFiles } from './file-names.ts'
import { READ_LENGTH } from './reading.ts'
import { LogReader } from './txn-log.ts'

/** Plain data: what is to be read, and how far it has been. */
export interface LogRangeState {
  readonly from: Zxid
  readonly upTo: Zxid
  readonly snapshotSizeFactor: number
  readonly maxLength: number
  phase: 'listing' | 'reading' | 'paused' | 'over'
  /** Log files that have not been read, the next one last. */
  logs: NamedFile[]
  file: NamedFile | null
  reader: LogReader | null
  offset: number
  /** Whether the first record has been seen. */
  begun: boolean
  token: number
}

/** What goes into the reading of a range. */
export type LogRangeEvent =
  | { readonly kind: 'start' }
  /** The transactions of the last `txns` are on their way: the next ones, please. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }

/** What comes out of it. */
export type LogRangeEffect =
  | DiskEffect
  /** The next transactions of the range, oldest first. More follow after `continue`. */
  | { readonly kind: 'txns'; readonly txns: readonly { readonly zxid: Zxid; readonly bytes: Uint8Array }[] }
  /** The log has no more transactions of the range. Whether it reached the end of the range is for the caller to see. */
  | { readonly kind: 'rangeEnd' }
  /** The log does not reach back far enough, is too long, or is damaged: send a snapshot instead. */
  | { readonly kind: 'unusable'; readonly reason: string }

/**
 * The transactions `from` to `upTo`, both included. The log must reach back to `from`: its first record that is read must not
 * be newer. The log files to read may be as long as `snapshotSizeFactor` times the newest snapshot together, or any length
 * if that is 0 (`zookeeper.snapshotSizeFactor`, 0.33). `maxLength` as for {@link LogReader}.
 */
export function newLogRange(from: Zxid, upTo: Zxid, snapshotSizeFactor: number, maxLength = DEFAULT_MAX_LENGTH): LogRangeState {
  return { from, upTo, snapshotSizeFactor, maxLength, phase: 'listing', logs: [], file: null, reader: null, offset: 0, begun: false, token: 0 }
}

/** The machine; it holds one piece of the log at a time in memory. */
export const logRange: Machine<LogRangeState, LogRangeEvent, LogRangeEffect> = {
  step(state, event) {
    switch (event.kind) {
      case 'start':
        return [ask(state, { kind: 'list' })]
      case 'continue':
        return state.phase === 'paused' ? readOn(state) : []
      case 'disk':
        return onDisk(state, event.token, event.result)
      default:
        return unreachable(event)
    }
  },
}

function onDisk(state: LogRangeState, token: number, result: DiskResult): LogRangeEffect[] {
  if (result.kind === 'failed') return unusable(state, result.message)
  if (token !== state.token || state.phase === 'over') return []
  if (state.phase === 'listing') {
    assert(result.kind === 'listing', 'a list is answered by a listing')
    return onListing(state, result.files)
  }
  assert(result.kind === 'content', 'a read is answered by content')
  return onPiece(state, result.bytes ?? new Uint8Array(0))
}

function onListing(state: LogRangeState, files: readonly DiskFile[]): LogRangeEffect[] {
  const logs = logFilesFrom(files, state.from)
  const snapshot = snapshotFiles(files).at(-1)
  const limit = (snapshot?.size ?? 0) * state.snapshotSizeFactor
  const size = logs.reduce((sum, log) => sum + log.size, 0)
  if (limit > 0 && size > limit) return unusable(state, `the log to read has ${size} bytes, more than ${Math.floor(limit)}`)
  state.logs = logs.reverse()
  return readNextLog(state)
}

function readNextLog(state: LogRangeState): LogRangeEffect[] {
  const log = state.logs.pop()
  if (log === undefined) return end(state)
  state.file = log
  state.offset = 0
  state.reader = new LogReader(log.name, state.logs.length === 0, state.maxLength)
  return readOn(state)
}

function readOn(state: LogRangeState): LogRangeEffect[] {
  state.phase = 'reading'
  return [ask(state, { kind: 'read', file: (state.file as NamedFile).name, offset: state.offset, length: READ_LENGTH })]
}

function onPiece(state: LogRangeState, piece: Uint8Array): LogRangeEffect[] {
  const reader = state.reader as LogReader
  const txns: { zxid: Zxid; bytes: Uint8Array }[] = []
  state.offset += piece.length
  reader.push(piece)
  if (piece.length < READ_LENGTH) reader.finish()
  for (;;) {
    const item = reader.next()
    switch (item.kind) {
      case 'more':
        return txns.length === 0 ? readOn(state) : pause(state, txns)
      case 'end':
      case 'unwritten':
        return txns.length === 0 ? readNextLog(state) : pause(state, txns)
      case 'damaged':
        return unusable(state, item.message)
      case 'record':
        if (!state.begun && item.zxid > state.from) return unusable(state, `the log begins with ${formatId(item.zxid)} only`)
        state.begun = true
        if (item.zxid > state.upTo) return txns.length === 0 ? end(state) : [{ kind: 'txns', txns }, ...end(state)]
        if (item.zxid >= state.from) txns.push({ zxid: item.zxid, bytes: item.bytes })
    }
  }
}

/** A file that has ended says so again when it is asked to go on. */
function pause(state: LogRangeState, txns: readonly { readonly zxid: Zxid; readonly bytes: Uint8Array }[]): LogRangeEffect[] {
  state.phase = 'paused'
  return [{ kind: 'txns', txns }]
}

function end(state: LogRangeState): LogRangeEffect[] {
  if (!state.begun) return unusable(state, `the log does not reach back to ${formatId(state.from)}`)
  state.phase = 'over'
  return [{ kind: 'rangeEnd' }]
}

function unusable(state: LogRangeState, reason: string): LogRangeEffect[] {
  state.phase = 'over'
  return [{ kind: 'unusable', reason }]
}

function ask(state: LogRangeState, operation: DiskOperation): DiskEffect {
  return { kind: 'disk', token: ++state.token, operation }
}
