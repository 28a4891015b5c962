/** The recipes on real servers: the same programs on Apache ZooKeeper and on ours, with a session for each participant. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OTHERS } from '../../chapters/09-recipes/others.ts'
import { createClient, untilAnswered, type ZooKeeper } from '../../src/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { DoubleBarrier, Election, Lock, Queue } from '../../src/recipes/index.ts'
import { describeWith } from '../support/describe-with.ts'
import { java } from '../support/oracle.ts'
import { Ensemble, type Kind, until } from '../support/servers.ts'

/** What comes of the little jobs of chapter 09; the demo says the same of the simulated servers. */
const ANSWERS: Record<string, RegExp> = {
  'read-write lock': /^both read, both left, written$/,
  semaphore: /^the third waits, then has one$/,
  barrier: /^0 inside, then 3$/,
  'priority queue': /^taken 100, 500, 900$/,
  group: /^ada and ben, then ada$/,
  discovery: /^10.1.0.1:80, 10.1.0.2:80$/,
  names: /^row-0000000000, row-0000000001$/,
  numbers: /^0, 1, 2$/,
  counter: /^10, after \d+ retries$/,
  configuration: /^seen 20, then 25$/,
  'two-phase commit': /^abort; the seat hears abort$/,
  'node cache': /^Hamlet$/,
  'tree cache': /^added \/seats\/1, added \/seats\/2$/,
}

describe('recipes on ours', () => recipesOn('ours'))
describeWith([java], 'recipes on Apache ZooKeeper 3.8.0', () => recipesOn('java'))

function recipesOn(kind: Kind): void {
  let ensemble: Ensemble
  let tree = 0
  const clients: ZooKeeper[] = []
  const participant = (): ZooKeeper => {
    const zk = createClient({ servers: `${ensemble.connectString}/t${tree}`, timeout: 6000 })
    clients.push(zk)
    return zk
  }

  beforeAll(async () => {
    ensemble = await Ensemble.start([kind, kind, kind], { tickTime: 500, extra: { extendedTypesEnabled: true } })
  })
  beforeEach(async () => {
    await using zk = createClient({ servers: ensemble.connectString, timeout: 6000 })
    await untilAnswered(zk, () => zk.create(`/t${++tree}`))
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((zk) => zk.close()))
  })
  afterAll(() => ensemble?.[Symbol.asyncDispose]())

  it.each(OTHERS)('%s: %s', async (name, _, run) => {
    expect(await run(participant())).toMatch(ANSWERS[name] as RegExp)
  })

  it('lock: in the order of the line, with growing tokens, also past one whose session ends', async () => {
    const turns: { name: string; token: bigint }[] = []
    const first = await new Lock(participant(), '/lock').acquire()
    const print = async (name: string, zk: ZooKeeper) => {
      const held = await new Lock(zk, '/lock').acquire()
      turns.push({ name, token: held.token })
      await (name === 'p3' ? zk.close() : held.leave())
    }
    const printing: Promise<void>[] = []
    for (const name of ['p2', 'p3', 'p4']) {
      const zk = participant()
      printing.push(print(name, zk))
      await until(`${name} stands in line`, async () => (await zk.exists('/lock')).stat?.numChildren === 1 + printing.length)
    }
    expect(turns).toEqual([])
    await first.leave()
    await Promise.all(printing)
    expect(turns.map(({ name }) => name)).toEqual(['p2', 'p3', 'p4'])
    const tokens = [first.token, ...turns.map(({ token }) => token)]
    expect(tokens.every((token, i) => i === 0 || token > (tokens[i - 1] as bigint))).toBe(true)
  })

  it('leader election: everybody sees who leads, and the next one leads when its session ends', async () => {
    const [ada, ben] = [participant(), participant()]
    const leading = await new Election(ada, '/lead').lead({ data: 'ada' })
    const next = new Election(ben, '/lead').lead({ data: 'ben' })
    const seen = await new Election(ben, '/lead').leader()
    expect(fromUtf8(seen.leader?.data ?? new Uint8Array(0))).toBe('ada')
    expect(seen.leader?.epoch).toBe(leading.token)
    await ada.close()
    expect((await next).token).toBeGreaterThan(leading.token)
    expect(fromUtf8((await new Election(ben, '/lead').leader()).leader?.data ?? new Uint8Array(0))).toBe('ben')
  })

  it('queue: four take forty items, each once, also those of one that closes before it is done', async () => {
    const store = new Queue(participant(), '/queue')
    const items = Array.from({ length: 40 }, (_, i) => `seat ${i}`)
    for (const item of items) await store.put(item)
    const broken = participant()
    await new Queue(broken, '/queue').take()
    await broken.close()
    const done: string[] = []
    const sell = async (queue: Queue) => {
      while (done.length < items.length) {
        const item = await queue.take({ signal: everything.signal }).catch(() => undefined)
        if (item === undefined) return
        await item.done()
        done.push(fromUtf8(item.data ?? new Uint8Array(0)))
        if (done.length === items.length) everything.abort()
      }
    }
    const everything = new AbortController()
    await Promise.all([1, 2, 3, 4].map(() => sell(new Queue(participant(), '/queue'))))
    expect([...done].sort((a, b) => items.indexOf(a) - items.indexOf(b))).toEqual(items)
  })

  it('double barrier: nobody begins before all are there, nobody is gone before all are done', async () => {
    const names = ['ada', 'ben', 'cleo']
    const log: string[] = []
    await Promise.all(
      names.map(async (name) => {
        const barrier = new DoubleBarrier(participant(), '/curtain', names.length, name)
        log.push('comes')
        await barrier.enter()
        log.push('pulls')
        await barrier.leave()
        log.push('goes')
      }),
    )
    expect(log).toEqual([...names.map(() => 'comes'), ...names.map(() => 'pulls'), ...names.map(() => 'goes')])
  })
}
