/**
 * Cuts the end off the history on disk: what the leader's TRUNC demands of a learner that has logged transactions which the
 * ensemble did not keep. The rule that decides is {@link cutAfter}.
 */
import { DEFAULT_MAX_LENGTH } from '../jute/index.ts'
import { assert, formatId, type Machine, type Note, note, unreachable, type Zxid } from '../kernel/index.ts'
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from './disk.ts'
import { logFiles, logFilesFrom, type NamedFile, snapshotFiles } from './file-names.ts'
import { looksValid, READ_LENGTH, SNAPSHOT_TAIL_LENGTH } from './reading.ts'
import { LogReader } from './txn-log.ts'

/** Plain data: where to cut, and what is still to be looked at or deleted. */
export interface TruncateState {
  readonly zxid: Zxid
  readonly maxLength: number
  phase: 'listing' | 'checkingSnapshot' | 'searching' | 'deleting' | 'cutting' | 'over'
  files: readonly DiskFile[]
  /** Snapshots at or below the cut that have not been looked at, oldest first. */
  candidates: NamedFile[]
  snapshotZxid: Zxid
  /** The file in which the cut is looked for, and how much of it has been read. */
  log: NamedFile | null
  reader: LogReader | null
  offset: number
  /** Where the cut is, and the zxid of the record before it; -1 while there is none. */
  cut: number
  lastKept: Zxid
  /** Files to delete; the last one goes next. */
  doomed: string[]
  token: number
}

/** What goes into a truncation. */
export type TruncateEvent = { readonly kind: 'start' } | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }

/** What comes out of it. */
export type TruncateEffect =
  | DiskEffect
  /** Log and snapshots end with `zxid` now, durably. The database must be read anew. */
  | { readonly kind: 'truncated'; readonly zxid: Zxid }
  /** Nothing has been changed (`damaged` false: ask for SNAP), or the disk is not to be trusted (`damaged` true: stop). */
  | { readonly kind: 'failed'; readonly message: string; readonly damaged: boolean }
  | Note

/** Truncation to `zxid`, which stays. The log must be idle, and be `reset` afterwards; `maxLength` as for {@link LogReader}. */
export function newTruncate(zxid: Zxid, maxLength = DEFAULT_MAX_LENGTH): TruncateState {
  return {
    zxid,
    maxLength,
    phase: 'listing',
    files: [],
    candidates: [],
    snapshotZxid: -1n,
    log: null,
    reader: null,
    offset: 0,
    cut: -1,
    lastKept: -1n,
    doomed: [],
    token: 0,
  }
}

