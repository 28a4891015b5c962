/** `zookeeper-from-scratch/testing` as a Node developer uses it: whole ensembles in the test's own process. */

import { describe, expect, it } from 'vitest'
import { createClient as packagedClient } from 'zookeeper-from-scratch'
import { startEnsemble as packagedEnsemble } from 'zookeeper-from-scratch/testing'
import { createClient, isKeeperError } from '../../src/index.ts'
import { startEnsemble } from '../../src/testing.ts'
import { until } from '../support/servers.ts'

describe('startEnsemble', () => {
  it('gives servers that a client can use, and takes everything away again', async () => {
    const ensemble = await startEnsemble({ servers: 3 })
    const { connectString } = ensemble
    const zk = createClient({ servers: connectString })
    await zk.create('/a', { data: 'first' })
    expect(new TextDecoder().decode((await zk.getData('/a')).data ?? undefined)).toBe('first')
    expect(ensemble.servers.map(({ mode }) => mode).sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual(['follower', 'follower', 'leader'])
    await zk[Symbol.asyncDispose]()
    await ensemble[Symbol.asyncDispose]()
    expect(ensemble.servers.some(({ isRunning }) => isRunning)).toBe(false)
  })

  it('is there for users of the package under its name', () => {
    expect(packagedEnsemble).toBe(startEnsemble)
    expect(packagedClient).toBe(createClient)
  })

  it('stands alone with one server', async () => {
    await using ensemble = await startEnsemble({ servers: 1 })
    expect((await ensemble.leader()).mode).toBe('standalone')
    await using zk = createClient({ servers: ensemble.connectString })
    await zk.create('/a')
  })

  it('refuses sizes that make no ensemble', async () => {
    await expect(startEnsemble({ servers: 0 })).rejects.toThrow('from 1 to 9 servers')
    await expect(startEnsemble({ servers: 1, observers: 1 })).rejects.toThrow('at least two voters')
  })

  it('may have observers', async () => {
    await using ensemble = await startEnsemble({ servers: 3, observers: 1 })
    expect(ensemble.server(4).mode).toBe('observer')
    expect(() => ensemble.server(5)).toThrow(RangeError)
  })

  it('survives the kill of its leader, which comes back with its data', async () => {
    await using ensemble = await startEnsemble()
    await using zk = createClient({ servers: ensemble.connectString })
    await zk.create('/kept')
    const first = await ensemble.leader()
    await first.kill()
    const second = await ensemble.leader()
    expect(second).not.toBe(first)
    await until('the client is back', async () =>
      zk.create('/later').then(
        () => true,
        (error) => isKeeperError(error, 'NODEEXISTS'),
      ),
    )
    first.start()
    await ensemble.serving()
    await using other = createClient({ servers: first.address })
    await other.sync('/')
    expect([...(await other.getChildren('/')).children].sort((a, b) => (a < b ? -1 : 1))).toEqual(['kept', 'later', 'zookeeper'])
  })

  it('stops and restarts a server in good order', async () => {
    await using ensemble = await startEnsemble({ servers: 1 })
    const only = ensemble.server(1)
    await using zk = createClient({ servers: ensemble.connectString })
    await zk.create('/kept')
    await only.stop()
    expect(only).toMatchObject({ isRunning: false, mode: null })
    only.start()
    await ensemble.serving()
    await only.restart()
    await ensemble.serving()
    expect(await zk.exists('/kept')).toMatchObject({ stat: {} })
  })

  it('expires a session on every server, and its client learns it', async () => {
    await using ensemble = await startEnsemble()
    const zk = createClient({ servers: ensemble.connectString })
    await zk.create('/gone', { mode: 'EPHEMERAL' })
    const { sessionId } = zk.state()
    await ensemble.expireSession(sessionId)
    await until('the client knows', () => zk.state().session === 'LOST')
    await using other = createClient({ servers: ensemble.connectString })
    expect((await other.exists('/gone')).stat).toBeNull()
  })

  it('cuts a leader off: the others go on, and it rejoins when the partition heals', async () => {
    await using ensemble = await startEnsemble()
    const first = await ensemble.leader()
    first.partition()
    await until('another leads', () => ensemble.servers.some((server) => server !== first && server.mode === 'leader'))
    await until('the cut off leader knows', () => first.mode === null)
    first.heal()
    await ensemble.serving()
    expect(first.mode).toBe('follower')
  })
  it('has servers that are behind, until somebody waits for sync', async () => {
    await using ensemble = await startEnsemble()
    const leader = await ensemble.leader()
    const behind = ensemble.servers.find((server) => server !== leader) as typeof leader
    await using writer = createClient({ servers: leader.address })
    await using reader = createClient({ servers: behind.address })
    await using bystander = createClient({ servers: behind.address })
    const read = async (zk: typeof reader) => new TextDecoder().decode((await zk.getData('/a')).data ?? undefined)
    await writer.create('/a', { data: 'old' })
    await reader.sync('/a')
    behind.partition()
    await writer.setData('/a', 'new')
    expect(await read(reader)).toBe('old')
    const readInSync = reader.sync('/a').then(() => read(reader))
    expect(await read(bystander)).toBe('old')
    behind.heal()
    expect(await readInSync).toBe('new')
  })
})
