/** What a 3.9 client expects of a watch: its zxid, and each mode to be asked about and removed by itself. */
import { expect, it } from 'vitest'
import { decode } from '../../src/jute/index.ts'
import {
  AddWatchRequest,
  CreateRequest,
  DeleteRequest,
  EventType,
  KeeperErrorCode,
  OPEN_ACL_UNSAFE,
  OpCode,
  PathWatchRequest,
  SetDataRequest,
  SetWatches,
  WatcherEvent,
  WatchesRequest,
} from '../../src/wire/index.ts'
import { LoneServer, requestFrame } from '../support/lone-server.ts'

/** A server with /a, one client that watches, and one that writes. */
function theatre() {
  const server = new LoneServer()
  const [watcher, writer] = [server.connect().connection, server.connect().connection]
  let xid = 0
  const create = (path: string) => server.request(writer, ++xid, OpCode.create, CreateRequest, { path, data: null, acl: OPEN_ACL_UNSAFE, flags: 0 })
  const set = (path: string) => server.request(writer, ++xid, OpCode.setData, SetDataRequest, { path, data: null, version: -1 })
  const remove = (path: string) => server.request(writer, ++xid, OpCode.delete, DeleteRequest, { path, version: -1 })
  const events = () =>
    server
      .replies(watcher)
      .filter((reply) => reply.xid === -1)
      .map(({ zxid, body }) => {
        const { type, path } = decode(WatcherEvent, body)
        return `${Object.entries(EventType).find(([, code]) => code === type)?.[0]} ${path} ${zxid}`
      })
  create('/a')
  return { server, watcher, create, set, remove, events }
}

it('an event carries the zxid of the write that has fired it', () => {
  const { server, watcher, create, set, remove, events } = theatre()
  server.request(watcher, 1, OpCode.addWatch, AddWatchRequest, { path: '/a', mode: 1 })
  server.request(watcher, 2, OpCode.getChildren, PathWatchRequest, { path: '/a', watch: true })
  const zxids = [create('/a/b'), set('/a/b'), remove('/a/b')].map((reply) => reply?.zxid)
  expect(events()).toEqual([
    `NodeCreated /a/b ${zxids[0]}`,
    `NodeChildrenChanged /a ${zxids[0]}`,
    `NodeDataChanged /a/b ${zxids[1]}`,
    `NodeDeleted /a/b ${zxids[2]}`,
  ])
})

it('an event about what was missed carries none: it is not known which write it was', () => {
  const { server, watcher, events } = theatre()
  const lists = { relativeZxid: 0n, dataWatches: ['/a'], existWatches: [], childWatches: [] }
  server.send(watcher, requestFrame(-8, OpCode.setWatches, SetWatches, lists))
  expect(events()).toEqual(['NodeDataChanged /a -1'])
})

it('one mode of watch is checked and removed by itself, and an unknown type is refused', () => {
  const { server, watcher, set, create, events } = theatre()
  const ask = (opcode: number, type: number) => server.request(watcher, 9, opcode, WatchesRequest, { path: '/a', type })?.err
  server.request(watcher, 1, OpCode.addWatch, AddWatchRequest, { path: '/a', mode: 0 })
  server.request(watcher, 2, OpCode.addWatch, AddWatchRequest, { path: '/a', mode: 1 })
  server.request(watcher, 3, OpCode.getData, PathWatchRequest, { path: '/a', watch: true })
  const { NOWATCHER, MARSHALLINGERROR } = KeeperErrorCode
  expect([1, 2, 3, 4, 5, 0, 6].map((type) => ask(OpCode.checkWatches, type))).toEqual([NOWATCHER, 0, 0, 0, 0, MARSHALLINGERROR, MARSHALLINGERROR])
  expect([4, 4].map((type) => ask(OpCode.removeWatches, type))).toEqual([0, NOWATCHER])
  server.replies(watcher)
  create('/a/b')
  set('/a')
  set('/a')
  expect(events().map((event) => event.replace(/ \d+$/, ''))).toEqual(['NodeCreated /a/b', 'NodeDataChanged /a', 'NodeDataChanged /a'])
  expect([5, 2].map((type) => ask(OpCode.removeWatches, type))).toEqual([0, NOWATCHER])
})
