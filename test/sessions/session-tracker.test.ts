import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpiryQueue, LearnerSessionTracker, SessionTracker } from '../../src/sessions/index.ts'

const TICK = 100
const A = 0xan
const B = 0xbn

/** Something that happens to one of three elements after some time. */
const action = fc.record({
  wait: fc.nat(250),
  element: fc.nat(2),
  kind: fc.constantFrom('touch', 'touch', 'touch', 'remove'),
  timeout: fc.integer({ min: 1, max: 400 }),
})

describe('expiry', () => {
  it('is never early, and late by no more than one interval, however often deadlines move', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.array(action, { maxLength: 60 }), (start, actions) => {
        let now = start
        const queue = new ExpiryQueue<number>(TICK, now)
        const deadlines = new Map<number, number>()
        for (const { wait, element, kind, timeout } of [...actions, { wait: 1000, element: 0, kind: 'remove', timeout: 1 }]) {
          now += wait
          for (const expired of queue.poll(now)) {
            expect(deadlines.get(expired)).toBeLessThan(now)
            deadlines.delete(expired)
          }
          for (const deadline of deadlines.values()) expect(now).toBeLessThan(deadline + TICK)
          if (kind === 'remove') {
            queue.remove(element)
            deadlines.delete(element)
          } else {
            queue.update(element, timeout, now)
            deadlines.set(element, now + timeout)
          }
          expect(new Set(queue.listing().flatMap(([, elements]) => elements))).toEqual(new Set(deadlines.keys()))
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('comes at the end of the interval after the one in which the timeout ends', () => {
    const queue = new ExpiryQueue<string>(TICK, 0)
    queue.update('exact', 100, 0)
    queue.update('within', 99, 0)
    expect(queue.listing()).toEqual([
      [100, ['within']],
      [200, ['exact']],
    ])
    expect(queue.poll(99)).toEqual([])
    expect(queue.clone().poll(1000)).toEqual(['within', 'exact'])
    expect(queue.poll(100)).toEqual(['within'])
    expect(queue.poll(199)).toEqual([])
    expect(queue.poll(200)).toEqual(['exact'])
  })
})

describe('SessionTracker', () => {
  it('gives every known session its full timeout when it starts', () => {
    const tracker = new SessionTracker(
      TICK,
      new Map([
        [A, 250],
        [B, 50],
      ]),
      1000,
    )
    expect(tracker.expired(1099)).toEqual([])
    expect(tracker.expired(1100)).toEqual([B])
    expect(tracker.expired(1299)).toEqual([])
    expect(tracker.expired(1300)).toEqual([A])
  })

  it('tells of an expired session once, and refuses it everything from then on', () => {
    const tracker = new SessionTracker(TICK, new Map([[A, 50]]), 0)
    expect(tracker.checkSession(A, 1)).toBe('ok')
    expect(tracker.expired(100)).toEqual([A])
    expect(tracker.isClosing(A)).toBe(true)
    expect([tracker.touchSession(A, 50, 100), tracker.setOwner(A, 1), tracker.checkSession(A, 1)]).toEqual([false, false, 'SESSIONEXPIRED'])
    expect(tracker.expired(10_000)).toEqual([])
    tracker.removeSession(A)
    expect([tracker.isClosing(A), tracker.size]).toEqual([false, 0])
  })

  it('does not expire a session whose end is already under way', () => {
    const tracker = new SessionTracker(TICK, new Map([[A, 50]]), 0)
    tracker.setSessionClosing(A)
    expect(tracker.expired(10_000)).toEqual([])
    expect(tracker.trackSession(A, 50, 10_000)).toBe(false)
    expect(tracker.isClosing(A)).toBe(true)
    expect(tracker.expired(20_000)).toEqual([])
  })

  it('knows one owner, the first who asks or who was set last', () => {
    const tracker = new SessionTracker(TICK, new Map([[A, 50]]), 0)
    expect([tracker.checkSession(A, 1), tracker.checkSession(A, 2), tracker.checkSession(A, 1)]).toEqual(['ok', 'SESSIONMOVED', 'ok'])
    expect(tracker.setOwner(A, 2)).toBe(true)
    expect([tracker.checkSession(A, 1), tracker.checkSession(A, 2)]).toEqual(['SESSIONMOVED', 'ok'])
  })

  it('knows nothing of sessions that it does not track', () => {
    const tracker = new SessionTracker(TICK, new Map(), 0)
    expect([tracker.checkSession(A, 1), tracker.touchSession(A, 1, 0), tracker.setOwner(A, 1), tracker.isClosing(A)]).toEqual([
      'SESSIONEXPIRED',
      false,
      false,
      false,
    ])
    tracker.setSessionClosing(A)
    expect(tracker.size).toBe(0)
    tracker.commitSession(A, 150, 0)
    tracker.commitSession(A, 5000, 0)
    expect(tracker.listing()).toEqual([[200, [A]]])
  })

  it('is prolonged by the timeout of the touch', () => {
    const tracker = new SessionTracker(TICK, new Map([[A, 50]]), 0)
    expect(tracker.touchSession(A, 500, 90)).toBe(true)
    expect(tracker.expired(599)).toEqual([])
    expect(tracker.expired(600)).toEqual([A])
  })

  it('clones are independent', () => {
    const tracker = new SessionTracker(TICK, new Map([[A, 50]]), 0)
    const copy = tracker.clone()
    expect(copy.hash()).toBe(tracker.hash())
    copy.setOwner(A, 3)
    expect(copy.hash()).not.toBe(tracker.hash())
    expect([tracker.checkSession(A, 1), tracker.expired(100), copy.expired(100)]).toEqual(['ok', [A], [A]])
  })
})

describe('LearnerSessionTracker', () => {
  it('tells each touch once, with the last timeout', () => {
    const sessions = new Map([[A, 1000]])
    const tracker = new LearnerSessionTracker(sessions)
    tracker.touch(A, 1000)
    tracker.touch(A, 2000)
    tracker.commitSession(B, 500)
    expect([...tracker.takeTouches()]).toEqual([
      [A, 2000],
      [B, 500],
    ])
    expect([...tracker.takeTouches()]).toEqual([])
    sessions.set(B, 500)
    expect(tracker.isGlobalSession(B)).toBe(true)
  })

  it('has nothing to tell of a session that has ended', () => {
    const tracker = new LearnerSessionTracker(new Map([[A, 1000]]))
    tracker.touch(A, 1000)
    const copy = tracker.clone(new Map())
    tracker.removeSession(A)
    expect([[...tracker.takeTouches()], [...copy.takeTouches()], copy.isGlobalSession(A)]).toEqual([[], [[A, 1000]], false])
  })
})
