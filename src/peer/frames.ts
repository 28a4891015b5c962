import { JuteError, JuteReader, longestBuffer } from '../jute/index.ts'
import { copyBytes, intAt, newBytes } from '../kernel/index.ts'
import { QuorumPacket, quorumPacketLength } from '../wire/index.ts'

const NOTHING = new Uint8Array(0)

/** Bytes that have arrived on one connection and are not taken yet. */
export class Incoming {
  private bytes: Uint8Array = NOTHING
  private at = 0

  /** Bytes that are waiting. */
  get length(): number {
    return this.bytes.length - this.at
  }

  /** Takes in what has arrived, as a copy: the host may use its buffer again. */
  push(bytes: Uint8Array): void {
    const joined = newBytes(this.length + bytes.length)
    joined.set(this.bytes.subarray(this.at))
    joined.set(bytes, this.length)
    this.bytes = joined
    this.at = 0
  }

  /** The int at the front, or undefined while its four bytes have not arrived. It is not taken. */
  peekInt(): number | undefined {
    return this.length < 4 ? undefined : intAt(this.bytes, this.at)
  }

  /** Takes this many bytes as a view. */
  take(count: number): Uint8Array {
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  /**
   * The next frame without its length, or null while it has not arrived. Throws `JuteError` for a length out of bounds.
   * @param maxLength the longest frame to accept, in bytes
   */
  frame(maxLength: number): Uint8Array | null {
    const length = this.peekInt()
    if (length === undefined) return null
    if (length < 0 || length > maxLength) throw new JuteError(`frame of ${length} bytes, at most ${maxLength} are allowed`)
    if (this.length < 4 + length) return null
    this.at += 4
    return this.take(length)
  }

  /**
   * The next packet of the quorum port, or null while it has not arrived whole. Its data are a copy. Throws `JuteError`.
   * @param maxFrame `jute.maxbuffer`, in bytes
   */
  packet(maxFrame: number): QuorumPacket | null {
    const length = quorumPacketLength(this.bytes, this.at, longestBuffer(maxFrame))
    if (length === -1) return null
    return QuorumPacket.read(new JuteReader(copyBytes(this.take(length))))
  }

  /**
   * Reads one value without frame, or null while it has not arrived whole. Throws `JuteError` when it is malformed.
   * @param read reads from the reader; throws an `incomplete` error when bytes are missing
   */
  value<T>(read: (reader: JuteReader) => T): T | null {
    const reader = new JuteReader(this.bytes, this.at)
    try {
      const value = read(reader)
      this.at = reader.position
      return value
    } catch (error) {
      if (error instanceof JuteError && error.incomplete) return null
      throw error
    }
  }
}

/** A frame: the length of the body and the body. */
export function framed(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length)
  new DataView(frame.buffer).setInt32(0, body.length)
  frame.set(body, 4)
  return frame
}
