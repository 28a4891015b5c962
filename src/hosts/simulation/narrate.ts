/** The story of a run in plain text: one lane per host, what is said drawn between the lanes, notes beside them. */
import type { TraceRecord } from '../../kernel/index.ts'
import { Conversation, type Listener, type Message } from './conversation.ts'

/** How a trace is told in a terminal. */
export interface NarratorOptions {
  /** Hosts that get a lane, from left to right. */
  readonly hosts: readonly string[]
  /** Columns of the terminal. */
  readonly width: number
  /** Whether lines carry ANSI colours. */
  readonly colours: boolean
  /** Whether lines begin with the time; they do, unless this is false. */
  readonly timed?: boolean
  /** Which messages are told; notes always are. */
  readonly tells: (message: Message) => boolean
  /** Which messages never arrive: their arrows end in a cross. None, unless given. */
  readonly lost?: (message: Message) => boolean
  /** Who finds the messages in the steps; unless given, one that knows the ports of an ensemble. */
  readonly listener?: Listener
}

/** Leaves out what only keeps things alive. */
export function isTelling({ name, port }: Message): boolean {
  return name !== 'PING' && name !== 'ping' && name !== 'INITIAL' && port !== 'client'
}

/** Columns of the narrowest lane. */
const LANE = 4
/** Columns of the time and the blank after it. */
const TIME = 10
const COLOURS = [36, 33, 35, 32, 34, 31]

/** Turns steps into lines. Give it every step, in order. */
export class Narrator {
  private readonly options: NarratorOptions
  private readonly listener: Listener
  /** Columns from one lane to the next: the longest name and a blank. */
  private readonly lane: number
  /** Columns before the first lane. */
  private readonly margin: number

  constructor(options: NarratorOptions) {
    this.options = options
    this.listener = options.listener ?? new Conversation(options.hosts)
    this.margin = options.timed === false ? 2 : TIME
    this.lane = Math.max(LANE, ...options.hosts.map((host) => host.length + 1))
  }

  /** The column titles. */
  head(): string {
    return `${''.padStart(this.margin)}${this.options.hosts.map((host) => this.paint(host, host.padEnd(this.lane))).join('')}`
  }

  /** What is worth telling of one step: none, one or more lines. */
  tell(step: TraceRecord): string[] {
    const lines: string[] = []
    const { hosts, tells } = this.options
    const event = step.event as { readonly kind: string }
    const messages = this.listener.hear(step)
    if (event.kind === 'start' && hosts.includes(step.host)) lines.push(...this.line(step.at, step.host, null, `${step.host} starts`))
    for (const note of step.notes) if (hosts.includes(step.host)) lines.push(...this.line(step.at, step.host, null, note.text))
    for (const message of messages) {
      if (!hosts.includes(message.from) || !hosts.includes(message.to) || !tells(message)) continue
      lines.push(...this.line(step.at, message.from, message.to, message.text, this.options.lost?.(message)))
    }
    return lines
  }

  /** A line of its own, for what no machine says: a crash, a partition. */
  announce(at: number, host: string, text: string): string[] {
    return this.line(at, host, null, text)
  }

  private line(at: number, from: string, to: string | null, text: string, lost = false): string[] {
    const { hosts, width } = this.options
    const lanes = hosts.length * this.lane
    const told = wrap(text, Math.max(20, width - this.margin - lanes))
    const time = this.margin === TIME ? `${(at / 1000).toFixed(4).padStart(TIME - 1)} ` : ''
    return told.map((part, i) => {
      const picture = i === 0 ? this.picture(from, to, lost) : `│${' '.repeat(this.lane - 1)}`.repeat(hosts.length)
      return `${(i === 0 ? time : '').padStart(this.margin)}${picture}${this.paint(from, part)}`.trimEnd()
    })
  }

  /** The lanes with a dot for a note, or an arrow for a message. */
  private picture(from: string, to: string | null, lost: boolean): string {
    const { hosts } = this.options
    const start = hosts.indexOf(from)
    const end = to === null ? start : hosts.indexOf(to)
    const cells = hosts.flatMap((_, i) => [i === start ? '●' : '│', ...Array.from({ length: this.lane - 1 }, () => ' ')])
    const [left, right] = [Math.min(start, end) * this.lane, Math.max(start, end) * this.lane]
    for (let i = left + 1; i < right; i++) cells[i] = '─'
    if (end > start) cells[right - 1] = lost ? '✗' : '▶'
    if (end < start) cells[left + 1] = lost ? '✗' : '◀'
    return cells.join('')
  }

  private paint(host: string, text: string): string {
    if (!this.options.colours) return text
    return `\u001b[${COLOURS[this.options.hosts.indexOf(host) % COLOURS.length]}m${text}\u001b[0m`
  }
}

/** Breaks a text at blanks into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
