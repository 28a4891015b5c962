/**
 * Start-up: from the files on disk to a database. The newest snapshot that is whole, then every log record after it.
 * Source: `FileTxnSnapLog.restore`, `FileSnap.deserialize`, `ZooKeeperServer.loadData`, `QuorumPeer.loadDataBase`.
 */
import { assert, fromUtf8, type Machine, unreachable } from '../kernel/index.ts'
import type { DiskEffect, DiskFile, DiskResult } from './disk.ts'
import { isUnfinishedSnapshot, snapshotFiles } from './file-names.ts'
import { onSnapshotPiece, onSnapshotTail, tryNextSnapshot } from './load-snapshot.ts'
import { ask, EPOCH_FILES, type EpochFileName, fail, type RecoveryEffect, type RecoveryEvent, type RecoveryState } from './recovery-state.ts'
import { finish, onLogPiece, readNextLog } from './replay-logs.ts'

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
