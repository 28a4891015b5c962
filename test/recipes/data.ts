/** Trials of the recipes that keep data: queue, names and numbers, counter, configuration, caches. */
import { isKeeperError, listSubTree, untilAnswered, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8, type Prng } from '../../src/kernel/index.ts'
import { Configuration, Counter, ensurePath, IdGenerator, NodeCache, Queue, TreeCache, uniqueName } from '../../src/recipes/index.ts'
import type { Stage, Trial } from './stage.ts'

const text = (data: Uint8Array | null) => fromUtf8(data ?? new Uint8Array(0))

/** What is known of a thing that was asked for: `unsure` when the session ended before the answer. */
class Ledger {
  readonly sure = new Set<string>()
  readonly unsure = new Set<string>()
  private readonly stage: Stage

  constructor(stage: Stage) {
    this.stage = stage
  }

  async record(what: string, deed: () => Promise<unknown>): Promise<void> {
    this.unsure.add(what)
    await deed()
    if (this.sure.has(what)) this.stage.complain(`${what}: a second time`)
    this.unsure.delete(what)
    this.sure.add(what)
  }
}

function queueTrial(name: string, promise: string, priorities: number): Trial {
  return {
    name,
    promise,
    play(stage) {
      const put = new Ledger(stage)
      const done = new Ledger(stage)
      let producing = 2
      let count = 0
      for (const producer of ['p1', 'p2']) {
        stage.actor(producer, async (zk, { random }) => {
          while (!stage.closing) {
            const item = `item ${++count}`
            await put.record(item, () => new Queue(zk, '/queue').put(item, { priority: random.below(priorities) }))
            await zk.sleep(random.below(300))
          }
          producing--
        })
      }
      for (const consumer of ['c1', 'c2', 'c3']) {
        stage.actor(consumer, async (zk, { random }) => {
          while (!stage.closing) {
            const giveUp = new AbortController()
            const patience = zk.sleep(500).then(() => giveUp.abort(new Error('enough')))
            await takeAndWork(stage, done, zk, giveUp.signal, random)
            await patience
          }
        })
      }
      return (zk) => drain(stage, zk, put, done, () => producing)
    },
  }
}

/** Waits for an item until the signal says enough, and works on it; now and then it leaves without having done it. */
async function takeAndWork(stage: Stage, done: Ledger, zk: ZooKeeper, signal: AbortSignal, random: Prng): Promise<void> {
  try {
    await using item = await new Queue(zk, '/queue').take({ signal })
    await zk.sleep(random.below(150))
    if (random.below(5) === 0) return stage.count('given back')
    const name = text(item.data)
    await done.record(name, () => item.done())
    stage.count('done')
  } catch (error) {
    if (!signal.aborted || isKeeperError(error)) throw error
    stage.count('times given up')
  }
}

/** Takes what is left, and counts. */
async function drain(stage: Stage, zk: ZooKeeper, put: Ledger, done: Ledger, producing: () => number): Promise<void> {
  const queue = new Queue(zk, '/queue')
  await ensurePath(zk, '/queue/items')
  const left: string[] = []
  while ((await untilAnswered(zk, () => zk.getChildren('/queue/items'))).children.length > 0) {
    const item = await queue.take()
    left.push(text(item.data))
    await item.done()
  }
  stage.count('left', left.length)
  if (producing() > 0) stage.complain('somebody still produces')
  if (new Set(left).size < left.length) stage.complain('an item was there twice')
  for (const item of left) if (done.sure.has(item)) stage.complain(`${item} was done, and is there`)
  for (const item of put.sure) if (!done.sure.has(item) && !done.unsure.has(item) && !left.includes(item)) stage.complain(`${item} is lost`)
}

export const queue = queueTrial('queue', 'No item is lost, none is done twice.', 1)
export const priorityQueue = queueTrial('priority queue', 'No item is lost, none is done twice, whatever its priority.', 5)

export const naming: Trial = {
  name: 'naming',
  promise: 'No name and no number is given out twice.',
  play(stage) {
    const given = new Set<string>()
    const give = (name: string) => {
      if (given.has(name)) stage.complain(`${name} was given out twice`)
      given.add(name)
      stage.count('given out')
    }
    for (const actor of ['a1', 'a2', 'a3']) {
      stage.actor(actor, async (zk, { random }) => {
        const ids = new IdGenerator(zk, '/ids', 3)
        while (!stage.closing) {
          for (const id of await Promise.all([ids.next(), ids.next()])) give(String(id))
          give((await uniqueName(zk, '/names', 'seat')).replace(/.*-/, 'seat '))
          await zk.sleep(random.below(200))
        }
      })
    }
    return () => {}
  },
}

