/** Writes a snapshot file beside running transactions, so that it is there wholly and durably or not at all. */
import { assert, formatId, type Machine, type Note, note, unreachable, type Zxid } from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from './disk.ts'
import { logFiles, snapshotFile, snapshotFiles, unfinishedSnapshotFile } from './file-names.ts'
import { SnapshotSerializer } from './snapshot-serializer.ts'

/** Plain data: the snapshot, and how much of it is on disk. */
export interface SnapshotWriterState {
  readonly zxid: Zxid
  readonly serializer: SnapshotSerializer
  /** See {@link newSnapshotWriter}. */
  readonly replacesHistory: boolean
  phase: 'writing' | 'syncing' | 'renaming' | 'listing' | 'deleting' | 'over'
  position: number
  /** Files to delete; the last one goes next. */
  doomed: string[]
  /** The token of the one operation that is waited for. */
  token: number
}

/** What goes into the writing of a snapshot. */
export type SnapshotWriterEvent = { readonly kind: 'start' } | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }

/** What comes out of it. */
export type SnapshotWriterEffect =
  | DiskEffect
  /** The snapshot is on disk under its name; `size` in bytes. */
  | { readonly kind: 'snapshotWritten'; readonly zxid: Zxid; readonly size: number }
  | { readonly kind: 'failed'; readonly message: string }
  | Note

/**
 * A snapshot of `database`, named after the transaction applied last. From `start` on the database may change; it must stay
 * the same database until the end: a role that replaces it drops this machine and its answers.
 *
 * `replacesHistory` says that the database did not grow out of what is on this disk but came from a leader by SNAP: once it is
 * durable, the log and all other snapshots tell another history and are deleted. For this the log must be idle, and it must
 * be `reset` afterwards.
 */
export function newSnapshotWriter(database: ZKDatabase, replacesHistory: boolean): SnapshotWriterState {
  return {
    zxid: database.lastProcessedZxid,
    serializer: new SnapshotSerializer(database, 'file'),
    replacesHistory,
    phase: 'writing',
    position: 0,
    doomed: [],
    token: 0,
  }
}

/** The machine: it asks for one thing at a time, so a slow disk holds up the snapshot and nothing else. */
export const snapshotWriter: Machine<SnapshotWriterState, SnapshotWriterEvent, SnapshotWriterEffect> = {
  step(state, event) {
    switch (event.kind) {
      case 'start':
        return onStart(state)
      case 'disk':
        return onDisk(state, event.token, event.result)
      default:
        return unreachable(event)
    }
  },
}

function onStart(state: SnapshotWriterState): SnapshotWriterEffect[] {
  const leftover: DiskEffect = { kind: 'disk', token: 0, operation: { kind: 'delete', file: unfinishedSnapshotFile(state.zxid) } }
  const begun = note('snapshot-begun', `A snapshot of the state after ${formatId(state.zxid)} is begun.`, 'storage.md 4.6; FileTxnSnapLog.save')
  return [begun, leftover, ...writeNext(state)]
}

function onDisk(state: SnapshotWriterState, token: number, result: DiskResult): SnapshotWriterEffect[] {
  if (result.kind === 'failed') return [{ kind: 'failed', message: `the snapshot cannot be written: ${result.message}` }]
  if (token !== state.token) return []
  switch (state.phase) {
    case 'writing':
      return writeNext(state)
    case 'syncing':
      return rename(state)
    case 'renaming':
      return state.replacesHistory ? list(state) : finish(state)
    case 'listing':
      assert(result.kind === 'listing', 'a list is answered by a listing')
      return planDeletions(state, result.files)
    case 'deleting':
      return deleteNext(state)
    case 'over':
      return []
  }
}

function writeNext(state: SnapshotWriterState): SnapshotWriterEffect[] {
  const file = unfinishedSnapshotFile(state.zxid)
  const bytes = state.serializer.next()
  if (bytes === null) {
    state.phase = 'syncing'
    return [ask(state, { kind: 'sync', file })]
  }
  const position = state.position
  state.position += bytes.length
  return [ask(state, { kind: 'write', file, position, bytes })]
}

function rename(state: SnapshotWriterState): SnapshotWriterEffect[] {
  state.phase = 'renaming'
  return [ask(state, { kind: 'rename', file: unfinishedSnapshotFile(state.zxid), to: snapshotFile(state.zxid) })]
}

function list(state: SnapshotWriterState): SnapshotWriterEffect[] {
  state.phase = 'listing'
  return [ask(state, { kind: 'list' })]
}

/**
 * The log first and newest first: a crash on the way leaves the beginning of the old history under the newer snapshot, or this
 * snapshot, with as little as possible of what does not belong to it. Older snapshots go too: with their log gone, falling
 * back to one would leave a hole in the history.
 */
function planDeletions(state: SnapshotWriterState, files: readonly DiskFile[]): SnapshotWriterEffect[] {
  const others = snapshotFiles(files).filter(({ zxid }) => zxid !== state.zxid)
  state.doomed = [...others, ...logFiles(files)].map(({ name }) => name)
  state.phase = 'deleting'
  return deleteNext(state)
}

function deleteNext(state: SnapshotWriterState): SnapshotWriterEffect[] {
  const file = state.doomed.pop()
  return file === undefined ? finish(state) : [ask(state, { kind: 'delete', file })]
}

function finish(state: SnapshotWriterState): SnapshotWriterEffect[] {
  state.phase = 'over'
  return [
    note('snapshot-written', `The snapshot of ${formatId(state.zxid)} is on disk.`, 'storage.md 12; ZOOKEEPER-2872'),
    { kind: 'snapshotWritten', zxid: state.zxid, size: state.position },
  ]
}

function ask(state: SnapshotWriterState, operation: DiskOperation): DiskEffect {
  return { kind: 'disk', token: ++state.token, operation }
}
