import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Timers } from '../../src/hosts/node/timers.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Name = 'a' | 'b'
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), name: fc.constantFrom<Name[]>('a', 'b'), delay: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant('cancel' as const), name: fc.constantFrom<Name[]>('a', 'b') }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30 }) }),
)

describe('timers', () => {
  it('fire at the last deadline that was set, like a table looked through every millisecond', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const fired: string[] = []
        const expected: string[] = []
        const deadlines = new Map<Name, number>()
        const timers = new Timers<Name>(
          () => Date.now(),
          () => {
            for (const name of timers.takeDue()) fired.push(`${name}@${Date.now()}`)
          },
        )
        for (const { ...now } of [...steps, { kind: 'wait' as const, ms: 100 }]) {
          if (now.kind === 'set') {
            timers.set(now.name, now.delay)
            deadlines.set(now.name, Date.now() + now.delay)
          } else if (now.kind === 'cancel') {
            timers.cancel(now.name)
            deadlines.delete(now.name)
          } else {
            for (let ms = 1; ms <= now.ms; ms++) {
              for (const [name, at] of [...deadlines].sort(([a], [b]) => (a < b ? -1 : 1))) {
                if (at > Date.now() + 1) continue
                expected.push(`${name}@${Date.now() + 1}`)
                deadlines.delete(name)
              }
              vi.advanceTimersByTime(1)
            }
          }
        }
        expect(new Set(fired)).toEqual(new Set(expected))
        expect(fired).toHaveLength(expected.length)
      }),
    )
  })

  it('leave nothing behind when they are cleared', () => {
    const timers = new Timers<Name>(
      () => Date.now(),
      () => {},
    )
    timers.set('a', 10)
    timers.clear()
    expect(vi.getTimerCount()).toBe(0)
  })
})
