/** Which files nobody needs any more. */
import type { DiskFile } from './disk.ts'
import { logFiles, snapshotFiles } from './file-names.ts'

/**
 * The files to delete when the newest `retain` snapshots are to stay, and with them every log file that can hold a record
 * after the oldest of these. Source: `PurgeTxnLog.purge`.
 *
 * @param files a listing
 * @param looksValid whether the snapshot of this name looks whole: others are not counted
 * @param retain how many snapshots stay, at least 3
 */
export function purgeable(files: readonly DiskFile[], looksValid: (name: string) => boolean, retain: number): string[] {
  const snapshots = snapshotFiles(files)
  const oldest = snapshots.filter(({ name }) => looksValid(name)).slice(-retain)[0]
  if (oldest === undefined) return []
  const logs = logFiles(files)
  // The log file with the greatest name up to the snapshot may go on behind it.
  const bridge = logs.findLast(({ zxid }) => zxid <= oldest.zxid)
  const old = [...snapshots, ...logs].filter((file) => file.zxid < oldest.zxid && file !== bridge)
  return old.map(({ name }) => name)
}
