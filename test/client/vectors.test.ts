/** The machine fed with bytes that a real server has sent, and what it sends compared with what a real client sends. */
import { expect, test } from 'vitest'
import { type ClientEffect, type ClientEvent, type ClientRequest, clientCnxn, newCnxn } from '../../src/client/index.ts'
import { fromHex, hexOf } from '../../src/kernel/index.ts'
import { OPEN_ACL_UNSAFE } from '../../src/wire/index.ts'

const SERVER_HELLO = '00000000 00007530 0100001053210000 00000010 e573c5760e48e331cb0d6ba9078abfa7 00'
const OPTIONS = {
  servers: [{ host: 'a', port: 2181 }],
  sessionTimeout: 30_000,
  canBeReadOnly: false,
  sessionId: 0n,
  passwd: new Uint8Array(16),
  seed: 1n,
  queueLimit: 100,
  maxFrameLength: 0xfffff,
}

function machine() {
  const cnxn = newCnxn(OPTIONS)
  let elapsed = 0
  const step = (event: ClientEvent, later = 0): readonly ClientEffect[] => {
    elapsed += later
    return clientCnxn.step(cnxn, event, { elapsed, wall: 0 })
  }
  const frame = (hex: string): readonly ClientEffect[] => {
    const body = fromHex(hex)
    const bytes = new Uint8Array(4 + body.length)
    new DataView(bytes.buffer).setInt32(0, body.length)
    bytes.set(body, 4)
    return step({ kind: 'data', connection: cnxn.link, bytes })
  }
  const request = (token: number, request: ClientRequest) => step({ kind: 'request', token, request })
  return { cnxn, step, frame, request }
}

function connected() {
  const m = machine()
  m.step({ kind: 'start' })
  m.step({ kind: 'connected', connection: 1 })
  m.frame(SERVER_HELLO)
  return m
}

/** The frames that were sent, without their lengths. */
function sent(effects: readonly ClientEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [hexOf(effect.bytes.subarray(4))] : []))
}

function hex(text: string): string {
  return text.replace(/\s+/g, '')
}

test('handshake', () => {
  const m = machine()
  expect(m.step({ kind: 'start' }).find((effect) => effect.kind === 'connect')).toEqual({ kind: 'connect', connection: 1, host: 'a', port: 2181 })
  expect(sent(m.step({ kind: 'connected', connection: 1 }))).toEqual([
    hex('00000000 0000000000000000 00007530 0000000000000000 00000010 00000000000000000000000000000000 00'),
  ])
  const effects = m.frame(SERVER_HELLO)
  expect(m.cnxn).toMatchObject({ connection: 'CONNECTED', session: 'CONNECTED', sessionId: 0x0100001053210000n, timeout: 30_000 })
  expect(hexOf(m.cnxn.passwd)).toBe('e573c5760e48e331cb0d6ba9078abfa7')
  expect(effects).toContainEqual({ kind: 'sessionEvent', event: { type: 'None', state: 'SyncConnected', path: null, zxid: -1n } })
  const deadlines = effects.flatMap((effect) => (effect.kind === 'setTimer' ? [[effect.timer, effect.delay]] : []))
  expect(deadlines).toEqual([
    ['ping', 10_000],
    ['silence', 20_000],
    ['expiry', 40_000],
  ])
})

test('a handshake of 36 bytes, without the read-only byte, is accepted', () => {
  const m = machine()
  m.step({ kind: 'start' })
  m.step({ kind: 'connected', connection: 1 })
  m.frame(SERVER_HELLO.slice(0, -3))
  expect(m.cnxn.connection).toBe('CONNECTED')
})

test('a timeout of 0 says that the session has expired, and everybody who waits is told', () => {
  const m = machine()
  m.step({ kind: 'start' })
  m.request(7, { op: 'sync', record: { path: '/' } })
  m.step({ kind: 'connected', connection: 1 })
  const effects = m.frame('00000000 00000000 0000000000000000 00000010 00000000000000000000000000000000 00')
  expect(m.cnxn).toMatchObject({ connection: 'CLOSED', session: 'LOST' })
  expect(effects).toContainEqual({ kind: 'settle', token: 7, outcome: expect.objectContaining({ ok: false, code: -112, maybeApplied: false }) })
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'sessionEvent', event: expect.objectContaining({ state: 'Expired' }) }))
})

