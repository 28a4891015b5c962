import { describe, expect, it } from 'vitest'
import { decode } from '../../src/jute/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import {
  type ACL,
  AuthPacket,
  CreateRequest,
  DeleteRequest,
  GetACLRequest,
  GetACLResponse,
  KeeperErrorCode,
  OpCode,
  PathWatchRequest,
  Perms,
  SetACLRequest,
  SetDataRequest,
  WhoAmIResponse,
} from '../../src/wire/index.ts'
import { LoneServer, type Reply } from '../support/lone-server.ts'

const { NOAUTH, AUTHFAILED, INVALIDACL, BADVERSION, SESSIONCLOSEDREQUIRESASLAUTH } = KeeperErrorCode
const SHA_256 = 'lXdkgIa9O1CDDWAryQ0pe9wUYi2LkG6M7Uocn/Vyn2g='
const BOB = 'bob:ikIaKsbtGweaHnb/jKn7OHqbunM='
const acl = (perms: number, scheme: string, id: string): ACL => ({ perms, id: { scheme, id } })
const open = acl(31, 'world', 'anyone')

class Client {
  readonly server: LoneServer
  readonly connection: number
  private xid = 0

  constructor(server: LoneServer) {
    this.server = server
    this.connection = server.connect().connection
  }

  auth(scheme: string, auth: string | null): number | undefined {
    const packet = { type: 0, scheme, auth: auth === null ? null : utf8(auth) }
    return this.server.request(this.connection, -4, OpCode.auth, AuthPacket, packet)?.err
  }

  create(path: string, list: ACL[]): number | undefined {
    const request = { path, data: null, acl: list, flags: 0 }
    return this.server.request(this.connection, ++this.xid, OpCode.create, CreateRequest, request)?.err
  }

  setACL(path: string, list: ACL[], version = -1): Reply | undefined {
    return this.server.request(this.connection, ++this.xid, OpCode.setACL, SetACLRequest, { path, acl: list, version })
  }

  getACL(path: string): readonly ACL[] | number | undefined {
    const reply = this.server.request(this.connection, ++this.xid, OpCode.getACL, GetACLRequest, { path })
    return reply?.err === 0 ? decode(GetACLResponse, reply.body).acl : reply?.err
  }

  read(type: number, path: string): number | undefined {
    return this.server.request(this.connection, ++this.xid, type, PathWatchRequest, { path, watch: true })?.err
  }

  setData(path: string): number | undefined {
    return this.server.request(this.connection, ++this.xid, OpCode.setData, SetDataRequest, { path, data: null, version: -1 })?.err
  }

  delete(path: string): number | undefined {
    return this.server.request(this.connection, ++this.xid, OpCode.delete, DeleteRequest, { path, version: -1 })?.err
  }

  whoAmI(): readonly string[] {
    const reply = this.server.request(this.connection, ++this.xid, OpCode.whoAmI)
    return decode(WhoAmIResponse, reply?.body as Uint8Array).clientInfo.map(({ authScheme, user }) => `${authScheme}:${user}`)
  }
}

describe('each operation', () => {
  it.each<[string, number, (client: Client) => number | undefined]>([
    ['getData', Perms.READ, (client) => client.read(OpCode.getData, '/a/n')],
    ['exists (as 3.8.4: ZOOKEEPER-2590)', Perms.READ, (client) => client.read(OpCode.exists, '/a/n')],
    ['getChildren', Perms.READ, (client) => client.read(OpCode.getChildren, '/a/n')],
    ['getChildren2', Perms.READ, (client) => client.read(OpCode.getChildren2, '/a/n')],
    ['setData', Perms.WRITE, (client) => client.setData('/a/n')],
    ['setACL', Perms.ADMIN, (client) => client.setACL('/a/n', [open])?.err],
  ])('%s asks for its own bit on the node and for no other', (_name, bit, operate) => {
    for (const perms of [1, 2, 4, 8, 16]) {
      const client = new Client(new LoneServer())
      client.create('/a', [open])
      client.create('/a/n', [acl(perms, 'world', 'anyone')])
      expect(operate(client)).toBe(perms === bit ? 0 : NOAUTH)
      if (perms !== bit) expect(client.server.peer.watches.watchCount).toBe(0)
    }
  })

  it.each<[string, number, (client: Client) => number | undefined]>([
    ['create', Perms.CREATE, (client) => client.create('/a/new', [open])],
    ['delete', Perms.DELETE, (client) => client.delete('/a/n')],
  ])('%s asks for its bit on the parent', (_name, bit, operate) => {
    for (const perms of [1, 2, 4, 8, 16]) {
      const client = new Client(new LoneServer())
      client.create('/a', [open])
      client.create('/a/n', [acl(0, 'digest', 'nobody:x')])
      client.setACL('/a', [acl(perms, 'world', 'anyone')])
      expect(operate(client)).toBe(perms === bit ? 0 : NOAUTH)
    }
  })
})

