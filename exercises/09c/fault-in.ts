/** A property test of the rule of a read-write lock: what must hold of every right one, whoever wrote it. */
import type { Rule, Waiter } from '../../src/recipes/rules/turn.ts'
import { combinations } from '../support/check.ts'

/** The lines to try a rule on: who stands there, in order. */
export function lines(): Waiter[][] {
  const kinds = ['read', 'write']
  return [...combinations(kinds, kinds, kinds, kinds)].map((line) => line.map((kind, i) => ({ name: `${kind}-${i}`, kind, sequence: i })))
}

/** Why the rule cannot be that of a read-write lock, in a sentence; null: nothing is wrong with it. */
export function faultIn(rule: Rule): string | null {
  for (const line of lines()) {
    const waitsFor = (me: Waiter, there = line) => rule(there.slice(0, there.indexOf(me)), me)
    for (const [i, me] of line.entries()) {
      const mayHold = line.slice(0, i).every(({ kind }) => kind === 'read' && me.kind === 'read')
      if (mayHold !== (waitsFor(me) === undefined))
        return mayHold ? 'it waits where it should hold the lock' : 'it holds the lock where it should wait'
    }
    for (const gone of line) {
      const rest = line.filter((one) => one !== gone)
      const watching = rest.filter((me) => waitsFor(me) === gone)
      if (rest.some((me) => waitsFor(me) !== undefined && waitsFor(me, rest) === undefined && !watching.includes(me)))
        return 'nobody wakes the next one'
      if (watching.filter(({ kind }) => kind === 'write').length > 1) return 'two writers are woken, of whom one can only wait again'
    }
  }
  return null
}
