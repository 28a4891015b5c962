/**
 * The write path of the log: group commit. What is appended waits until the turn ends, then goes to the disk as one write and
 * one sync; what is appended while that sync runs becomes the next batch. So the slower the disk, the larger the batches.
 * Source: `SyncRequestProcessor`, `FileTxnLog.append` and `commit`.
 */
import { assert, formatId, type Machine, unreachable, type Zxid } from '../kernel/index.ts'
import type { DiskEffect, DiskOperation, DiskResult } from './disk.ts'
import { logFile } from './file-names.ts'
import { LOG_HEADER_LENGTH, putLogHeader, putLogRecord, RECORD_OVERHEAD } from './txn-log.ts'

/** How a log is written. */
export interface TxnLogOptions {
  /** By how many bytes a file grows at a time, in bytes; 0 for not at all (`zookeeper.preAllocSize`, which is in KiB). */
  readonly preAllocSize: number
  /** `false` leaves out the sync: fast and unsafe (`zookeeper.forceSync=no`). */
  readonly forceSync: boolean
}

/** Plain data: what has been appended, written and flushed. */
export interface TxnLogState {
  readonly options: TxnLogOptions
  /** The last transaction appended; it need not be on the disk yet. */
  lastZxid: Zxid
  /** The last transaction that is durable. */
  flushedZxid: Zxid
  /** The encoded transactions that wait for a write, oldest first, and their zxids. */
  waiting: { zxids: Zxid[]; txns: Uint8Array[] }
  /** How many of the waiting transactions still belong to the current file; null when no roll is due. */
  rollAt: number | null
  /** The file that grows; null when the next transaction begins a new one. */
  file: string | null
  /** Where the next record goes. */
  position: number
  /** The size to which the file has been grown. */
  size: number
  /** The batch on its way to the disk: the token that ends it and its last transaction. */
  inFlight: { readonly token: number; readonly upTo: Zxid } | null
  lastToken: number
}

/** What goes into the log. */
export type TxnLogEvent =
  /** The next transaction; the bytes are kept, not copied. */
  | { readonly kind: 'append'; readonly zxid: Zxid; readonly bytes: Uint8Array }
  /** All events that were ready have been delivered: write. */
  | { readonly kind: 'turn' }
  /** The answer to a disk effect of this machine. */
  | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }
  /** Let the next transaction begin a new file: a snapshot is about to be taken. */
  | { readonly kind: 'roll' }
  /** The log was read or cut, or a snapshot replaced it, and now ends at `lastZxid`. Only while nothing is waiting or in flight. */
  | { readonly kind: 'reset'; readonly lastZxid: Zxid }

/** What comes out of it. */
export type TxnLogEffect =
  | DiskEffect
  /** Everything up to and including this transaction is durable. */
  | { readonly kind: 'flushed'; readonly upTo: Zxid }
  /** The disk is not to be trusted any more: stop the server. */
  | { readonly kind: 'failed'; readonly message: string }

/** A log that ends at `lastZxid` and has no open file. */
export function newTxnLog(lastZxid: Zxid, options: TxnLogOptions): TxnLogState {
  return {
    options,
    lastZxid,
    flushedZxid: lastZxid,
    waiting: { zxids: [], txns: [] },
    rollAt: null,
    file: null,
    position: 0,
    size: 0,
    inFlight: null,
    lastToken: 0,
  }
}

/** Whether everything that was appended is durable: a role may end and the log may be read or cut only then (ZOOKEEPER-4712). */
export function isLogIdle(log: TxnLogState): boolean {
  return log.inFlight === null && log.waiting.txns.length === 0
}

const NOTHING: readonly TxnLogEffect[] = []

/** The machine; its tokens are numbered from 1 up and mean nothing outside. */
export const txnLog: Machine<TxnLogState, TxnLogEvent, TxnLogEffect> = {
  step(log, event) {
    switch (event.kind) {
      case 'append':
        return onAppend(log, event.zxid, event.bytes)
      case 'turn':
        return log.inFlight === null && log.waiting.txns.length > 0 ? writeBatch(log) : NOTHING
      case 'disk':
        return onDisk(log, event.token, event.result)
      case 'roll':
        return onRoll(log)
      case 'reset':
        return onReset(log, event.lastZxid)
      default:
        return unreachable(event)
    }
  },
}

