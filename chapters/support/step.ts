/**
 * A story event by event, forth and back. The whole run is in the trace already, so that going back is only to show less of
 * it. In a terminal single keys are read; elsewhere lines with the same letters, and only what is new is printed.
 */
import { createInterface } from 'node:readline'
import type { Told } from './story.ts'

const HELP = 'n, space, Enter: next · b, p: back · g: first · G: last · h: help · q: quit'

type Move = 'next' | 'back' | 'first' | 'last' | 'help' | 'quit'

const KEYS: Readonly<Record<string, Move>> = {
  ...{ n: 'next', ' ': 'next', '': 'next', '\r': 'next', '\n': 'next', '\u001b[B': 'next', '\u001b[C': 'next' },
  ...{ b: 'back', p: 'back', '\u007f': 'back', '\u001b[A': 'back', '\u001b[D': 'back' },
  ...{ g: 'first', '\u001b[H': 'first', G: 'last', '\u001b[F': 'last', h: 'help', '?': 'help' },
  ...{ q: 'quit', '\u0003': 'quit', '\u0004': 'quit', '\u001b': 'quit' },
}

/** Lets the reader go through a story until they have enough. */
export function stepThrough(told: Told): Promise<void> {
  return process.stdin.isTTY && process.stdout.isTTY ? onScreen(new Steps(told)) : byLines(new Steps(told))
}

/** A story and a place in it. */
class Steps {
  /** The event up to which is shown, counted from 0. */
  at = 0
  private readonly told: Told

  constructor(told: Told) {
    this.told = told
  }

  get place(): string {
    return `event ${this.at + 1} of ${this.told.ends.length}`
  }

  go(move: Move): void {
    const last = this.told.ends.length - 1
    const targets: Partial<Record<Move, number>> = { next: this.at + 1, back: this.at - 1, first: 0, last }
    this.at = Math.max(0, Math.min(targets[move] ?? this.at, last))
  }

  /** The lines of the events before this one, and its own. */
  lines(): { readonly before: readonly string[]; readonly own: readonly string[] } {
    const { lines, ends } = this.told
    const start = this.at === 0 ? 0 : (ends[this.at - 1] ?? 0)
    return { before: lines.slice(0, start), own: lines.slice(start, ends[this.at]) }
  }
}

/** One command a line. Prints an event when it is reached; when it is reached by going back, says so first. */
async function byLines(steps: Steps): Promise<void> {
  const show = () => console.log(steps.lines().own.join('\n'))
  show()
  for await (const line of createInterface({ input: process.stdin })) {
    const move = KEYS[line.trim()]
    if (move === 'quit') return
    if (move === undefined || move === 'help') {
      console.log(HELP)
      continue
    }
    const before = steps.at
    steps.go(move)
    if (steps.at === before) console.log(`(${steps.place})`)
    else {
      if (steps.at !== before + 1) console.log(`(${steps.place})`)
      show()
    }
  }
}

/** The whole screen: the story up to the event, which stands out, and a line with the keys. */
function onScreen(steps: Steps): Promise<void> {
  const { stdin, stdout } = process
  const draw = () => {
    const room = Math.max(1, stdout.rows - 2)
    const { before, own } = steps.lines()
    const shown = [...before, ...own.map((line) => `\u001b[1m${line}\u001b[0m`)].slice(-room)
    const status = `\u001b[7m ${steps.place} \u001b[0m ${HELP}`.slice(0, stdout.columns + 7)
    stdout.write(`\u001b[H\u001b[2J${shown.join('\r\n')}\u001b[${stdout.rows};1H${status}`)
  }
  return new Promise((resolve) => {
    const onKey = (key: string) => {
      const move = KEYS[key]
      if (move === 'quit') return end()
      if (move !== undefined) steps.go(move)
      draw()
    }
    const end = () => {
      stdin.off('data', onKey).setRawMode(false).pause()
      stdout.off('resize', draw)
      stdout.write('\u001b[?25h\u001b[?1049l')
      resolve()
    }
    stdout.write('\u001b[?1049h\u001b[?25l')
    stdin.setRawMode(true).setEncoding('utf8').on('data', onKey).resume()
    stdout.on('resize', draw)
    draw()
  })
}
