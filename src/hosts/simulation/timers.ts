/** The timers of one process, by the clock of its machine. */
import type { Millis } from '../../kernel/index.ts'
import type { HostClock } from './clock.ts'

interface Timer {
  /** When it is due; null when it is not set. */
  due: number | null
  /** When the world looks at it next; null when it has no reason to. */
  queued: number | null
}

/**
 * Timers are set far more often than they run out, since most of them only watch over a silence. So a timer that is put off
 * stays where it is in the world's queue, and is looked at once for all the times that it was set.
 */
export class Timers {
  private readonly timers = new Map<string, Timer>()
  private readonly clock: HostClock
  private readonly lookAt: (at: number, name: string) => void

  /** @param lookAt asks the world for a call of {@link look} at a time to come */
  constructor(clock: HostClock, lookAt: (at: number, name: string) => void) {
    this.clock = clock
    this.lookAt = lookAt
  }

  /** Sets a timer, or sets it anew, at true time `at`. */
  set(name: string, at: number, delay: Millis): void {
    let timer = this.timers.get(name)
    if (timer === undefined) {
      timer = { due: null, queued: null }
      this.timers.set(name, timer)
    }
    timer.due = this.clock.after(at, Math.max(0, delay))
    this.queue(name, timer)
  }

  cancel(name: string): void {
    const timer = this.timers.get(name)
    if (timer !== undefined) timer.due = null
  }

  /** The process has ended: none is set any more. */
  clear(): void {
    this.timers.clear()
  }

  /** Whether it has run out, at true time `at`: it does so once. */
  look(name: string, at: number): boolean {
    const timer = this.timers.get(name) as Timer
    if (timer.queued !== null && timer.queued <= at) timer.queued = null
    const hasRunOut = timer.due !== null && timer.due <= at
    if (hasRunOut) timer.due = null
    this.queue(name, timer)
    return hasRunOut
  }

  private queue(name: string, timer: Timer): void {
    if (timer.due === null || (timer.queued !== null && timer.queued <= timer.due)) return
    timer.queued = timer.due
    this.lookAt(timer.due, name)
  }
}