export const counter: Trial = {
  name: 'counter',
  promise: 'Every addition counts once.',
  play(stage) {
    const added = new Ledger(stage)
    const sums = new Set<bigint>()
    let count = 0
    for (const actor of ['a1', 'a2', 'a3']) {
      stage.actor(actor, async (zk, { random }) => {
        const total = new Counter(zk, '/counter')
        while (!stage.closing) {
          await added.record(`${++count}`, async () => {
            const sum = random.below(3) === 0 ? await swap(total) : await total.add(1n)
            if (sums.has(sum)) stage.complain(`${sum} was reached twice`)
            sums.add(sum)
          })
          await zk.sleep(random.below(150))
        }
        stage.count('retries', total.retries)
      })
    }
    return async (zk) => {
      const total = await new Counter(zk, '/counter').get()
      const [least, most] = [BigInt(added.sure.size), BigInt(added.sure.size + added.unsure.size)]
      stage.count('additions', added.sure.size)
      if (total < least || total > most) stage.complain(`${total}, after ${least} additions and ${added.unsure.size} of which nobody knows`)
    }
  },
}

/** Adds one by compare-and-set. */
async function swap(total: Counter): Promise<bigint> {
  for (;;) {
    const value = await total.get()
    if (await total.compareAndSet(value, value + 1n)) return value + 1n
  }
}

export const configuration: Trial = {
  name: 'configuration',
  promise: 'No change is lost, and in the end everybody has the last.',
  play(stage) {
    const changed = new Ledger(stage)
    const seen = new Map<string, string>()
    let count = 0
    for (const name of ['w1', 'w2']) {
      stage.actor(name, async (zk, { random }) => {
        const settings = new Configuration<string[]>(zk, '/settings', [])
        while (!stage.closing) {
          const change = `${++count}`
          await changed.record(change, () => settings.update((value) => [...value, change]))
          stage.count('changes')
          await zk.sleep(random.below(400))
        }
      })
    }
    for (const name of ['r1', 'r2']) {
      stage.actor(
        name,
        async (zk) => {
          let last = -1
          for await (const { version, value } of new Configuration<string[]>(zk, '/settings', []).revisions()) {
            if (version <= last) stage.complain(`version ${version} after ${last}`)
            last = version
            seen.set(name, value.join())
          }
        },
        false,
      )
    }
    return async (zk) => {
      await zk.sleep(10_000)
      const { data } = await untilAnswered(zk, () => zk.getData('/settings/current'))
      const value = JSON.parse(text(data) || '[]') as string[]
      for (const change of changed.sure) if (!value.includes(change)) stage.complain(`change ${change} is lost`)
      if (new Set(value).size < value.length) stage.complain('a change was made twice')
      for (const [name, last] of seen) if (last !== value.join()) stage.complain(`${name} has seen ${last}, it is ${value.join()}`)
    }
  },
}

export const caches: Trial = {
  name: 'caches',
  promise: 'In the end each cache holds what is there.',
  play(stage) {
    let node: NodeCache | undefined
    let tree: TreeCache | undefined
    for (const name of ['w1', 'w2']) {
      stage.actor(name, async (zk, { random }) => {
        await ensurePath(zk, '/tree')
        while (!stage.closing) {
          const path = `/tree/${random.below(4)}`
          await [
            () => zk.create(path, { data: name }),
            () => zk.delete(path),
            () => zk.setData(path, `${stage.now}`),
            () => zk.create(`${path}/leaf`),
          ]
            [random.below(4)]?.()
            .catch((error: unknown) => {
              if (!isKeeperError(error, 'NODEEXISTS', 'NONODE', 'NOTEMPTY', 'CONNECTIONLOSS')) throw error
            })
          stage.count('writes')
          await zk.sleep(random.below(150))
        }
      })
    }
    stage.actor(
      'reader',
      async (zk) => {
        await ensurePath(zk, '/tree')
        node = new NodeCache(zk, '/tree/1')
        tree = new TreeCache(zk, '/tree')
        for await (const { kind } of tree.changes()) stage.count(kind)
      },
      false,
    )
    return async (zk) => {
      await zk.sleep(10_000)
      const paths = await untilAnswered(zk, () => listSubTree(zk, '/tree'))
      for (const path of paths) {
        const { stat } = await untilAnswered(zk, () => zk.exists(path))
        const cached = tree?.nodes.get(path)
        if (cached?.mzxid !== stat?.mzxid) stage.complain(`the tree cache holds ${path} of ${cached?.mzxid}, it is of ${stat?.mzxid}`)
        if (path === '/tree/1' && node?.content?.stat.mzxid !== stat?.mzxid) stage.complain('the node cache holds another /tree/1')
      }
      if (tree?.nodes.size !== paths.length) stage.complain(`the tree cache holds ${tree?.nodes.size} nodes of ${paths.length}`)
      if (!paths.includes('/tree/1') && node?.content !== null) stage.complain('the node cache holds a /tree/1 that is gone')
    }
  },
}
