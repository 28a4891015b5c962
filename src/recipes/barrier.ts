/** A barrier: while the node is there, all wait. */
import { type CallOptions, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { ensurePath, unless, untilFired } from './support.ts'

/** The barrier of one path. */
export class Barrier {
  private readonly zk: ZooKeeper
  private readonly path: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /** Closes it; it may be closed already. */
  close(options: CallOptions = {}): Promise<void> {
    return ensurePath(this.zk, this.path, options)
  }

  /** Opens it; it may be open already. */
  async open(options: CallOptions = {}): Promise<void> {
    await untilAnswered(this.zk, () => unless('NONODE', this.zk.delete(this.path, options)), options)
  }

  /** Waits until it is open. Who has been told by others that it is closed finds it closed: hence the `sync`. */
  async pass(options: CallOptions = {}): Promise<void> {
    await untilAnswered(this.zk, () => this.zk.sync(this.path, options), options)
    for (;;) {
      const { stat, watch } = await untilAnswered(this.zk, () => this.zk.exists(this.path, { ...options, watch: true }), options)
      if (stat === null) return
      await untilFired([watch], options)
    }
  }
}
