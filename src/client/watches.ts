/** The two shapes of a watch: a promise for one event, a loop over many. */
import type { WatchedEvent } from './boundary.ts'
import { isEnding, type WatchListener } from './driver.ts'
import { EventQueue, withResolvers } from './event-queue.ts'

/** A one-shot watch before its event: the promise for the caller, the listener for the driver. */
export interface OneShotWatch extends WatchListener {
  readonly changed: Promise<WatchedEvent>
}

/** Makes a watch for one event. It always resolves: with the event, with its removal, or with the end of the session. */
export function oneShotWatch(): OneShotWatch {
  const { promise, resolve } = withResolvers<WatchedEvent>()
  return { persistent: false, changed: promise, deliver: resolve }
}

/** A persistent watch: `for await` over it. Leaving the loop, `close` and `await using` all remove it. */
export class PersistentWatch extends EventQueue<WatchedEvent> implements WatchListener {
  readonly persistent = true
  readonly path: string

  constructor(path: string, bound: number, unwatch: (watch: PersistentWatch) => void) {
    super(bound, () => unwatch(this))
    this.path = path
  }

  /** Gives the reader an event; the one that ends the watch ends the loop. */
  deliver(event: WatchedEvent): void {
    this.push(event)
    if (isEnding(event) || event.type === 'PersistentWatchRemoved') this.finish()
  }
}
