import type { Prng } from '../../src/kernel/index.ts'
import { ExpiryQueue } from '../../src/sessions/expiry-queue.ts'
import { same, show } from '../support/check.ts'
import { type Deviation, noSequenceFails } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

const TICK = 10
const NEVER_EARLY = 'a client that still had time would lose its session and its ephemeral nodes'

export const checks: Checks = {
  'nothing expires before its time'() {
    for (const now of [0, 1, 9, 10, 15]) {
      for (const timeout of [1, 5, 9, 10, 11, 20, 35]) {
        const queue = new ExpiryQueue<string>(TICK, now)
        queue.update('ada', timeout, now)
        for (let time = now; time < now + timeout; time++) {
          same(queue.poll(time), [], {
            given: `an interval of ${TICK} ms; at ${now} ada gets ${timeout} ms; polled at ${time}`,
            because: NEVER_EARLY,
          })
        }
      }
    }
  },

  'nothing expires more than an interval late'() {
    for (const now of [0, 1, 9, 10, 15]) {
      for (const timeout of [1, 5, 10, 20, 35]) {
        const queue = new ExpiryQueue<string>(TICK, now)
        queue.update('ada', timeout, now)
        const given = `an interval of ${TICK} ms; at ${now} ada gets ${timeout} ms; polled at ${now + timeout + TICK}`
        same(queue.poll(now + timeout + TICK), ['ada'], { given, because: 'one interval is all that rounding up may cost' })
      }
    }
  },

  'a deadline on the edge of an interval belongs to the next one'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    queue.update('ada', 20, 0)
    same(queue.poll(20), [], {
      given: 'ada gets 20 ms at 0, polled at 20',
      because: 'Java rounds 20 up to 30, so that what is due at 20 has had all of its time',
    })
    same(queue.poll(30), ['ada'], { given: 'ada gets 20 ms at 0, polled at 20 and at 30' })
  },

  'a touch moves the deadline, to later and to earlier'() {
    const later = new ExpiryQueue<string>(TICK, 0)
    later.update('ada', 15, 0)
    later.update('ada', 15, 14)
    same(later.poll(28), [], { given: 'ada gets 15 ms at 0 and again at 14; polled at 28', because: 'her time is now up at 29' })
    same(later.poll(40), ['ada'], { given: 'ada gets 15 ms at 0 and again at 14; polled at 40' })
    const earlier = new ExpiryQueue<string>(TICK, 0)
    earlier.update('ada', 100, 0)
    earlier.update('ada', 5, 0)
    same(earlier.poll(10), ['ada'], {
      given: 'ada gets 100 ms and then 5 ms; polled at 10',
      because: 'the last word counts, also when it asks for less',
    })
    same(earlier.poll(200), [], { given: 'ada has expired at 10; polled again at 200', because: 'she was told already' })
  },

  'what was removed does not expire'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    queue.update('ada', 15, 0)
    queue.update('ben', 15, 0)
    queue.remove('ada')
    queue.remove('cleo')
    same(queue.poll(100), ['ben'], { given: 'ada and ben get 15 ms; ada is removed, and cleo, who was never there; polled at 100' })
    queue.update('ada', 15, 100)
    same(queue.poll(130), ['ada'], { given: 'ada, removed before, gets 15 ms at 100; polled at 130' })
  },

  'what has expired can come again'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    queue.update('ada', 15, 0)
    same(queue.poll(20), ['ada'], { given: 'ada gets 15 ms; polled at 20' })
    queue.update('ada', 15, 20)
    same(queue.poll(40), ['ada'], {
      given: 'ada has expired at 20 and gets 15 ms more; polled at 40',
      because: 'she was forgotten, so this is like the first time',
    })
  },

  'after a long pause everything that is due comes, the earliest first'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    for (const [name, timeout] of [
      ['dan', 42],
      ['ada', 5],
      ['cleo', 31],
      ['ben', 6],
      ['eve', 500],
    ] as const)
      queue.update(name, timeout, 0)
    const given = 'dan gets 42 ms, ada 5, cleo 31, ben 6, eve 500; the server was paused and polls at 100'
    same(queue.poll(100), ['ada', 'ben', 'cleo', 'dan'], { given })
    same(queue.poll(110), [], { given: `${given}, and again at 110` })
  },

  'the listing shows what waits, and nothing else'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    queue.update('ada', 15, 0)
    queue.update('ben', 15, 0)
    queue.update('ada', 35, 0)
    queue.update('cleo', 5, 0)
    queue.poll(10)
    same(
      queue.listing(),
      [
        [20, ['ben']],
        [40, ['ada']],
      ],
      { given: 'ada and ben get 15 ms, then ada 35, cleo 5; polled at 10' },
    )
    queue.remove('ben')
    same(queue.listing(), [[40, ['ada']]], {
      given: 'the same, and ben is removed',
      because: 'an empty bucket would stay for ever: nobody polls it twice',
    })
  },

  'an update within the same bucket leaves the order of arrival'() {
    const queue = new ExpiryQueue<string>(TICK, 0)
    for (const [name, timeout] of [
      ['ada', 1],
      ['ben', 2],
      ['ada', 3],
    ] as const)
      queue.update(name, timeout, 0)
    same(queue.poll(10), ['ada', 'ben'], {
      given: 'ada gets 1 ms, ben 2, ada 3: all in the bucket of 10; polled at 10',
      because: 'who stays in its bucket is not touched: that is what makes a ping cheap',
    })
  },

  'no sequence of pings, ends and polls goes wrong'() {
    noSequenceFails({ seeds: 60, length: 40, draw, play, tell: tellOp, given: `an interval of ${TICK} ms` })
  },
}

