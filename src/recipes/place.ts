/**
 * A place in line: the one mechanism under lock, read-write lock, semaphore, election and queue. An ephemeral sequential node
 * says who came when; each waits for one other; the rule says for whom.
 */
import { type CallOptions, type Data, KeeperError, KeeperErrorCode, type TransactionOp, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { exclusive, lineOf, type Rule } from './rules/turn.ts'
import { createNumbered, createOwned, deleteSurely, ensurePath, untilFired } from './support.ts'

export interface PlaceOptions extends CallOptions {
  /** What to write into the node, for those who look who is there. */
  readonly data?: Data | undefined
}

/** What one holds: a lock, a lease, leadership. It ends with {@link leave}, with the session, or with the node. */
export class Place implements AsyncDisposable {
  /** The node that stands for it. */
  readonly path: string
  /** The fencing token: greater than that of everybody who held the same before. It is the zxid that created the node. */
  readonly token: bigint
  /** Aborted when it is over: the node is gone or the session has ended. */
  readonly lost: AbortSignal
  private readonly zk: ZooKeeper

  constructor(zk: ZooKeeper, path: string, token: bigint, lost: AbortSignal) {
    this.zk = zk
    this.path = path
    this.token = token
    this.lost = lost
  }

  /** Whether one may act on it now: false also while nobody knows (SUSPENDED). No guarantee against a pause right afterwards: for that there is the token. */
  get isHeld(): boolean {
    return !this.lost.aborted && this.zk.state().advice === 'proceed'
  }

  /** For a transaction that shall happen only while this is held. */
  guard(): TransactionOp {
    return { op: 'check', path: this.path, version: -1 }
  }

  /** Gives it up. Always resolves: when the session is over, so is the place. */
  leave(): Promise<void> {
    return deleteSurely(this.zk, this.path)
  }

  /** The same as `leave`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.leave()
  }
}

/** Takes a place of one's own at once: an ephemeral with the next number. */
export async function takePlace(zk: ZooKeeper, parent: string, kind: string, { data = null, ...options }: PlaceOptions = {}): Promise<Place> {
  const path = await createNumbered(zk, parent, kind, 'EPHEMERAL_SEQUENTIAL', data, options)
  return placeAt(zk, path, options)
}

/** Takes the place of this very path, as soon as no other session has it. */
export async function ownPlace(zk: ZooKeeper, path: string, { data = null, ...options }: PlaceOptions = {}): Promise<Place> {
  await createOwned(zk, path, data, options)
  return placeAt(zk, path, options)
}

/** Stands in line behind all who are there, and waits until the rule says that it is one's turn. Rejects when the session ends. */
export async function standInLine(zk: ZooKeeper, parent: string, kind: string, rule: Rule, options: PlaceOptions = {}): Promise<Place> {
  await ensurePath(zk, parent, options)
  const place = await takePlace(zk, parent, kind, options)
  try {
    await untilTurn(zk, place, parent, rule, options)
    return place
  } catch (error) {
    void place.leave()
    throw error
  }
}

async function untilTurn(zk: ZooKeeper, place: Place, parent: string, rule: Rule, { signal }: CallOptions): Promise<void> {
  const name = place.path.slice(parent.length + 1)
  for (;;) {
    const { children } = await untilAnswered(zk, () => zk.getChildren(parent, { signal }), { signal })
    const line = lineOf(children)
    const mine = line.findIndex((waiter) => waiter.name === name)
    const me = line[mine]
    if (me === undefined) throw new KeeperError(KeeperErrorCode.NONODE, place.path)
    const other = rule(line.slice(0, mine), me)
    if (other === undefined) return
    const { stat, watch } = await untilAnswered(zk, () => zk.exists(`${parent}/${other.name}`, { watch: true, signal }), { signal })
    if (stat !== null) await untilFired([watch], { signal })
  }
}

/** The line in which one waits for something else, alone: whoever is first looks, takes what there is, and leaves. */
export async function whileFirst<T>(zk: ZooKeeper, parent: string, task: () => Promise<T>, options: PlaceOptions = {}): Promise<T> {
  await using _first = await standInLine(zk, parent, 'next', exclusive, options)
  return await task()
}

async function placeAt(zk: ZooKeeper, path: string, options: CallOptions): Promise<Place> {
  const lost = new AbortController()
  const token = await watchOver(zk, path, lost, options)
  return new Place(zk, path, token, lost.signal)
}

/** Aborts `lost` when the node is no longer this session's. Returns the zxid that created it. */
async function watchOver(zk: ZooKeeper, path: string, lost: AbortController, options: CallOptions): Promise<bigint> {
  const { stat, watch } = await untilAnswered(zk, () => zk.exists(path, { ...options, watch: true }), options)
  if (stat?.ephemeralOwner !== zk.state().sessionId) throw new KeeperError(KeeperErrorCode.NONODE, path)
  void watch.then(async ({ type }) => {
    // Its data may be changed by whoever holds it.
    if (type === 'NodeDataChanged') await watchOver(zk, path, lost, {}).catch(() => lost.abort())
    else lost.abort()
  })
  return stat.czxid
}
