/** Recipes as one writes them first, and as they have been told. Each works in every test that lets nothing happen in between. */
import { isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'

/** A lock that is one ephemeral node: whoever can create it has it. */
export async function lockByCreating(zk: ZooKeeper, path: string): Promise<void> {
  for (;;) {
    try {
      await zk.create(path, { mode: 'EPHEMERAL' })
      return
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) throw error
    }
    const { stat, watch } = await zk.exists(path, { watch: true })
    if (stat !== null) await watch
  }
}

/** A line in which everybody watches the whole line. Returns its own path when it is its turn. */
export async function lockByWatchingAll(zk: ZooKeeper, parent: string): Promise<string> {
  const { path } = await zk.create(`${parent}/n-`, { mode: 'EPHEMERAL_SEQUENTIAL' })
  for (;;) {
    const { children, watch } = await zk.getChildren(parent, { watch: true })
    if (`${parent}/${smallestOf(children)}` === path) return path
    await watch
  }
}

/** Creates again when the answer was lost. */
export async function createStubbornly(zk: ZooKeeper, path: string): Promise<string> {
  for (;;) {
    try {
      return (await zk.create(path, { mode: 'EPHEMERAL_SEQUENTIAL' })).path
    } catch (error) {
      if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error
      await zk.connected()
    }
  }
}

/** The barrier of ZooKeeper's tutorial: enter until there are enough, leave until there are none. */
export class CountingBarrier {
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly size: number
  private readonly node: string

  constructor(zk: ZooKeeper, path: string, size: number, name: string) {
    this.zk = zk
    this.path = path
    this.size = size
    this.node = `${path}/${name}`
  }

  async enter(): Promise<void> {
    await this.zk.create(this.node, { mode: 'EPHEMERAL' })
    await this.until((count) => count >= this.size)
  }

  async leave(): Promise<void> {
    await this.zk.delete(this.node)
    await this.until((count) => count === 0)
  }

  private async until(enough: (count: number) => boolean): Promise<void> {
    for (;;) {
      const { children, watch } = await this.zk.getChildren(this.path, { watch: true })
      if (enough(children.length)) return
      await watch
    }
  }
}

/** Takes the first item: reads it and deletes it. Gone is gone, whoever did it. */
export async function takeFirst(zk: ZooKeeper, path: string): Promise<string> {
  const { children } = await zk.getChildren(path)
  const first = smallestOf(children)
  const { data } = await zk.getData(`${path}/${first}`)
  await zk.delete(`${path}/${first}`).catch((error: unknown) => {
    if (!isKeeperError(error, 'NONODE')) throw error
  })
  return fromUtf8(data ?? new Uint8Array(0))
}

/** What became of an election as it is told. */
export interface ToldElection {
  rounds: number
  leader: boolean
  /** What a step has failed with. */
  readonly failures: string[]
}

/**
 * An election recipe as it is told: (1) create `<path>/<address>` as sequential ephemeral; (2) list the children; (3) leader if
 * the smallest name equals the own address; (4) otherwise watch the smallest and, when it goes, start again at 1; (5) if it is
 * gone already, delete the own path and start again.
 */
export async function electAsTold(zk: ZooKeeper, path: string, address: string, told: ToldElection): Promise<void> {
  for (;;) {
    told.rounds++
    await zk.create(`${path}/${address}`, { mode: 'EPHEMERAL_SEQUENTIAL' })
    const { children } = await zk.getChildren(path)
    const smallest = smallestOf(children)
    if (smallest === address) {
      told.leader = true
      return
    }
    const { stat, watch } = await zk.exists(`${path}/${smallest}`, { watch: true })
    if (stat !== null) await watch
    else await zk.delete(`${path}/${address}`).catch((error: unknown) => told.failures.push(isKeeperError(error) ? error.code : String(error)))
  }
}

/** The name that comes first, of one or more. */
function smallestOf(names: readonly string[]): string {
  return names.reduce((least, name) => (name < least ? name : least))
}
