import { describe, expect, it } from 'vitest'
import { decode } from '../../src/jute/index.ts'
import { concatBytes, fromHex, hexOf } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { generatePassword } from '../../src/sessions/index.ts'
import {
  CreateRequest,
  DeleteRequest,
  GetChildrenResponse,
  GetDataResponse,
  KeeperErrorCode,
  OpCode,
  PathWatchRequest,
  SetDataRequest,
  WatcherEvent,
} from '../../src/wire/index.ts'
import { createRequest, frame, LoneServer, pathOf, requestFrame, settings } from '../support/lone-server.ts'

/** Vectors are those of the client protocol reference, captured from 3.8.0. */
describe('the handshake', () => {
  it('answers a new client with a session and the password that every server computes', () => {
    const server = new LoneServer()
    const connection = server.accept()
    server.send(connection, frame(fromHex('00000000 0000000000000000 00007530 0000000000000000 00000010 00000000000000000000000000000000 00')))
    const [answer] = server.frames(connection)
    expect(answer?.length).toBe(37)
    const { response } = server.connect({ timeOut: 30_000 })
    expect(response?.timeOut).toBe(30_000)
    expect(hexOf(response?.passwd as Uint8Array)).toBe(hexOf(generatePassword(response?.sessionId as bigint)))
  })

  it('answers a client of before 3.4, which sends no readOnly byte, without one', () => {
    const { response } = new LoneServer().connect({ readOnly: undefined })
    expect(response?.readOnly).toBeUndefined()
  })

  it.each([
    [100, 4000],
    [-5, 4000],
    [10_000, 10_000],
    [1_000_000, 40_000],
  ])('negotiates a timeout of %i ms to %i ms', (asked, got) => {
    expect(new LoneServer().connect({ timeOut: asked }).response?.timeOut).toBe(got)
  })

  it('refuses a client that has seen more than this server, without an answer', () => {
    const server = new LoneServer()
    const { connection, response } = server.connect({ lastZxidSeen: 99n })
    expect(response).toBeUndefined()
    expect(server.closed).toContain(connection)
  })

  it('resumes a session with its password and closes the connection that held it', () => {
    const server = new LoneServer()
    const first = server.connect()
    const { sessionId, passwd } = first.response as NonNullable<typeof first.response>
    const second = server.connect({ sessionId, passwd })
    expect(second.response).toMatchObject({ sessionId, timeOut: 10_000 })
    expect(server.closed).toContain(first.connection)
  })

  it('tells a client with a wrong password that its session is over, and leaves the holder alone', () => {
    const server = new LoneServer()
    const first = server.connect()
    const guess = server.connect({ sessionId: first.response?.sessionId as bigint, passwd: new Uint8Array(16) })
    expect(guess.response).toMatchObject({ sessionId: 0n, timeOut: 0 })
    expect(server.closed).toContain(guess.connection)
    expect(server.closed).not.toContain(first.connection)
  })

  it('takes requests that follow the ConnectRequest at once', () => {
    const server = new LoneServer()
    server.diskIsPrompt = false
    const connection = server.accept()
    const hello = fromHex('00000000 0000000000000000 00007530 0000000000000000 00000010 00000000000000000000000000000000 00')
    server.send(connection, concatBytes([frame(hello), requestFrame(1, OpCode.create, CreateRequest, createRequest('/a'))]))
    expect(server.frames(connection)).toEqual([])
    server.answerDisk()
    server.answerDisk()
    const [, created] = server.frames(connection)
    expect(hexOf(created as Uint8Array)).toBe('00000001000000000000000200000000000000022f61')
  })
})

