/**
 * The bytes of a txn log file: a header, then one record after the other, then zeros up to the size to which the file was
 * grown in advance. The rule that decides is {@link LogReader.next}: what is the end of the log, and what is damage.
 */

import { DEFAULT_MAX_LENGTH } from '../jute/index.ts'
import { adler32, concatBytes, formatId, type Zxid } from '../kernel/index.ts'

/** Length of the file header in bytes. */
export const LOG_HEADER_LENGTH = 16
/** What a record adds to its transaction: checksum, length, end mark. */
export const RECORD_OVERHEAD = 13

const LOG_MAGIC = 0x5a4b4c47
const END_MARK = 0x42

/** Puts the file header at the start of `into`: magic `ZKLG`, version 2, dbid 0. Source: `FileHeader`. */
export function putLogHeader(into: DataView): void {
  into.setInt32(0, LOG_MAGIC)
  into.setInt32(4, 2)
  into.setBigInt64(8, 0n)
}

const HEADER = new Uint8Array(LOG_HEADER_LENGTH)
putLogHeader(new DataView(HEADER.buffer))

/**
 * Puts the record of one encoded transaction at `at`: Adler-32 of the transaction as a long, its length, itself, the end mark.
 * Gives the position after it. Source: `FileTxnLog.append`.
 */
export function putLogRecord(into: Uint8Array, view: DataView, at: number, txn: Uint8Array): number {
  view.setUint32(at, 0)
  view.setUint32(at + 4, adler32(txn))
  view.setInt32(at + 8, txn.length)
  into.set(txn, at + 12)
  const end = at + RECORD_OVERHEAD + txn.length
  into[end - 1] = END_MARK
  return end
}

/** The record of one encoded transaction on its own. */
export function encodeLogRecord(txn: Uint8Array): Uint8Array {
  const record = new Uint8Array(RECORD_OVERHEAD + txn.length)
  putLogRecord(record, new DataView(record.buffer), 0, txn)
  return record
}

/** What {@link LogReader.next} finds. */
export type LogItem =
  /** A sound record. `end` is the offset right after its end mark; `bytes` the encoded transaction, a copy. */
  | { readonly kind: 'record'; readonly zxid: Zxid; readonly bytes: Uint8Array; readonly end: number }
  /** Nothing to tell before more of the file is pushed. */
  | { readonly kind: 'more' }
  /** The records of this file end here. */
  | { readonly kind: 'end' }
  /** The server died while it made this file. It holds nothing, and once it is no more the newest it would count as damaged. */
  | { readonly kind: 'unwritten' }
  /** The file must not be used; `message` names the file and the offset. */
  | { readonly kind: 'damaged'; readonly message: string }

const MORE: LogItem = { kind: 'more' }
const END: LogItem = { kind: 'end' }
const UNWRITTEN: LogItem = { kind: 'unwritten' }

/**
 * Reads the records of one log file, whose bytes are pushed in pieces: `push` a piece, `next` until it wants more, `push` …,
 * and `finish` when the file has no more.
 */
export class LogReader {
  private readonly file: string
  private readonly newest: boolean
  private readonly maxLength: number
  private bytes: Uint8Array = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)
  /** Offset in the file of `bytes[0]`. */
  private base = 0
  private at = 0
  private whole = false
  private over = false

  /**
   * @param file the name, for messages
   * @param newest whether no log file comes after this one: then it may be a file that a crash left without its header
   * @param maxLength the longest transaction to believe in, in bytes
   */
  constructor(file: string, newest: boolean, maxLength = DEFAULT_MAX_LENGTH) {
    this.file = file
    this.newest = newest
    this.maxLength = maxLength
  }

  /** Adds the next piece of the file. */
  push(piece: Uint8Array): void {
    const rest = this.bytes.subarray(this.at)
    this.base += this.at
    this.at = 0
    this.bytes = rest.length === 0 ? piece : concatBytes([rest, piece])
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
  }

  /** Says that all pieces have been pushed. */
  finish(): void {
    this.whole = true
  }

  /**
   * The next thing in the file. A record that breaks off, by the end of the file, a length of 0 or a missing end mark, was
   * being written when the server died: nobody has been told of it, and the file ends before it. A record with its end mark
   * but a wrong checksum was once whole and may have been acknowledged: that is damage, and no server may go on without it.
   * Source: `FileTxnLog.FileTxnIterator.next`, `Util.readTxnBytes`.
   */
  next(): LogItem {
    if (this.over) return END
    if (this.base + this.at === 0) return this.header()
    if (!this.has(12)) return this.breakOff()
    const offset = this.base + this.at
    const length = this.view.getInt32(this.at + 8)
    if (length === 0) return this.end()
    if (length < 0 || length > this.maxLength) return this.damage(offset, `a record of unreasonable length ${length}`)
    if (!this.has(RECORD_OVERHEAD + length)) return this.breakOff()
    const end = this.at + RECORD_OVERHEAD + length
    if (this.bytes[end - 1] !== END_MARK) return this.end()
    const bytes = this.bytes.slice(this.at + 12, end - 1)
    if (this.view.getUint32(this.at) !== 0 || this.view.getUint32(this.at + 4) !== adler32(bytes)) return this.damage(offset, 'CRC check failed')
    if (length < 32) return this.damage(offset, `a record of ${length} bytes, which is too short for a transaction`)
    const zxid = this.view.getBigInt64(this.at + 12 + 12)
    this.at = end
    return { kind: 'record', zxid, bytes, end: this.base + end }
  }

  private header(): LogItem {
    if (!this.has(LOG_HEADER_LENGTH) && !this.whole) return MORE
    if (this.newest && this.headerWasNeverWritten()) return UNWRITTEN
    if (!this.has(LOG_HEADER_LENGTH)) return this.damage(0, `the file has only ${this.bytes.length} bytes, which is less than its header`)
    const magic = this.view.getInt32(0)
    if (magic !== LOG_MAGIC) return this.damage(0, `invalid magic number ${hex32(magic)}, expected ${hex32(LOG_MAGIC)}`)
    this.at = LOG_HEADER_LENGTH
    return this.next()
  }

  /**
   * Header and first records are written together and synced before anybody is told of a record. So a file with nothing, a
   * part of the header, or only zeros where both belong was being made when the server died.
   * Source: ZOOKEEPER-2332, which knows the file of length 0 only.
   */
  private headerWasNeverWritten(): boolean {
    const start = this.bytes.subarray(0, LOG_HEADER_LENGTH + 12)
    return start.every((byte) => byte === 0) || (start.length < LOG_HEADER_LENGTH && start.every((byte, i) => byte === HEADER[i]))
  }

  private has(count: number): boolean {
    return this.at + count <= this.bytes.length
  }

  private breakOff(): LogItem {
    return this.whole ? this.end() : MORE
  }

  private end(): LogItem {
    this.over = true
    return END
  }

  private damage(offset: number, what: string): LogItem {
    this.over = true
    return { kind: 'damaged', message: `${this.file}: ${what} at offset ${offset}` }
  }
}

function hex32(value: number): string {
  return formatId(BigInt(value >>> 0))
}
