/** Helpers for byte arrays that work in every host: no `Buffer`. */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes; malformed input becomes U+FFFD, as in Java. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** Small arrays are cut from pieces of this many bytes: an ArrayBuffer of its own costs many times what it holds. */
const PIECE_LENGTH = 16_384
let piece = new Uint8Array(PIECE_LENGTH)
let used = 0

/** A new array of this many zeros. */
export function newBytes(length: number): Uint8Array {
  if (length > PIECE_LENGTH >> 2) return new Uint8Array(length)
  if (used + length > PIECE_LENGTH) {
    piece = new Uint8Array(PIECE_LENGTH)
    used = 0
  }
  used += length
  return piece.subarray(used - length, used)
}

/** A new array with the same bytes. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  const copy = newBytes(bytes.length)
  copy.set(bytes)
  return copy
}

/** One array with the contents of all `parts` (the part itself when there is just one). */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  let length = 0
  for (const part of parts) length += part.length
  const whole = newBytes(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether both arrays hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The big-endian 32-bit integer at `at`, which must be there: a single one is not worth a DataView. */
export function intAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
}

const DIGITS = utf8('0123456789abcdef')

/** Lower-case hexadecimal of the bytes. Traces are full of them, so it writes the digits as bytes and makes one text of all. */
export function hexOf(bytes: Uint8Array): string {
  const digits = newBytes(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    digits[2 * i] = DIGITS[byte >> 4] as number
    digits[2 * i + 1] = DIGITS[byte & 15] as number
  }
  return decoder.decode(digits)
}

/** The bytes of a hexadecimal text; blanks are ignored. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '')
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digitAt(digits, 2 * i) << 4) | digitAt(digits, 2 * i + 1)
  return bytes
}

/** The value of the hexadecimal digit at `at`, of either case. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57
}
