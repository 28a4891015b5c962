/** Events reach those who may read the node: ZOOKEEPER-4799, CVE-2024-23944; as 3.8.4 does it. */
import { describe, expect, it } from 'vitest'
import { decode } from '../../src/jute/index.ts'
import {
  type ACL,
  AddWatchRequest,
  AuthPacket,
  CreateRequest,
  DeleteRequest,
  OpCode,
  PathWatchRequest,
  SetACLRequest,
  SetDataRequest,
  WatcherEvent,
} from '../../src/wire/index.ts'
import { LoneServer } from '../support/lone-server.ts'

const RECURSIVE = 1
const bobs: ACL[] = [{ perms: 31, id: { scheme: 'digest', id: 'bob:ikIaKsbtGweaHnb/jKn7OHqbunM=' } }]
const open: ACL[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

class Story {
  readonly server = new LoneServer()
  readonly bob = this.server.connect().connection
  readonly stranger = this.server.connect().connection
  private xid = 0

  constructor() {
    const auth = new TextEncoder().encode('bob:pw')
    this.server.request(this.bob, -4, OpCode.auth, AuthPacket, { type: 0, scheme: 'digest', auth })
  }

  create(path: string, acl: ACL[]): void {
    this.server.request(this.bob, ++this.xid, OpCode.create, CreateRequest, { path, data: null, acl, flags: 0 })
  }

  change(path: string): void {
    this.server.request(this.bob, ++this.xid, OpCode.setData, SetDataRequest, { path, data: null, version: -1 })
  }

  delete(path: string): void {
    this.server.request(this.bob, ++this.xid, OpCode.delete, DeleteRequest, { path, version: -1 })
  }

  watch(connection: number, path: string): void {
    this.server.request(connection, ++this.xid, OpCode.addWatch, AddWatchRequest, { path, mode: RECURSIVE })
  }

  events(connection: number): [number, string | null][] {
    const notifications = this.server.replies(connection).filter(({ xid }) => xid === -1)
    return notifications.map(({ body }) => decode(WatcherEvent, body)).map(({ type, path }) => [type, path])
  }
}

describe('an event', () => {
  it('of a node that may not be read is not told, whatever happens to it', () => {
    const story = new Story()
    story.create('/a', open)
    story.watch(story.stranger, '/a')
    story.create('/a/secret', bobs)
    story.change('/a/secret')
    story.delete('/a/secret')
    expect(story.events(story.stranger)).toEqual([])
    story.create('/a/public', open)
    expect(story.events(story.stranger)).toEqual([[1, '/a/public']])
  })

  it('is told to a client that has proved whom the list names', () => {
    const story = new Story()
    const other = story.server.connect().connection
    story.create('/a', open)
    story.watch(other, '/a')
    story.server.request(other, -4, OpCode.auth, AuthPacket, { type: 0, scheme: 'digest', auth: new TextEncoder().encode('bob:pw') })
    story.create('/a/secret', bobs)
    expect(story.events(other)).toEqual([[1, '/a/secret']])
  })

  it('of a list of children asks for the right to read the parent, not the child', () => {
    const story = new Story()
    story.create('/a', open)
    story.server.request(story.stranger, 1, OpCode.getChildren, PathWatchRequest, { path: '/a', watch: true })
    story.create('/a/secret', bobs)
    expect(story.events(story.stranger)).toEqual([[4, '/a']])
  })

  it('that is not told has used up its watch all the same', () => {
    const story = new Story()
    story.create('/a', open)
    story.server.request(story.stranger, 1, OpCode.getData, PathWatchRequest, { path: '/a', watch: true })
    story.server.request(story.bob, 90, OpCode.setACL, SetACLRequest, { path: '/a', acl: bobs, version: -1 })
    story.change('/a')
    expect(story.events(story.stranger)).toEqual([])
    expect(story.server.peer.watches.watchCount).toBe(0)
  })
})
