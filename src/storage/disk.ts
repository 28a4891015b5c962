/**
 * What a server asks of its disk. Files are named `log/<name>` (the txn log, in `dataLogDir/version-2`) or `snap/<name>`
 * (snapshots and epoch files, in `dataDir/version-2`): two lanes. The operations of one lane happen one after the other in
 * the order in which they were asked; the two lanes know nothing of each other, so that a long snapshot never holds up the log.
 */
export type DiskOperation =
  /** All files of both lanes. → `listing`. A barrier: happens after everything asked before it in both lanes. */
  | { readonly kind: 'list' }
  /** A file's bytes from `offset` (default 0), at most `length` (default: the rest). → `content`, null when there is no such file. */
  | { readonly kind: 'read'; readonly file: string; readonly offset?: number; readonly length?: number }
  /** Puts bytes at a position; makes the file when there is none. Not durable before a `sync`. → `done` */
  | { readonly kind: 'write'; readonly file: string; readonly position: number; readonly bytes: Uint8Array }
  /** Cuts the file, or grows it with zeros (sparsely). Not durable before a `sync`. → `done` */
  | { readonly kind: 'resize'; readonly file: string; readonly size: number }
  /** Makes durable what was written to the file before, and the file's name. → `done` */
  | { readonly kind: 'sync'; readonly file: string }
  /** Replaces the file as a whole, atomically and durably: `<file>.tmp`, fsync, rename, fsync of the folder. → `done` */
  | { readonly kind: 'replace'; readonly file: string; readonly bytes: Uint8Array }
  /** Renames within a lane, durably. The file must have been synced before. → `done` */
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  /** Removes the file, durably; no file is no error. → `done` */
  | { readonly kind: 'delete'; readonly file: string }

/** How an operation ended. After `failed` the disk is not to be trusted: the server stops. */
export type DiskResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'content'; readonly bytes: Uint8Array | null }
  | { readonly kind: 'listing'; readonly files: readonly DiskFile[] }
  | { readonly kind: 'failed'; readonly message: string }

/** One file of a listing; `size` in bytes. */
export interface DiskFile {
  readonly name: string
  readonly size: number
}

/** Asks the disk. The answer comes back as an event with the same token; token 0 wants none (but a failure is always told). */
export interface DiskEffect {
  readonly kind: 'disk'
  readonly token: number
  readonly operation: DiskOperation
}
