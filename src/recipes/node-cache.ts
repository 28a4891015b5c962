/** One node, as it is and as it changes. */
import { type CallOptions, type PersistentWatch, type Stat, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { unless, untilFired } from './support.ts'

/** A node's content; null: there is no such node. */
export type Content = { readonly data: Uint8Array | null; readonly stat: Stat } | null

/**
 * The node now and after each change, with one-shot watches, which every server knows. A watch fires once and the node is read
 * again with a new one, so nothing is missed for good: of several quick changes the last is seen.
 */
export async function* nodeChanges(zk: ZooKeeper, path: string, options: CallOptions = {}): AsyncGenerator<Content, never, void> {
  let seen: Content | undefined
  for (;;) {
    const { content, watch } = await readWatching(zk, path, options)
    if (seen === undefined || isNews(seen, content)) yield content
    seen = content
    await untilFired([watch], options)
  }
}

/**
 * The same with one persistent watch (servers from 3.6 on): set once, it stays. Only while the connection is lost are its events
 * not made up for, hence the read after each reconnection. Ends with the session.
 */
export async function* watchedNode(zk: ZooKeeper, path: string, options: CallOptions = {}): AsyncGenerator<Content, void, void> {
  let seen: Content | undefined
  await using watch: PersistentWatch = await untilAnswered(zk, () => zk.addWatch(path, { ...options, mode: 'PERSISTENT' }), options)
  const stop = () => void watch.return()
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    do {
      const content: Content = (await untilAnswered(zk, () => unless('NONODE', zk.getData(path, options)), options)) ?? null
      if (seen === undefined || isNews(seen, content)) yield content
      seen = content
    } while (!(await watch.next()).done)
    options.signal?.throwIfAborted()
  } finally {
    options.signal?.removeEventListener('abort', stop)
  }
}

/** The content, with a watch for its next change: of the node, or of its coming into being. */
async function readWatching(zk: ZooKeeper, path: string, options: CallOptions) {
  for (;;) {
    const found = await untilAnswered(zk, () => unless('NONODE', zk.getData(path, { ...options, watch: true })), options)
    if (found !== undefined) return { content: { data: found.data, stat: found.stat } satisfies Content, watch: found.watch }
    const { stat, watch } = await untilAnswered(zk, () => zk.exists(path, { ...options, watch: true }), options)
    if (stat === null) return { content: null, watch }
  }
}

function isNews(before: Content, after: Content): boolean {
  return before?.stat.czxid !== after?.stat.czxid || before?.stat.mzxid !== after?.stat.mzxid
}

/** The last known content of a node, kept up to date in the background until it is closed or the session ends. */
export class NodeCache implements AsyncDisposable {
  /** Undefined before the first answer. */
  content: Content | undefined
  private readonly stop = new AbortController()
  private readonly running: Promise<void>

  constructor(zk: ZooKeeper, path: string) {
    this.running = this.follow(zk, path)
  }

  private async follow(zk: ZooKeeper, path: string): Promise<void> {
    try {
      for await (const content of nodeChanges(zk, path, { signal: this.stop.signal })) this.content = content
    } catch (error) {
      if (!this.stop.signal.aborted && zk.state().session !== 'LOST') throw error
    }
  }

  /** Stops following. */
  async close(): Promise<void> {
    this.stop.abort()
    await this.running
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
