import { describe, expect, it } from 'vitest'
import type { Ensemble, Member } from '../../src/hosts/simulation/index.ts'
import type { Peer } from '../../src/peer/index.ts'
import { CreateRequest, KeeperErrorCode, OpCode, PathWatchRequest, XID_PING } from '../../src/wire/index.ts'
import { follower, HandClient, wholeEnsemble } from '../support/hand-client.ts'
import { createRequest } from '../support/lone-server.ts'

type Handshake = ReturnType<HandClient['connect']>

const identity = ({ response }: Handshake) => ({ sessionId: response?.sessionId as bigint, passwd: response?.passwd as Uint8Array })

function create(client: HandClient, connection: number, path: string, flags = 0, xid = 1): number | undefined {
  return client.request(connection, xid, OpCode.create, CreateRequest, createRequest(path, flags))?.err
}

function exists(client: HandClient, connection: number, path: string): number | undefined {
  return client.request(connection, 99, OpCode.exists, PathWatchRequest, { path, watch: false })?.err
}

function has(member: Member, path: string): boolean {
  return (member.server as Peer).database.tree.getNode(path) !== undefined
}

/** Lets time pass while the client pings. */
function idle(ensemble: Ensemble, client: HandClient, connection: number, time: number): void {
  for (const until = ensemble.world.now + time; ensemble.world.now < until; ) {
    ensemble.world.runUntil(ensemble.world.now + 500)
    client.request(connection, XID_PING, OpCode.ping)
  }
}

describe('a session that moves', () => {
  it('goes on at another server with all that belongs to it', () => {
    const ensemble = wholeEnsemble(1n)
    const client = new HandClient(ensemble)
    const first = client.connect(follower(ensemble, 0))
    create(client, first.connection, '/e', 1)
    client.drop(first.connection)
    const second = client.connect(follower(ensemble, 1), identity(first))
    expect(second.response).toMatchObject({ sessionId: first.response?.sessionId, timeOut: 10_000 })
    idle(ensemble, client, second.connection, 20_000)
    expect(ensemble.members.map((member) => has(member, '/e'))).toEqual([true, true, true])
    expect(create(client, second.connection, '/f', 1)).toBe(0)
  })

  it.each(['follower', 'leader'] as const)('loses its old connection to a %s at the first write there, without an answer', (kind) => {
    const ensemble = wholeEnsemble(2n)
    const client = new HandClient(ensemble)
    const [old, next] = kind === 'leader' ? [ensemble.leader() as Member, follower(ensemble)] : [follower(ensemble), follower(ensemble, 1)]
    const first = client.connect(old)
    expect(create(client, first.connection, '/a')).toBe(0)
    const second = client.connect(next, identity(first))
    expect(second.response?.timeOut).toBe(10_000)
    // Reads at the old server go on, as far as it knows.
    if (kind === 'follower') expect(exists(client, first.connection, '/a')).toBe(0)
    const { database } = (ensemble.leader() as Member).server as Peer
    const before = database.lastProcessedZxid
    expect(client.request(first.connection, 5, OpCode.create, CreateRequest, createRequest('/b'))).toBeUndefined()
    expect(client.isClosed(first.connection)).toBe(true)
    expect(has(next, '/b')).toBe(false)
    // The refusal was a transaction: it had its turn among the writes.
    expect(database.lastProcessedZxid).toBe(before + 1n)
    expect(create(client, second.connection, '/c')).toBe(0)
  })

  it('is refused with a wrong password at any server, and goes on where it is', () => {
    const ensemble = wholeEnsemble(3n)
    const client = new HandClient(ensemble)
    const first = client.connect(follower(ensemble, 0))
    for (const member of ensemble.members) {
      const guess = client.connect(member, { sessionId: identity(first).sessionId, passwd: new Uint8Array(16) })
      expect(guess.response).toMatchObject({ timeOut: 0, sessionId: 0n })
      expect(client.isClosed(guess.connection) || client.request(guess.connection, 1, OpCode.ping) === undefined).toBe(true)
    }
    expect(create(client, first.connection, '/a')).toBe(0)
  })
})

describe('expiry in an ensemble', () => {
  it('comes for a silent client of a follower between its timeout and little later, for all servers at one zxid', () => {
    const ensemble = wholeEnsemble(4n)
    const client = new HandClient(ensemble)
    const silent = client.connect(follower(ensemble), { timeOut: 5000 })
    create(client, silent.connection, '/e', 1)
    const heard = ensemble.world.now
    const left = new Map<string, number>()
    while (left.size < 3) {
      ensemble.world.runUntil(ensemble.world.now + 50)
      for (const member of ensemble.members) if (!has(member, '/e') && !left.has(member.name)) left.set(member.name, ensemble.world.now - heard)
      expect(ensemble.world.now - heard).toBeLessThan(10_000)
    }
    for (const after of left.values()) {
      expect(after).toBeGreaterThanOrEqual(5000)
      // A touch reaches the leader half a tick later, deadlines are rounded up to a tick, and are looked at each half tick.
      expect(after).toBeLessThan(5000 + 3 * 500)
    }
    expect(client.isClosed(silent.connection)).toBe(true)
    for (const member of ensemble.members) expect(client.connect(member, identity(silent)).response?.timeOut).toBe(0)
  })

  it('does not come while the client pings, wherever it is connected', () => {
    const ensemble = wholeEnsemble(5n)
    for (const member of ensemble.members) {
      const client = new HandClient(ensemble, `of-${member.name}`)
      const { connection } = client.connect(member, { timeOut: 2000 })
      create(client, connection, `/e-${member.name}`, 1)
      idle(ensemble, client, connection, 15_000)
      expect(has(member, `/e-${member.name}`)).toBe(true)
      expect(create(client, connection, `/f-${member.name}`)).toBe(0)
    }
  })

  it('begins anew under a new leader: nobody knows how long the client has been silent', () => {
    const ensemble = wholeEnsemble(6n)
    const client = new HandClient(ensemble)
    const silent = client.connect(follower(ensemble), { timeOut: 8000 })
    create(client, silent.connection, '/e', 1)
    ensemble.world.runUntil(ensemble.world.now + 6000)
    const former = ensemble.leader() as Member
    ensemble.world.crash(former.name, 'power')
    expect(ensemble.world.runWhile(() => ensemble.leader() === null, 30_000)).toBe(true)
    const since = ensemble.world.now
    const leader = ensemble.leader() as Member
    expect(has(leader, '/e')).toBe(true)
    ensemble.world.runWhile(() => has(leader, '/e'), 30_000)
    expect(ensemble.world.now - since).toBeGreaterThanOrEqual(8000)
    expect(ensemble.world.now - since).toBeLessThan(8000 + 3 * 500)
  })

  it('ends a session that its client closes, at once and everywhere', () => {
    const ensemble = wholeEnsemble(7n)
    const client = new HandClient(ensemble)
    const leaving = client.connect(follower(ensemble))
    create(client, leaving.connection, '/e', 1)
    expect(client.request(leaving.connection, 2, OpCode.closeSession)?.err).toBe(0)
    const other = client.connect(follower(ensemble, 1))
    client.request(other.connection, 1, OpCode.sync, { write: (w) => w.ustring('/'), read: () => null }, null)
    expect(exists(client, other.connection, '/e')).toBe(KeeperErrorCode.NONODE)
    expect(client.connect(follower(ensemble, 1), identity(leaving)).response?.timeOut).toBe(0)
  })
})
