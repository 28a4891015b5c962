/** Frames: a 4-byte length and as many bytes. */

import { type Codec, JuteError, JuteWriter } from '../jute/index.ts'
import { concatBytes } from '../kernel/index.ts'
import { RequestHeader } from '../wire/index.ts'

/**
 * The whole frames in what has arrived, and the beginning of the next. Everything returned is a copy, so neither the host's
 * chunk nor its memory is kept. Throws a JuteError on a length that no server may send.
 */
export function takeFrames(partial: Uint8Array, chunk: Uint8Array, maxLength: number): { frames: readonly Uint8Array[]; rest: Uint8Array } {
  const bytes = partial.length === 0 ? chunk : concatBytes([partial, chunk])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames: Uint8Array[] = []
  let at = 0
  while (bytes.length - at >= 4) {
    const length = view.getInt32(at)
    if (length < 0 || length > maxLength) throw new JuteError(`frame of ${length} bytes, the limit is ${maxLength}`)
    if (bytes.length - at - 4 < length) break
    frames.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return { frames, rest: new Uint8Array(bytes.subarray(at)) }
}

/** The frame of one record without a header: the handshake. */
export function bareFrame<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new JuteWriter(64)
  writer.int(0)
  codec.write(writer, value)
  writer.patchInt(0, writer.length - 4)
  return writer.finish()
}

/** The frame of one request. */
export function requestFrame<T>(xid: number, type: number, codec: Codec<T>, value: T): Uint8Array {
  const writer = new JuteWriter(128)
  writer.int(0)
  RequestHeader.write(writer, { xid, type })
  codec.write(writer, value)
  writer.patchInt(0, writer.length - 4)
  return writer.finish()
}

/** Gives a frame that was made earlier its number. */
export function numberFrame(frame: Uint8Array, xid: number): void {
  new DataView(frame.buffer, frame.byteOffset).setInt32(4, xid)
}

/** The frame of a request that is nothing but its header. */
export function headerFrame(xid: number, type: number): Uint8Array {
  const writer = new JuteWriter(12)
  writer.int(8)
  RequestHeader.write(writer, { xid, type })
  return writer.finish()
}
