/** A recorded run as people read it: in a terminal, or as a sequence diagram. It knows the trace and nothing else. */
import { type Message, Narrator, sequenceDiagram } from '../../src/hosts/simulation/index.ts'
import type { Trace, TraceRecord } from '../../src/kernel/index.ts'
import { STAGE, type StageEvent } from './recording.ts'

export interface Telling {
  /** Who gets a column, from left to right. */
  readonly hosts: readonly string[]
  readonly tells: (message: Message) => boolean
  /** The names of the notes that are told. The director's always are. */
  readonly notes: ReadonlySet<string>
  /** Headings that the machines themselves give: the name of the note before which each is set. */
  readonly headings: ReadonlyMap<string, string>
}

/** Columns of the terminal for which everything is laid out. */
export const WIDTH = 80

/** The story in plain text, for a terminal of 80 columns. */
export function story({ records }: Trace, telling: Telling, colours: boolean): string {
  const cuts = new Cuts()
  const { hosts, tells } = telling
  const narrator = new Narrator({ hosts, tells, width: WIDTH, colours, lost: (message) => cuts.hide(message) })
  const page = new Page(narrator.head().trimEnd())
  for (const record of scenes(records, telling)) {
    cuts.follow(record)
    if (record.host === STAGE) page.paragraph(direction(record, colours), isHeading(record))
    else page.columns(narrator.tell(record))
  }
  return page.text()
}

/** The story as Mermaid's `sequenceDiagram`, with what the director says under one of these names. */
export function diagram({ records }: Trace, telling: Telling, names: ReadonlySet<string>): string {
  const cuts = new Cuts()
  const { hosts, tells, notes } = telling
  const told = new Set([...notes, ...names])
  const steps = function* () {
    for (const record of scenes(records, telling)) {
      cuts.follow(record)
      yield record
    }
  }
  return sequenceDiagram(steps(), { hosts, tells, notes: told, stage: STAGE, lost: (message) => cuts.hide(message) })
}

/** Breaks a text at blanks into lines of at most `width` characters. */
export function wrapped(text: string, width = WIDTH): string[] {
  return text.match(new RegExp(`.{1,${width}}(?= |$)`, 'g'))?.map((line) => line.trimStart()) ?? []
}

/** The links that are cut at this point of the story: what is sent along them is never heard. */
class Cuts {
  private readonly links = new Set<string>()

  follow({ host, event }: TraceRecord): void {
    const told = event as StageEvent
    if (host !== STAGE) return
    if (told.kind === 'cut') for (const to of told.to) this.links.add(`${told.from}>${to}`)
    if (told.kind === 'mend') this.links.clear()
  }

  hide({ from, to }: Message): boolean {
    return this.links.has(`${from}>${to}`)
  }
}

/** The records with the notes that are told, and with headings where the machines give them. */
function* scenes(records: readonly TraceRecord[], { notes, headings }: Telling): Generator<TraceRecord> {
  for (const record of records) {
    if (record.host === STAGE) {
      yield record
      continue
    }
    const told = record.notes.filter(({ name }) => notes.has(name))
    const turn = told.findIndex(({ name }) => headings.has(name))
    const heading = headings.get(told[turn]?.name ?? '')
    if (heading === undefined) {
      yield { ...record, notes: told }
      continue
    }
    yield { ...record, effects: [], notes: told.slice(0, turn) }
    const event: StageEvent = { kind: 'heading' }
    yield { ...record, host: STAGE, event, effects: [], notes: [{ kind: 'note', name: 'phase', text: heading, source: '' }] }
    yield { ...record, notes: told.slice(turn) }
  }
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
  private readonly lines: string[] = []
  private readonly titles: string
  private titled = false
  private inColumns = false

  constructor(titles: string) {
    this.titles = titles
  }

  paragraph(lines: readonly string[], isHeading: boolean): void {
    if (this.lines.length > 0) this.lines.push('')
    this.lines.push(...lines)
    this.inColumns = false
    if (isHeading) this.titled = false
  }

  columns(lines: readonly string[]): void {
    if (lines.length === 0) return
    if (!this.inColumns && this.titled) this.lines.push('')
    if (!this.titled) this.lines.push(this.titles)
    this.titled = true
    this.inColumns = true
    this.lines.push(...lines)
  }

  text(): string {
    return `${this.lines.join('\n')}\n`
  }
}
