/**
 * A node and everything below it, kept in memory with one persistent recursive watch (servers from 3.6 on). An event says which
 * path has changed, and that one is read; after a reconnection, when events may be missing, everything is read and compared.
 */
import { type CallOptions, isKeeperError, listSubTree, type Stat, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { type Change, difference } from './rules/difference.ts'
import { unless } from './support.ts'

/** A cached node. */
export interface CachedNode {
  readonly data: Uint8Array | null
  readonly stat: Stat
  readonly czxid: bigint
  readonly mzxid: bigint
}

/** The cache of one path. */
export class TreeCache {
  /** All nodes that are known, by path. */
  readonly nodes = new Map<string, CachedNode>()
  private readonly zk: ZooKeeper
  private readonly root: string

  constructor(zk: ZooKeeper, root: string) {
    this.zk = zk
    this.root = root
  }

  /**
   * Keeps {@link nodes} up to date for as long as one loops, and yields every change, when `nodes` has it already; first of all
   * what is there. Ends with the session.
   */
  async *changes(options: CallOptions = {}): AsyncGenerator<Change, void, void> {
    const { zk, root } = this
    await using watch = await untilAnswered(zk, () => zk.addWatch(root, options), options)
    yield* this.replace(await this.readAll(options))
    for (;;) {
      const { done, value } = await watch.next()
      if (done) return
      if (value.path !== null) yield* this.refresh(value.path, options)
      else if (value.state === 'SyncConnected') yield* this.replace(await this.readAll(options))
    }
  }

  private async *refresh(path: string, options: CallOptions): AsyncGenerator<Change, void, void> {
    const node = await this.read(path, options)
    const only = (found: CachedNode | undefined) => new Map(found === undefined ? [] : [[path, found]])
    const changes = difference(only(this.nodes.get(path)), only(node))
    if (node === undefined) this.nodes.delete(path)
    else this.nodes.set(path, node)
    yield* changes
  }

  private *replace(after: ReadonlyMap<string, CachedNode>): Generator<Change, void, void> {
    const changes = difference(this.nodes, after)
    this.nodes.clear()
    for (const [path, node] of after) this.nodes.set(path, node)
    yield* changes
  }

  private async read(path: string, options: CallOptions): Promise<CachedNode | undefined> {
    const found = await untilAnswered(this.zk, () => unless('NONODE', this.zk.getData(path, options)), options)
    return found && { data: found.data, stat: found.stat, czxid: found.stat.czxid, mzxid: found.stat.mzxid }
  }

  /** Everything there is. Nodes that come or go meanwhile have an event on its way. */
  private async readAll(options: CallOptions): Promise<Map<string, CachedNode>> {
    const nodes = new Map<string, CachedNode>()
    for (const path of await this.list(options)) {
      const node = await this.read(path, options)
      if (node !== undefined) nodes.set(path, node)
    }
    return nodes
  }

  private async list(options: CallOptions): Promise<string[]> {
    for (;;) {
      try {
        return await untilAnswered(this.zk, () => listSubTree(this.zk, this.root, options), options)
      } catch (error) {
        if (!isKeeperError(error, 'NONODE')) throw error
        if ((await untilAnswered(this.zk, () => this.zk.exists(this.root, options), options)).stat === null) return []
      }
    }
  }
}
