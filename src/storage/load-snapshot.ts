/** The first half of recovery: the newest snapshot that is whole becomes the database. Source: `FileSnap.deserialize`. */
import { concatBytes, note } from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import { logFiles, type NamedFile, snapshotFile } from './file-names.ts'
import { isCompressed, looksValid, READ_LENGTH, SNAPSHOT_TAIL_LENGTH } from './reading.ts'
import { ask, compareDigest, fail, type RecoveryEffect, type RecoveryState, readOn } from './recovery-state.ts'
import { replayLogs } from './replay-logs.ts'
import { SnapshotReader } from './snapshot-reader.ts'
import { SnapshotSerializer } from './snapshot-serializer.ts'

/** Looks at the end of the next candidate, newest first. */
export function tryNextSnapshot(state: RecoveryState): RecoveryEffect[] {
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

/** The end of the candidate has been read. */
export function onSnapshotTail(state: RecoveryState, tail: Uint8Array | null): RecoveryEffect[] {
  const file = state.file as NamedFile
  if (!looksValid(file, tail)) {
    return [note('snapshot-skipped', `${file.name} is not whole.`, 'storage.md 4.5; SnapStream.isValidSnapshot'), ...tryNextSnapshot(state)]
  }
  state.phase = 'snapshot'
  state.offset = 0
  state.snapshotReader = new SnapshotReader(state.database, 'file', state.maxLength)
  return [readOn(state)]
}

/** A piece of the candidate has been read. */
export function onSnapshotPiece(state: RecoveryState, piece: Uint8Array): RecoveryEffect[] {
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