test('a bare reply header in place of the handshake (read-only server without local sessions) costs the connection', () => {
  const m = machine()
  m.step({ kind: 'start' })
  m.step({ kind: 'connected', connection: 1 })
  expect(m.frame('00000000 000000010000000d ffffff89')).toContainEqual({ kind: 'close', connection: 1 })
  expect(m.cnxn.connection).toBe('CONNECTING')
})

test('getData with a watch, its reply, and its notification', () => {
  const m = connected()
  m.cnxn.lastXid = 1
  const out = m.request(5, { op: 'getData', record: { path: '/foo', watch: true } })
  expect(sent(out)).toEqual([hex('00000002 00000004 00000004 2f666f6f 01')])
  const effects = m.frame(
    `00000002 0000000000000002 00000000 00000003 626172
     0000000000000002 0000000000000002 000001a1f854f6d4 000001a1f854f6d4
     00000000 00000000 00000000 0000000000000000 00000003 00000000 0000000000000002`,
  )
  const stat = expect.objectContaining({ czxid: 2n, mzxid: 2n, version: 0, dataLength: 3, pzxid: 2n })
  const reply = { data: fromHex('626172'), stat }
  expect(effects).toEqual([{ kind: 'settle', token: 5, outcome: { ok: true, zxid: 2n, reply } }])
  expect(m.cnxn.lastZxidSeen).toBe(2n)
  expect(m.frame('ffffffff ffffffffffffffff 00000000 00000003 00000003 00000004 2f666f6f')).toEqual([
    { kind: 'watchEvent', watches: [5], event: { type: 'NodeDataChanged', state: 'SyncConnected', path: '/foo', zxid: -1n } },
  ])
  expect(m.cnxn.lastZxidSeen).toBe(2n)
})

test('auth digest', () => {
  const m = connected()
  const out = m.step({ kind: 'addAuth', token: 3, scheme: 'digest', auth: fromHex('753a70') })
  expect(sent(out)).toEqual([hex('fffffffc 00000064 00000000 00000006 646967657374 00000003 753a70')])
  expect(m.frame('fffffffc 0000000000000000 00000000')).toEqual([{ kind: 'settle', token: 3, outcome: { ok: true, zxid: 0n, reply: {} } }])
})

test('addWatch, and SetWatches2 on the next connection', () => {
  const m = connected()
  m.cnxn.lastXid = 2
  expect(sent(m.request(9, { op: 'addWatch', record: { path: '/foo', mode: 0 } }))).toEqual([hex('00000003 0000006a 00000004 2f666f6f 00000000')])
  m.frame('00000003 0000000000000002 00000000 00000000')
  m.cnxn.watches.add('data', '/foo', 10)
  m.step({ kind: 'closed', connection: 1, reason: 'test' })
  m.step({ kind: 'timeout', timer: 'reconnect' })
  m.step({ kind: 'connected', connection: 2 })
  expect(sent(m.frame(SERVER_HELLO))).toEqual([
    hex('00000004 00000069 0000000000000002 00000001 00000004 2f666f6f 00000000 00000000 00000001 00000004 2f666f6f 00000000'),
  ])
})

test('a deadline that comes after it was cancelled means nothing', () => {
  const m = machine()
  m.step({ kind: 'start' })
  m.step({ kind: 'closed', connection: 1, reason: 'connection refused' })
  for (const timer of ['connect', 'ping', 'silence', 'probe'] as const) expect(m.step({ kind: 'timeout', timer }, 40_000)).toEqual([])
  m.step({ kind: 'timeout', timer: 'reconnect' })
  expect(m.step({ kind: 'timeout', timer: 'reconnect' })).toEqual([])
  m.step({ kind: 'connected', connection: 2 })
  m.frame(SERVER_HELLO)
  for (const timer of ['connect', 'reconnect'] as const) expect(m.step({ kind: 'timeout', timer })).toEqual([])
  expect(m.cnxn).toMatchObject({ connection: 'CONNECTED', link: 2 })
  m.step({ kind: 'close', token: 1 })
  m.frame('00000001 0000000000000002 00000000')
  expect(m.cnxn.session).toBe('LOST')
  for (const timer of ['close', 'connect', 'reconnect', 'expiry'] as const) expect(m.step({ kind: 'timeout', timer })).toEqual([])
})

