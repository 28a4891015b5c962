import { fromUtf8 } from '../kernel/index.ts'

/** The bytes are not a record of the expected kind. `incomplete` tells a stream parser to wait for more. */
export class JuteError extends Error {
  override name = 'JuteError'
  readonly incomplete: boolean
  constructor(message: string, incomplete = false) {
    super(message)
    this.incomplete = incomplete
  }
}

/**
 * The longest string or buffer to believe in where bytes come one after the other and nothing else bounds them: what a frame may
 * hold and as much again. Source: `BinaryInputArchive.maxBuffer`, `jute.maxbuffer.extrasize`.
 * @param maxFrame `jute.maxbuffer`, in bytes
 */
export function longestBuffer(maxFrame: number): number {
  return maxFrame + Math.max(1024, maxFrame)
}

/** With the `jute.maxbuffer` that ZooKeeper has unless it is told otherwise. */
export const DEFAULT_MAX_LENGTH = longestBuffer(0xfffff)

/**
 * Reads jute values one after the other. Buffers are views of the input, not copies.
 * Source: `org.apache.jute.BinaryInputArchive`.
 */
export class JuteReader {
  readonly bytes: Uint8Array
  position: number
  private readonly view: DataView
  private readonly maxLength: number

  /** @param maxLength the longest string or buffer to accept, in bytes; needed where the bytes are the begin of more */
  constructor(bytes: Uint8Array, position = 0, maxLength = Number.MAX_SAFE_INTEGER) {
    this.bytes = bytes
    this.position = position
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.maxLength = maxLength
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.position
  }

  private take(length: number): number {
    const at = this.position
    if (at + length > this.bytes.length) throw new JuteError(`need ${length} bytes at offset ${at}, have ${this.remaining}`, true)
    this.position = at + length
    return at
  }

  /** A signed byte. */
  byte(): number {
    return this.view.getInt8(this.take(1))
  }

  /** Any byte but 0 is true. */
  boolean(): boolean {
    return this.view.getInt8(this.take(1)) !== 0
  }

  /** Four bytes, signed, the highest one first. */
  int(): number {
    return this.view.getInt32(this.take(4))
  }

  /** Eight bytes, signed, the highest one first. */
  long(): bigint {
    return this.view.getBigInt64(this.take(8))
  }

  /** Length and bytes; length -1 is null, which differs from empty. */
  buffer(): Uint8Array | null {
    const length = this.int()
    if (length === -1) return null
    if (length < 0 || length > this.maxLength) throw new JuteError(`unreasonable length ${length}`)
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }

  /** A string as UTF-8 behind its length in bytes; length -1 is null. */
  ustring(): string | null {
    const length = this.int()
    if (length === -1) return null
    if (length < 0 || length > this.maxLength) throw new JuteError(`unreasonable length ${length}`)
    const at = this.take(length)
    return decodeText(this.bytes, at, length)
  }

  /** Count and elements; count -1 is null, other negative counts are an empty vector as in Java. */
  vector<T>(element: (reader: JuteReader) => T): T[] | null {
    const count = this.int()
    if (count === -1) return null
    const elements: T[] = []
    for (let i = 0; i < count; i++) elements.push(element(this))
    return elements
  }
}

/** Short ASCII, which nearly every path is, is put together by hand: several times faster than a TextDecoder call. */
function decodeText(bytes: Uint8Array, at: number, length: number): string {
  if (length > 64) return fromUtf8(bytes.subarray(at, at + length))
  let text = ''
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] as number
    if (byte > 127) return fromUtf8(bytes.subarray(at, at + length))
    text += String.fromCharCode(byte)
  }
  return text
}
