/** Who is there: each member is an ephemeral, and goes with its session. */
import { type CallOptions, type Data, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { ownPlace, type Place } from './place.ts'
import { ensurePath, untilFired } from './support.ts'

/** The group at one path. */
export class Group {
  private readonly zk: ZooKeeper
  private readonly path: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /**
   * Becomes a member under this name. When an earlier life of the member is still listed, waits until the ensemble has ended
   * its session: that node would go, and the member with it. When this session ends, the membership is `lost`.
   */
  async join(name: string, data: Data = null, options: CallOptions = {}): Promise<Place> {
    await ensurePath(this.zk, this.path, options)
    return ownPlace(this.zk, `${this.path}/${name}`, { ...options, data })
  }

  /** The members' names, now and after each change. Of changes that follow one another quickly only the last may be seen. */
  async *members(options: CallOptions = {}): AsyncGenerator<readonly string[], never, void> {
    const { zk } = this
    await ensurePath(zk, this.path, options)
    for (;;) {
      const { children, watch } = await untilAnswered(zk, () => zk.getChildren(this.path, { ...options, watch: true }), options)
      yield [...children].sort((a, b) => (a < b ? -1 : 1))
      await untilFired([watch], options)
    }
  }
}
