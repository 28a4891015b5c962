/** The stage of an ensemble: the director starts servers, cuts links and waits for moments, and every step of every machine is recorded. */
import type { Ensemble, Observed } from '../../src/hosts/simulation/index.ts'
import type { Millis, TraceRecord } from '../../src/kernel/index.ts'
import { type Link, Stage } from './stage.ts'

/** How long a moment may be waited for. */
const PATIENCE: Millis = 60_000

export class Recording extends Stage {
  readonly ensemble: Ensemble
  /** Called with everything that servers let be observed, in the moment in which it becomes true. */
  readonly observers: ((observed: Observed) => void)[] = []
  private onStep: ((step: TraceRecord) => void) | null = null

  constructor(ensemble: Ensemble, options: Readonly<Record<string, unknown>>) {
    super(ensemble.options.seed, options, () => ensemble.world.now)
    this.ensemble = ensemble
    ensemble.world.onStep = (step) => {
      this.onStep?.(step)
      this.record(step)
    }
    ensemble.onObserved = (observed) => {
      for (const observer of this.observers) observer(observed)
    }
  }

  /** Nothing that is sent along these links arrives any more; nobody is told. */
  override cut(links: readonly Link[], name: string, text: string): void {
    for (const [from, to] of links) this.ensemble.world.network.block(from, to)
    super.cut(links, name, text)
  }

  /** All links work again. */
  override mend(name: string, text: string): void {
    this.ensemble.world.network.heal()
    super.mend(name, text)
  }

  /** Lets the world run until something is so. Throws when it never happens: then the story cannot be told. */
  until(what: string, condition: () => boolean): void {
    const { world, options } = this.ensemble
    if (world.runWhile(() => !condition(), PATIENCE)) return
    const endings = world.endings.map(({ host, message }) => `\n${host} ended: ${message}`)
    throw new Error(`seed ${options.seed}: waited in vain until ${what}${endings.join('')}`)
  }

  /** Lets some time pass, in milliseconds. */
  wait(time: Millis): void {
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
}
