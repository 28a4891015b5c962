/**
 * A queue, with priorities if one likes. No item is lost and none is done twice: who takes an item claims it with an ephemeral,
 * and only `done` deletes it, together with the claim. A consumer that dies gives its item back with its session. Consumers
 * stand in line, so that one new item wakes one of them. What is *taken* twice, by one who died in between, can still have
 * been *acted upon* twice elsewhere: no queue can know.
 *
 * Every item is a child of one node, and the list of children must fit into one packet (`jute.maxbuffer`): a queue for
 * thousands of items, not for millions.
 */
import { type CallOptions, type Data, isKeeperError, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { once } from './once.ts'
import { whileFirst } from './place.ts'
import { nextItem, PRIORITIES } from './rules/next-item.ts'
import { lineOf } from './rules/turn.ts'
import { deleteSurely, ensurePath, unless, untilFired } from './support.ts'

/** An item that one works on. Leaving it (`await using`) without {@link done} gives it back. */
export class Item implements AsyncDisposable {
  readonly name: string
  readonly data: Uint8Array | null
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly claim: string

  constructor(zk: ZooKeeper, name: string, data: Uint8Array | null, path: string, claim: string) {
    this.zk = zk
    this.name = name
    this.data = data
    this.path = path
    this.claim = claim
  }

  /** Takes it out of the queue for good. Rejects when the session has ended: then the item is, or will be, somebody else's. */
  async done(): Promise<void> {
    let unsure = false
    await untilAnswered(this.zk, async () => {
      try {
        await this.zk.multi([
          { op: 'delete', path: this.claim },
          { op: 'delete', path: this.path },
        ])
      } catch (error) {
        // Nobody but this session deletes its claim: the attempt whose answer was lost has done it.
        if (unsure && isKeeperError(error, 'NONODE')) return
        unsure = true
        throw error
      }
    })
  }

  /** Lets somebody else have it. */
  giveBack(): Promise<void> {
    return deleteSurely(this.zk, this.claim)
  }

  /** The same as `giveBack`, for `await using`: an item that was not done goes back. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.giveBack()
  }
}

export interface PutOptions extends CallOptions {
  /** From 0, which comes first, to 999 (500). */
  readonly priority?: number | undefined
}

/** The queue at one path. */
export class Queue {
  private readonly zk: ZooKeeper
  private readonly items: string
  private readonly claims: string
  private readonly line: string
  private readonly marks: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.items = `${path}/items`
    this.claims = `${path}/claims`
    this.line = `${path}/line`
    this.marks = `${path}/marks`
  }

  /**
   * Adds an item, once. Items of one priority come out in the order in which they came in. (A protected create would not do: when
   * its answer is lost it looks for the node, and somebody may have taken it already.)
   */
  async put(data: Data, { priority = PRIORITIES / 2, ...options }: PutOptions = {}): Promise<void> {
    if (!Number.isInteger(priority) || priority < 0 || priority >= PRIORITIES)
      throw new RangeError(`priority ${priority}: a whole number from 0 to ${PRIORITIES - 1} is wanted`)
    await ensurePath(this.zk, this.items, options)
    await ensurePath(this.zk, this.marks, options)
    await once(this.zk, this.marks, [{ op: 'create', path: `${this.items}/${priority}-`, mode: 'PERSISTENT_SEQUENTIAL', data }], options)
  }

  /** Waits for an item and claims it. */
  async take(options: CallOptions = {}): Promise<Item> {
    await ensurePath(this.zk, this.items, options)
    await ensurePath(this.zk, this.claims, options)
    return whileFirst(this.zk, this.line, () => this.claimNext(options), options)
  }

  private async claimNext(options: CallOptions): Promise<Item> {
    const { zk } = this
    const list = (path: string) => untilAnswered(zk, () => zk.getChildren(path, { ...options, watch: true }), options)
    for (;;) {
      const [items, claims] = await Promise.all([list(this.items), list(this.claims)])
      const next = nextItem(lineOf(items.children), claims.children)
      if (next === undefined) await untilFired([items.watch, claims.watch], options)
      else if (await this.claim(next.name)) {
        const found = await untilAnswered(zk, () => unless('NONODE', zk.getData(`${this.items}/${next.name}`)))
        if (found !== undefined) return new Item(zk, next.name, found.data, `${this.items}/${next.name}`, `${this.claims}/${next.name}`)
      }
    }
  }

  /** Claims an item that is still there. Only the first in line claims, so a claim of this session that is found is this one. */
  private async claim(name: string): Promise<boolean> {
    const { zk } = this
    const claim = `${this.claims}/${name}`
    return untilAnswered(zk, async () => {
      try {
        await zk.multi([
          { op: 'check', path: `${this.items}/${name}`, version: -1 },
          { op: 'create', path: claim, mode: 'EPHEMERAL' },
        ])
        return true
      } catch (error) {
        if (!isKeeperError(error, 'NONODE', 'NODEEXISTS')) throw error
        const { stat } = await zk.exists(claim)
        return stat !== null && stat.ephemeralOwner === zk.state().sessionId
      }
    })
  }
}
