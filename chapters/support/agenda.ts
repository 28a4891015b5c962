/** What is going to happen, and when: the time of a little world, which jumps from one happening to the next. */
import type { Millis } from '../../src/kernel/index.ts'

export class Agenda {
  now: Millis = 0
  private readonly entries: { readonly at: Millis; readonly run: () => void }[] = []

  /** What is to happen at the same time happens in the order in which it was added. */
  add(at: Millis, run: () => void): void {
    let index = this.entries.length
    while (index > 0 && (this.entries[index - 1] as { at: Millis }).at > at) index--
    this.entries.splice(index, 0, { at, run })
  }

  /** Lets things happen until `done`, at most until the time `limit`. Returns whether it came to that. */
  run(limit: Millis, done: () => boolean = () => false): boolean {
    while (!done()) {
      const [next] = this.entries
      if (next === undefined || next.at > limit) {
        this.now = limit
        return done()
      }
      this.entries.shift()
      this.now = next.at
      next.run()
    }
    return true
  }
}
