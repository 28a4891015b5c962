/**
 * Leader election: a lock whose holder is known to all. The token is the leader's epoch: what leaders write elsewhere must
 * carry it, because two may believe for a while that they lead (the old one cut off, the new one elected).
 */
import { type CallOptions, untilAnswered, type WatchedEvent, type ZooKeeper } from '../client/index.ts'
import { type Place, type PlaceOptions, standInLine } from './place.ts'
import { exclusive, lineOf } from './rules/turn.ts'
import { ensurePath, unless } from './support.ts'

/** Who leads, as it has introduced itself. */
export interface Leader {
  readonly path: string
  readonly data: Uint8Array | null
  /** Its fencing token. */
  readonly epoch: bigint
}

/** The election at one path. Candidates stand in line; the first one leads. */
export class Election {
  private readonly zk: ZooKeeper
  private readonly path: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /** Stands for election and waits to be the leader. `data` tells the others who it is. */
  lead(options?: PlaceOptions): Promise<Place> {
    return standInLine(this.zk, this.path, 'candidate', exclusive, options)
  }

  /** Who leads; null for nobody. `changed` resolves when the one that was found is gone, or when the list of candidates changes. */
  async leader(options: CallOptions = {}): Promise<{ readonly leader: Leader | null; readonly changed: Promise<WatchedEvent> }> {
    await ensurePath(this.zk, this.path, options)
    for (;;) {
      const { children, watch } = await untilAnswered(this.zk, () => this.zk.getChildren(this.path, { ...options, watch: true }), options)
      const [first] = lineOf(children)
      if (first === undefined) return { leader: null, changed: watch }
      const path = `${this.path}/${first.name}`
      const found = await untilAnswered(this.zk, () => unless('NONODE', this.zk.getData(path, { ...options, watch: true })), options)
      if (found !== undefined) return { leader: { path, data: found.data, epoch: found.stat.czxid }, changed: found.watch }
    }
  }
}

/** Stands for election in the background, so that one can ask at any time: am I it? */
export class LeaderLatch implements AsyncDisposable {
  private readonly giveUp = new AbortController()
  private readonly elected: Promise<Place>
  private place: Place | null = null

  constructor(zk: ZooKeeper, path: string, options: PlaceOptions = {}) {
    this.elected = new Election(zk, path).lead({ ...options, signal: this.giveUp.signal })
    this.elected.then(
      (place) => (this.place = place),
      // Whoever waits is told; nobody has to wait.
      () => undefined,
    )
  }

  /** Whether it leads and may act on it: false while nobody knows (SUSPENDED), and for good when the session is over. */
  get hasLeadership(): boolean {
    return this.place?.isHeld ?? false
  }

  /** Waits to lead. Rejects when the session ends, or with the reason given to {@link close}. */
  leadership(): Promise<Place> {
    return this.elected
  }

  /** Resigns, or stops standing for election. */
  async close(): Promise<void> {
    this.giveUp.abort(new Error('the latch is closed'))
    const { place } = this
    this.place = null
    await place?.leave()
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
