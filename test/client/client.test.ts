/** The promises of the client over broken connections, expired sessions and slow readers. A test that shows a requirement is named after it. */
import { expect, expectTypeOf, test } from 'vitest'
import {
  type ClientOptions,
  createClient,
  createProtected,
  type KeeperError,
  retry,
  type Stat,
  WatchOverflowError,
  type ZooKeeper,
} from '../../src/client/index.ts'
import { Ensemble, FakeServer, World } from './fake-ensemble.ts'

function setUp(servers = 1, options: Partial<ClientOptions> = {}) {
  const world = new World()
  const ensemble = new Ensemble()
  const fakes = Array.from({ length: servers }, (_, i) => new FakeServer(world, i + 1, ensemble))
  const connect = fakes.map((_, i) => `h:${i + 1}`).join(',')
  const zk = createClient(world.host(), { servers: connect, timeout: 3000, ...options })
  return { world, ensemble, fakes, server: fakes[0] as FakeServer, zk }
}

/** How a promise stands; looked at after the world has run. */
function watchOutcome<T>(promise: Promise<T>): { value?: T; error?: KeeperError; settled: boolean } {
  const outcome: { value?: T; error?: KeeperError; settled: boolean } = { settled: false }
  promise.then(
    (value) => Object.assign(outcome, { value, settled: true }),
    (error) => Object.assign(outcome, { error, settled: true }),
  )
  return outcome
}

async function outcomeOf<T>(world: World, promise: Promise<T>, within = 10_000) {
  const outcome = watchOutcome(promise)
  await world.run(within)
  return outcome
}

async function collect<T>(events: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const event of events) into.push(event)
}

test('requirement 1: three facts: connection, session and what to do, through a broken connection to the end', async () => {
  const { world, server, zk } = setUp()
  const seen: string[] = []
  void (async () => {
    for await (const { connection, session, advice } of zk.states()) seen.push(`${connection} ${session} ${advice}`)
    seen.push('end')
  })()
  await world.run(100)
  server.drop()
  await world.run(500)
  void zk.close()
  await world.run(100)
  expect(seen).toEqual([
    'CONNECTING SUSPENDED wait',
    'CONNECTED CONNECTED proceed',
    'CONNECTING SUSPENDED wait',
    'CONNECTED CONNECTED proceed',
    'CLOSED LOST start over',
    'end',
  ])
})

test('requirement 1: the session expires locally 4/3 of the timeout after the last word of a server', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  server.down = true
  server.drop()
  const last = world.elapsed
  while (zk.state().session !== 'LOST') await world.run(10)
  expect(world.elapsed - last).toBeGreaterThan(3000)
  expect(world.elapsed - last).toBeLessThanOrEqual(4000)
  expect(world.notes).toContain('session-expired-locally')
  expect((await outcomeOf(world, zk.getData('/'))).error).toMatchObject({ code: 'SESSIONEXPIRED', maybeApplied: false })
})

test('requirement 1: a session that the ensemble has ended is lost at the next handshake', async () => {
  const { world, ensemble, server, zk } = setUp()
  await world.run(100)
  ensemble.sessions.clear()
  server.drop()
  await world.run(1000)
  expect(zk.state()).toMatchObject({ connection: 'CLOSED', session: 'LOST' })
  expect(world.notes).toContain('session-expired-by-server')
})

test('requirement 7: a mute server is left after 2/3 of the timeout, and the session goes on elsewhere', async () => {
  const { world, ensemble, fakes, zk } = setUp(2)
  await Promise.all([zk.create('/a'), world.run(100)])
  const { sessionId } = zk.state()
  const first = fakes.find((fake) => fake.connectionCount === 1) as FakeServer
  first.mute = true
  await world.run(2900)
  expect(first.connectionCount).toBe(0)
  expect(zk.state()).toMatchObject({ session: 'CONNECTED', sessionId })
  expect(fakes.find((fake) => fake !== first)?.log[0]).toBe(`connect ${sessionId} ${ensemble.zxid}`)
})

test('requirement 7: idle, the client pings and keeps its session', async () => {
  const { world, server, zk } = setUp()
  await world.run(60_000)
  expect(zk.state().session).toBe('CONNECTED')
  expect(server.log.filter((name) => name === 'ping').length).toBeGreaterThanOrEqual(59)
  expect(server.log.filter((name) => name.startsWith('connect'))).toHaveLength(1)
})

