/** How the files of a data directory are called, and how a name is read back. */
import { toHex, type Zxid } from '../kernel/index.ts'
import type { DiskFile } from './disk.ts'

/** The log file whose first record is `zxid`. Source: `Util.makeLogName`. */
export function logFile(zxid: Zxid): string {
  return `log/log.${toHex(zxid)}`
}

/** The snapshot that was begun when `zxid` was the last transaction applied. Source: `Util.makeSnapshotName`. */
export function snapshotFile(zxid: Zxid): string {
  return `snap/snapshot.${toHex(zxid)}`
}

/** Where a snapshot grows until it is whole. No reader, Java's neither, takes this name for a snapshot. */
export function unfinishedSnapshotFile(zxid: Zxid): string {
  return `snap/unfinished.${toHex(zxid)}`
}

/** Whether a file is what {@link unfinishedSnapshotFile} names: the remains of a crash, when found at start. */
export function isUnfinishedSnapshot(name: string): boolean {
  return name.startsWith('snap/unfinished.')
}

/** A log file or snapshot of a listing with the zxid in its name. */
export interface NamedFile extends DiskFile {
  readonly zxid: Zxid
}

/** The log files of a listing, oldest first. Files with foreign names are left out. */
export function logFiles(files: readonly DiskFile[]): NamedFile[] {
  return named(files, 'log/log.')
}

/** The snapshots of a listing, oldest first, compressed ones included. Files with foreign names are left out. */
export function snapshotFiles(files: readonly DiskFile[]): NamedFile[] {
  return named(files, 'snap/snapshot.')
}

/** Source: `Util.getZxidFromName`, `Util.sortDataDir`. */
function named(files: readonly DiskFile[], prefix: string): NamedFile[] {
  const found: NamedFile[] = []
  for (const { name, size } of files) {
    if (!name.startsWith(prefix)) continue
    const digits = name.slice(prefix.length).split('.')[0] as string
    if (/^[0-9a-f]{1,16}$/i.test(digits)) found.push({ name, size, zxid: BigInt(`0x${digits}`) })
  }
  return found.sort((a, b) => (a.zxid < b.zxid ? -1 : a.zxid > b.zxid ? 1 : a.name < b.name ? -1 : 1))
}

/**
 * The log files that can hold the record `from` or later ones, oldest first: from the file with the greatest name not above
 * `from` on. Source: `FileTxnLog.FileTxnIterator.init`.
 */
export function logFilesFrom(files: readonly DiskFile[], from: Zxid): NamedFile[] {
  const logs = logFiles(files)
  let first = 0
  while (first + 1 < logs.length && (logs[first + 1] as NamedFile).zxid <= from) first++
  return logs.slice(first)
}
