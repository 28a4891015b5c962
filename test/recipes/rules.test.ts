/** The rules of the recipes, against obvious slow versions and case by case. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admits,
  difference,
  exclusive,
  Fence,
  FencedOffError,
  hasRoom,
  inOrder,
  leaving,
  lineOf,
  nextItem,
  opens,
  type Rule,
  readersTogether,
  takeFrom,
  type Vote,
  verdict,
  type Waiter,
} from '../../src/recipes/index.ts'

const names = (kinds: readonly string[]) => kinds.map((kind, i) => `_c_a${i}-${kind}-${String(i).padStart(10, '0')}`)
const kinds = fc.array(fc.constantFrom('read', 'write'), { minLength: 1, maxLength: 8 })

/** Lets everybody in whose turn it is, in all orders of leaving, and looks who is in together. */
function isKept(rule: Rule, line: readonly Waiter[], allowed: (inside: readonly Waiter[]) => boolean): boolean {
  if (line.length === 0) return true
  const inside = line.filter((waiter, i) => rule(line.slice(0, i), waiter) === undefined)
  // Somebody is always in, so nobody waits for ever.
  return (
    inside.length > 0 &&
    allowed(inside) &&
    inside.every((gone) =>
      isKept(
        rule,
        line.filter((waiter) => waiter !== gone),
        allowed,
      ),
    )
  )
}

describe('whose turn it is', () => {
  it('is decided by the number at the end of the name, whatever stands before it', () => {
    expect(lineOf(['_c_ff-lock-0000000010', 'x-0000000002', 'lock-0000000007', 'ready', 'lock-12'])).toEqual([
      { name: 'x-0000000002', kind: 'x', sequence: 2 },
      { name: 'lock-0000000007', kind: 'lock', sequence: 7 },
      { name: '_c_ff-lock-0000000010', kind: 'lock', sequence: 10 },
    ])
  })

  it('stays right when the number wraps around', () => {
    const around = ['lock-2147483646', 'lock-2147483647', 'lock--2147483648', 'lock--2147483647', 'lock--000000001']
    expect(
      lineOf([...around].reverse())
        .map(({ name }) => name)
        .slice(0, 4),
    ).toEqual(around.slice(0, 4))
    expect(lineOf(['lock--000000001', 'lock-0000000000']).map(({ sequence }) => sequence)).toEqual([-1, 0])
    expect(inOrder(lineOf(['a-2147483647'])[0] as Waiter, lineOf(['a--2147483648'])[0] as Waiter)).toBeLessThan(0)
  })

  it('lets one in at a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), (size) =>
        isKept(exclusive, lineOf(names(Array(size).fill('lock'))), (inside) => inside.length === 1),
      ),
    )
  })

  it('lets readers in together and writers alone', () => {
    const allowed = (inside: readonly Waiter[]) => inside.length === 1 || inside.every(({ kind }) => kind === 'read')
    fc.assert(fc.property(kinds, (line) => isKept(readersTogether, lineOf(names(line)), allowed)))
  })

  it('makes each wait for one before it, who is not in yet or must leave first', () => {
    const [r1, w2, r3, w4] = lineOf(names(['read', 'write', 'read', 'write'])) as [Waiter, Waiter, Waiter, Waiter]
    expect(readersTogether([], r1)).toBeUndefined()
    expect(readersTogether([r1], w2)).toBe(r1)
    expect(readersTogether([r1, w2], r3)).toBe(w2)
    expect(readersTogether([r1, r3], w4)).toBe(r3)
  })
})

describe('a fence', () => {
  it('lets the same and later holders in, and no earlier', () => {
    expect([admits(5n, 4n), admits(5n, 5n), admits(5n, 6n)]).toEqual([false, true, true])
    const fence = new Fence()
    fence.admit(3n)
    fence.admit(3n)
    fence.admit(9n)
    expect(() => fence.admit(3n)).toThrow(FencedOffError)
    expect(() => fence.admit(3n)).toThrow('token 0x3 is older than 0x9')
  })
})

