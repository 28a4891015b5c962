import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../src/kernel/index.ts'

const draw = (prng: Prng, count: number) => Array.from({ length: count }, () => prng.next())

describe('Prng', () => {
  it('the same seed gives the same numbers, another seed others', () => {
    expect(draw(new Prng(7n), 20)).toEqual(draw(new Prng(7n), 20))
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.integer({ min: 0, max: 63 }), (seed, bit) => {
        expect(draw(new Prng(seed), 4)).not.toEqual(draw(new Prng(seed ^ (1n << BigInt(bit))), 4))
      }),
    )
  })

  it('the numbers of a seed never change: recorded traces depend on them', () => {
    expect(draw(new Prng(1n), 4)).toEqual([3387734806, 1080862987, 3546521498, 2861869171])
  })

  it('a clone goes on as the original would', () => {
    const prng = new Prng(3n)
    draw(prng, 5)
    const copy = prng.clone()
    expect(draw(copy, 10)).toEqual(draw(prng, 10))
  })

  it('a split source does not depend on what its parent draws later', () => {
    const left = new Prng(3n)
    const right = new Prng(3n)
    const ofLeft = left.split()
    const ofRight = right.split()
    draw(left, 10)
    expect(draw(ofLeft, 10)).toEqual(draw(ofRight, 10))
    expect(draw(ofLeft, 10)).not.toEqual(draw(left, 10))
  })

  it('below(n) reaches each of 0..n-1 about equally often', () => {
    const prng = new Prng(11n)
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 60_000; i++) {
      const face = prng.below(6)
      counts[face] = (counts[face] as number) + 1
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
    expect(prng.below(1)).toBe(0)
  })

  it('float is in [0, 1), pick gives every item', () => {
    const prng = new Prng(5n)
    const seen = new Set<string>()
    for (let i = 0; i < 1000; i++) {
      const x = prng.float()
      expect(x >= 0 && x < 1).toBe(true)
      seen.add(prng.pick(['a', 'b', 'c']))
    }
    expect([...seen].sort((a, b) => (a < b ? -1 : 1))).toEqual(['a', 'b', 'c'])
  })
})
