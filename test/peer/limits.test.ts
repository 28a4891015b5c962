import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../src/kernel/index.ts'
import type { Peer } from '../../src/peer/index.ts'
import { CreateRequest, OpCode } from '../../src/wire/index.ts'
import { follower, HandClient, wholeEnsemble } from '../support/hand-client.ts'
import { createRequest, LoneServer, requestFrame } from '../support/lone-server.ts'

const create = (xid: number, data = '') => requestFrame(xid, OpCode.create, CreateRequest, createRequest('/n', 2, data))

/** The connections that are not read from, as the host has been told. */
function paused(server: LoneServer): Set<number> {
  const connections = new Set<number>()
  for (const effect of server.effects) {
    if (effect.kind === 'pause') connections.add(effect.connection)
    if (effect.kind === 'resume') connections.delete(effect.connection)
  }
  return connections
}

describe('too many requests under way', () => {
  it('stop the reading from who has one unanswered, and everybody may have one', () => {
    const server = new LoneServer(undefined, { globalOutstandingLimit: 2 })
    const [a, b, c] = [server.connect().connection, server.connect().connection, server.connect().connection] as const
    server.diskIsPrompt = false
    server.send(a, create(1))
    server.send(a, create(2))
    expect(paused(server)).toEqual(new Set())
    server.send(b, create(1))
    server.send(c, create(1))
    expect(paused(server)).toEqual(new Set([b, c]))
    while (server.peer.describe().traffic.outstanding > 0) server.answerDisk()
    expect(paused(server)).toEqual(new Set())
    expect([a, b, c].map((client) => server.replies(client).length)).toEqual([2, 1, 1])
  })

  it('leave requests that have arrived already to their turn: none is lost, and their order stays', () => {
    const server = new LoneServer(undefined, { globalOutstandingLimit: 3 })
    const { connection } = server.connect()
    server.diskIsPrompt = false
    const xids = Array.from({ length: 20 }, (_, i) => i + 1)
    server.send(connection, concatBytes(xids.map((xid) => create(xid))))
    expect(server.peer.describe().traffic.outstanding).toBe(4)
    const answered: number[] = []
    for (let i = 0; i < 30; i++) {
      server.answerDisk()
      answered.push(...server.replies(connection).map(({ xid }) => xid))
      expect(server.peer.describe().traffic.outstanding).toBeLessThanOrEqual(4)
    }
    expect(answered).toEqual(xids)
  })

  it('never leave anybody waiting for ever, whatever is sent and whoever goes', () => {
    const move = fc.record({ client: fc.nat(3), kind: fc.constantFrom('send', 'send', 'send', 'disk', 'drop') })
    const prop = fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const server = new LoneServer(undefined, { globalOutstandingLimit: 2 })
      const clients = [0, 1, 2, 3].map(() => server.connect().connection)
      server.diskIsPrompt = false
      const owed = new Map(clients.map((client) => [client, 0]))
      for (const { client, kind } of moves) {
        const connection = clients[client] as number
        if (kind === 'disk') server.answerDisk()
        else if (kind === 'drop') {
          server.event({ kind: 'closed', connection, reason: 'gone' })
          owed.delete(connection)
        } else if (owed.has(connection)) {
          server.send(connection, create(1))
          owed.set(connection, (owed.get(connection) ?? 0) + 1)
        }
      }
      for (let i = 0; i < 200; i++) server.answerDisk()
      for (const [client, count] of owed) {
        expect(server.replies(client)).toHaveLength(count)
        expect(paused(server).has(client)).toBe(false)
      }
    })
    fc.assert(prop, { numRuns: 50 })
  })
})

describe('limits of connections and requests', () => {
  it('closes the connection beyond maxCnxns, wherever it comes from', () => {
    const server = new LoneServer(undefined, { maxCnxns: 2 })
    const connections = [server.accept('10.0.0.1'), server.accept('10.0.0.2'), server.accept('10.0.0.3')]
    expect(connections.map((connection) => server.closed.has(connection))).toEqual([false, false, true])
    server.event({ kind: 'closed', connection: connections[0] as number, reason: 'gone' })
    expect(server.closed.has(server.accept('10.0.0.4'))).toBe(false)
  })

  it('closes the connection whose large request no longer fits among those under way', () => {
    const server = new LoneServer(undefined, { largeRequestThreshold: 100, largeRequestMaxBytes: 500 })
    const [a, b] = [server.connect().connection, server.connect().connection]
    server.diskIsPrompt = false
    server.send(a, create(1, 'x'.repeat(300)))
    server.send(b, create(1, 'small'))
    server.send(b, create(2, 'x'.repeat(300)))
    expect([server.closed.has(a), server.closed.has(b)]).toEqual([false, true])
    server.answerDisk()
    server.answerDisk()
    expect(server.replies(a)).toMatchObject([{ xid: 1, err: 0 }])
    server.send(a, create(2, 'x'.repeat(300)))
    expect(server.closed.has(a)).toBe(false)
  })

  it('closes a connection that never asks for a session, after 10 to 20 seconds', () => {
    const server = new LoneServer()
    const silent = server.accept()
    const begun = server.elapsed
    while (!server.closed.has(silent)) {
      server.tick()
      expect(server.elapsed - begun).toBeLessThan(20_000)
    }
    expect(server.elapsed - begun).toBeGreaterThanOrEqual(10_000)
  })

  it('jute.maxbuffer holds wherever data go: through a follower, over the quorum, into the log and a snapshot, and back', () => {
    const juteMaxBuffer = 4 << 20
    const data = 'x'.repeat(3 << 20)
    const ensemble = wholeEnsemble(1n, { juteMaxBuffer, snapCount: 2 })
    const client = new HandClient(ensemble)
    const { connection } = client.connect(follower(ensemble))
    for (const [index, path] of ['/a', '/b', '/c'].entries())
      expect(client.request(connection, index + 1, OpCode.create, CreateRequest, createRequest(path, 0, data))?.err).toBe(0)
    const everywhere = () =>
      ensemble.members.every(({ server }) => (server as Peer | null)?.database.tree.getNode('/c')?.data?.length === data.length)
    expect(ensemble.world.runWhile(() => !everywhere(), 60_000)).toBe(true)
    for (const { name } of ensemble.members) ensemble.world.crash(name, 'power')
    for (const { name } of ensemble.members) ensemble.world.start(name)
    expect(ensemble.world.runWhile(() => !ensemble.isWhole(), 60_000)).toBe(true)
    expect(everywhere()).toBe(true)
  })

  it('stops reading from a client that goes on sending before it has its session', () => {
    const server = new LoneServer()
    server.diskIsPrompt = false
    const { connection } = server.connect()
    server.send(connection, create(1))
    expect(paused(server)).toEqual(new Set([connection]))
    for (let i = 0; i < 5; i++) server.answerDisk()
    expect(paused(server)).toEqual(new Set())
    expect(server.frames(connection)).toHaveLength(2)
  })
})
