/** A configuration that all read and some change: everybody has the latest a moment after it is written, and no change is lost. */
import { type CallOptions, isKeeperError, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { fromUtf8, utf8 } from '../kernel/index.ts'
import { watchedNode } from './node-cache.ts'
import { once } from './once.ts'
import { ensurePath } from './support.ts'

/** The version of a configuration, and what it says. */
export interface Revision<T> {
  readonly version: number
  readonly value: T
}

/** Stored as JSON. `T` is what one's own programs have written there: it is not checked. */
export class Configuration<T> {
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly marks: string
  private readonly initial: T

  /** @param initial what it says as long as nobody has written */
  constructor(zk: ZooKeeper, path: string, initial: T) {
    this.zk = zk
    this.path = `${path}/current`
    this.marks = `${path}/marks`
    this.initial = initial
  }

  /** The configuration now and after each change. Of several quick changes the last is seen. Ends with the session. */
  async *revisions(options: CallOptions = {}): AsyncGenerator<Revision<T>, void, void> {
    await ensurePath(this.zk, this.path, options)
    for await (const content of watchedNode(this.zk, this.path, options)) {
      if (content !== null) yield { version: content.stat.version, value: this.parse(content.data) }
    }
  }

  /** Changes it, once. `change` is called again when somebody else was faster, with what that one has written. */
  async update(change: (value: T) => T, options: CallOptions = {}): Promise<void> {
    await ensurePath(this.zk, this.path, options)
    await ensurePath(this.zk, this.marks, options)
    for (;;) {
      const { data, stat } = await untilAnswered(this.zk, () => this.zk.getData(this.path, options), options)
      const written = utf8(JSON.stringify(change(this.parse(data))))
      try {
        return await once(this.zk, this.marks, [{ op: 'setData', path: this.path, data: written, version: stat.version }], options)
      } catch (error) {
        if (!isKeeperError(error, 'BADVERSION')) throw error
      }
    }
  }

  private parse(data: Uint8Array | null): T {
    return data === null || data.length === 0 ? this.initial : (JSON.parse(fromUtf8(data)) as T)
  }
}
