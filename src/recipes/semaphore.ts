/**
 * A lock that `limit` may hold at once. Those who wait stand in line, and only the first looks whether there is room. (If all
 * stood in one line and the first `limit` held, the one behind them would have to watch each of them.) Source: Curator,
 * `InterProcessSemaphoreV2`.
 */
import { type CallOptions, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { type Place, type PlaceOptions, takePlace, whileFirst } from './place.ts'
import { hasRoom } from './rules/room.ts'
import { ensurePath, untilFired } from './support.ts'

/** The semaphore of one path; all who use it must agree on `limit`. */
export class Semaphore {
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly limit: number

  /** @param limit how many may hold it at once; the same for all who use the path */
  constructor(zk: ZooKeeper, path: string, limit: number) {
    this.zk = zk
    this.path = path
    this.limit = limit
  }

  /** Waits for one of the leases. */
  async acquire(options: PlaceOptions = {}): Promise<Place> {
    const leases = `${this.path}/leases`
    await ensurePath(this.zk, leases, options)
    return whileFirst(
      this.zk,
      `${this.path}/line`,
      async () => {
        await this.untilRoom(leases, options)
        return takePlace(this.zk, leases, 'lease', options)
      },
      { signal: options.signal },
    )
  }

  private async untilRoom(leases: string, { signal }: CallOptions): Promise<void> {
    for (;;) {
      const { children, watch } = await untilAnswered(this.zk, () => this.zk.getChildren(leases, { watch: true, signal }), { signal })
      if (hasRoom(children, this.limit)) return
      await untilFired([watch], { signal })
    }
  }
}
