/** The question of chapter 06: when does the session expire? */
import { type Millis, Prng } from '../../src/kernel/index.ts'
import { ExpiryQueue } from '../../src/sessions/index.ts'
import type { Question } from '../support/question.ts'

const CLIENT = 'app'

/** A session, when the leader heard of it, and when the leader looks for sessions to end. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const tick = random.pick([500, 1000, 2000])
  const timeout = tick * (2 + random.below(6)) + 100 * random.below(5)
  const start = 60_000 + random.below(10_000)
  const touches = [start]
  while (touches.length < 3) touches.push((touches.at(-1) as Millis) + 1 + random.below(timeout - 1))
  const last = touches.at(-1) as Millis
  const deadline = deadlineOf(tick, timeout, touches)
  const choices = [...new Set([deadline, last + timeout, deadline - tick, deadline + tick])].sort((a, b) => a - b).map((time) => `${time}`)
  return {
    situation:
      `The tick is ${tick} ms and the session's timeout ${timeout} ms. The leader hears of the client at ` +
      `${touches.join(', then at ')} (ms on its clock), and never again.`,
    question: 'What is the deadline at which the session expires?',
    choices,
    answer: `${deadline}`,
    because:
      `Only the last touch counts: ${last} + ${timeout} = ${last + timeout}. It is rounded up to the end of its tick, always to a later ` +
      'time and never to an earlier one.',
  }
}

/** Plays it: the first moment at which the queue gives the session out. */
function deadlineOf(tick: Millis, timeout: Millis, touches: readonly Millis[]): Millis {
  const queue = new ExpiryQueue<string>(tick, touches[0] as Millis)
  for (const touch of touches) queue.update(CLIENT, timeout, touch)
  return queue.listing()[0]?.[0] as Millis
}