/** The machine; it asks the disk for one thing at a time, since the order is what makes a crash harmless. */
export const truncate: Machine<TruncateState, TruncateEvent, TruncateEffect> = {
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

function onDisk(state: TruncateState, token: number, result: DiskResult): TruncateEffect[] {
  if (result.kind === 'failed') return fail(state, `the log cannot be cut: ${result.message}`, true)
  if (token !== state.token) return []
  switch (state.phase) {
    case 'listing':
      assert(result.kind === 'listing', 'a list is answered by a listing')
      return onListing(state, result.files)
    case 'checkingSnapshot':
      assert(result.kind === 'content', 'a read is answered by content')
      return onSnapshotTail(state, result.bytes)
    case 'searching':
      assert(result.kind === 'content', 'a read is answered by content')
      return onLogPiece(state, result.bytes ?? new Uint8Array(0))
    case 'deleting':
      return deleteNext(state)
    case 'cutting':
      state.phase = 'over'
      return [
        note('log-truncated', `The log ends with ${formatId(state.zxid)} now.`, 'storage.md 10; FileTxnLog.truncate'),
        { kind: 'truncated', zxid: state.zxid },
      ]
    case 'over':
      return []
  }
}

function onListing(state: TruncateState, files: readonly DiskFile[]): TruncateEffect[] {
  state.files = files
  state.candidates = snapshotFiles(files).filter(({ zxid }) => zxid <= state.zxid)
  state.phase = 'checkingSnapshot'
  return checkNextSnapshot(state)
}

/** Without a snapshot to begin with, the log that is left would be worth nothing (ZOOKEEPER-4837). */
function checkNextSnapshot(state: TruncateState): TruncateEffect[] {
  const candidate = state.candidates.at(-1)
  if (candidate === undefined) return fail(state, `there is no snapshot at or below ${formatId(state.zxid)}`)
  const offset = Math.max(0, candidate.size - SNAPSHOT_TAIL_LENGTH)
  return [ask(state, { kind: 'read', file: candidate.name, offset, length: SNAPSHOT_TAIL_LENGTH })]
}

function onSnapshotTail(state: TruncateState, tail: Uint8Array | null): TruncateEffect[] {
  const candidate = state.candidates.pop() as NamedFile
  if (!looksValid(candidate, tail)) return checkNextSnapshot(state)
  state.snapshotZxid = candidate.zxid
  const [log, ...later] = logFilesFrom(state.files, state.zxid)
  if (log === undefined || log.zxid > state.zxid) return cutAfter(state)
  state.log = log
  state.reader = new LogReader(log.name, later.length === 0, state.maxLength)
  state.phase = 'searching'
  return [readNext(state)]
}

function readNext(state: TruncateState): TruncateEffect {
  return ask(state, { kind: 'read', file: (state.log as NamedFile).name, offset: state.offset, length: READ_LENGTH })
}

function onLogPiece(state: TruncateState, piece: Uint8Array): TruncateEffect[] {
  const reader = state.reader as LogReader
  state.offset += piece.length
  reader.push(piece)
  if (piece.length < READ_LENGTH) reader.finish()
  for (;;) {
    const item = reader.next()
    switch (item.kind) {
      case 'more':
        return [readNext(state)]
      case 'damaged':
        return fail(state, item.message)
      case 'end':
      case 'unwritten':
        return cutAfter(state)
      case 'record':
        if (item.zxid > state.zxid) return cutAfter(state)
        state.cut = item.end
        state.lastKept = item.zxid
    }
  }
}

/**
 * The cut comes after the record `zxid`, or, where the history on this disk begins with a snapshot of just this zxid, before
 * the first record. Any other zxid is none that this server has had, and cutting near it would lose or keep the wrong thing.
 */
function cutAfter(state: TruncateState): TruncateEffect[] {
  const known = state.lastKept === state.zxid || state.snapshotZxid === state.zxid
  if (!known) return fail(state, `transaction ${formatId(state.zxid)} is not in the log`)
  const snapshots = snapshotFiles(state.files).filter(({ zxid }) => zxid > state.zxid)
  const logs = logFiles(state.files).filter(({ zxid }) => zxid > state.zxid)
  // Newest first, snapshots before logs, the cut last: a crash on the way leaves a beginning of the old history, never a hole.
  state.doomed = [...logs, ...snapshots].map(({ name }) => name)
  state.phase = 'deleting'
  return deleteNext(state)
}

function deleteNext(state: TruncateState): TruncateEffect[] {
  const file = state.doomed.pop()
  if (file !== undefined) return [ask(state, { kind: 'delete', file })]
  state.phase = 'cutting'
  if (state.log === null || state.cut === -1) return onDisk(state, state.token, { kind: 'done' })
  const { name } = state.log
  return [{ kind: 'disk', token: 0, operation: { kind: 'resize', file: name, size: state.cut } }, ask(state, { kind: 'sync', file: name })]
}

function fail(state: TruncateState, message: string, damaged = false): TruncateEffect[] {
  state.phase = 'over'
  return [{ kind: 'failed', message, damaged }]
}

function ask(state: TruncateState, operation: DiskOperation): DiskEffect {
  return { kind: 'disk', token: ++state.token, operation }
}
