import { describe, expect, it } from 'vitest'
import { MultiRequest } from '../../src/client/multi.ts'
import type { Ensemble, Member } from '../../src/hosts/simulation/index.ts'
import type { Peer } from '../../src/peer/index.ts'
import { CreateRequest, KeeperErrorCode, OpCode, PathWatchRequest, XID_PING } from '../../src/wire/index.ts'
import { follower, HandClient, wholeEnsemble } from '../support/hand-client.ts'
import { createRequest } from '../support/lone-server.ts'

const local = { localSessionsEnabled: true }
const upgrading = { ...local, localSessionsUpgradingEnabled: true }
type Handshake = ReturnType<HandClient['connect']>
const identity = ({ response }: Handshake) => ({ sessionId: response?.sessionId as bigint, passwd: response?.passwd as Uint8Array })

function create(client: HandClient, connection: number, path: string, flags = 0): number | undefined {
  return client.request(connection, 1, OpCode.create, CreateRequest, createRequest(path, flags))?.err
}

function peer(member: Member): Peer {
  return member.server as Peer
}

function lastZxid(ensemble: Ensemble): bigint {
  return peer(ensemble.leader() as Member).database.lastProcessedZxid
}

describe.each(['leader', 'follower'] as const)('a local session at a %s', (kind) => {
  const at = (ensemble: Ensemble) => (kind === 'leader' ? ensemble.leader() : follower(ensemble)) as Member

  it('costs no transaction, and its client reads and writes', () => {
    const ensemble = wholeEnsemble(1n, local)
    const client = new HandClient(ensemble)
    const before = lastZxid(ensemble)
    const session = client.connect(at(ensemble))
    expect(session.response?.timeOut).toBe(10_000)
    expect(lastZxid(ensemble)).toBe(before)
    expect(create(client, session.connection, '/a')).toBe(0)
    expect(client.request(session.connection, 2, OpCode.exists, PathWatchRequest, { path: '/a', watch: false })?.err).toBe(0)
    expect(lastZxid(ensemble)).toBe(before + 1n)
    for (const member of ensemble.members) expect(peer(member).database.sessions.size).toBe(0)
  })

  it('may be taken up again at its own server and nowhere else', () => {
    const ensemble = wholeEnsemble(2n, local)
    const client = new HandClient(ensemble)
    const home = at(ensemble)
    const session = client.connect(home)
    for (const member of ensemble.members) {
      const timeOut = client.connect(member, identity(session)).response?.timeOut
      expect(timeOut).toBe(member === home ? 10_000 : 0)
    }
  })

  it('may own no ephemeral unless it may be upgraded', () => {
    const ensemble = wholeEnsemble(3n, local)
    const client = new HandClient(ensemble)
    const { connection } = client.connect(at(ensemble))
    expect(create(client, connection, '/e', 1)).toBe(KeeperErrorCode.EPHEMERALONLOCALSESSION)
    expect(create(client, connection, '/p')).toBe(0)
  })

  it('becomes global with its first ephemeral: two transactions, and any server takes it', () => {
    const ensemble = wholeEnsemble(4n, upgrading)
    const client = new HandClient(ensemble)
    const session = client.connect(at(ensemble))
    const before = lastZxid(ensemble)
    expect(create(client, session.connection, '/e', 1)).toBe(0)
    expect(lastZxid(ensemble)).toBe(before + 2n)
    expect(create(client, session.connection, '/f', 1)).toBe(0)
    expect(lastZxid(ensemble)).toBe(before + 3n)
    const other = ensemble.members.find((member) => member !== at(ensemble)) as Member
    const moved = client.connect(other, identity(session))
    expect(moved.response?.timeOut).toBe(10_000)
    expect(client.request(moved.connection, 1, OpCode.closeSession)?.err).toBe(0)
    ensemble.world.runUntil(ensemble.world.now + 1000)
    for (const member of ensemble.members) expect(peer(member).database.tree.getNode('/e')).toBeUndefined()
  })

  it('is upgraded by an ephemeral inside a multi', () => {
    const ensemble = wholeEnsemble(5n, upgrading)
    const client = new HandClient(ensemble)
    const { connection, response } = client.connect(at(ensemble))
    const op = (path: string, flags: number) => ({ type: OpCode.create2, record: createRequest(path, flags) }) as const
    client.request(connection, 1, OpCode.multi, MultiRequest, [op('/p', 0), op('/e', 1)])
    expect(peer(at(ensemble)).database.tree.getNode('/e')?.ephemeralOwner).toBe(response?.sessionId)
    expect(peer(at(ensemble)).database.sessions.has(response?.sessionId as bigint)).toBe(true)
  })

  it('ends where it is: by its client without a transaction, or by silence', () => {
    const ensemble = wholeEnsemble(6n, local)
    const client = new HandClient(ensemble)
    const before = lastZxid(ensemble)
    const [leaving, silent, pinging] = [client.connect(at(ensemble)), client.connect(at(ensemble)), client.connect(at(ensemble))]
    expect(client.request(leaving.connection, 1, OpCode.closeSession)?.err).toBe(0)
    ensemble.world.runUntil(ensemble.world.now + 100)
    expect(client.isClosed(leaving.connection)).toBe(true)
    expect(client.connect(at(ensemble), identity(leaving)).response?.timeOut).toBe(0)

    const begun = ensemble.world.now
    while (!client.isClosed(silent.connection)) {
      ensemble.world.runUntil(ensemble.world.now + 250)
      client.request(pinging.connection, XID_PING, OpCode.ping)
      expect(ensemble.world.now - begun).toBeLessThan(12_000)
    }
    expect(ensemble.world.now - begun).toBeGreaterThan(9800)
    expect(client.connect(at(ensemble), identity(silent)).response?.timeOut).toBe(0)
    expect(create(client, pinging.connection, '/still-there')).toBe(0)
    expect(lastZxid(ensemble)).toBe(before + 1n)
  })
})
