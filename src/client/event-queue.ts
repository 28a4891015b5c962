/** A bounded queue that its reader loops over: how events reach a program without ever running its code inside the client. */
import { WatchOverflowError } from './errors.ts'

/**
 * Events in their order, for one reader. `for await` ends when the queue is finished, and leaving the loop early runs the
 * cleaning-up. When the reader falls `bound` events behind, it gets those, then a WatchOverflowError: events left out
 * silently would be worse.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  private readonly bound: number
  private readonly cleanUp: () => void
  private readonly events: T[] = []
  private readonly readers: PromiseWithResolvers<IteratorResult<T, undefined>>[] = []
  private ended: 'no' | 'finished' | 'overflow' = 'no'

  /** @param cleanUp called once, when the queue ends, whoever ended it */
  constructor(bound: number, cleanUp: () => void) {
    this.bound = bound
    this.cleanUp = cleanUp
  }

  /** Adds an event; after the end it is thrown away. */
  push(event: T): void {
    if (this.ended !== 'no') return
    const reader = this.readers.shift()
    if (reader !== undefined) reader.resolve({ done: false, value: event })
    else if (this.events.length < this.bound) this.events.push(event)
    else this.end('overflow')
  }

  /** No event will follow; those that wait can still be read. */
  finish(): void {
    this.end('finished')
  }

  private end(how: 'finished' | 'overflow'): void {
    if (this.ended !== 'no') return
    this.ended = how
    for (const reader of this.readers.splice(0)) reader.resolve({ done: true, value: undefined })
    this.cleanUp()
  }

  /** The next event, or the end. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.events.length > 0) return Promise.resolve({ done: false, value: this.events.shift() as T })
    if (this.ended === 'overflow') {
      this.ended = 'finished'
      return Promise.reject(new WatchOverflowError(`the reader fell ${this.bound} events behind`))
    }
    if (this.ended === 'finished') return Promise.resolve({ done: true, value: undefined })
    const reader = withResolvers<IteratorResult<T, undefined>>()
    this.readers.push(reader)
    return reader.promise
  }

  /** Ends the queue and throws away what waits: what leaving a `for await` does. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.events.length = 0
    this.end('finished')
    return Promise.resolve({ done: true, value: undefined })
  }

  /** Ends the queue, as leaving the loop does. */
  async close(): Promise<void> {
    await this.return()
  }

  /** The same as `return`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** The queue is its own iterator: it has one reader. */
  [Symbol.asyncIterator](): this {
    return this
  }
}

/** A promise with its two ends. */
export interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

/** Makes a {@link PromiseWithResolvers}; the language's own is missing in Node 20. */
export function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((res, rej) => {
    resolve = res
    reject = rej
  })
  return { promise, resolve, reject }
}
