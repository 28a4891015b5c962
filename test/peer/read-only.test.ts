import { describe, expect, it } from 'vitest'
import type { Ensemble, Member } from '../../src/hosts/simulation/index.ts'
import type { Peer } from '../../src/peer/index.ts'
import { CreateRequest, KeeperErrorCode, OpCode, PathWatchRequest, SetDataRequest, SyncRequest, XID_PING } from '../../src/wire/index.ts'
import { HandClient, wholeEnsemble } from '../support/hand-client.ts'
import { createRequest } from '../support/lone-server.ts'

const settings = { readOnlyModeEnabled: true, localSessionsEnabled: true, localSessionsUpgradingEnabled: true }

/** One server of three is left, with what all had written: it serves nobody, and read-only after a while. */
function minority(changed = {}): { ensemble: Ensemble; client: HandClient; left: Member; global: ReturnType<HandClient['connect']> } {
  const ensemble = wholeEnsemble(1n, { ...settings, ...changed })
  const client = new HandClient(ensemble)
  const left = ensemble.members[0] as Member
  const global = client.connect(left)
  client.request(global.connection, 1, OpCode.create, CreateRequest, createRequest('/a', 0, 'old'))
  client.request(global.connection, 2, OpCode.create, CreateRequest, createRequest('/e', 1))
  for (const { name } of ensemble.members.slice(1)) ensemble.world.crash(name, 'power')
  return { ensemble, client, left, global }
}

function mode({ server }: Member): string | null {
  return (server as Peer).describe().mode
}

function becomeReadOnly({ ensemble, left }: { ensemble: Ensemble; left: Member }): void {
  expect(ensemble.world.runWhile(() => mode(left) !== 'read-only', 30_000)).toBe(true)
}

describe('a server without a quorum', () => {
  it('serves reads to clients that can do with that, and says so; the others are sent away', () => {
    const story = minority()
    const { client, left } = story
    becomeReadOnly(story)
    expect(client.connect(left, { readOnly: false }).response).toBeUndefined()
    expect(client.connect(left, { readOnly: undefined }).response).toBeUndefined()
    const { connection, response } = client.connect(left, { readOnly: true })
    expect(response).toMatchObject({ timeOut: 10_000, readOnly: true })
    const read = client.request(connection, 1, OpCode.getData, PathWatchRequest, { path: '/a', watch: true })
    expect(read?.err).toBe(0)
    expect(new TextDecoder().decode(read?.body.subarray(4, 7))).toBe('old')
    expect(client.request(connection, 2, OpCode.whoAmI)?.err).toBe(0)
    expect(client.request(connection, XID_PING, OpCode.ping)?.err).toBe(0)
  })

  it('refuses every write, and sync, which nobody could answer truly', () => {
    const story = minority()
    const { client, left } = story
    becomeReadOnly(story)
    const { connection } = client.connect(left, { readOnly: true })
    const { NOTREADONLY } = KeeperErrorCode
    expect(client.request(connection, 1, OpCode.create, CreateRequest, createRequest('/b'))?.err).toBe(NOTREADONLY)
    expect(client.request(connection, 2, OpCode.create, CreateRequest, createRequest('/b', 1))?.err).toBe(NOTREADONLY)
    expect(client.request(connection, 3, OpCode.setData, SetDataRequest, { path: '/a', data: null, version: -1 })?.err).toBe(NOTREADONLY)
    for (const type of [OpCode.multi, OpCode.delete, OpCode.setACL, OpCode.reconfig])
      expect(client.request(connection, 4, type)?.err).toBe(NOTREADONLY)
    expect(client.request(connection, 5, OpCode.sync, SyncRequest, { path: '/' })?.err).toBe(NOTREADONLY)
    expect(client.request(connection, 6, OpCode.closeSession)?.err).toBe(0)
  })

  it('takes up no global session, which would be lost to its client, and answers a new one only if it may be local', () => {
    const story = minority()
    becomeReadOnly(story)
    const { sessionId, passwd } = story.global.response as { sessionId: bigint; passwd: Uint8Array }
    expect(story.client.connect(story.left, { sessionId, passwd, readOnly: true }).response).toBeUndefined()

    const without = minority({ localSessionsEnabled: false, localSessionsUpgradingEnabled: false })
    becomeReadOnly(without)
    // A bare reply header in the place of a ConnectResponse.
    expect(without.client.connect(without.left, { readOnly: true })).toMatchObject({ bytes: 16, response: undefined })
  })

  it('refuses a client that has seen more than it has', () => {
    const story = minority()
    becomeReadOnly(story)
    expect(story.client.connect(story.left, { readOnly: true, lastZxidSeen: 1n << 40n }).response).toBeUndefined()
  })

  it('sends its clients away when there is a leader again, and serves all', () => {
    const story = minority()
    const { ensemble, client, left } = story
    becomeReadOnly(story)
    const reader = client.connect(left, { readOnly: true })
    for (const { name } of ensemble.members.slice(1)) ensemble.world.start(name)
    expect(ensemble.world.runWhile(() => !ensemble.isWhole(), 60_000)).toBe(true)
    ensemble.world.runUntil(ensemble.world.now + 100)
    expect(client.isClosed(reader.connection)).toBe(true)
    const writer = client.connect(left, { readOnly: true })
    expect(writer.response?.readOnly).toBe(false)
    expect(client.request(writer.connection, 1, OpCode.create, CreateRequest, createRequest('/b'))?.err).toBe(0)
    expect(mode(left)).not.toBe('read-only')
  })

  it('serves nobody when the mode is not enabled', () => {
    const { ensemble, client, left } = minority({ readOnlyModeEnabled: false })
    ensemble.world.runUntil(ensemble.world.now + 10_000)
    expect(mode(left)).toBeNull()
    expect(client.connect(left, { readOnly: true }).response).toBeUndefined()
  })
})
