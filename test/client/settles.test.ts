/** Whatever the network does: every promise settles, answers are true, and the client ends in good order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClient, isKeeperError } from '../../src/client/index.ts'
import { Ensemble, FakeServer, World } from './fake-ensemble.ts'

const fault = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  server: fc.integer({ min: 0, max: 2 }),
  what: fc.constantFrom('drop', 'down', 'up', 'mute', 'speak', 'expire'),
})
const call = fc.record({ at: fc.integer({ min: 0, max: 20_000 }), what: fc.constantFrom('create', 'setData', 'watch', 'addWatch', 'exists', 'auth') })

test('every promise settles under random faults', async () => {
  const run = async (
    seed: bigint,
    faults: readonly (typeof fault extends fc.Arbitrary<infer T> ? T : never)[],
    calls: readonly { at: number; what: string }[],
    closeAt: number,
  ) => {
    const world = new World(seed)
    const ensemble = new Ensemble()
    const servers = [1, 2, 3].map((port) => new FakeServer(world, port, ensemble))
    const zk = createClient(world.host(), { servers: 'h:1,h:2,h:3', timeout: 3000 })
    const unsettled = new Set<string>()
    const mustSettle = (name: string, promise: Promise<unknown>) => {
      unsettled.add(name)
      promise.then(
        () => unsettled.delete(name),
        () => unsettled.delete(name),
      )
    }
    for (const { at, server, what } of faults) {
      world.after(at, () => {
        const fake = servers[server] as FakeServer
        if (what === 'drop') fake.drop()
        if (what === 'down' || what === 'up') fake.down = what === 'down'
        if (what === 'down') fake.drop()
        if (what === 'mute' || what === 'speak') fake.mute = what === 'mute'
        if (what === 'expire') ensemble.sessions.clear()
      })
    }
    for (const [i, { at, what }] of calls.entries()) {
      world.after(at, () => {
        if (what === 'create')
          mustSettle(
            `create ${i}`,
            honest(zk.create(`/n${i}`), () => ensemble.nodes.has(`/n${i}`)),
          )
        if (what === 'setData') mustSettle(`setData ${i}`, zk.setData('/n0', 'x'))
        if (what === 'exists') mustSettle(`exists ${i}`, zk.exists('/n1'))
        if (what === 'auth') mustSettle(`auth ${i}`, zk.addAuth('digest', 'a:b'))
        if (what === 'watch')
          mustSettle(
            `watch ${i}`,
            zk.exists('/n2', { watch: true }).then(({ watch }) => watch),
          )
        if (what === 'addWatch') {
          const loop = async () => {
            for await (const event of await zk.addWatch('/n0')) void event
          }
          mustSettle(`loop ${i}`, loop())
        }
      })
    }
    world.after(closeAt, () => mustSettle('close', zk.close()))
    await world.run(closeAt + 30_000)
    expect([...unsettled]).toEqual([])
    expect(zk.state()).toMatchObject({ connection: 'CLOSED', session: 'LOST' })
    expect(servers.map((server) => server.connectionCount)).toEqual([0, 0, 0])
  }
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: 0n, max: 1n << 60n }),
      fc.array(fault, { maxLength: 12 }),
      fc.array(call, { maxLength: 20 }),
      fc.integer({ min: 0, max: 25_000 }),
      run,
    ),
    {
      numRuns: 150,
    },
  )
}, 120_000)

/** A create that succeeded is there; one that failed without `maybeApplied` is not. */
async function honest(create: Promise<unknown>, isThere: () => boolean): Promise<void> {
  try {
    await create
    expect(isThere()).toBe(true)
  } catch (error) {
    if (isKeeperError(error, 'CONNECTIONLOSS', 'SESSIONEXPIRED') && !error.maybeApplied) expect(isThere()).toBe(false)
    else if (!isKeeperError(error)) throw error
  }
}
