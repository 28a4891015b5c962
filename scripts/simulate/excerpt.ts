/**
 * Of the long story of a run, the part that leads to a broken promise. What the verdict names decides what is told: the zxids,
 * sessions and znodes in it, wherever they occur, up to the last moment it speaks of; and between them who led and what a
 * learner was sent, since whatever goes wrong goes wrong around that.
 */
import { Stage } from '../../chapters/support/stage.ts'
import type { Telling } from '../../chapters/support/story.ts'
import { Conversation, type Fault, tellFault, type Verdict } from '../../src/hosts/simulation/index.ts'
import { type Millis, parseTrace, type Trace, type TraceRecord } from '../../src/kernel/index.ts'

/** Notes that are told whatever they name: the turns of every history. */
const TURNS = new Set(['elected', 'recovered', 'epoch-proposed', 'leader-serves', 'quorum-lost', 'sync-decided', 'learner-serves'])
/** Packets of discovery and synchronization. */
const PACKETS = new Set(['ACKEPOCH', 'DIFF', 'TRUNC', 'SNAP', 'NEWLEADER', 'UPTODATE'])
/** So many moments are told, the last ones: as much as somebody reads. */
const MOMENTS = 32
/** The longest text of a moment: an answer may list hundreds of znodes. */
const TEXT_MAX = 120

interface Moment {
  readonly at: Millis
  readonly host: string
  /** Whom it is said to; null: it is a note of the host's own. */
  readonly to: string | null
  readonly text: string
}

/** Follows a run that will end with this verdict. Give it every step, in order. */
export class Excerpt {
  private readonly conversation = new Conversation()
  private readonly moments: Moment[] = []
  /** What the verdict names; null: nothing that occurs in a story. */
  private readonly named: RegExp | null
  /** Clients that the verdict speaks of: what others say is not told. */
  private readonly clients: ReadonlySet<string>
  private readonly end: Millis

  constructor({ sentence, evidence }: Verdict) {
    const text = [sentence, ...evidence].join('\n')
    const names = namesIn(sentence).length > 0 ? namesIn(sentence) : namesIn(text)
    this.named = names.length === 0 ? null : new RegExp(`(?:${names.join('|')})(?![\\w-])`)
    this.clients = new Set(text.match(/(?<![\w/-])c\d+(?![\w-])/g))
    const times = Array.from(text.matchAll(/(\d+\.\d) ms/g), ([, time]) => Number(time))
    this.end = times.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...times) + 0.1
  }

  hear(step: TraceRecord): void {
    const { at, host, notes } = step
    const said = this.conversation.hear(step)
    if (at > this.end) return
    for (const { name, text } of notes) if (TURNS.has(name) || this.isNamed(text)) this.keep({ at, host, to: null, text })
    for (const { from, to, port, name, text } of said) {
      if (port === 'client' && !this.clients.has(from) && !this.clients.has(to)) continue
      if (PACKETS.has(name) || this.isNamed(text)) this.keep({ at, host: from, to, text })
    }
  }

  /** The excerpt as a trace of its own: with the faults among what was said, and what this is about at the end. */
  trace(seed: bigint, faults: readonly Fault[], ending: string): Trace {
    let now = this.moments[0]?.at ?? 0
    const stage = new Stage(seed, {}, () => now)
    const ahead = faults.filter(({ at }) => at >= now).sort((a, b) => a.at - b.at)
    for (const { at, host, to, text } of this.moments) {
      for (; ahead[0] !== undefined && ahead[0].at <= at; ahead.shift()) stage.say('fault', ahead[0].kind, tellFault(ahead[0]))
      now = at
      if (to === null) stage.think(host, 'turn', text)
      else stage.tell(host, to, 'packet', text)
    }
    stage.say('aside', 'violation', `✗ ${ending}`)
    return parseTrace(`${stage.lines.join('\n')}\n`)
  }

  /** How the trace is told: with a column for each server, and for each client that says something. */
  telling(servers: readonly string[]): Telling {
    const clients = new Set(this.moments.flatMap(({ host, to }) => (to === null ? [host] : [host, to])).filter((host) => !servers.includes(host)))
    return { hosts: [...servers, ...[...clients].sort((a, b) => (a < b ? -1 : 1))], tells: () => true, notes: new Set() }
  }

  private keep(moment: Moment): void {
    const { text } = moment
    this.moments.push(text.length <= TEXT_MAX ? moment : { ...moment, text: `${text.slice(0, TEXT_MAX)} …` })
    if (this.moments.length > MOMENTS) this.moments.shift()
  }

  private isNamed(text: string): boolean {
    return this.named?.test(text) ?? false
  }
}

/** Zxids, sessions and znodes in a text. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/0x[0-9a-f]{5,}|\/\w[\w-]*|(?<![\w/-])[a-z]\w*-\d[\w-]*/g))]
}
