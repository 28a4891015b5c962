import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, hexOf } from '../../src/kernel/index.ts'

describe('hexadecimal', () => {
  it('is what Node writes, and reads back, in either case and with blanks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('hex')
        expect(hexOf(bytes)).toBe(text)
        expect(fromHex(text)).toEqual(bytes)
        expect(fromHex(text.toUpperCase().replace(/../g, '$& '))).toEqual(bytes)
      }),
    )
  })
})