describe('a semaphore and a double barrier', () => {
  it('count', () => {
    expect([hasRoom([], 1), hasRoom(['a'], 1), hasRoom(['a'], 2)]).toEqual([true, false, true])
    const two = ['a', 'b']
    expect([opens(two, 3), opens(two, 2), opens(two, 1)]).toEqual([false, true, true])
  })

  it('everybody leaves in the end, whoever looks next, and each waits only for one who is there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.nat()), (size, draws) => {
        const all = Array.from({ length: size }, (_, i) => `m${i}`)
        let members = [...all]
        const waiting = new Map<string, string>()
        const gone = new Set<string>()
        for (let steps = 0; gone.size < size; steps++) {
          const awake = all.filter((name) => !gone.has(name) && !members.some((other) => other === waiting.get(name)))
          const me = awake[(draws.next().value as number) % awake.length]
          if (me === undefined || steps > 100) return false
          const next = leaving(members, me)
          if (next.kind === 'done') gone.add(me)
          if (next.kind === 'waitFor') waiting.set(me, next.other)
          if (next.kind === 'deleteMine' || (next.kind === 'waitFor' && next.deleteMine)) members = members.filter((name) => name !== me)
          // Nobody is told that all have left before all have left.
          if (next.kind === 'done' && members.length > 0) return false
        }
        return true
      }),
    )
  })
})

describe('the next item of a queue', () => {
  it('is the first of the smallest priority on which nobody works', () => {
    const items = fc.uniqueArray(fc.record({ priority: fc.integer({ min: 0, max: 20 }), claimed: fc.boolean() }), { selector: (item) => item })
    fc.assert(
      fc.property(items, (list) => {
        const named = list.map(({ priority, claimed }, i) => ({ priority, claimed, i, name: `${priority}-${String(i).padStart(10, '0')}` }))
        const claims = named.filter(({ claimed }) => claimed).map(({ name }) => name)
        const [slow] = named.filter(({ claimed }) => !claimed).sort((a, b) => a.priority - b.priority || a.i - b.i)
        expect(nextItem(lineOf(named.map(({ name }) => name).reverse()), claims)?.name).toBe(slow?.name)
      }),
    )
  })
})

describe('blocks of numbers', () => {
  it('give out each number once and then end', () => {
    const ids: bigint[] = []
    for (let taken = takeFrom({ next: 7n, end: 10n }); taken !== undefined; taken = takeFrom(taken.rest)) ids.push(taken.id)
    expect(ids).toEqual([7n, 8n, 9n])
  })
})

describe('the difference of two looks', () => {
  it('turns the one into the other', () => {
    const look = fc.dictionary(fc.constantFrom('/a', '/b', '/c', '/d'), fc.record({ czxid: fc.bigInt(1n, 3n), mzxid: fc.bigInt(1n, 3n) }))
    fc.assert(
      fc.property(look, look, (a, b) => {
        const [before, after] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
        const result = new Map(before)
        for (const { kind, path } of difference(before, after)) {
          expect(kind === 'added').toBe(!before.has(path))
          const node = after.get(path)
          if (node === undefined) result.delete(path)
          else result.set(path, node)
        }
        expect(result).toEqual(after)
        expect(difference(after, after)).toEqual([])
      }),
    )
  })
})

describe('a verdict', () => {
  it('is commit with every yes, abort with a no or when nobody waits any longer', () => {
    const all = ['a', 'b']
    const votes = (text: string) =>
      new Map([...text].flatMap((letter, i): [string, Vote][] => (letter === '-' ? [] : [[all[i] as string, letter === 'y' ? 'yes' : 'no']])))
    const table = ['yy', 'yn', 'n-', 'y-', '--'].map((text) => [text, verdict(all, votes(text), false), verdict(all, votes(text), true)])
    expect(table).toEqual([
      ['yy', 'commit', 'commit'],
      ['yn', 'abort', 'abort'],
      ['n-', 'abort', 'abort'],
      ['y-', undefined, 'abort'],
      ['--', undefined, 'abort'],
    ])
  })
})