test('requirement 2: maybeApplied: true for what was sent, false for what was not', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  server.mute = true
  const sent = watchOutcome(zk.create('/a'))
  await world.run(100)
  server.down = true
  server.drop()
  const unsent = watchOutcome(zk.create('/b'))
  await world.run(3000)
  expect(sent.error).toMatchObject({ code: 'CONNECTIONLOSS', path: '/a', maybeApplied: true })
  expect(unsent.error).toMatchObject({ code: 'CONNECTIONLOSS', path: '/b', maybeApplied: false })
})

test('requirement 2: what was not sent waits for the next server', async () => {
  const { world, fakes, zk } = setUp(2)
  await world.run(100)
  const first = fakes.find((fake) => fake.connectionCount === 1) as FakeServer
  first.down = true
  first.drop()
  const { value } = await outcomeOf(world, zk.create('/a'))
  expect(value).toMatchObject({ path: '/a' })
})

test('requirement 3: no silent retry: a create whose answer was lost is not sent again', async () => {
  const { world, server, ensemble, zk } = setUp()
  await world.run(100)
  const create = watchOutcome(zk.create('/s-', { mode: 'PERSISTENT_SEQUENTIAL' }))
  await world.run(1)
  server.drop()
  await world.run(3000)
  expect(create.error).toMatchObject({ maybeApplied: true })
  expect(ensemble.nodes.size).toBe(1)
  expect(server.log.filter((name) => name === 'create2')).toHaveLength(1)
})

test('requirement 3: retry repeats what was never sent, and what is idempotent, and nothing else', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  let tries = 0
  const failing = (maybeApplied: boolean) => async () => {
    tries++
    server.mute = maybeApplied
    const call = zk.create('/a')
    if (maybeApplied) world.after(5, () => server.drop())
    return call
  }
  const once = await outcomeOf(world, retry(zk, failing(true), { attempts: 3 }), 2000)
  expect(once.error).toMatchObject({ maybeApplied: true })
  expect(tries).toBe(1)
  tries = 0
  const twice = watchOutcome(retry(zk, failing(true), { attempts: 2, idempotent: true }))
  server.mute = false
  await world.run(2000)
  expect(twice.settled).toBe(true)
  expect(tries).toBe(2)
})

test('requirement 2: the queue is bounded', async () => {
  const { world, zk } = setUp(1, { queueLimit: 2 })
  const calls = ['/a', '/b', '/c'].map((path) => watchOutcome(zk.create(path)))
  await world.run(100)
  expect(calls.map((call) => call.error?.code)).toEqual([undefined, undefined, 'CONNECTIONLOSS'])
  expect(calls[2]?.error?.maybeApplied).toBe(false)
})

test('requirement 2: close resolves, twice too, and ends the session at the server', async () => {
  const { world, ensemble, zk } = setUp()
  await world.run(100)
  const before = watchOutcome(zk.create('/a'))
  const both = [watchOutcome(zk.close()), watchOutcome(zk.close())]
  const after = watchOutcome(zk.create('/b'))
  await world.run(100)
  expect(before.value).toMatchObject({ path: '/a' })
  expect(both.every((close) => close.settled && close.error === undefined)).toBe(true)
  expect(after.error).toMatchObject({ code: 'SESSIONEXPIRED', maybeApplied: false })
  expect(ensemble.sessions.size).toBe(0)
  expect((await outcomeOf(world, zk.close())).settled).toBe(true)
})

test.each(['down', 'mute'] as const)('requirement 2: close resolves when the server is %s', async (state) => {
  const { world, server, zk } = setUp()
  await world.run(100)
  server[state] = true
  if (state === 'down') server.drop()
  const waiting = watchOutcome(zk.create('/a'))
  const close = await outcomeOf(world, zk.close())
  expect(close).toMatchObject({ settled: true })
  expect(close.error).toBeUndefined()
  expect(waiting.error?.maybeApplied).toBe(state === 'mute')
})

