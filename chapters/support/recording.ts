/**
 * A run in the making. A chapter directs: it starts servers, cuts links, waits for moments. Whatever the machines do, and
 * whatever the director says or does to them, goes into one trace, from which alone the story is told afterwards.
 */
import type { Ensemble, Observed } from '../../src/hosts/simulation/index.ts'
import { note, type TraceRecord, traceHeaderToJson, traceRecordToJson } from '../../src/kernel/index.ts'

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

/** How long a moment may be waited for, in virtual milliseconds. */
const PATIENCE = 60_000

export class Recording {
  readonly ensemble: Ensemble
  /** The trace, line by line. */
  readonly lines: string[] = []
  /** Called with everything that servers let be observed, in the moment in which it becomes true. */
  readonly observers: ((observed: Observed) => void)[] = []
  private onStep: ((step: TraceRecord) => void) | null = null

  constructor(ensemble: Ensemble, options: Readonly<Record<string, unknown>>) {
    this.ensemble = ensemble
    this.lines.push(traceHeaderToJson(ensemble.options.seed, options))
    ensemble.world.onStep = (step) => this.record(step)
    ensemble.onObserved = (observed) => {
      for (const observer of this.observers) observer(observed)
    }
  }

  /** The director speaks. `name` is what a diagram looks for. */
  say(kind: 'heading' | 'aside' | 'fault', name: string, text: string): void {
    this.stage({ kind }, name, text)
  }

  /** Prints a table. */
  show(rows: readonly string[]): void {
    this.stage({ kind: 'table', rows }, 'table', '')
  }

  /** Nothing that is sent along these links arrives any more; nobody is told. */
  cut(links: readonly Link[], name: string, text: string): void {
    for (const [from, to] of links) this.ensemble.world.network.block(from, to)
    this.stage({ kind: 'cut', links }, name, text)
  }

  /** All links work again. */
  mend(name: string, text: string): void {
    this.ensemble.world.network.heal()
    this.stage({ kind: 'mend' }, name, text)
  }

  /** Lets the world run until something is so. Throws when it never happens: then the story cannot be told. */
  until(what: string, condition: () => boolean): void {
    const { world, options } = this.ensemble
    if (world.runWhile(() => !condition(), PATIENCE)) return
    const endings = world.endings.map(({ host, message }) => `\n${host} ended: ${message}`)
    throw new Error(`seed ${options.seed}: waited in vain until ${what}${endings.join('')}`)
  }

  /** Lets some time pass, in milliseconds. */
  wait(time: number): void {
    this.ensemble.world.runUntil(this.ensemble.world.now + time)
  }

  /** Lets the world run until a machine takes a step of this kind. */
  untilStep(what: string, matches: (step: TraceRecord) => boolean): void {
    let seen = false
    this.onStep = (step) => {
      seen ||= matches(step)
    }
    this.until(what, () => seen)
    this.onStep = null
  }

  private stage(event: StageEvent, name: string, text: string): void {
    this.record({ seq: 0, at: this.ensemble.world.now, host: STAGE, machine: STAGE, event, effects: [], notes: [note(name, text, 'the director')] })
  }

  private record(step: TraceRecord): void {
    this.onStep?.(step)
    this.lines.push(traceRecordToJson({ ...step, seq: this.lines.length }))
  }
}
