/** The question of chapter 07: what is the board told? */
import { Prng } from '../../src/kernel/index.ts'
import { Watches } from '../../src/watches/index.ts'
import type { Question } from '../support/question.ts'

const BOARD = 1

/** Watches are set and znodes changed in some order; the server's own table of watches says what fires. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const watches = new Watches()
  const there = new Set(['/hall', '/hall/1'])
  const steps: string[] = []
  const events: string[] = []
  while (steps.length < 7) {
    const step = random.below(2) === 0 ? set(random, watches, there) : change(random, there)
    if (step === null) continue
    steps.push(typeof step === 'string' ? step : step.text)
    if (typeof step !== 'string') for (const { type, path } of watches.fire(step)) events.push(`${type} ${path}`)
  }
  const wrong = [events.length - 1, events.length + 1, events.length + 2].filter((count) => count >= 0)
  return {
    situation: `There are /hall and /hall/1, and the board has no watches. Then, one after the other:\n\n${steps.map((step) => `  ${step}`).join('\n')}`,
    question: 'How many events is the board told?',
    choices: [events.length, ...wrong].sort((a, b) => a - b).map(String),
    answer: String(events.length),
    because: events.length === 0 ? 'No watch was there when its moment came.' : `They are: ${events.join(', ')}.`,
  }
}

function set(random: Prng, watches: Watches, there: ReadonlySet<string>): string | null {
  const path = random.pick(['/hall', '/hall', '/hall/1', '/hall/2'])
  const kind = random.below(7)
  if (kind === 0) {
    watches.addWatch('/hall', BOARD, 'PERSISTENT_RECURSIVE')
    return 'board: addWatch /hall, persistent recursive'
  }
  if (!there.has(path)) {
    watches.addData(path, BOARD)
    return `board: exists ${path}, with a watch → NONODE`
  }
  if (kind < 4) watches.addData(path, BOARD)
  else watches.addChild(path, BOARD)
  return `board: ${kind < 4 ? 'getData' : 'getChildren'} ${path}, with a watch`
}

function change(random: Prng, there: Set<string>) {
  const path = random.pick(['/hall', '/hall/1', '/hall/2'])
  if (!there.has(path)) {
    there.add(path)
    return { type: 'NodeCreated', path, text: `app: create ${path}` } as const
  }
  if (path === '/hall' || random.below(2) === 0) return { type: 'NodeDataChanged', path, text: `app: setData ${path}` } as const
  there.delete(path)
  return { type: 'NodeDeleted', path, text: `app: delete ${path}` } as const
}