describe('requests', () => {
  it('answers the captured exchange byte for byte', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    const request = '00000001 00000001 00000004 2f666f6f 00000003 626172 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000000'
    server.send(connection, frame(fromHex(request)))
    expect(server.frames(connection).map(hexOf)).toEqual(['00000001000000000000000200000000000000042f666f6f'])
    server.send(connection, frame(fromHex('fffffffc 00000064 00000000 00000006 646967657374 00000003 753a70')))
    expect(server.frames(connection).map(hexOf)).toEqual(['fffffffc000000000000000000000000'])
    server.send(connection, frame(fromHex('00000003 0000006a 00000004 2f666f6f 00000000')))
    expect(server.frames(connection).map(hexOf)).toEqual(['0000000300000000000000020000000000000000'])
  })

  it('fails a multi as a whole, with the reason of each operation', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.create(connection, 1, '/m')
    const check = (path: string, version: number) =>
      `0000000d 00 ffffffff 00000002 ${hexOf(new TextEncoder().encode(path))} ${version.toString(16).padStart(8, '0')}`
    server.send(connection, frame(fromHex(`00000002 0000000e ${check('/m', 0)} ${check('/m', 7)} ${check('/m', 0)} ffffffff 01 ffffffff`)))
    const [reply] = server.replies(connection)
    expect(reply).toMatchObject({ xid: 2, zxid: 3n, err: 0 })
    expect(hexOf(reply?.body as Uint8Array)).toBe(
      'ffffffff000000000000000000' + 'ffffffff00ffffff99ffffff99' + 'ffffffff00fffffffefffffffe' + 'ffffffff01ffffffff',
    )
  })

  it.each([
    ['an unknown operation', 999],
    ['a check outside a multi (ZOOKEEPER-2623)', OpCode.check],
    ['createSession', OpCode.createSession],
    ['deleteContainer', OpCode.deleteContainer],
  ])('answers %s with UNIMPLEMENTED and closes', (_what, type) => {
    const server = new LoneServer()
    const { connection } = server.connect()
    expect(server.request(connection, 1, type)).toMatchObject({ zxid: -1n, err: KeeperErrorCode.UNIMPLEMENTED })
    expect(server.closed).toContain(connection)
  })

  it('answers a body that cannot be read with MARSHALLINGERROR, goes on, and has used up a zxid', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    expect(server.request(connection, 1, OpCode.create)).toMatchObject({ zxid: 2n, err: KeeperErrorCode.MARSHALLINGERROR })
    expect(server.create(connection, 2, '/a')).toMatchObject({ zxid: 3n, err: 0 })
  })

  it('answers a write only when it is durable', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.diskIsPrompt = false
    expect(server.create(connection, 1, '/a')).toBeUndefined()
    server.answerDisk()
    expect(server.replies(connection)).toMatchObject([{ xid: 1, err: 0 }])
  })

  it("holds a read back behind the same session's write, and not behind another's", () => {
    const server = new LoneServer()
    const [writer, reader] = [server.connect().connection, server.connect().connection]
    server.diskIsPrompt = false
    server.create(writer, 1, '/a')
    expect(server.request(writer, 2, OpCode.exists, PathWatchRequest, { path: '/a', watch: false })).toBeUndefined()
    expect(server.request(reader, 1, OpCode.exists, PathWatchRequest, { path: '/a', watch: false })?.err).toBe(KeeperErrorCode.NONODE)
    server.answerDisk()
    expect(server.replies(writer)).toMatchObject([
      { xid: 1, err: 0 },
      { xid: 2, err: 0 },
    ])
  })

  it('gives creates that are in flight together different sequence numbers', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.diskIsPrompt = false
    for (let xid = 1; xid <= 3; xid++) server.send(connection, requestFrame(xid, OpCode.create, CreateRequest, createRequest('/n', 2)))
    const names: (string | null)[] = []
    for (let turn = 0; turn < 3; turn++) {
      server.answerDisk()
      names.push(...server.replies(connection).map(pathOf))
    }
    expect(names).toEqual(['/n0000000000', '/n0000000001', '/n0000000002'])
  })

  it('sends the event of a watch before the answer to the write that fired it', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.request(connection, 1, OpCode.exists, PathWatchRequest, { path: '/a', watch: true })
    server.send(connection, requestFrame(2, OpCode.create, CreateRequest, createRequest('/a')))
    const [event, reply] = server.replies(connection)
    expect(event).toMatchObject({ xid: -1, zxid: 2n })
    expect(decode(WatcherEvent, event?.body as Uint8Array)).toEqual({ type: 1, state: 3, path: '/a' })
    expect(reply).toMatchObject({ xid: 2, err: 0 })
  })

  it('checks a write against the writes before it that are not applied yet', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.diskIsPrompt = false
    server.send(connection, requestFrame(1, OpCode.create, CreateRequest, createRequest('/a')))
    server.send(connection, requestFrame(2, OpCode.create, CreateRequest, createRequest('/a')))
    server.send(connection, requestFrame(3, OpCode.setData, SetDataRequest, { path: '/a', data: null, version: 0 }))
    server.send(connection, requestFrame(4, OpCode.delete, DeleteRequest, { path: '/a', version: 0 }))
    server.send(connection, requestFrame(5, OpCode.delete, DeleteRequest, { path: '/a', version: 1 }))
    server.answerDisk()
    server.answerDisk()
    expect(server.replies(connection).map(({ xid, zxid, err }) => [xid, zxid, err])).toEqual([
      [1, 2n, 0],
      [2, 3n, KeeperErrorCode.NODEEXISTS],
      [3, 4n, 0],
      [4, 5n, KeeperErrorCode.BADVERSION],
      [5, 6n, 0],
    ])
  })
})

