/**
 * A double barrier: all begin together and end together. One node, `ready`, says that all have been there: the barrier of
 * ZooKeeper's tutorial counts the members instead, and who counts after the first has left waits for ever. Members have names,
 * so that one who comes back with a new session is not counted twice while its old one has not expired. Good for one use: the
 * next round takes another path.
 */
import { type CallOptions, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { ownPlace, type Place } from './place.ts'
import { leaving, opens } from './rules/gate.ts'
import { ensurePath, unless, untilFired } from './support.ts'

/** The double barrier of one path, for one use. */
export class DoubleBarrier {
  private readonly zk: ZooKeeper
  private readonly members: string
  private readonly ready: string
  private readonly size: number
  private readonly name: string
  private place: Place | null = null

  /**
   * @param size how many have to be there; the same for all who use the path
   * @param name one's own, which no other member has
   */
  constructor(zk: ZooKeeper, path: string, size: number, name: string) {
    this.zk = zk
    this.members = `${path}/members`
    this.ready = `${path}/ready`
    this.size = size
    this.name = name
  }

  /** Waits until all have entered. */
  async enter(options: CallOptions = {}): Promise<void> {
    const { zk, ready } = this
    await ensurePath(zk, this.members, options)
    this.place ??= await ownPlace(zk, `${this.members}/${this.name}`, options)
    for (;;) {
      const { stat, watch } = await untilAnswered(zk, () => zk.exists(ready, { ...options, watch: true }), options)
      if (stat !== null) return
      if (opens(await this.inside(options), this.size)) await untilAnswered(zk, () => unless('NODEEXISTS', zk.create(ready, options)), options)
      else await untilFired([watch], options)
    }
  }

  /** Waits until all have left. */
  async leave(options: CallOptions = {}): Promise<void> {
    const { zk, place } = this
    if (place === null) throw new Error('leave() without enter()')
    for (;;) {
      const next = leaving(await this.inside(options), this.name)
      if (next.kind === 'done') return
      if (next.kind === 'deleteMine' || next.deleteMine) await place.leave()
      if (next.kind === 'deleteMine') continue
      const other = `${this.members}/${next.other}`
      const { stat, watch } = await untilAnswered(zk, () => zk.exists(other, { ...options, watch: true }), options)
      if (stat !== null) await untilFired([watch], options)
    }
  }

  private async inside(options: CallOptions): Promise<string[]> {
    const { children } = await untilAnswered(this.zk, () => this.zk.getChildren(this.members, options), options)
    return [...children].sort((a, b) => (a < b ? -1 : 1))
  }
}
