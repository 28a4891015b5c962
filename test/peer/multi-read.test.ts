import { describe, expect, it } from 'vitest'
import { MultiRequest, MultiResponse } from '../../src/client/multi.ts'
import { decode } from '../../src/jute/index.ts'
import { fromHex, hexOf } from '../../src/kernel/index.ts'
import { CreateRequest, KeeperErrorCode, OpCode } from '../../src/wire/index.ts'
import { frame, LoneServer } from '../support/lone-server.ts'

const get = (path: string) => ({ type: OpCode.getData, record: { path, watch: true } }) as const
const list = (path: string) => ({ type: OpCode.getChildren, record: { path, watch: true } }) as const

function serverWithNodes(): { server: LoneServer; client: number } {
  const server = new LoneServer()
  const client = server.connect().connection
  server.create(client, 1, '/a', 0, 'data of a')
  server.create(client, 2, '/a/child')
  const acl = [{ perms: 30, id: { scheme: 'world', id: 'anyone' } }]
  server.request(client, 3, OpCode.create, CreateRequest, { path: '/secret', data: null, acl, flags: 0 })
  return { server, client }
}

describe('multiRead', () => {
  it('answers each read in its place, with its own error', () => {
    const { server, client } = serverWithNodes()
    const reply = server.request(client, 4, OpCode.multiRead, MultiRequest, [get('/a'), get('/missing'), list('/a'), list('/secret')])
    expect(reply?.err).toBe(0)
    expect(decode(MultiResponse, reply?.body as Uint8Array)).toMatchObject([
      { kind: 'getData', data: new TextEncoder().encode('data of a'), stat: { numChildren: 1 } },
      { kind: 'error', err: KeeperErrorCode.NONODE },
      { kind: 'getChildren', children: ['child'] },
      { kind: 'error', err: KeeperErrorCode.NOAUTH },
    ])
  })

  it('sets no watches and uses up no zxid', () => {
    const { server, client } = serverWithNodes()
    const before = server.peer.database.lastProcessedZxid
    server.request(client, 4, OpCode.multiRead, MultiRequest, [get('/a'), list('/a')])
    expect(server.peer.watches.watchCount).toBe(0)
    expect(server.peer.database.lastProcessedZxid).toBe(before)
  })

  it('answers no reads with an empty list', () => {
    const { server, client } = serverWithNodes()
    const reply = server.request(client, 4, OpCode.multiRead, MultiRequest, [])
    expect([reply?.err, hexOf(reply?.body as Uint8Array)]).toEqual([0, 'ffffffff01ffffffff'])
  })

  it('answers writes with MARSHALLINGERROR and an empty list, and a mixture without a list', () => {
    const { server, client } = serverWithNodes()
    const drop = { type: OpCode.delete, record: { path: '/a/child', version: -1 } } as const
    const writes = server.request(client, 4, OpCode.multiRead, MultiRequest, [drop])
    expect([writes?.err, hexOf(writes?.body as Uint8Array)]).toEqual([KeeperErrorCode.MARSHALLINGERROR, 'ffffffff01ffffffff'])
    const mixed = server.request(client, 5, OpCode.multiRead, MultiRequest, [get('/a'), drop])
    expect([mixed?.err, hexOf(mixed?.body as Uint8Array)]).toEqual([KeeperErrorCode.MARSHALLINGERROR, ''])
    expect(server.peer.database.tree.getNode('/a/child')).toBeDefined()
  })

  it('refuses a read inside a multi', () => {
    const { server, client } = serverWithNodes()
    expect(server.request(client, 4, OpCode.multi, MultiRequest, [get('/a')])?.err).toBe(KeeperErrorCode.MARSHALLINGERROR)
  })

  it('survives a request cut anywhere', () => {
    const { server, client } = serverWithNodes()
    const whole = fromHex('00000009 00000016 00000004 00 ffffffff 00000002 2f61 00 ffffffff 01 ffffffff')
    for (let length = 8; length < whole.length; length++) {
      server.send(client, frame(whole.subarray(0, length)))
      expect(server.replies(client)).toMatchObject([{ xid: 9, err: KeeperErrorCode.MARSHALLINGERROR }])
    }
    server.send(client, frame(whole))
    expect(server.replies(client)).toMatchObject([{ xid: 9, err: 0 }])
  })
})
