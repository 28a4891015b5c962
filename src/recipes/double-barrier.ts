/**
 * A double barrier: all begin together and end together. One node, `ready`, says that all have been there: the barrier of
 * ZooKeeper's tutorial counts the members instead, and who counts after the first has left waits for ever. Good for one use;
 * the next round takes another path.
 */
import { type CallOptions, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { type Place, takePlace } from './place.ts'
import { leaving, opens } from './rules/gate.ts'
import { lineOf } from './rules/turn.ts'
import { ensurePath, unless, untilFired } from './support.ts'

export class DoubleBarrier {
  private readonly zk: ZooKeeper
  private readonly members: string
  private readonly ready: string
  private readonly size: number
  private place: Place | null = null

  /** @param size how many have to be there; the same for all who use the path */
  constructor(zk: ZooKeeper, path: string, size: number) {
    this.zk = zk
    this.members = `${path}/members`
    this.ready = `${path}/ready`
    this.size = size
  }

  /** Waits until all have entered. */
  async enter(options: CallOptions = {}): Promise<void> {
    const { zk, ready } = this
    await ensurePath(zk, this.members, options)
    this.place ??= await takePlace(zk, this.members, 'member', options)
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
      const next = leaving(await this.inside(options), place.path.slice(this.members.length + 1))
      if (next.kind === 'done') return
      if (next.kind === 'deleteMine' || next.deleteMine) await place.leave()
      if (next.kind === 'deleteMine') continue
      const other = `${this.members}/${next.other.name}`
      const { stat, watch } = await untilAnswered(zk, () => zk.exists(other, { ...options, watch: true }), options)
      if (stat !== null) await untilFired([watch], options)
    }
  }

  private async inside(options: CallOptions) {
    const { children } = await untilAnswered(this.zk, () => this.zk.getChildren(this.members, options), options)
    return lineOf(children)
  }
}