test('without persistent watches the old SetWatches goes out, for old servers', () => {
  const m = connected()
  m.cnxn.watches.add('data', '/foo', 10)
  m.step({ kind: 'closed', connection: 1, reason: 'test' })
  m.step({ kind: 'timeout', timer: 'reconnect' })
  m.step({ kind: 'connected', connection: 2 })
  expect(sent(m.frame(SERVER_HELLO))).toEqual([hex('00000001 00000065 0000000000000000 00000001 00000004 2f666f6f 00000000 00000000')])
})

test('create, as create2', () => {
  const m = connected()
  const record = { path: '/foo', data: fromHex('626172'), acl: OPEN_ACL_UNSAFE, flags: 0 }
  expect(sent(m.request(1, { op: 'create2', record }))).toEqual([
    hex('00000001 0000000f 00000004 2f666f6f 00000003 626172 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000000'),
  ])
})

test('a failed multi is a result per operation', () => {
  const m = connected()
  m.request(1, { op: 'multi', record: [] })
  const effects = m.frame(
    `00000001 0000000000000002 00000000
     ffffffff 00 00000000 00000000   ffffffff 00 ffffff99 ffffff99
     ffffffff 00 fffffffe fffffffe   ffffffff 00 fffffffe fffffffe   ffffffff 01 ffffffff`,
  )
  const errors = [0, -103, -2, -2].map((err) => ({ kind: 'error', err }))
  expect(effects).toEqual([{ kind: 'settle', token: 1, outcome: { ok: true, zxid: 2n, reply: errors } }])
})

test('frames in pieces of every size are the same frames', () => {
  const reply = fromHex('00000010 fffffffe 0000000000000002 00000000 00000010 00000001 0000000000000005 00000000')
  for (let size = 1; size <= reply.length; size++) {
    const m = connected()
    m.request(4, { op: 'delete', record: { path: '/a', version: -1 } })
    const effects: ClientEffect[] = []
    for (let at = 0; at < reply.length; at += size) effects.push(...m.step({ kind: 'data', connection: 1, bytes: reply.subarray(at, at + size) }))
    expect(effects).toEqual([{ kind: 'settle', token: 4, outcome: { ok: true, zxid: 5n, reply: {} } }])
  }
})

test.each([
  ['a reply out of order', '00000002 0000000000000002 00000000'],
  ['a reply that is cut off', '00000001 00000000'],
  ['an event of unknown type', 'ffffffff ffffffffffffffff 00000000 00000063 00000003 00000004 2f666f6f'],
])('%s costs the connection, and what was sent may have been applied', (_, reply) => {
  const m = connected()
  m.request(4, { op: 'delete', record: { path: '/a', version: -1 } })
  const effects = m.frame(reply)
  expect(effects).toContainEqual({ kind: 'close', connection: 1 })
  expect(effects).toContainEqual({ kind: 'settle', token: 4, outcome: expect.objectContaining({ ok: false, code: -4, maybeApplied: true }) })
})

test.each([-1, 0x100000, 0x72756f6b])('a frame length of %i costs the connection', (length) => {
  const m = connected()
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setInt32(0, length)
  expect(m.step({ kind: 'data', connection: 1, bytes })).toContainEqual({ kind: 'close', connection: 1 })
})

test('a ping goes out after a third of silence, not earlier, and its answer is no request’s', () => {
  const m = connected()
  expect(sent(m.step({ kind: 'timeout', timer: 'ping' }, 9_999))).toEqual([])
  const out = m.step({ kind: 'timeout', timer: 'ping' }, 1)
  expect(sent(out)).toEqual([hex('fffffffe 0000000b')])
  m.request(4, { op: 'delete', record: { path: '/a', version: -1 } })
  expect(m.frame('fffffffe 0000000000000002 00000000')).toEqual([])
  expect(m.cnxn.sent).toHaveLength(1)
})

test('request numbers begin again at 1', () => {
  const m = connected()
  m.cnxn.lastXid = 0x7ffffffe
  expect(sent(m.request(4, { op: 'sync', record: { path: '/' } }))[0]).toMatch(/^00000001/)
})
