import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adler32, crc32, fromHex, hexOf, javaRandomBytes, md5, sha1, sha256, utf8 } from '../../src/kernel/index.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

describe('checksums', () => {
  it('adler32 is the sum of RFC 1950, also beyond the point where 32 bits would overflow', () => {
    const slow = (input: Uint8Array) => {
      let a = 1
      let b = 0
      for (const byte of input) {
        a = (a + byte) % 65521
        b = (b + a) % 65521
      }
      return b * 65536 + a
    }
    expect(adler32(utf8('Wikipedia'))).toBe(0x11e60398)
    expect(adler32(new Uint8Array(100_000).fill(255))).toBe(slow(new Uint8Array(100_000).fill(255)))
    fc.assert(fc.property(bytes, (input) => adler32(input) === slow(input)))
  })

  it('adler32 is what zlib writes at the end of a stream', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const stream = zlib.deflateSync(input)
        expect(adler32(input)).toBe(stream.readUInt32BE(stream.length - 4))
      }),
    )
  })

  it('crc32 is what gzip writes at the end of a stream', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
    fc.assert(
      fc.property(bytes, (input) => {
        const stream = zlib.gzipSync(input)
        expect(crc32(input)).toBe(stream.readUInt32LE(stream.length - 8))
      }),
    )
  })

  it('adler32 and crc32 of pieces are those of the whole', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const whole = new Uint8Array([...left, ...right])
        expect(adler32(right, adler32(left))).toBe(adler32(whole))
        expect(crc32(right, crc32(left))).toBe(crc32(whole))
      }),
    )
  })

  it('sha1, sha256 and md5 are those of Node, at every length around a block', () => {
    for (let length = 0; length < 200; length++) {
      const input = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255)
      expect(hexOf(sha1(input))).toBe(createHash('sha1').update(input).digest('hex'))
      expect(hexOf(sha256(input))).toBe(createHash('sha256').update(input).digest('hex'))
      expect(hexOf(md5(input))).toBe(createHash('md5').update(input).digest('hex'))
    }
  })

  it('javaRandomBytes is java.util.Random.nextBytes', () => {
    // new Random(42).nextBytes(new byte[8]) and a session password: Random(sessionId ^ 0xB3415C00), 16 bytes.
    expect(javaRandomBytes(42n, 8)).toEqual(fromHex('359d41baf78afe0d'))
    expect(javaRandomBytes(0x0100000ecf010000n ^ 0xb3415c00n, 16)).toEqual(fromHex('85d522de2e99dbd96b5888d02710c42b'))
    expect(javaRandomBytes(42n, 5)).toEqual(fromHex('359d41baf78afe0d').subarray(0, 5))
    expect(javaRandomBytes(-1n, 7)).toEqual(fromHex('b36cd944c32287'))
  })
})
