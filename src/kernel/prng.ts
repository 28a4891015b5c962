/**
 * A seeded source of random numbers. Whoever needs chance in a machine keeps one of these in its state: the same seed tells
 * the same story, on every machine and in every browser. `split` gives each part of a world a source of its own, so that one
 * part drawing a number more does not change what all the others draw.
 *
 * The generator is sfc32 of the PractRand suite: 128 bits of state, a handful of 32-bit operations. Not for secrets.
 */
export class Prng {
  private a: number
  private b: number
  private c: number
  private counter: number

  /** @param seed any integer; its low 64 bits count */
  constructor(seed: bigint) {
    this.a = Number(BigInt.asIntN(32, seed))
    this.b = Number(BigInt.asIntN(32, seed >> 32n))
    this.c = 0
    this.counter = 1
    // Seeds that differ in one bit give unrelated numbers only after the state has been stirred.
    for (let i = 0; i < 15; i++) this.next()
  }

  /** The next number of 32 bits, unsigned. */
  next(): number {
    const drawn = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0
    return drawn >>> 0
  }

  /** An integer from 0 up to, but not including, `n`; `n` from 1 to 2^32. Every one is equally likely. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n)
    let drawn = this.next()
    while (drawn >= limit) drawn = this.next()
    return drawn % n
  }

  /** A number from 0 up to, but not including, 1. */
  float(): number {
    return this.next() / 2 ** 32
  }

  /** One of the items, which must not be none. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** A new source that is independent of what this one draws from now on. */
  split(): Prng {
    return new Prng((BigInt(this.next()) << 32n) | BigInt(this.next()))
  }

  /** A copy that draws what this one will draw. */
  clone(): Prng {
    const copy = new Prng(0n)
    copy.a = this.a
    copy.b = this.b
    copy.c = this.c
    copy.counter = this.counter
    return copy
  }
}
