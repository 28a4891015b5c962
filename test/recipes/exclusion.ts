/** Trials of the recipes that let one in, or some: lock, read-write lock, semaphore, election. */
import { isKeeperError, untilAnswered, type ZooKeeper } from '../../src/client/index.ts'
import { Election, ensurePath, Fence, FencedOffError, LeaderLatch, Lock, type Place, ReadWriteLock, Semaphore } from '../../src/recipes/index.ts'
import type { Actor, Stage, Trial } from './stage.ts'

/** Writes that say who has made them, in the order in which the ensemble has carried them out: nobody may come back after another. */
class GuardedWrites {
  private readonly writes: { readonly version: number; readonly token: bigint }[] = []
  private readonly stage: Stage

  constructor(stage: Stage) {
    this.stage = stage
  }

  /** A write that happens only while the place exists: the server is the judge of that. */
  async write(zk: ZooKeeper, place: Place): Promise<void> {
    try {
      const { results } = await zk.multi([place.guard(), { op: 'setData', path: '/protected', data: `${place.token}` }])
      const [, written] = results
      if (written?.op === 'setData') this.writes.push({ version: written.stat.version, token: place.token })
      this.stage.count('guarded writes')
    } catch (error) {
      // The place is gone, or nobody knows.
      if (!isKeeperError(error, 'NONODE', 'CONNECTIONLOSS')) throw error
    }
  }

  judge(): void {
    const inOrder = this.writes.sort((a, b) => a.version - b.version)
    for (const [i, { token, version }] of inOrder.entries()) {
      const before = inOrder[i - 1]
      if (before !== undefined && before.token > token)
        this.stage.complain(`write ${version} by 0x${token.toString(16)}, after 0x${before.token.toString(16)}`)
    }
  }
}

/** A printer has no znodes: it prints what it gets, and looks at the token or does not. */
export class Printer {
  readonly printed: bigint[] = []
  private readonly fence: Fence | null

  constructor(fence: Fence | null) {
    this.fence = fence
  }

  print(token: bigint): void {
    this.fence?.admit(token)
    this.printed.push(token)
  }

  /** How often somebody prints who had been replaced already. */
  get intrusions(): number {
    let greatest = 0n
    let count = 0
    for (const token of this.printed) {
      if (token < greatest) count++
      else greatest = token
    }
    return count
  }
}

/** Actors that get in, write a few times with pauses in between, and leave. */
function crowd(
  stage: Stage,
  size: number,
  getIn: (zk: ZooKeeper, actor: Actor) => Promise<Place>,
  inside: (zk: ZooKeeper, place: Place, actor: Actor) => Promise<void>,
): void {
  for (let i = 1; i <= size; i++) {
    stage.actor(`a${i}`, async (zk, actor) => {
      await ensurePath(zk, '/protected')
      while (!stage.closing) {
        const place = await getIn(zk, actor)
        stage.count('times inside')
        await inside(zk, place, actor)
        await place.leave()
        await zk.sleep(actor.random.below(200))
      }
    })
  }
}

function printing(stage: Stage, printer: Printer) {
  const writes = new GuardedWrites(stage)
  const inside = async (zk: ZooKeeper, place: Place, { random }: Actor) => {
    for (let i = random.below(4); i >= 0; i--) {
      await writes.write(zk, place)
      try {
        printer.print(place.token)
      } catch (error) {
        if (!(error instanceof FencedOffError)) throw error
        stage.count('fenced off')
      }
      await zk.sleep(random.below(150))
    }
  }
  return { writes, inside }
}

function lockTrial(name: string, promise: string, fence: () => Fence | null): Trial {
  return {
    name,
    promise,
    play(stage) {
      const printer = new Printer(fence())
      const { writes, inside } = printing(stage, printer)
      crowd(stage, 4, (zk) => new Lock(zk, '/lock').acquire(), inside)
      return () => {
        writes.judge()
        if (printer.intrusions > 0) stage.complain(`the printer was used ${printer.intrusions} times by one who had been replaced`)
      }
    },
  }
}

export const lock = lockTrial('lock', 'One at a time, at the ensemble and at a printer that looks at tokens.', () => new Fence())

/** Not a promise that can be kept. */
export const unfencedLock = lockTrial('unfenced lock', 'One at a time, at a printer that does not look at tokens.', () => null)

export const election: Trial = {
  name: 'election',
  promise: 'One leader at a time, whose epoch is above all before.',
  play(stage) {
    const printer = new Printer(new Fence())
    const { writes, inside } = printing(stage, printer)
    const latched = async (zk: ZooKeeper) => {
      const latch = new LeaderLatch(zk, '/election')
      const place = await latch.leadership()
      if (!latch.hasLeadership && zk.state().session === 'CONNECTED' && !place.lost.aborted) stage.complain('elected, and not the leader')
      return place
    }
    crowd(stage, 4, (zk, { name }) => (name < 'a3' ? new Election(zk, '/election').lead({ data: name }) : latched(zk)), inside)
    return async (zk) => {
      writes.judge()
      // A program that died leaves its place when the ensemble ends its session.
      const polls = new Election(zk, '/election')
      for (let found = await polls.leader(); found.leader !== null; found = await polls.leader()) await found.changed
    }
  },
}

export const readWriteLock: Trial = {
  name: 'read-write lock',
  promise: 'Nobody writes while somebody reads or writes.',
  play(stage) {
    const writes = new GuardedWrites(stage)
    const versionSeen = async (zk: ZooKeeper) => (await untilAnswered(zk, () => zk.getData('/protected'))).stat.version
    const read = async (zk: ZooKeeper, place: Place, { random }: Actor) => {
      const before = await versionSeen(zk)
      await zk.sleep(random.below(150))
      const after = await versionSeen(zk)
      // Read after the data: when the place is still there, it was there all the time.
      const { stat } = await untilAnswered(zk, () => zk.exists(place.path))
      stage.count('reads')
      if (stat !== null && before !== after) stage.complain(`somebody wrote while ${place.path} was reading`)
    }
    const kinds = new WeakMap<Place, 'read' | 'write'>()
    const getIn = async (zk: ZooKeeper, { random }: Actor) => {
      const kind = random.below(3) === 0 ? 'write' : 'read'
      const place = await new ReadWriteLock(zk, '/lock')[kind]()
      kinds.set(place, kind)
      return place
    }
    crowd(stage, 5, getIn, (zk, place, actor) => (kinds.get(place) === 'read' ? read(zk, place, actor) : writes.write(zk, place)))
    return () => writes.judge()
  },
}

const LIMIT = 2

export const semaphore: Trial = {
  name: 'semaphore',
  promise: `Never more than ${LIMIT} leases of ${LIMIT}.`,
  play(stage) {
    const look = async (zk: ZooKeeper) => {
      const { children } = await untilAnswered(zk, () => zk.getChildren('/semaphore/leases'))
      stage.count(`seen ${children.length}`)
      if (children.length > LIMIT) stage.complain(`${children.length} leases: ${children.join()}`)
    }
    crowd(
      stage,
      5,
      (zk) => new Semaphore(zk, '/semaphore', LIMIT).acquire(),
      async (zk, _place, { random }) => {
        await look(zk)
        await zk.sleep(random.below(300))
        await look(zk)
      },
    )
    return look
  },
}
