/**
 * The checksums and digests that ZooKeeper's bytes contain, in plain TypeScript so that every host has them, the browser
 * included: Adler-32 guards log records and snapshots, CRC-32 is summed up to the tree's digest, SHA-1 hides the passwords of
 * the `digest` ACL scheme, SHA-256 is its stronger sister, MD5 is what SASL clients answer with, and Java's `Random` makes
 * session passwords.
 */

/** How many bytes Adler-32 may add before its sums could leave 32 bits. Source: zlib, `NMAX`. */
const ADLER_RUN = 5552
const ADLER_BASE = 65521

/**
 * Adler-32 of `bytes`, as an unsigned 32-bit number. To sum up pieces, give the result of the pieces before as `start`.
 * Source: RFC 1950.
 */
export function adler32(bytes: Uint8Array, start = 1): number {
  let a = start & 0xffff
  let b = start >>> 16
  const length = bytes.length
  for (let i = 0; i < length; ) {
    const end = Math.min(i + ADLER_RUN, length)
    while (i < end) {
      a += bytes[i++] as number
      b += a
    }
    a %= ADLER_BASE
    b %= ADLER_BASE
  }
  return ((b << 16) | a) >>> 0
}

const crcTable = new Uint32Array(256)
for (let i = 0; i < 256; i++) {
  let remainder = i
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
  crcTable[i] = remainder
}

/**
 * CRC-32 (the polynomial of zlib and `java.util.zip.CRC32`) of `bytes`, as an unsigned 32-bit number. To sum up pieces, give
 * the result of the pieces before as `start`.
 */
export function crc32(bytes: Uint8Array, start = 0): number {
  let crc = ~start
  for (let i = 0; i < bytes.length; i++) crc = (crcTable[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The 20 bytes of SHA-1. Source: FIPS 180-4. */
export function sha1(bytes: Uint8Array): Uint8Array {
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0])
  const words = new Int32Array(80)
  eachBlock(bytes, BIG_ENDIAN, (view, at) => {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i)
    for (let i = 16; i < 80; i++) words[i] = rotateLeft(word(words, i - 3) ^ word(words, i - 8) ^ word(words, i - 14) ^ word(words, i - 16), 1)
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number]
    for (let i = 0; i < 80; i++) {
      const mixed = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
      const constant = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6
      const next = (rotateLeft(a, 5) + mixed + e + constant + word(words, i)) | 0
      e = d
      d = c
      c = rotateLeft(b, 30)
      b = a
      a = next
    }
    addTo(state, [a, b, c, d, e])
  })
  return bytesOf(state, BIG_ENDIAN)
}

/** The first 32 bits of the fraction of a positive number's root. SHA-256 takes its constants from primes this way. */
function rootFraction(prime: number, root: 2 | 3): number {
  const value = root === 2 ? Math.sqrt(prime) : Math.cbrt(prime)
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0
}

const primes: number[] = []
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
const sha256Constants = Int32Array.from(primes, (prime) => rootFraction(prime, 3))
const sha256Start = Int32Array.from(primes.slice(0, 8), (prime) => rootFraction(prime, 2))

/** The 32 bytes of SHA-256. Source: FIPS 180-4. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = sha256Start.slice()
  const words = new Int32Array(64)
  eachBlock(bytes, BIG_ENDIAN, (view, at) => {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i)
    for (let i = 16; i < 64; i++) {
      const w15 = word(words, i - 15)
      const w2 = word(words, i - 2)
      const s0 = rotateLeft(w15, 25) ^ rotateLeft(w15, 14) ^ (w15 >>> 3)
      const s1 = rotateLeft(w2, 15) ^ rotateLeft(w2, 13) ^ (w2 >>> 10)
      words[i] = word(words, i - 16) + s0 + word(words, i - 7) + s1
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const s1 = rotateLeft(e, 26) ^ rotateLeft(e, 21) ^ rotateLeft(e, 7)
      const first = (h + s1 + ((e & f) ^ (~e & g)) + word(sha256Constants, i) + word(words, i)) | 0
      const s0 = rotateLeft(a, 30) ^ rotateLeft(a, 19) ^ rotateLeft(a, 10)
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    addTo(state, [a, b, c, d, e, f, g, h])
  })
  return bytesOf(state, BIG_ENDIAN)
}

/** How far each of MD5's four rounds rotates, and by which step and start it walks through the words of a block. Source: RFC 1321. */
const MD5_ROUNDS = [
  { rotations: [7, 12, 17, 22], step: 1, start: 0 },
  { rotations: [5, 9, 14, 20], step: 5, start: 1 },
  { rotations: [4, 11, 16, 23], step: 3, start: 5 },
  { rotations: [6, 10, 15, 21], step: 7, start: 0 },
] as const
const md5Constants = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/** The 16 bytes of MD5. Broken as a digest, and still what DIGEST-MD5 is made of. Source: RFC 1321. */
export function md5(bytes: Uint8Array): Uint8Array {
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])
  eachBlock(bytes, LITTLE_ENDIAN, (view, at) => {
    let [a, b, c, d] = state as unknown as [number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const { rotations, step, start } = MD5_ROUNDS[i >> 4] as (typeof MD5_ROUNDS)[number]
      const mixed = i < 16 ? (b & c) | (~b & d) : i < 32 ? (d & b) | (~d & c) : i < 48 ? b ^ c ^ d : c ^ (b | ~d)
      const sum = (a + mixed + word(md5Constants, i) + view.getInt32(at + 4 * ((start + step * i) & 15), LITTLE_ENDIAN)) | 0
      a = d
      d = c
      c = b
      b = (b + rotateLeft(sum, rotations[i & 3] as number)) | 0
    }
    addTo(state, [a, b, c, d])
  })
  return bytesOf(state, LITTLE_ENDIAN)
}

/** What `new java.util.Random(seed).nextBytes` gives: session passwords are made this way. Source: `java.util.Random`. */
export function javaRandomBytes(seed: bigint, length: number): Uint8Array {
  const multiplier = 0x5deece66dn
  const mask = (1n << 48n) - 1n
  let state = (seed ^ multiplier) & mask
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    state = (state * multiplier + 0xbn) & mask
    let drawn = Number(state >> 16n)
    for (let i = 0; i < 4 && at < length; i++, at++) {
      bytes[at] = drawn & 0xff
      drawn >>>= 8
    }
  }
  return bytes
}

const LITTLE_ENDIAN = true
const BIG_ENDIAN = false

/** Calls `mix` for each block of 64 bytes of the message with its padding: a one bit, zeros, the length in bits. */
function eachBlock(bytes: Uint8Array, littleEndian: boolean, mix: (view: DataView, at: number) => void): void {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, littleEndian)
  for (let at = 0; at < padded.length; at += 64) mix(view, at)
}

function word(words: Int32Array, i: number): number {
  return words[i] as number
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function addTo(state: Int32Array, values: readonly number[]): void {
  for (let i = 0; i < state.length; i++) state[i] = word(state, i) + (values[i] as number)
}

function bytesOf(words: Int32Array, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = new DataView(bytes.buffer)
  words.forEach((value, i) => {
    view.setInt32(4 * i, value, littleEndian)
  })
  return bytes
}
