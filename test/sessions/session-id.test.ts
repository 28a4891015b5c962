import { describe, expect, it } from 'vitest'
import { hexOf } from '../../src/kernel/index.ts'
import { checkPassword, generatePassword, initialSessionId, negotiateTimeout } from '../../src/sessions/index.ts'

describe('session ids', () => {
  it('have the server on top, then its clock, then room to count', () => {
    expect(initialSessionId(1n, 0xa1fe4)).toBe(0x0100000a1fe40000n)
    expect(initialSessionId(4n, 0xc9ee5)).toBe(0x0400000c9ee50000n)
  })

  it('take 40 bits of the clock, whole milliseconds', () => {
    expect(initialSessionId(2n, 2 ** 40 + 5.9)).toBe(0x0200000000050000n)
  })

  it('are negative from server 128 on, and never the mark of a container', () => {
    expect(initialSessionId(255n, 1)).toBe(BigInt.asIntN(64, 0xff00000000010000n))
    expect(initialSessionId(128n, 0)).toBe(BigInt.asIntN(64, 0x8000000000000001n))
  })
})

describe('passwords', () => {
  it.each([
    [0x0100000a1fe40000n, '5e4905d793e267406c5650c3941c0c40'],
    [0x01000009998c0000n, '56a2bd9b2b9474b724846663ece3300c'],
    [0x0400000c9ee50000n, 'f14fa7f12ac1d0b2b7c626d7834e61ea'],
    [0x0100001053210000n, 'e573c5760e48e331cb0d6ba9078abfa7'],
  ])('of 0x%x', (id, passwd) => {
    expect(hexOf(generatePassword(id))).toBe(passwd)
    expect(checkPassword(id, generatePassword(id))).toBe(true)
    expect(checkPassword(id + 1n, generatePassword(id))).toBe(false)
  })

  it('do not exist for session 0', () => {
    expect(checkPassword(0n, generatePassword(0n))).toBe(false)
    expect(checkPassword(1n, null)).toBe(false)
    expect(checkPassword(1n, new Uint8Array(16))).toBe(false)
  })
})

it('timeouts are what is asked for within the limits', () => {
  expect([0, -5, 3999, 4000, 10_000, 40_001].map((asked) => negotiateTimeout(asked, 4000, 40_000))).toEqual([4000, 4000, 4000, 4000, 10_000, 40_000])
})
