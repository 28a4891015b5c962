/** Names and numbers that nobody else gets. */
import { type CallOptions, isKeeperError, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { type Block, dataFor, numberIn, takeFrom } from './rules/count.ts'
import { createNumbered, ensurePath } from './support.ts'

/**
 * Creates a node whose name nobody else has, and returns its path. It is unique as long as the parent is not deleted and made
 * anew: the number is the parent's.
 */
export async function uniqueName(zk: ZooKeeper, parent: string, kind: string, options: CallOptions = {}): Promise<string> {
  await ensurePath(zk, parent, options)
  return createNumbered(zk, parent, kind, 'PERSISTENT_SEQUENTIAL', null, options)
}

/**
 * Gives out numbers, each once in the whole ensemble, a block at a time: one write serves many. A block whose answer is lost
 * is given up: numbers may be missing, none comes twice.
 */
export class IdGenerator {
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly size: bigint
  private block: Block = { next: 0n, end: 0n }
  /** One block is fetched at a time. */
  private turn: Promise<unknown> = Promise.resolve()

  /** @param size how many numbers to take at once (100) */
  constructor(zk: ZooKeeper, path: string, size = 100) {
    this.zk = zk
    this.path = path
    this.size = BigInt(size)
  }

  /** The next number. Concurrent calls are served one after the other. */
  next(options: CallOptions = {}): Promise<bigint> {
    const id = this.turn.then(() => this.take(options))
    this.turn = id.catch(() => undefined)
    return id
  }

  private async take(options: CallOptions): Promise<bigint> {
    for (;;) {
      const taken = takeFrom(this.block)
      if (taken !== undefined) {
        this.block = taken.rest
        return taken.id
      }
      await ensurePath(this.zk, this.path, options)
      this.block = await untilAnswered(this.zk, () => this.fetch(options), options)
    }
  }

  /** An empty block when somebody else was faster. */
  private async fetch(options: CallOptions): Promise<Block> {
    const { data, stat } = await this.zk.getData(this.path, options)
    const next = numberIn(data)
    const end = next + this.size
    try {
      await this.zk.setData(this.path, dataFor(end), { ...options, version: stat.version })
      return { next, end }
    } catch (error) {
      if (isKeeperError(error, 'BADVERSION')) return { next, end: next }
      throw error
    }
  }
}
