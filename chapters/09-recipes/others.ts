/** The recipes that need no long story, each with one little job. */
import type { ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import {
  Barrier,
  Configuration,
  Counter,
  ensurePath,
  Group,
  IdGenerator,
  NodeCache,
  Queue,
  ReadWriteLock,
  Semaphore,
  ServiceRegistry,
  TreeCache,
  TwoPhaseCommit,
  uniqueName,
} from '../../src/recipes/index.ts'

/** Its name, what it is asked to do, and how; the answer is what has come of it. */
type Job = readonly [name: string, job: string, run: (zk: ZooKeeper) => Promise<string>]

export const OTHERS: readonly Job[] = [
  ['read-write lock', 'two readers, then a writer', readersAndWriter],
  ['semaphore', 'three want one of two desks', desks],
  ['barrier', 'the doors open', doors],
  ['priority queue', 'put 900, 100, 500', priorities],
  ['group', 'ben goes off duty', duty],
  ['discovery', 'where does "tickets" run?', discover],
  ['names', 'two unique names', names],
  ['numbers', 'three ids, in blocks of two', numbers],
  ['counter', 'ten add one at the same time', count],
  ['configuration', 'the price changes', price],
  ['two-phase commit', 'seat yes, payment no', agree],
  ['node cache', 'follows one node', follow],
  ['tree cache', 'follows all seats', followAll],
]

async function readersAndWriter(zk: ZooKeeper): Promise<string> {
  const lock = new ReadWriteLock(zk, '/plan')
  const readers = [await lock.read(), await lock.read()]
  let order = 'both read'
  const writing = lock.write().then((held) => {
    order += ', written'
    return held.leave()
  })
  for (const reader of readers) await reader.leave()
  order += ', both left'
  await writing
  return order
}

async function desks(zk: ZooKeeper): Promise<string> {
  const two = new Semaphore(zk, '/desks', 2)
  const [first] = [await two.acquire(), await two.acquire()]
  let third = 'waits'
  const waiting = two.acquire().then(() => (third = 'has one'))
  await zk.sleep(100)
  const before = third
  await first?.leave()
  await waiting
  return `the third ${before}, then ${third}`
}

async function doors(zk: ZooKeeper): Promise<string> {
  const doorsShut = new Barrier(zk, '/doors')
  await doorsShut.close()
  let passed = 0
  const audience = [1, 2, 3].map(() => doorsShut.pass().then(() => passed++))
  await zk.sleep(100)
  const before = passed
  await doorsShut.open()
  await Promise.all(audience)
  return `${before} inside, then ${passed}`
}

async function priorities(zk: ZooKeeper): Promise<string> {
  const queue = new Queue(zk, '/calls')
  for (const priority of [900, 100, 500]) await queue.put(`${priority}`, { priority })
  const taken: string[] = []
  for (let i = 0; i < 3; i++) {
    const item = await queue.take()
    taken.push(fromUtf8(item.data ?? new Uint8Array(0)))
    await item.done()
  }
  return `taken ${taken.join(', ')}`
}

async function duty(zk: ZooKeeper): Promise<string> {
  const group = new Group(zk, '/duty')
  await group.join('ada')
  const ben = await group.join('ben')
  const seen: string[] = []
  for await (const members of group.members()) {
    seen.push(members.join(' and '))
    if (seen.length === 2) break
    await ben.leave()
  }
  return seen.join(', then ')
}

async function discover(zk: ZooKeeper): Promise<string> {
  const registry = new ServiceRegistry(zk, '/services')
  await registry.register('tickets', 'one', '10.1.0.1:80')
  await registry.register('tickets', 'two', '10.1.0.2:80')
  for await (const instances of registry.instances('tickets')) return instances.map(({ data }) => fromUtf8(data ?? new Uint8Array(0))).join(', ')
  return ''
}

async function names(zk: ZooKeeper): Promise<string> {
  return [await uniqueName(zk, '/names', 'row'), await uniqueName(zk, '/names', 'row')].map((path) => path.replace(/.*-(?=row)/, '')).join(', ')
}

async function numbers(zk: ZooKeeper): Promise<string> {
  const ids = new IdGenerator(zk, '/ids', 2)
  return (await Promise.all([ids.next(), ids.next(), ids.next()])).join(', ')
}

async function count(zk: ZooKeeper): Promise<string> {
  const counters = Array.from({ length: 10 }, () => new Counter(zk, '/sold'))
  await Promise.all(counters.map((counter) => counter.add(1n)))
  const retries = counters.reduce((sum, counter) => sum + counter.retries, 0)
  return `${await new Counter(zk, '/sold').get()}, after ${retries} retries`
}

async function price(zk: ZooKeeper): Promise<string> {
  const settings = new Configuration(zk, '/settings', { price: 20 })
  const seen: number[] = []
  for await (const { value } of settings.revisions()) {
    seen.push(value.price)
    if (seen.length === 2) break
    await settings.update((before) => ({ price: before.price + 5 }))
  }
  return `seen ${seen.join(', then ')}`
}

async function agree(zk: ZooKeeper): Promise<string> {
  const sale = new TwoPhaseCommit(zk, '/sale-1', ['seat', 'payment'])
  await sale.vote('seat', 'yes')
  await sale.vote('payment', 'no')
  return `${await sale.decide(false)}; the seat hears ${await sale.decision()}`
}

async function follow(zk: ZooKeeper): Promise<string> {
  await ensurePath(zk, '/title')
  await using cache = new NodeCache(zk, '/title')
  await zk.setData('/title', 'Hamlet')
  await zk.sleep(100)
  return fromUtf8(cache.content?.data ?? new Uint8Array(0))
}

async function followAll(zk: ZooKeeper): Promise<string> {
  await ensurePath(zk, '/seats/1')
  const seen: string[] = []
  for await (const { kind, path } of new TreeCache(zk, '/seats').changes()) {
    seen.push(`${kind} ${path}`)
    if (seen.length === 2) await zk.create('/seats/2')
    if (seen.length === 3) break
  }
  return seen.slice(1).join(', ')
}
