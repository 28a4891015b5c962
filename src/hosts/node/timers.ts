/** The deadlines of a machine, over `setTimeout`. */

interface Deadline {
  /** When it is due, on the clock of `Now.elapsed`; null when it was cancelled. */
  due: number | null
  /** For when Node's timer is set; never later than `due`. Null when there is none. */
  armed: { readonly at: number; readonly handle: NodeJS.Timeout } | null
}

/**
 * Every timer has at most one deadline. A deadline that is put off, as that of a silent leader is with every packet, costs one
 * assignment: Node's timer stays as it is, and when it goes off early it is set again for the rest.
 */
export class Timers<Timer extends string> {
  readonly #deadlines = new Map<Timer, Deadline>()
  readonly #elapsed: () => number
  readonly #wake: () => void

  /** `wake` is called when a deadline may have come: then {@link takeDue} tells which. */
  constructor(elapsed: () => number, wake: () => void) {
    this.#elapsed = elapsed
    this.#wake = wake
  }

  set(timer: Timer, delay: number): void {
    let deadline = this.#deadlines.get(timer)
    if (deadline === undefined) {
      deadline = { due: null, armed: null }
      this.#deadlines.set(timer, deadline)
    }
    const due = this.#elapsed() + delay
    deadline.due = due
    if (deadline.armed !== null && deadline.armed.at <= due) return
    this.#arm(deadline, due)
  }

  cancel(timer: Timer): void {
    const deadline = this.#deadlines.get(timer)
    if (deadline !== undefined) deadline.due = null
  }

  /** The timers whose deadlines have come, earliest first; they are no longer set. */
  takeDue(): Timer[] {
    const now = this.#elapsed()
    const due: { timer: Timer; at: number }[] = []
    for (const [timer, deadline] of this.#deadlines) {
      if (deadline.due === null || deadline.due > now) continue
      due.push({ timer, at: deadline.due })
      deadline.due = null
    }
    return due.sort((a, b) => a.at - b.at).map(({ timer }) => timer)
  }

  /** Forgets all deadlines. */
  clear(): void {
    for (const { armed } of this.#deadlines.values()) if (armed !== null) clearTimeout(armed.handle)
    this.#deadlines.clear()
  }

  #arm(deadline: Deadline, at: number): void {
    if (deadline.armed !== null) clearTimeout(deadline.armed.handle)
    const handle = setTimeout(() => this.#onTimeout(deadline), at - this.#elapsed())
    deadline.armed = { at, handle }
  }

  #onTimeout(deadline: Deadline): void {
    deadline.armed = null
    if (deadline.due === null) return
    if (deadline.due <= this.#elapsed()) this.#wake()
    else this.#arm(deadline, deadline.due)
  }
}
