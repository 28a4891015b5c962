/** The two shapes of a watch: a promise for one event, a loop over many. */
import type { WatchedEvent } from './boundary.ts'
import { isEnding, type WatchListener } from './driver.ts'
import { EventQueue, withResolvers } from './event-queue.ts'
import { stripChroot } from './paths.ts'

/** A one-shot watch before its event: the promise for the caller, the listener for the driver. */
export interface OneShotWatch extends WatchListener {
  readonly changed: Promise<WatchedEvent>
}

/** Makes a watch for one event. It always resolves: with the event, with its removal, or with the end of the session. */
export function oneShotWatch(chroot: string): OneShotWatch {
  const { promise, resolve } = withResolvers<WatchedEvent>()
  return { persistent: false, changed: promise, deliver: (event) => resolve(inChroot(chroot, event)) }
}

/** A persistent watch: `for await` over it. Leaving the loop, `close` and `await using` all remove it. */
export class PersistentWatch extends EventQueue<WatchedEvent> implements WatchListener {
  readonly persistent = true
  readonly path: string
  private readonly chroot: string

  constructor(path: string, chroot: string, bound: number, unwatch: (watch: PersistentWatch) => void) {
    super(bound, () => unwatch(this))
    this.path = path
    this.chroot = chroot
  }

  deliver(event: WatchedEvent): void {
    this.push(inChroot(this.chroot, event))
    if (isEnding(event) || event.type === 'PersistentWatchRemoved') this.finish()
  }
}

function inChroot(chroot: string, event: WatchedEvent): WatchedEvent {
  return chroot === '' || event.path === null ? event : { ...event, path: stripChroot(chroot, event.path) }
}
