import { formatId } from '../../src/kernel/index.ts'
import { initialSessionId, negotiateTimeout } from '../../src/sessions/session-id.ts'
import { combinations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const SIDS = [1n, 2n, 3n, 127n, 128n, 200n, 255n]
const TIMES = [0, 1, 999, 65_536, 2 ** 39, 2 ** 40 - 1]

export const checks: Checks = {
  'the top byte is the server'() {
    for (const [sid, elapsed] of combinations(SIDS, TIMES)) {
      const id = initialSessionId(sid, elapsed)
      same(BigInt.asUintN(64, id) >> 56n, sid, {
        given: `server ${sid} starts at ${elapsed} ms and gives ${show(id)}; its top byte?`,
        because: 'it keeps servers apart',
      })
    }
  },

  'below it are forty bits of the clock, then sixteen zeros'() {
    for (const [sid, elapsed] of combinations([1n, 2n, 200n], TIMES)) {
      const id = initialSessionId(sid, elapsed)
      const given = `server ${sid} starts at ${elapsed} ms and gives ${show(id)}`
      same((BigInt.asUintN(56, id) >> 16n) as bigint, BigInt(elapsed), { given: `${given}; the forty bits below the top byte?` })
      if (id !== -(1n << 63n) + 1n)
        same(BigInt.asUintN(16, id), 0n, { given: `${given}; the lowest sixteen bits?`, because: 'they are for counting' })
    }
  },

  'an old clock loses its high bits and does not reach the server’s byte'() {
    for (const [sid, elapsed] of combinations([1n, 3n, 200n], [2 ** 40, 2 ** 40 + 5, 2 ** 41 + 7, 2 ** 45])) {
      same(show(initialSessionId(sid, elapsed)), show(idOf(sid, elapsed)), {
        given: `server ${sid} starts at ${elapsed} ms, which is more than forty bits`,
      })
    }
  },

  'parts of a millisecond do not count'() {
    same(show(initialSessionId(1n, 12.75)), show(idOf(1n, 12)), {
      given: 'server 1 starts at 12.75 ms',
      because: 'monotonic clocks have fractions, ids have not',
    })
    same(show(initialSessionId(1n, 0.4)), show(idOf(1n, 0)), { given: 'server 1 starts at 0.4 ms' })
  },

  'the number is a signed one of 64 bits'() {
    for (const [sid, elapsed] of combinations([...SIDS, 256n, 257n, 1000n], TIMES)) {
      const id = initialSessionId(sid, elapsed)
      // As decimal numbers: in hexadecimal both look the same.
      same(String(id), String(BigInt.asIntN(64, id)), {
        given: `server ${sid} starts at ${elapsed} ms`,
        because: 'on the wire and in files it is a Java long',
      })
    }
  },

  'servers 1 and 257 give the same numbers'() {
    for (const elapsed of TIMES) {
      same(show(initialSessionId(257n, elapsed)), show(initialSessionId(1n, elapsed)), {
        given: `servers 1 and 257 start at ${elapsed} ms`,
        because: 'only the low byte of the server’s id fits in: choose ids below 256',
      })
    }
  },

  'the mark of a container is not given'() {
    same(show(initialSessionId(128n, 0)), show(-(1n << 63n) + 1n), {
      given: 'server 128 starts at 0 ms',
      because: '0x8000000000000000 as an owner means container; it begins one later',
    })
    same(show(initialSessionId(128n, 1)), show(idOf(128n, 1)), { given: 'server 128 starts at 1 ms' })
  },

  'a client gets the timeout that it asks for, within the limits'() {
    for (const [asked, expected] of [
      [0, 4000],
      [3999, 4000],
      [4000, 4000],
      [10_000, 10_000],
      [40_000, 40_000],
      [40_001, 40_000],
      [-5, 4000],
    ] as const) {
      same(negotiateTimeout(asked, 4000, 40_000), expected, { given: `the server allows 4000 to 40000 ms, the client asks for ${asked}` })
    }
  },
}

/** By strings of bits. */
function idOf(sid: bigint, elapsed: number): bigint {
  const bits = (value: bigint, width: number) => BigInt.asUintN(width, value).toString(2).padStart(width, '0')
  return BigInt.asIntN(64, BigInt(`0b${bits(sid, 8)}${bits(BigInt(Math.floor(elapsed)), 40)}${'0'.repeat(16)}`))
}

function show(id: bigint): string {
  return formatId(id)
}