describe('getACL and setACL', () => {
  it('hide the hash from who may read but not administer', () => {
    const server = new LoneServer()
    const [bob, stranger] = [new Client(server), new Client(server)]
    bob.auth('digest', 'bob:pw')
    bob.create('/a', [acl(31, 'auth', ''), acl(1, 'world', 'anyone')])
    expect(bob.getACL('/a')).toEqual([acl(31, 'digest', BOB), acl(1, 'world', 'anyone')])
    expect(stranger.getACL('/a')).toEqual([acl(31, 'digest', 'bob:x'), acl(1, 'world', 'anyone')])
    bob.setACL('/a', [acl(31, 'auth', '')])
    expect(stranger.getACL('/a')).toBe(NOAUTH)
  })

  it('count their own version and look at the list before the version', () => {
    const client = new Client(new LoneServer())
    client.create('/a', [open])
    expect(client.setACL('/a', [open], 1)?.err).toBe(BADVERSION)
    expect(client.setACL('/a', [acl(1, 'kerberos', 'x')], 1)?.err).toBe(INVALIDACL)
    expect(client.setACL('/a', [acl(1, 'auth', '')], 0)?.err).toBe(INVALIDACL)
    expect(client.setACL('/a', [open], 0)?.err).toBe(0)
    expect(client.server.peer.database.tree.getNode('/a')).toMatchObject({ version: 0, aversion: 1 })
  })
})

describe('identities', () => {
  it('add up on a connection, each once, and whoAmI shows them without hashes', () => {
    const client = new Client(new LoneServer())
    for (const credentials of ['bob:pw', 'bob:pw', 'eve:x']) expect(client.auth('digest', credentials)).toBe(0)
    expect(client.auth('ip', null)).toBe(0)
    expect(client.whoAmI()).toEqual(['ip:127.0.0.1', 'digest:bob', 'digest:eve'])
  })

  it('a connection that fails to prove one is told and closed', () => {
    for (const [scheme, auth] of [
      ['kerberos', 'x'],
      ['digest', null],
    ] as const) {
      const client = new Client(new LoneServer())
      expect(client.auth(scheme, auth)).toBe(AUTHFAILED)
      expect(client.server.closed).toContain(client.connection)
    }
  })

  it('are those of the moment at which a request arrives', () => {
    const server = new LoneServer()
    const client = new Client(server)
    client.auth('digest', 'bob:pw')
    client.create('/a', [acl(31, 'auth', '')])
    expect(new Client(server).read(OpCode.getData, '/a')).toBe(NOAUTH)
    expect(client.read(OpCode.getData, '/a')).toBe(0)
  })
})

describe('what an operator may set', () => {
  it('a super user, who may do everything but what nobody may', () => {
    const server = new LoneServer(undefined, { superDigest: BOB })
    const [bob, other] = [new Client(server), new Client(server)]
    other.auth('digest', 'eve:x')
    other.create('/a', [acl(31, 'auth', '')])
    expect(bob.read(OpCode.getData, '/a')).toBe(NOAUTH)
    bob.auth('digest', 'bob:pw')
    expect(bob.whoAmI()).toEqual(['ip:127.0.0.1', 'super:', 'digest:bob'])
    expect(bob.read(OpCode.getData, '/a')).toBe(0)
    expect(bob.delete('/zookeeper/quota')).toBe(KeeperErrorCode.BADARGUMENTS)
    expect(bob.setACL('/a', [acl(31, 'super', '')])?.err).toBe(INVALIDACL)
  })

  it('skipACL: nobody is refused, and lists are still checked', () => {
    const server = new LoneServer(undefined, { skipACL: true })
    const client = new Client(server)
    expect(client.create('/a', [acl(0, 'digest', 'eve:x')])).toBe(0)
    expect(client.read(OpCode.getData, '/a')).toBe(0)
    expect(client.create('/b', [acl(1, 'kerberos', 'x')])).toBe(INVALIDACL)
  })

  it('no digest: its credentials prove nothing, its ids stand in no new list, and old lists let nobody in', () => {
    const server = new LoneServer()
    const bob = new Client(server)
    bob.auth('digest', 'bob:pw')
    bob.create('/a', [acl(31, 'auth', '')])

    const again = new LoneServer(server.disk, { digestEnabled: false })
    expect(new Client(again).auth('digest', 'bob:pw')).toBe(AUTHFAILED)
    expect(new Client(again).create('/b', [acl(31, 'digest', BOB)])).toBe(INVALIDACL)
    expect(new Client(again).read(OpCode.getData, '/a')).toBe(NOAUTH)
  })

  it('another hash, which all ids are then made with', () => {
    const server = new LoneServer(undefined, { digestAlgorithm: 'SHA-256' })
    const bob = new Client(server)
    bob.auth('digest', 'bob:pw')
    bob.create('/a', [acl(31, 'auth', '')])
    // echo -n bob:pw | sha256sum | xxd -r -p | base64
    expect(bob.getACL('/a')).toEqual([acl(31, 'digest', `bob:${SHA_256}`)])
    expect(new Client(server).getACL('/a')).toBe(NOAUTH)
  })

  it('schemes of which one must be proved: the session is there, the first request ends it', () => {
    const server = new LoneServer(undefined, { enforcedAuthSchemes: ['digest'] })
    const [stranger, bob] = [new Client(server), new Client(server)]
    const refused = server.request(stranger.connection, 1, OpCode.exists, PathWatchRequest, { path: '/', watch: false })
    expect(refused).toMatchObject({ xid: 1, zxid: 0n, err: SESSIONCLOSEDREQUIRESASLAUTH })
    expect(server.closed).toContain(stranger.connection)
    expect(bob.auth('digest', 'bob:pw')).toBe(0)
    expect(bob.read(OpCode.exists, '/')).toBe(0)
  })
})
