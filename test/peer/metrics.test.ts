/** What a server counts, and what an operator may reset. */
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/kernel/index.ts'
import { CreateRequest, OPEN_ACL_UNSAFE, OpCode, PathWatchRequest, SetDataRequest } from '../../src/wire/index.ts'
import { LoneServer } from '../support/lone-server.ts'

const create = (path: string) => ({ path, data: utf8('x'), acl: OPEN_ACL_UNSAFE, flags: 0 })

/** A server with one client that has created /a (request 1) and read it with a watch (request 2). */
function used(): { readonly server: LoneServer; readonly connection: number; readonly sessionId: bigint } {
  const server = new LoneServer()
  const { connection, response } = server.connect()
  server.request(connection, 1, OpCode.create, CreateRequest, create('/a'))
  server.request(connection, 2, OpCode.getData, PathWatchRequest, { path: '/a', watch: true })
  return { server, connection, sessionId: response?.sessionId ?? 0n }
}

describe('the metrics of a server', () => {
  it('count writes and reads apart, and what they cost', () => {
    const { server } = used()
    const { updateLatency, readLatency, fsyncTime, connectionRequests, bytesReceived, responseBytes } = server.peer.metrics
    expect([updateLatency.count, readLatency.count, connectionRequests.value]).toEqual([1, 1, 1])
    // The session and the node.
    expect(fsyncTime.count).toBe(2)
    expect(bytesReceived.value).toBeGreaterThan(0)
    expect(responseBytes.value).toBeGreaterThan(0)
  })

  it('measure a sync from the write to the answer of the disk, and warn when it is slow', () => {
    const server = new LoneServer(undefined, { fsyncWarningThreshold: 20 })
    const { connection } = server.connect()
    server.diskIsPrompt = false
    server.request(connection, 1, OpCode.create, CreateRequest, create('/a'))
    server.elapsed += 25
    server.answerDisk()
    expect(server.peer.metrics.fsyncTime.max).toBe(25)
    expect(server.peer.metrics.updateLatency.max).toBe(25)
    expect(server.peer.describe().slowSyncs).toBe(1)
    expect(server.effects).toContainEqual(expect.objectContaining({ kind: 'log', level: 'warn', message: expect.stringContaining('took 25 ms') }))
  })

  it('count the watches that a change fires', () => {
    const { server, connection } = used()
    const { nodeChangedWatches, nodeCreatedWatches, watchBytes } = server.peer.metrics
    server.request(connection, 3, OpCode.setData, SetDataRequest, { path: '/a', data: utf8('y'), version: -1 })
    server.request(connection, 4, OpCode.setData, SetDataRequest, { path: '/a', data: utf8('z'), version: -1 })
    expect([nodeChangedWatches.count, nodeChangedWatches.total, nodeCreatedWatches.count]).toEqual([1, 1, 0])
    expect(watchBytes.value).toBeGreaterThan(0)
  })

  it('count clients that go, that say nothing, and that are too many', () => {
    const server = new LoneServer(undefined, { maxClientCnxns: 2 })
    const { connection } = server.connect()
    server.accept()
    server.accept()
    server.event({ kind: 'closed', connection, reason: 'gone' })
    for (let i = 0; i < 20; i++) server.tick()
    const { connectionsDropped, connectionsRejected, sessionlessConnectionsExpired, staleSessionsExpired } = server.peer.metrics
    expect(connectionsDropped.value).toBe(1)
    expect(connectionsRejected.value).toBe(1)
    expect(sessionlessConnectionsExpired.value).toBe(1)
    expect(staleSessionsExpired.value).toBe(1)
  })
})

describe('an operator', () => {
  it('resets the counters of the server', () => {
    const { server } = used()
    server.event({ kind: 'administer', action: { kind: 'resetServerStats' } })
    const { traffic, metrics, connections } = server.peer.describe()
    expect(traffic).toMatchObject({ packetsReceived: 0, packetsSent: 0, responseSize: { last: -1, min: -1, max: -1 }, latency: { count: 0 } })
    expect(metrics.updateLatency.count).toBe(0)
    expect(connections[0]?.packetsReceived).toBe(3)
  })

  it('resets those of the connections', () => {
    const { server } = used()
    server.event({ kind: 'administer', action: { kind: 'resetConnectionStats' } })
    const { traffic, connections } = server.peer.describe()
    expect(connections[0]).toMatchObject({ packetsReceived: 0, packetsSent: 0, session: { lastOperation: 'NA', latency: { count: 0 } } })
    expect(traffic.packetsReceived).toBe(3)
  })

  it('ends a session, whose client loses its connection', () => {
    const { server, connection, sessionId } = used()
    server.event({ kind: 'administer', action: { kind: 'terminateSession', sessionId } })
    expect(server.peer.database.sessions.has(sessionId)).toBe(false)
    expect(server.closed.has(connection)).toBe(true)
  })

  it('sets the trace mask', () => {
    const server = new LoneServer()
    expect(server.peer.describe().traceMask).toBe(306n)
    server.event({ kind: 'administer', action: { kind: 'setTraceMask', mask: 2n } })
    expect(server.peer.describe().traceMask).toBe(2n)
  })

  it('is given what came behind a four-letter word', () => {
    const server = new LoneServer()
    const connection = server.accept()
    server.send(connection, utf8('stmk12345678'))
    expect(server.effects.at(-1)).toEqual({ kind: 'adminCommand', connection, word: 'stmk', argument: utf8('12345678') })
  })
})

describe('the lists of a server', () => {
  it('tell who watches what, who holds ephemerals, and when silence ends', () => {
    const { server, connection, sessionId } = used()
    server.request(connection, 3, OpCode.create, CreateRequest, { ...create('/a/e'), flags: 1 })
    const { lists } = server.peer.describe()
    expect(lists.watches()).toMatchObject({ connections: 1, paths: 1, watches: 1, byPath: [['/a', [sessionId]]], bySession: [[sessionId, ['/a']]] })
    expect(lists.ephemerals()).toEqual([[sessionId, ['/a/e']]])
    expect(lists.globalSessions()).toEqual([[sessionId, 10_000]])
    expect(lists.sessionExpiry()).toEqual([[12_000, [sessionId]]])
    expect(lists.connectionExpiry()[0]?.[1]).toHaveLength(1)
  })
})
