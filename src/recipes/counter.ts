/**
 * A number that many change. Each change says which version it was made from, so none is lost (compare-and-swap), and each
 * happens once even if its answer is lost (`once.ts`).
 */
import { type CallOptions, isKeeperError, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { once } from './once.ts'
import { dataFor, numberIn } from './rules/count.ts'
import { ensurePath } from './support.ts'

/** The number at one path. */
export class Counter {
  /** How often a change of this object had to begin again, because somebody else was faster. */
  retries = 0
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly marks: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = `${path}/value`
    this.marks = `${path}/marks`
  }

  /** The number as this client's server knows it. */
  async get(options: CallOptions = {}): Promise<bigint> {
    return (await this.read(options)).value
  }

  /** Adds to the number, once. Returns the sum. */
  async add(delta: bigint, options: CallOptions = {}): Promise<bigint> {
    for (;;) {
      const { value, version } = await this.read(options)
      if (await this.write(value + delta, version, options)) return value + delta
      this.retries++
    }
  }

  /** Sets the number if it still is what was expected. Returns whether it was. */
  async compareAndSet(expected: bigint, value: bigint, options: CallOptions = {}): Promise<boolean> {
    for (;;) {
      const found = await this.read(options)
      if (found.value !== expected) return false
      if (await this.write(value, found.version, options)) return true
      this.retries++
    }
  }

  private async read(options: CallOptions): Promise<{ value: bigint; version: number }> {
    await ensurePath(this.zk, this.path, options)
    await ensurePath(this.zk, this.marks, options)
    const { data, stat } = await untilAnswered(this.zk, () => this.zk.getData(this.path, options), options)
    return { value: numberIn(data), version: stat.version }
  }

  /** False: the node has another version by now. */
  private async write(value: bigint, version: number, options: CallOptions): Promise<boolean> {
    try {
      await once(this.zk, this.marks, [{ op: 'setData', path: this.path, data: dataFor(value), version }], options)
      return true
    } catch (error) {
      if (isKeeperError(error, 'BADVERSION')) return false
      throw error
    }
  }
}
