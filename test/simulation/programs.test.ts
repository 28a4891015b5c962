import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createClient, isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { Ensemble, ensembleOptions, Programs } from '../../src/hosts/simulation/index.ts'
import { traceRecordToJson } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'

const TIMEOUT = 2000

async function build(seed = 1n, servers = 3) {
  const ensemble = new Ensemble(ensembleOptions(seed, { servers, clients: 0 }), createPeer)
  const programs = new Programs(ensemble)
  ensemble.start()
  expect(await programs.runWhile(() => !ensemble.isWhole(), 20_000)).toBe(true)
  return { ensemble, world: ensemble.world, programs, options: { servers: ensemble.connectString, timeout: TIMEOUT } }
}

/** Three programs that count in one znode while servers crash and connections break: the trace's hash, and what they have seen. */
async function counted(seed: bigint) {
  const { ensemble, world, programs, options } = await build(seed)
  const hash = createHash('sha256')
  world.onStep = (step) => hash.update(traceRecordToJson(step))
  const told: string[] = []
  for (const name of ['a', 'b', 'c']) {
    programs.add(name, async (host) => {
      const zk = createClient(host, { ...options, timeout: 3 * TIMEOUT })
      for (let i = 0; i < 12; i++) {
        await zk.create(`/${name}-`, { mode: 'PERSISTENT_SEQUENTIAL' }).then(
          ({ path }) => told.push(path),
          (error: unknown) => told.push(isKeeperError(error) ? error.code : String(error)),
        )
        await zk.sleep(host.random() % 300)
      }
      await zk.close()
      told.push(`${name} is done`)
    })
  }
  world.plan(world.now + 500, () => world.crash(ensemble.leader()?.name ?? '', 'power'))
  world.plan(world.now + 900, () => world.network.breakConnections('s1', 'a'))
  expect(await programs.runWhile(() => told.filter((line) => line.endsWith('done')).length < 3, 60_000)).toBe(true)
  return { hash: hash.digest('hex'), told }
}

describe('programs in a world', () => {
  it('do the same for the same seed, and are told what is lost', async () => {
    const first = await counted(1n)
    const codes = new Set(first.told.filter((line) => !line.startsWith('/')))
    expect(codes).toEqual(new Set(['CONNECTIONLOSS', 'a is done', 'b is done', 'c is done']))
    expect(await counted(1n)).toEqual(first)
    expect((await counted(2n)).hash).not.toBe(first.hash)
  })

  it('get one event at a time, with all that follows from it', async () => {
    const { world, programs, options } = await build(1n, 1)
    const order: string[] = []
    programs.add('a', async (host) => {
      const zk = createClient(host, options)
      await zk.connected()
      const nap = async (name: string) => {
        await zk.sleep(10)
        order.push(`${name} wakes`)
        for (let i = 0; i < 10; i++) await null
        order.push(`${name} is up`)
      }
      void nap('first')
      void nap('second')
    })
    expect(await programs.runWhile(() => order.length < 4, 5000)).toBe(true)
    expect(order).toEqual(['first wakes', 'first is up', 'second wakes', 'second is up'])
    expect(world.endings).toEqual([])
  })

  it('stand still while their process is paused, and find their session expired afterwards', async () => {
    const { ensemble, world, programs, options } = await build()
    const seen: string[] = []
    let zk: ZooKeeper | undefined
    programs.add('a', async (host) => {
      zk = createClient(host, options)
      await zk.create('/mine', { mode: 'EPHEMERAL' })
      seen.push('holds')
      await zk.sleep(100)
      seen.push(`wakes up, ${zk.state().session}`)
      await zk.exists('/mine').catch((error: unknown) => seen.push(isKeeperError(error) ? error.code : 'other'))
    })
    let other: ZooKeeper | undefined
    programs.add('b', async (host) => {
      other = createClient(host, options)
      for (;;) {
        const found = await other.exists('/mine', { watch: true })
        if (found.stat !== null && (await found.watch).type === 'NodeDeleted') return void seen.push('is gone')
        await other.sleep(50)
      }
    })
    expect(await programs.runWhile(() => !seen.includes('holds'), 5000)).toBe(true)
    // In the middle of its sleep.
    await programs.runUntil(world.now + 50)
    world.pause('a')
    const pausedAt = world.now
    expect(await programs.runWhile(() => !seen.includes('is gone'), 10_000)).toBe(true)
    expect(world.now - pausedAt).toBeGreaterThan(TIMEOUT * 0.9)
    expect(seen).toEqual(['holds', 'is gone'])
    world.resume('a')
    expect(await programs.runWhile(() => seen.length < 4, 10_000)).toBe(true)
    // Waking up it cannot know yet.
    expect(seen.slice(2)).toEqual(['wakes up, CONNECTED', 'CONNECTIONLOSS'])
    expect(await programs.runWhile(() => zk?.state().session !== 'LOST', 10_000)).toBe(true)
    expect(ensemble.isWhole()).toBe(true)
  })

  it('die with their process and begin anew with the next life', async () => {
    const { world, programs, options } = await build(1n, 1)
    const lives: number[] = []
    const created: string[] = []
    programs.add('a', async (host, life) => {
      lives.push(life)
      await using zk = createClient(host, options)
      for (;;) created.push((await zk.create(`/life-${life}-`, { mode: 'PERSISTENT_SEQUENTIAL' })).path)
    })
    await programs.runUntil(world.now + 1000)
    world.crash('a', 'kill')
    const before = created.length
    await programs.runUntil(world.now + 1000)
    expect(created).toHaveLength(before)
    world.start('a')
    await programs.runUntil(world.now + 1000)
    expect(lives).toEqual([1, 2])
    expect(created.slice(before).every((path) => path.startsWith('/life-2-'))).toBe(true)
    expect(created.length).toBeGreaterThan(before)
  })

  it('end their process when they reject', async () => {
    const { world, programs } = await build(1n, 1)
    programs.add('a', async () => {
      throw new Error('as told')
    })
    expect(await programs.runWhile(() => world.isUp('a'), 1000)).toBe(true)
    expect(world.endings).toMatchObject([{ host: 'a', code: 1, message: expect.stringContaining('as told') }])
  })
})