type Op =
  | { readonly kind: 'update'; readonly name: string; readonly timeout: number; readonly after: number }
  | { readonly kind: 'remove'; readonly name: string; readonly after: number }
  | { readonly kind: 'poll'; readonly after: number }

function draw(random: Prng): Op {
  const name = random.pick(['ada', 'ben', 'cleo'])
  const after = random.below(15)
  const kind = random.pick(['update', 'update', 'remove', 'poll'] as const)
  if (kind === 'update') return { kind, name, timeout: 1 + random.below(40), after }
  return kind === 'remove' ? { kind, name, after } : { kind, after }
}

/** The obvious version: everybody with a deadline in a list. */
function play(ops: readonly Op[]): Deviation | null {
  const queue = new ExpiryQueue<string>(TICK, 0)
  let waiting: { readonly name: string; readonly deadline: number }[] = []
  let now = 0
  for (const op of ops) {
    now += op.after
    if (op.kind === 'update') {
      const deadline = (Math.floor((now + op.timeout) / TICK) + 1) * TICK
      queue.update(op.name, op.timeout, now)
      if (waiting.some(({ name, deadline: former }) => name === op.name && former === deadline)) continue
      waiting = [...waiting.filter(({ name }) => name !== op.name), { name: op.name, deadline }]
    } else if (op.kind === 'remove') {
      queue.remove(op.name)
      waiting = waiting.filter(({ name }) => name !== op.name)
    } else {
      const due = waiting.filter(({ deadline }) => deadline <= now).sort((a, b) => a.deadline - b.deadline)
      waiting = waiting.filter(({ deadline }) => deadline > now)
      const [expected, seen] = [show(due.map(({ name }) => name)), show(queue.poll(now))]
      if (expected !== seen) return { expected, seen: `${seen}, at ${now}` }
    }
  }
  return null
}

function tellOp(op: Op): string {
  const told = op.kind === 'update' ? `${op.name} gets ${op.timeout} ms` : op.kind === 'remove' ? `${op.name} is removed` : 'poll'
  return op.after === 0 ? told : `${op.after} ms later: ${told}`
}