test('requirement 10: await using closes', async () => {
  const { world, ensemble, zk } = setUp()
  await world.run(100)
  void zk[Symbol.asyncDispose]()
  await world.run(100)
  expect(ensemble.sessions.size).toBe(0)
})

test('requirement 4: a one-shot watch is a promise that survives the connection and hears what was missed', async () => {
  const { world, server, ensemble, zk } = setUp()
  await world.run(100)
  await Promise.all([zk.create('/a'), world.run(10)])
  const [{ watch }] = await Promise.all([zk.getData('/a', { watch: true }), world.run(10)])
  const [{ stat, watch: created }] = await Promise.all([zk.exists('/b', { watch: true }), world.run(10)])
  expect(stat).toBeNull()
  server.drop()
  Object.assign(ensemble.nodes.get('/a') as object, { mzxid: ++ensemble.zxid })
  await world.run(500)
  expect(server.log.at(-1)).toBe('setWatches')
  expect(await watch).toMatchObject({ type: 'NodeDataChanged', path: '/a' })
  void zk.create('/b')
  await world.run(10)
  expect(await created).toMatchObject({ type: 'NodeCreated', path: '/b' })
})

test('requirement 4: on expiry every watch ends with a last event', async () => {
  const { world, server, ensemble, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [{ watch }] = await Promise.all([zk.getData('/a', { watch: true }), world.run(10)])
  const [loop] = await Promise.all([zk.addWatch('/a'), world.run(10)])
  const events: { type: string; state: string }[] = []
  const done = watchOutcome(collect(loop, events))
  ensemble.sessions.clear()
  server.drop()
  await world.run(1000)
  expect(await watch).toMatchObject({ type: 'None', state: 'Expired' })
  expect(events.map(({ type, state }) => `${type} ${state}`)).toEqual(['None Disconnected', 'None Expired'])
  expect(done.settled).toBe(true)
})

test('requirement 4: a persistent watch hears of a reconnection, after the watch is set again and before any later answer', async () => {
  const { world, server, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [loop] = await Promise.all([zk.addWatch('/a'), world.run(10)])
  const events: { type: string; state: string }[] = []
  void collect(loop, events)
  server.drop()
  const write = watchOutcome(zk.setData('/a', 'x'))
  await world.run(1000)
  expect(events.map(({ type, state }) => `${type} ${state}`)).toEqual(['None Disconnected', 'None SyncConnected', 'NodeDataChanged SyncConnected'])
  expect(write.value).toMatchObject({ stat: { version: 1 } })
  expect(server.log.indexOf('setWatches2')).toBeLessThan(server.log.indexOf('setData'))
})

test('requirement 4: leaving the loop removes the watch here and at the server', async () => {
  const { world, server, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [loop] = await Promise.all([zk.addWatch('/a'), world.run(10)])
  const left = (async () => {
    for await (const event of loop) return event
    return undefined
  })()
  await Promise.all([zk.setData('/a', 'x'), world.run(20)])
  expect(await left).toMatchObject({ type: 'NodeDataChanged' })
  await world.run(10)
  expect(server.log.at(-1)).toBe('removeWatches')
  server.drop()
  await world.run(500)
  expect(server.log.at(-1)).toMatch(/^connect/)
})

test('leaving one loop does not take the watch from another that is on its way', async () => {
  const { world, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [loop] = await Promise.all([zk.addWatch('/a'), world.run(10)])
  const second = zk.addWatch('/a')
  void loop.close()
  await world.run(10)
  const events: unknown[] = []
  void collect(await second, events)
  await Promise.all([zk.setData('/a', 'x'), world.run(10)])
  expect(events).toHaveLength(1)
})

test('a watch that overflows in the middle of a reconnection does not bring the requests out of order', async () => {
  const { world, server, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  await Promise.all([zk.addWatch('/a', { bound: 1 }), world.run(10)])
  server.drop()
  const write = watchOutcome(zk.setData('/a', 'x'))
  await world.run(1000)
  expect(write.value).toBeDefined()
  expect(server.log.slice(-3)).toEqual(['setWatches2', 'setData', 'removeWatches'])
})

test('requirement 4: a reader too slow gets what was kept, then an error, and the watch is gone', async () => {
  const { world, server, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [loop] = await Promise.all([zk.addWatch('/a', { bound: 2 }), world.run(10)])
  for (let i = 0; i < 4; i++) await Promise.all([zk.setData('/a', `${i}`), world.run(10)])
  const events: unknown[] = []
  await expect(collect(loop, events)).rejects.toBeInstanceOf(WatchOverflowError)
  expect(events).toHaveLength(2)
  await world.run(10)
  expect(server.log).toContain('removeWatches')
})

test('credentials are presented first on every connection, then watches, then what waits', async () => {
  const { world, server, zk } = setUp()
  await Promise.all([zk.addAuth('digest', 'u:p'), zk.create('/a'), world.run(100)])
  await Promise.all([zk.getData('/a', { watch: true }), world.run(10)])
  const from = server.log.length
  server.drop()
  await world.run(200)
  void zk.setData('/a', 'x')
  await world.run(100)
  expect(server.log.slice(from + 1)).toEqual(['auth', 'setWatches', 'setData'])
})

test('refused credentials end the client', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  server.refusesAuth = true
  const auth = watchOutcome(zk.addAuth('digest', 'u:p'))
  const behind = watchOutcome(zk.create('/a'))
  await world.run(100)
  expect(auth.error?.code).toBe('AUTHFAILED')
  expect(behind.error).toMatchObject({ code: 'AUTHFAILED', maybeApplied: true })
  expect(zk.state()).toMatchObject({ connection: 'AUTH_FAILED', session: 'LOST' })
})

test('requirement 5: a signal aborted before sending removes the request', async () => {
  const { world, server, zk } = setUp()
  const stop = new AbortController()
  const create = watchOutcome(zk.create('/a', { signal: stop.signal }))
  stop.abort()
  await world.run(100)
  expect(create.error?.name).toBe('AbortError')
  expect(server.log).not.toContain('create2')
})

test('requirement 5: a signal aborted after sending abandons the answer only', async () => {
  const { world, ensemble, zk } = setUp()
  await world.run(100)
  const stop = new AbortController()
  const create = watchOutcome(zk.create('/a', { signal: stop.signal }))
  const next = watchOutcome(zk.create('/b'))
  stop.abort(new Error('enough'))
  await world.run(100)
  expect(create.error?.message).toBe('enough')
  expect(next.value).toMatchObject({ path: '/b' })
  expect(ensemble.nodes.has('/a')).toBe(true)
})

test('requirement 5: a signal that was aborted before the call rejects at once', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  await expect(zk.create('/a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  await world.run(100)
  expect(server.log).not.toContain('create2')
})

test('chroot: the server sees the prefix, the caller never', async () => {
  const { world, ensemble, zk } = setUp(1, { servers: 'h:1/app' })
  const [{ path }] = await Promise.all([zk.create('/a-', { mode: 'PERSISTENT_SEQUENTIAL' }), world.run(100)])
  expect(path).toMatch(/^\/a-\d{10}$/)
  expect([...ensemble.nodes.keys()]).toEqual([`/app${path}`])
  const [{ watch }] = await Promise.all([zk.getData(path, { watch: true }), world.run(10)])
  await Promise.all([zk.setData(path, 'x'), world.run(10)])
  expect(await watch).toMatchObject({ path })
  expect((await outcomeOf(world, zk.delete('/none'))).error).toMatchObject({ code: 'NONODE', path: '/none' })
})

test('a bad path is refused before anything is sent', async () => {
  const { world, server, zk } = setUp()
  await world.run(100)
  await expect(zk.getData('a')).rejects.toThrow('Path must start with / character')
  await expect(zk.create('/a/')).rejects.toThrow('Path must not end with / character')
  expect(server.log).toHaveLength(1)
})

test('clients spread over the servers, each in an order of its own', async () => {
  const { world, fakes } = setUp(3)
  for (let i = 0; i < 60; i++) createClient(world.host(), { servers: 'h:1,h:2,h:3' })
  await world.run(100)
  for (const fake of fakes) expect(fake.connectionCount).toBeGreaterThan(10)
})

test('another client takes the session over with its id and password', async () => {
  const { world, zk } = setUp()
  await world.run(100)
  const other = createClient(world.host(), { servers: 'h:1', session: zk.session() })
  await world.run(100)
  expect(other.state()).toMatchObject({ session: 'CONNECTED', sessionId: zk.state().sessionId })
})

test('connected waits for the session, and says so when there will be none', async () => {
  const { world, server, ensemble, zk } = setUp()
  server.down = true
  const connected = watchOutcome(zk.connected())
  await world.run(500)
  expect(connected.settled).toBe(false)
  server.down = false
  await world.run(2000)
  expect(connected.value).toMatchObject({ session: 'CONNECTED' })
  ensemble.sessions.clear()
  server.drop()
  expect((await outcomeOf(world, zk.connected())).error?.code).toBe('SESSIONEXPIRED')
})

test('requirement 3: a protected create finds its node when the answer was lost', async () => {
  const { world, server, ensemble } = setUp()
  // The fake ensemble knows no getChildren, so the client's is put together from its nodes.
  const zk = createClient(world.host(), { servers: 'h:1', timeout: 3000 })
  await world.run(100)
  const looking = Object.assign(Object.create(zk) as ZooKeeper, {
    sync: () => Promise.resolve(),
    getChildren: () => Promise.resolve({ children: [...ensemble.nodes.keys()].map((path) => path.slice(1)) }),
  })
  const create = watchOutcome(createProtected(looking, '/lock-', 'mark', { mode: 'PERSISTENT_SEQUENTIAL' }))
  await world.run(1)
  server.drop()
  await world.run(5000)
  expect(create.value?.path).toMatch(/^\/_c_mark-lock-\d{10}$/)
  expect(ensemble.nodes.size).toBe(1)
})

test('requirement 6: what has 64 bits is a bigint, what is a time in ms is a number', async () => {
  const { world, ensemble, zk } = setUp()
  ensemble.zxid = 0x7fff_ffff_ffff_ff00n
  ensemble.nextSession = 0x7edc_ba98_7654_3210n
  const [{ stat }] = await Promise.all([zk.create('/a'), world.run(100)])
  expect(stat.czxid).toBe(0x7fff_ffff_ffff_ff01n)
  expect(zk.state()).toMatchObject({ sessionId: 0x7edc_ba98_7654_3210n, timeout: 3000, lastZxidSeen: stat.czxid })
  expectTypeOf<Stat>()
    .pick<'czxid' | 'mzxid' | 'pzxid' | 'ephemeralOwner' | 'ctime' | 'mtime'>()
    .toEqualTypeOf<Record<'czxid' | 'mzxid' | 'pzxid' | 'ephemeralOwner' | 'ctime' | 'mtime', bigint>>()
})

test('requirement 8: a protected create does not take the node of an earlier session for its own', async () => {
  const { world, server, ensemble } = setUp()
  const zk = createClient(world.host(), { servers: 'h:1', timeout: 3000 })
  await world.run(100)
  const left = { stat: { ephemeralOwner: 99n } }
  const looking = Object.assign(Object.create(zk) as ZooKeeper, {
    sync: () => Promise.resolve(),
    getChildren: () => Promise.resolve({ children: ['_c_mark-lock-0000000001'] }),
    exists: () => Promise.resolve(left),
  })
  server.mute = true
  const create = watchOutcome(createProtected(looking, '/lock-', 'mark', { mode: 'EPHEMERAL_SEQUENTIAL' }))
  await world.run(1)
  server.mute = false
  server.drop()
  await world.run(5000)
  expect(create.value?.path).toBe([...ensemble.nodes.keys()].at(-1))
  expect(create.value?.path).not.toBe('/_c_mark-lock-0000000001')
})

test('requirement 9: results are named objects', async () => {
  const { world, zk } = setUp()
  const [created] = await Promise.all([zk.create('/a', { data: 'x' }), world.run(100)])
  expect(Object.keys(created)).toEqual(['path', 'stat'])
  const [read] = await Promise.all([zk.getData('/a'), world.run(10)])
  expect(Object.keys(read)).toEqual(['data', 'stat'])
  expectTypeOf(read).toEqualTypeOf<{ readonly data: Uint8Array | null; readonly stat: Stat }>()
})

test('requirement 11: a listener that throws or never comes back holds up nobody', async () => {
  const { world, zk } = setUp()
  await Promise.all([zk.create('/a'), world.run(100)])
  const [{ watch }] = await Promise.all([zk.getData('/a', { watch: true }), world.run(10)])
  const [loop] = await Promise.all([zk.addWatch('/a'), world.run(10)])
  const thrown = watch.then(() => {
    throw new Error('from a listener')
  })
  void (async () => {
    for await (const event of loop) await new Promise(() => event)
  })()
  const writes = Array.from({ length: 5 }, (_, i) => watchOutcome(zk.setData('/a', `${i}`)))
  await Promise.all([expect(thrown).rejects.toThrow('from a listener'), world.run(100)])
  expect(writes.map((write) => write.value?.stat.version)).toEqual([1, 2, 3, 4, 5])
})

test('a request longer than jute.maxbuffer is refused here, and costs nobody the connection', async () => {
  const { world, server, zk } = setUp(1, { maxFrameLength: 200 })
  await world.run(100)
  const before = watchOutcome(zk.create('/a'))
  const tooLong = watchOutcome(zk.create('/b', { data: 'x'.repeat(200) }))
  const fits = watchOutcome(zk.setData('/a', 'x'.repeat(200 - 8 - 6 - 4 - 4)))
  const auth = watchOutcome(zk.addAuth('digest', 'x'.repeat(200)))
  await world.run(100)
  expect(before.value).toMatchObject({ path: '/a' })
  expect(tooLong.error).toMatchObject({ code: 'MARSHALLINGERROR', path: '/b', maybeApplied: false })
  expect(tooLong.error?.cause).toBe('the request has 249 bytes, the limit is 200 (jute.maxbuffer)')
  expect(fits.value).toBeDefined()
  expect(auth.error).toMatchObject({ code: 'MARSHALLINGERROR', maybeApplied: false })
  expect(server.log.filter((name) => name.startsWith('connect'))).toHaveLength(1)
  expect(Math.max(...server.lengths)).toBe(200)
})

test('a request too long for any server is refused before there is a connection too', async () => {
  const { world, server, zk } = setUp(1, { maxFrameLength: 200 })
  server.down = true
  const tooLong = watchOutcome(zk.create('/b', { data: 'x'.repeat(200) }))
  await world.run(1)
  expect(tooLong.error).toMatchObject({ code: 'MARSHALLINGERROR' })
})

test('from a read-only server the client asks the others, less and less often, and goes to the first with a quorum', async () => {
  const { world, fakes, zk } = setUp(2, { canBeReadOnly: true })
  for (const fake of fakes) fake.readOnly = true
  await world.run(10)
  expect(zk.state()).toMatchObject({ connection: 'CONNECTEDREADONLY', session: 'CONNECTED' })
  await world.run(130_000)
  const asked = fakes.flatMap((fake) => fake.log.filter((name) => name.startsWith('isro')).map((name) => Number(name.slice(8))))
  const times = asked.sort((a, b) => a - b)
  const pauses = times.slice(1).map((time, i) => time - (times[i] as number))
  expect(pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200])
  const here = fakes.find((fake) => fake.connectionCount === 1) as FakeServer
  const there = fakes.find((fake) => fake !== here) as FakeServer
  there.readOnly = false
  await world.run(120_000)
  expect(zk.state()).toMatchObject({ connection: 'CONNECTED', session: 'CONNECTED' })
  expect([here.connectionCount, there.connectionCount]).toEqual([0, 1])
  expect(world.notes).toContain('read-write-server-found')
})

test('a server that does not answer isro is left, and the session stays where it is', async () => {
  const { world, fakes, zk } = setUp(2, { canBeReadOnly: true })
  for (const fake of fakes) fake.readOnly = true
  await world.run(10)
  const here = fakes.find((fake) => fake.connectionCount === 1) as FakeServer
  const there = fakes.find((fake) => fake !== here) as FakeServer
  there.mute = true
  await world.run(20_000)
  expect(zk.state().connection).toBe('CONNECTEDREADONLY')
  expect(here.log.filter((name) => name.startsWith('connect'))).toHaveLength(1)
  expect(there.connectionCount).toBeLessThanOrEqual(1)
  void zk.close()
  await world.run(100)
  expect(fakes.map((fake) => fake.connectionCount)).toEqual([0, 0])
})