function onAppend(log: TxnLogState, zxid: Zxid, bytes: Uint8Array): readonly TxnLogEffect[] {
  assert(zxid > log.lastZxid, `append of ${formatId(zxid)} after ${formatId(log.lastZxid)}`)
  log.lastZxid = zxid
  log.waiting.zxids.push(zxid)
  log.waiting.txns.push(bytes)
  return NOTHING
}

/** What waits still goes to the old file; a second roll before that has happened adds nothing. */
function onRoll(log: TxnLogState): readonly TxnLogEffect[] {
  if (log.waiting.txns.length === 0) log.file = null
  else log.rollAt ??= log.waiting.txns.length
  return NOTHING
}

function onReset(log: TxnLogState, lastZxid: Zxid): readonly TxnLogEffect[] {
  assert(isLogIdle(log), 'the log is reset while transactions are on their way to the disk')
  // A file that was read or cut is never written again: its torn tail stays what it is (ZOOKEEPER-1489).
  log.file = null
  log.rollAt = null
  log.lastZxid = lastZxid
  log.flushedZxid = lastZxid
  return NOTHING
}

function onDisk(log: TxnLogState, token: number, result: DiskResult): readonly TxnLogEffect[] {
  if (result.kind === 'failed') return [{ kind: 'failed', message: `the log cannot be written: ${result.message}` }]
  if (log.inFlight?.token !== token) return NOTHING
  const { upTo } = log.inFlight
  log.inFlight = null
  log.flushedZxid = upTo
  const flushed: TxnLogEffect = { kind: 'flushed', upTo }
  return log.waiting.txns.length > 0 ? [flushed, ...writeBatch(log)] : [flushed]
}

/** One write for all that waits and belongs to the same file, its growth, and one sync. */
function writeBatch(log: TxnLogState): TxnLogEffect[] {
  const rolls = log.rollAt !== null
  const { zxids, txns } = takeBatch(log)
  const isNew = log.file === null
  const file = log.file ?? logFile(zxids[0] as Zxid)
  const operations: DiskOperation[] = []
  if (isNew) {
    log.position = LOG_HEADER_LENGTH
    log.size = LOG_HEADER_LENGTH
    // A file of this name holds at most the torn remains of the same transaction.
    operations.push({ kind: 'delete', file })
  }
  const bytes = encodeBatch(txns, isNew)
  const size = grownSize(log.position, log.size, log.options.preAllocSize)
  const position = isNew ? 0 : log.position
  log.position = position + bytes.length
  operations.push({ kind: 'write', file, position, bytes })
  if (size > log.size && size > log.position) operations.push({ kind: 'resize', file, size })
  if (log.options.forceSync) operations.push({ kind: 'sync', file })
  log.size = Math.max(size, log.position)
  log.file = rolls ? null : file

  const token = ++log.lastToken
  log.inFlight = { token, upTo: zxids[zxids.length - 1] as Zxid }
  return operations.map((operation, i) => ({ kind: 'disk', token: i === operations.length - 1 ? token : 0, operation }))
}

function takeBatch(log: TxnLogState): { zxids: Zxid[]; txns: Uint8Array[] } {
  const { zxids, txns } = log.waiting
  const count = log.rollAt ?? txns.length
  log.rollAt = null
  log.waiting = { zxids: zxids.slice(count), txns: txns.slice(count) }
  return { zxids: zxids.slice(0, count), txns: txns.slice(0, count) }
}

/** The one copy between a transaction and the disk. */
function encodeBatch(txns: readonly Uint8Array[], withHeader: boolean): Uint8Array {
  let length = withHeader ? LOG_HEADER_LENGTH : 0
  for (const txn of txns) length += RECORD_OVERHEAD + txn.length
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  if (withHeader) putLogHeader(view)
  let at = withHeader ? LOG_HEADER_LENGTH : 0
  for (const txn of txns) at = putLogRecord(bytes, view, at, txn)
  return bytes
}

/**
 * The size that a file is given before something is written at `position`. Growing rarely and by much keeps the file system
 * from writing the file's length at every sync. Source: `FilePadding.calculateFileSizeWithPadding`.
 */
export function grownSize(position: number, size: number, preAllocSize: number): number {
  if (preAllocSize <= 0 || position + 4096 < size) return size
  if (position <= size) return size + preAllocSize
  const grown = position + preAllocSize
  return grown - (grown % preAllocSize)
}
