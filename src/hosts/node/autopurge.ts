/** Deletes snapshots and logs that nobody needs any more. Source: `DatadirCleanupManager`, `PurgeTxnLog`. */
import { type DiskOperation, type DiskResult, looksValid, purgeable, SNAPSHOT_TAIL_LENGTH, snapshotFiles } from '../../storage/index.ts'
import type { NodeDisk } from './disk.ts'
import type { Log } from './log.ts'

/** Never rejects: what could not be deleted now will be next time. */
export async function purge(disk: NodeDisk, retain: number, log: Log): Promise<void> {
  const listing = await perform(disk, { kind: 'list' })
  if (listing.kind !== 'listing') return log('warn', 'Purge: the data folders could not be listed')
  const whole = new Set<string>()
  for (const snapshot of snapshotFiles(listing.files)) {
    const offset = Math.max(0, snapshot.size - SNAPSHOT_TAIL_LENGTH)
    const tail = await perform(disk, { kind: 'read', file: snapshot.name, offset })
    if (tail.kind === 'content' && looksValid(snapshot, tail.bytes)) whole.add(snapshot.name)
  }
  let deleted = 0
  for (const file of purgeable(listing.files, (name) => whole.has(name), retain)) {
    const result = await perform(disk, { kind: 'delete', file })
    if (result.kind === 'failed') log('warn', `Purge: ${file} could not be deleted: ${result.message}`)
    else deleted++
  }
  if (deleted > 0) log('info', `Purge: deleted ${deleted} files; the newest ${retain} snapshots and the logs behind them stay`)
}

function perform(disk: NodeDisk, operation: DiskOperation): Promise<DiskResult> {
  return new Promise((resolve) => disk.perform(operation, resolve))
}