describe('bad input', () => {
  it.each([
    ['a frame over jute.maxbuffer', '00100000'],
    ['a negative length', 'ffffffff'],
    ['an empty first frame', '00000000'],
    ['an unknown four-letter word', hexOf(new TextEncoder().encode('abcd'))],
  ])('closes the connection on %s, and only that one', (_what, bytes) => {
    const server = new LoneServer()
    const { connection: other } = server.connect()
    const connection = server.accept()
    server.send(connection, fromHex(bytes))
    expect(server.frames(connection)).toEqual([])
    expect(server.closed).toContain(connection)
    expect(server.create(other, 1, '/a')?.err).toBe(0)
  })

  it('takes a frame of exactly jute.maxbuffer', () => {
    const server = new LoneServer(undefined, { juteMaxBuffer: 100 })
    const { connection } = server.connect()
    const overhead = requestFrame(1, OpCode.create, CreateRequest, createRequest('/a')).length - 4
    expect(server.create(connection, 1, '/a', 0, 'x'.repeat(100 - overhead))?.err).toBe(0)
    server.create(connection, 2, '/b', 0, 'x'.repeat(101 - overhead))
    expect(server.closed).toContain(connection)
  })

  it('understands bytes that come one at a time', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    for (const byte of requestFrame(1, OpCode.create, CreateRequest, createRequest('/a'))) server.send(connection, Uint8Array.of(byte))
    expect(server.replies(connection)).toMatchObject([{ xid: 1, err: 0 }])
  })

  it('refuses the connection after the last that one address may have', () => {
    const server = new LoneServer(undefined, { maxClientCnxns: 2 })
    const connections = [server.accept(), server.accept(), server.accept(), server.accept('10.0.0.1')]
    expect(connections.map((connection) => server.closed.has(connection))).toEqual([false, false, true, false])
  })

  it('hands a four-letter word to the host', () => {
    const server = new LoneServer()
    const connection = server.accept()
    server.send(connection, new TextEncoder().encode('ruok'))
    expect(server.effects).toContainEqual(expect.objectContaining({ kind: 'adminCommand', connection, word: 'ruok' }))
  })
})

