import { copyBytes, utf8 } from '../kernel/index.ts'

/**
 * Writes jute values one after the other into a buffer that grows.
 * Source: `org.apache.jute.BinaryOutputArchive`; departs from it in writing characters above U+FFFF as proper UTF-8.
 */
export class JuteWriter {
  private bytes: Uint8Array
  private view: DataView
  length = 0

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  private reserve(count: number): number {
    const at = this.length
    const needed = at + count
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
      grown.set(this.bytes.subarray(0, at))
      this.bytes = grown
      this.view = new DataView(grown.buffer)
    }
    this.length = needed
    return at
  }

  /** A signed byte. */
  byte(value: number): void {
    const at = this.reserve(1)
    this.view.setInt8(at, value)
  }

  /** One byte, 1 or 0. */
  boolean(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  /** Four bytes, signed, the highest one first. */
  int(value: number): void {
    const at = this.reserve(4)
    this.view.setInt32(at, value)
  }

  /** Eight bytes, signed, the highest one first. */
  long(value: bigint): void {
    const at = this.reserve(8)
    this.view.setBigInt64(at, value)
  }

  /** Bytes as they are, without a length: for what is encoded already. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.length)
    this.bytes.set(value, at)
  }

  /** Length and bytes; null is length -1. */
  buffer(value: Uint8Array | null): void {
    if (value === null) return this.int(-1)
    this.int(value.length)
    this.raw(value)
  }

  /** A string as UTF-8 behind its length in bytes; null is length -1. */
  ustring(value: string | null): void {
    if (value === null) return this.int(-1)
    if (value.length <= 64 && this.ascii(value)) return
    this.buffer(utf8(value))
  }

  private ascii(value: string): boolean {
    const start = this.length
    const at = this.reserve(4 + value.length)
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) {
        this.length = start
        return false
      }
      this.bytes[at + 4 + i] = code
    }
    this.view.setInt32(at, value.length)
    return true
  }

  /** Count and elements; null is count -1. */
  vector<T>(values: readonly T[] | null, element: (writer: JuteWriter, value: T) => void): void {
    if (values === null) return this.int(-1)
    this.int(values.length)
    for (const value of values) element(this, value)
  }

  /** Overwrites the int at `at`: for a length that is known only at the end. */
  patchInt(at: number, value: number): void {
    this.view.setInt32(at, value)
  }

  /** What was written from `at` on, as a view: valid until more is written. */
  written(at: number): Uint8Array {
    return this.bytes.subarray(at, this.length)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return copyBytes(this.written(0))
  }

  /** Forgets what was written and keeps the room for it. */
  reset(): void {
    this.length = 0
  }
}
