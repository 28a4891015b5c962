import { exclusive, inOrder, lineOf, type Rule, readersTogether, type Waiter } from '../../src/recipes/rules/turn.ts'
import { combinations, permutations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

export const checks: Checks = {
  'a name tells its kind and its number'() {
    reads('lock-0000000012', { kind: 'lock', sequence: 12 })
    reads('_c_64n1-lock-0000000012', { kind: 'lock', sequence: 12 }, 'what stands in front is the client’s mark')
    reads('_c_a-b-read-0000000000', { kind: 'read', sequence: 0 })
    reads('write-2147483647', { kind: 'write', sequence: 2147483647 })
    reads('write--2147483648', { kind: 'write', sequence: -2147483648 }, 'the number after the largest one')
    reads('write--000000001', { kind: 'write', sequence: -1 }, 'ten characters with the sign')
  },

  'what is no waiter’s name is left out'() {
    for (const name of ['leader', 'lock', 'lock-', 'lock-12', 'lock-00000000012', 'lock-000000001x', '0000000012', ''])
      same(lineOf([name]), [], { given: `a child is called ‘${name}’: who stands in line?`, because: 'somebody else has put it there' })
  },

  'first come, first served'() {
    for (const order of permutations(['a-lock-0000000009', 'b-lock-0000000010', 'c-lock-0000000100'])) {
      same(names(lineOf(order)), ['a-lock-0000000009', 'b-lock-0000000010', 'c-lock-0000000100'], {
        given: ['the children, as they come:', ...order, 'in which order do they stand in line?'],
      })
    }
    const mixed = ['z-write-0000000001', 'a-read-0000000002']
    same(names(lineOf(mixed)), mixed, {
      given: [...mixed, 'in which order do they stand in line?'],
      because: 'the number was given by the server, one after the other; the mark is nobody’s rank',
    })
  },

  'the counter begins anew, and the line goes on'() {
    const line = ['lock-2147483646', 'lock-2147483647', 'lock--2147483648', 'lock--2147483647']
    for (const order of permutations(line)) {
      same(names(lineOf(order)), line, {
        given: ['the children, as they come:', ...order, 'in which order do they stand in line?'],
        because: 'after 2147483647 the next number is -2147483648',
      })
    }
    const zero = ['lock--000000002', 'lock--000000001', 'lock-0000000000']
    same(names(lineOf([...zero].reverse())), zero, { given: [...zero, 'in which order do they stand in line?'] })
    same(Math.sign(inOrder(waiter('lock', 5), waiter('lock', 5))), 0, { given: 'the same number twice: which comes first?' })
  },

  'one waits for the one just before'() {
    for (let length = 0; length <= 4; length++) {
      const before = Array.from({ length }, (_, i) => waiter('lock', i))
      waits(exclusive, before, waiter('lock', length), length === 0 ? null : length - 1, 'when somebody goes, only the next one has to look')
    }
  },

  'readers wait for the last writer before them'() {
    for (const kinds of lines()) {
      const before = kinds.map(waiter)
      waits(
        readersTogether,
        before,
        waiter('read', kinds.length),
        kinds.lastIndexOf('write'),
        'those before that writer are gone when it goes, and readers are no hindrance',
      )
    }
  },

  'writers wait for whoever is just before them'() {
    for (const kinds of lines()) {
      const before = kinds.map(waiter)
      waits(
        readersTogether,
        before,
        waiter('write', kinds.length),
        kinds.length - 1,
        'a writer is alone, and comes when all are gone who came before',
      )
    }
  },

  'nobody holds what excludes another, and somebody always does'() {
    for (const kinds of lines()) {
      const line = kinds.map(waiter)
      const holders = line.filter((me, i) => readersTogether(line.slice(0, i), me) === undefined)
      const given = [`in line: ${kinds.join(', ') || 'nobody'}`, 'who holds the lock?']
      const writer = kinds.indexOf('write')
      const expected = writer === 0 ? 1 : writer < 0 ? kinds.length : writer
      same(names(holders), names(line.slice(0, expected)), { given, because: 'the readers up to the first writer, or that writer' })
    }
  },
}

function waiter(kind: string, sequence: number): Waiter {
  return { name: `${kind}-${String(sequence).padStart(10, '0')}`, kind, sequence }
}

/** All lines of up to four. */
function lines(): string[][] {
  const all: string[][] = [[]]
  const kinds = ['read', 'write']
  for (const one of combinations(kinds)) all.push([...one])
  for (const two of combinations(kinds, kinds)) all.push([...two])
  for (const three of combinations(kinds, kinds, kinds)) all.push([...three])
  for (const four of combinations(kinds, kinds, kinds, kinds)) all.push([...four])
  return all
}

function reads(name: string, expected: Omit<Waiter, 'name'>, because?: string): void {
  const [seen] = lineOf([name])
  same(seen, { name, ...expected }, { given: `a child is called ${name}: who stands in line?`, ...(because !== undefined && { because }) }, (one) =>
    one === undefined ? 'nobody' : `${one.kind} number ${one.sequence}`,
  )
}

/** `expected`: the place of the one who is waited for; null or below 0: nobody. */
function waits(rule: Rule, before: readonly Waiter[], me: Waiter, expected: number | null, because: string): void {
  const given = [`before me: ${before.map(({ name }) => name).join(', ') || 'nobody'}`, `I am ${me.name}: whom do I wait for?`]
  same(rule(before, me)?.name, expected === null ? undefined : before[expected]?.name, { given, because }, (name) => name ?? 'nobody: it is my turn')
}

function names(line: readonly Waiter[]): string[] {
  return line.map(({ name }) => name)
}