describe('sessions', () => {
  it('expires a session between its timeout and one tick later, and its ephemerals with it', () => {
    const server = new LoneServer()
    const silent = server.connect({ timeOut: 10_000 })
    server.create(silent.connection, 1, '/e', 1)
    const watcher = server.connect({ timeOut: 40_000 })
    const begun = server.elapsed
    const isThere = () => server.request(watcher.connection, 7, OpCode.exists, PathWatchRequest, { path: '/e', watch: false })?.err === 0
    while (isThere()) {
      server.tick()
      expect(server.elapsed - begun).toBeLessThan(14_000)
    }
    expect(server.elapsed - begun).toBeGreaterThanOrEqual(10_000)
    const { sessionId, passwd } = silent.response as NonNullable<typeof silent.response>
    expect(server.connect({ sessionId, passwd }).response?.timeOut).toBe(0)
  })

  it('ends a session with closeSession: ephemerals gone, answer, then the connection closed', () => {
    const server = new LoneServer()
    const [leaving, staying] = [server.connect().connection, server.connect().connection]
    server.create(leaving, 1, '/e', 1)
    expect(server.request(leaving, 2, OpCode.closeSession)).toMatchObject({ err: 0 })
    expect(server.closed).toContain(leaving)
    expect(server.request(staying, 1, OpCode.exists, PathWatchRequest, { path: '/e', watch: false })?.err).toBe(KeeperErrorCode.NONODE)
  })

  it('takes no ephemeral from a session whose end is on its way (ZOOKEEPER-1208)', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.diskIsPrompt = false
    server.send(connection, requestFrame(1, OpCode.closeSession))
    server.send(connection, requestFrame(2, OpCode.create, CreateRequest, createRequest('/e', 1)))
    server.answerDisk()
    server.answerDisk()
    expect(server.peer.database.tree.getNode('/e')).toBeUndefined()
  })
})

describe('a restart', () => {
  it('brings back what was answered, and nothing that was not durable', () => {
    const server = new LoneServer()
    const { connection, response } = server.connect()
    server.create(connection, 1, '/a', 0, 'kept')
    server.diskIsPrompt = false
    server.create(connection, 2, '/b')
    server.disk.crash()

    const again = new LoneServer(server.disk)
    const { sessionId, passwd } = response as NonNullable<typeof response>
    const resumed = again.connect({ sessionId, passwd })
    expect(resumed.response?.sessionId).toBe(sessionId)
    const data = again.request(resumed.connection, 1, OpCode.getData, PathWatchRequest, { path: '/a', watch: false })
    expect(new TextDecoder().decode(decode(GetDataResponse, data?.body as Uint8Array).data as Uint8Array)).toBe('kept')
    const children = again.request(resumed.connection, 2, OpCode.getChildren, PathWatchRequest, { path: '/', watch: false })
    expect(decode(GetChildrenResponse, children?.body as Uint8Array).children).toEqual(['zookeeper', 'a'])
  })

  it('stops in good order: the log is finished first', () => {
    const server = new LoneServer()
    const { connection } = server.connect()
    server.diskIsPrompt = false
    server.create(connection, 1, '/a')
    server.event({ kind: 'stop' })
    expect(server.effects.some(({ kind }) => kind === 'exit')).toBe(false)
    server.answerDisk()
    expect(server.effects.at(-1)).toMatchObject({ kind: 'exit', code: 0 })
    expect(new LoneServer(server.disk).peer.database.tree.getNode('/a')).toBeDefined()
  })

  it('ends with a message when the disk fails', () => {
    const peer = createPeer(settings)
    const now = { elapsed: 0, wall: 0 }
    const [list] = peer.step({ kind: 'start' }, now)
    expect(list).toMatchObject({ kind: 'disk', operation: { kind: 'list' } })
    const token = (list as { token: number }).token
    const effects = peer.step({ kind: 'disk', token, result: { kind: 'failed', message: 'EACCES: permission denied' } }, now)
    expect(effects).toMatchObject([{ kind: 'exit', code: 1, message: expect.stringContaining('permission denied') }])
  })
})
