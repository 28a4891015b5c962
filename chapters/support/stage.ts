/**
 * A trace in the making, and who directs it. A chapter directs: it sets headings, speaks in between, breaks and mends things,
 * and lets machines take their steps. All of it goes into one trace, from which alone the story is told afterwards. A stage
 * needs no ensemble: a chapter about one rule shows it with tables, with the steps of one machine, or with messages.
 */
import { type Millis, type Note, note, type TraceRecord, traceHeaderToJson, traceRecordToJson } from '../../src/kernel/index.ts'

/** The director's name among the hosts of a trace. */
export const STAGE = 'stage'

/** One direction of a link between two hosts: from the first to the second. */
export type Link = readonly [from: string, to: string]

/** What the director does, as an event in the trace. */
export type StageEvent =
  /** A new part of the story begins. */
  | { readonly kind: 'heading' }
  /** A sentence in between. */
  | { readonly kind: 'aside' }
  /** Something is broken or mended from outside. */
  | { readonly kind: 'fault' }
  /** Nothing passes along some links any more, without anybody being told. */
  | { readonly kind: 'cut'; readonly links: readonly Link[] }
  /** All links work again. */
  | { readonly kind: 'mend' }
  /** Lines that are printed as they are. */
  | { readonly kind: 'table'; readonly rows: readonly string[] }

/** A message between hosts without an ensemble, as an effect in the trace. `name` is what a telling looks for. */
export interface StageMessage {
  readonly kind: 'message'
  readonly to: string
  readonly name: string
  readonly text: string
}

/** What a machine's step returns. */
type Effects = readonly { readonly kind: string }[]

export class Stage {
  /** The trace, line by line. */
  readonly lines: string[] = []
  private readonly clock: () => Millis

  /** @param clock the time of the run in milliseconds; without one it stands still */
  constructor(seed: bigint, options: Readonly<Record<string, unknown>>, clock: () => Millis = () => 0) {
    this.clock = clock
    this.lines.push(traceHeaderToJson(seed, options))
  }

  /** The director speaks. `name` is what a diagram looks for. */
  say(kind: 'heading' | 'aside' | 'fault', name: string, text: string): void {
    this.direct({ kind }, name, text)
  }

  /** Prints a table, or any other lines. */
  show(rows: readonly string[]): void {
    this.direct({ kind: 'table', rows }, 'table', '')
  }

  /** From now on messages along these links are lost; nobody is told. */
  cut(links: readonly Link[], name: string, text: string): void {
    this.direct({ kind: 'cut', links }, name, text)
  }

  /** All links work again. */
  mend(name: string, text: string): void {
    this.direct({ kind: 'mend' }, name, text)
  }

  /** A machine on a host has taken a step: with this event, to these effects, notes among them. */
  step(host: string, machine: string, event: { readonly kind: string }, effects: Effects): void {
    const notes = effects.filter((effect): effect is Note => effect.kind === 'note')
    this.record({ host, machine, event, effects: effects.filter(({ kind }) => kind !== 'note'), notes })
  }

  /** A host without a machine thinks aloud. */
  think(host: string, name: string, text: string): void {
    this.record({ host, machine: STAGE, event: { kind: 'thinks' }, effects: [], notes: [note(name, text, 'the director')] })
  }

  /** A host without a machine says something to another one. */
  tell(from: string, to: string, name: string, text: string): void {
    const message: StageMessage = { kind: 'message', to, name, text }
    this.record({ host: from, machine: STAGE, event: { kind: 'tells' }, effects: [message], notes: [] })
  }

  /** Adds a step to the trace; the number and the time are the stage's. */
  record(step: Omit<TraceRecord, 'seq' | 'at'>): void {
    this.lines.push(traceRecordToJson({ ...step, seq: this.lines.length, at: this.clock() }))
  }

  private direct(event: StageEvent, name: string, text: string): void {
    this.record({ host: STAGE, machine: STAGE, event, effects: [], notes: [note(name, text, 'the director')] })
  }
}
