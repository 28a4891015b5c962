/** A recorded run as people read it: in a terminal, or as a sequence diagram. It knows the trace and nothing else. */
import { Conversation, type Message, Narrator, sequenceDiagram } from '../../src/hosts/simulation/index.ts'
import { note, type Trace, type TraceRecord } from '../../src/kernel/index.ts'
import { STAGE, type StageEvent, type StageMessage } from './stage.ts'

export interface Telling {
  /** Who gets a column, from left to right. */
  readonly hosts: readonly string[]
  readonly tells: (message: Message) => boolean
  /** The names of the notes that are told. The director's always are. */
  readonly notes: ReadonlySet<string>
  /** Headings that the machines themselves give: the name of the note before which each is set. None, unless given. */
  readonly headings?: ReadonlyMap<string, string>
  /** The names of the director's headings whose scenes are left out. */
  readonly omits?: ReadonlySet<string>
}

/** The lines of a story, and where each of its events ends: the number of lines up to and with the event. */
export interface Told {
  readonly lines: readonly string[]
  readonly ends: readonly number[]
}

/** Columns of the terminal for which everything is laid out. */
export const WIDTH = 80

/** The story in plain text, for a terminal of 80 columns. */
export function story(trace: Trace, telling: Telling, colours: boolean): string {
  return `${told(trace, telling, colours).lines.join('\n')}\n`
}

/** The story event by event. What comes between two events that show anything belongs to the second. */
export function told({ records }: Trace, telling: Telling, colours: boolean): Told {
  const scenes = new Scenes(telling)
  const timed = records.some(({ at }) => at > 0)
  const narrator = new Narrator({ hosts: telling.hosts, ...scenes.filters, width: WIDTH, colours, timed })
  const page = new Page(narrator.head().trimEnd())
  const ends: number[] = []
  for (const record of scenes.of(records)) {
    if (record.host === STAGE) page.paragraph(direction(record, colours), isHeading(record))
    else page.columns(narrator.tell(record))
    if (page.lines.length > (ends.at(-1) ?? 0)) ends.push(page.lines.length)
  }
  return { lines: page.lines, ends }
}

/** The story as Mermaid's `sequenceDiagram`; of what the director says, headings and faults. */
export function diagram({ records }: Trace, telling: Telling): string {
  const scenes = new Scenes(telling)
  const steps = function* () {
    for (const record of scenes.of(records)) {
      const { kind } = record.event as StageEvent
      if (record.host !== STAGE || kind === 'heading' || kind === 'fault' || kind === 'cut' || kind === 'mend') yield record
    }
  }
  return sequenceDiagram(steps(), { hosts: telling.hosts, ...scenes.filters, notes: null, stage: STAGE })
}

/** Breaks a text at blanks into lines of at most `width` characters. */
export function wrapped(text: string, width = WIDTH): string[] {
  return text.match(new RegExp(`.{1,${width}}(?= |$)`, 'g'))?.map((line) => line.trimStart()) ?? []
}

/**
 * The records of a run scene by scene: with the notes that are told and the headings that the machines give. It knows, at each
 * point of the story, which links are cut and whether this scene is left out.
 */
class Scenes {
  /** For whoever tells the records, one after the other. */
  readonly filters = {
    tells: (message: Message) => !this.omitted && this.telling.tells(message),
    lost: ({ from, to }: Message) => this.cuts.has(`${from}>${to}`),
    listener: { hear: (record: TraceRecord) => this.hear(record) },
  }
  /** Finds what whole servers say; what is told as messages is there to be read. */
  private readonly servers: Conversation
  private readonly telling: Telling
  private readonly cuts = new Set<string>()
  private omitted = false

  constructor(telling: Telling) {
    this.telling = telling
    this.servers = new Conversation(telling.hosts)
  }

  *of(records: readonly TraceRecord[]): Generator<TraceRecord> {
    const { headings, notes } = this.telling
    for (const record of records) {
      if (record.host === STAGE) {
        this.follow(record)
        if (!this.omitted) yield record
        continue
      }
      const told = this.omitted ? [] : record.notes.filter(({ name }) => record.machine === STAGE || notes.has(name))
      const turn = told.findIndex(({ name }) => headings?.has(name))
      const heading = headings?.get(told[turn]?.name ?? '')
      if (heading === undefined) {
        yield { ...record, event: this.omitted ? withoutStart(record.event) : record.event, notes: told }
        continue
      }
      yield { ...record, effects: [], notes: told.slice(0, turn) }
      const event: StageEvent = { kind: 'heading' }
      yield { ...record, host: STAGE, event, effects: [], notes: [note('phase', heading, 'the director')] }
      yield { ...record, notes: told.slice(turn) }
    }
  }

  private hear(record: TraceRecord): readonly Message[] {
    const messages = (record.effects as readonly StageMessage[]).filter(({ kind }) => kind === 'message')
    if (messages.length > 0) return messages.map(({ to, name, text }) => ({ from: record.host, to, name, text }))
    return record.machine === STAGE ? [] : this.servers.hear(record)
  }

  private follow({ event, notes }: TraceRecord): void {
    const told = event as StageEvent
    if (told.kind === 'heading') this.omitted = this.telling.omits?.has(notes[0]?.name ?? '') ?? false
    if (told.kind === 'cut') for (const [from, to] of told.links) this.cuts.add(`${from}>${to}`)
    if (told.kind === 'mend') this.cuts.clear()
  }
}

/** That a host starts is told by itself; where a scene is left out, it is not. */
function withoutStart(event: unknown): unknown {
  return (event as { readonly kind: string }).kind === 'start' ? { kind: 'omitted' } : event
}

function direction({ event, notes }: TraceRecord, colours: boolean): readonly string[] {
  const told = event as StageEvent
  const text = notes[0]?.text ?? ''
  const bold = (line: string) => (colours ? `\u001b[1m${line}\u001b[0m` : line)
  switch (told.kind) {
    case 'heading':
      return [bold(`── ${text} ${'─'.repeat(Math.max(0, WIDTH - 4 - text.length))}`)]
    case 'table':
      return told.rows
    case 'aside':
      return wrapped(text)
    default:
      return wrapped(`⚡ ${text}`).map(bold)
  }
}

function isHeading({ event }: TraceRecord): boolean {
  return (event as StageEvent).kind === 'heading'
}

/** Paragraphs with a blank line between them. Columns get their titles once below each heading. */
class Page {
  readonly lines: string[] = []
  private readonly titles: string
  private titled = false
  private inColumns = false
  private belowHeading = false

  constructor(titles: string) {
    this.titles = titles
  }

  paragraph(lines: readonly string[], isHeading: boolean): void {
    if (this.lines.length > 0) this.lines.push('')
    this.lines.push(...lines)
    this.inColumns = false
    this.belowHeading = isHeading
    if (isHeading) this.titled = false
  }

  columns(lines: readonly string[]): void {
    if (lines.length === 0) return
    if (!this.inColumns && !this.belowHeading) this.lines.push('')
    if (!this.titled) this.lines.push(this.titles)
    this.belowHeading = false
    this.titled = true
    this.inColumns = true
    this.lines.push(...lines)
  }
}
