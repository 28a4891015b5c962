import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decode } from '../../src/jute/index.ts'
import { fromUtf8, utf8 } from '../../src/kernel/index.ts'
import { digestProof } from '../../src/peer/digest-md5.ts'
import type { PeerSettings } from '../../src/peer/index.ts'
import { CreateRequest, KeeperErrorCode, OpCode, PathWatchRequest, SaslToken, WhoAmIResponse } from '../../src/wire/index.ts'
import { LoneServer } from '../support/lone-server.ts'

const { AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH, INVALIDACL, NOAUTH } = KeeperErrorCode
const users = new Map([
  ['bob', 'se:cret'],
  ['jürgen', 'geheim'],
])
const sasl: Partial<PeerSettings> = { saslEnabled: true, saslUsers: users }
const md5 = (input: string | Buffer) => createHash('md5').update(input)

/** A client of DIGEST-MD5 that shares no line with the server. */
class SaslClient {
  readonly server: LoneServer
  readonly connection: number
  private xid = 0

  constructor(changed: Partial<PeerSettings> = sasl, server = new LoneServer(undefined, changed)) {
    this.server = server
    this.connection = server.connect().connection
  }

  send(token: string | null): { err: number; token: string | null } | undefined {
    const bytes = token === null ? null : Buffer.from(token)
    const reply = this.server.request(this.connection, ++this.xid, OpCode.sasl, SaslToken, { token: bytes })
    if (reply === undefined) return undefined
    const answer = decode(SaslToken, reply.body).token
    return { err: reply.err, token: answer === null ? null : fromUtf8(answer) }
  }

  /** The whole exchange; `change` may spoil the answer. */
  login(user: string, password: string, change = (answer: string) => answer): ReturnType<SaslClient['send']> {
    const nonce = /nonce="([^"]+)"/.exec(this.send('')?.token ?? '')?.[1]
    const secret = md5(Buffer.from(`${user}:zk-sasl-md5:${password}`, 'latin1')).digest()
    const a1 = md5(Buffer.concat([secret, Buffer.from(`:${nonce}:mine`)])).digest('hex')
    const a2 = md5('AUTHENTICATE:zookeeper/zk-sasl-md5').digest('hex')
    const response = md5(`${a1}:${nonce}:00000001:mine:auth:${a2}`).digest('hex')
    const answer = `charset=utf-8,username="${user}",realm="zk-sasl-md5",nonce="${nonce}",nc=00000001,cnonce="mine",digest-uri="zookeeper/zk-sasl-md5",maxbuf=65536,response=${response},qop=auth`
    return this.send(change(answer))
  }

  whoAmI(): readonly string[] {
    const reply = this.server.request(this.connection, ++this.xid, OpCode.whoAmI)
    return decode(WhoAmIResponse, reply?.body as Uint8Array).clientInfo.map(({ authScheme, user }) => `${authScheme}:${user}`)
  }

  create(path: string, scheme: string, id: string): number | undefined {
    const request = { path, data: null, acl: [{ perms: 31, id: { scheme, id } }], flags: 0 }
    return this.server.request(this.connection, ++this.xid, OpCode.create, CreateRequest, request)?.err
  }

  read(path: string): number | undefined {
    return this.server.request(this.connection, ++this.xid, OpCode.getData, PathWatchRequest, { path, watch: false })?.err
  }

  get closed(): boolean {
    return this.server.closed.has(this.connection)
  }
}

describe('SASL with DIGEST-MD5', () => {
  it('proves what the example of RFC 2831 proves', () => {
    const example = { user: 'chris', realm: 'elwood.innosoft.com', password: 'secret', nonce: 'OA6MG9tEQGm2hh', cnonce: 'OA6MHXh6VqTrRk' }
    const exchange = { ...example, uri: 'imap/elwood.innosoft.com', authzid: undefined }
    expect(digestProof('AUTHENTICATE', exchange)).toBe('d388dad90d4bbd760a152321f2143af7')
    expect(digestProof('', exchange)).toBe('ea40f60335c427b5527b84dbabcdfffd')
  })

  it('gives the client the id of scheme sasl, and the server proves itself', () => {
    const client = new SaslClient()
    expect(client.login('bob', 'se:cret')).toEqual({ err: 0, token: expect.stringMatching(/^rspauth=[0-9a-f]{32}$/) })
    expect(client.whoAmI()).toEqual(['ip:127.0.0.1', 'sasl:bob'])
    expect(client.create('/bobs', 'sasl', 'bob')).toBe(0)
    expect(client.create('/also', 'auth', '')).toBe(0)
    const other = new SaslClient(undefined, client.server)
    expect([other.read('/bobs'), other.read('/also')]).toEqual([NOAUTH, NOAUTH])
    other.login('jürgen', 'geheim')
    expect(other.whoAmI()).toContain('sasl:jürgen')
    expect([client.read('/bobs'), client.read('/also'), other.read('/bobs')]).toEqual([0, 0, NOAUTH])
  })

  it.each<[string, string, (answer: string) => string]>([
    ['a wrong password', 'guess', (answer) => answer],
    ['an unknown user', 'se:cret', (answer) => answer.replace('"bob"', '"eve"')],
    ['an old nonce', 'se:cret', (answer) => answer.replace(/nonce="\w/, 'nonce="x')],
    ['a nonce that was used before', 'se:cret', (answer) => answer.replace('nc=00000001', 'nc=00000002')],
    ['another realm', 'se:cret', (answer) => answer.replace('realm="zk', 'realm="x')],
    ['another service', 'se:cret', (answer) => answer.replace('digest-uri="zookeeper', 'digest-uri="imap')],
    ['a protection that was not offered', 'se:cret', (answer) => answer.replace('qop=auth', 'qop=auth-conf')],
    ['no answer', 'se:cret', (answer) => answer.replace(/response=\w+,/, '')],
    ['what is no list of directives', 'se:cret', () => 'AUTH {'],
    ['too long an answer', 'se:cret', (answer) => `${answer},x=${'y'.repeat(4096)}`],
  ])('refuses %s and disconnects', (_what, password, change) => {
    const client = new SaslClient()
    expect(client.login('bob', password, change)).toEqual({ err: AUTHFAILED, token: null })
    expect(client.closed).toBe(true)
  })

  it('gives each exchange a nonce of its own, and no exchange a second round', () => {
    const client = new SaslClient()
    const other = new SaslClient(undefined, client.server)
    expect(client.send('')?.token).not.toBe(other.send('')?.token)
    expect(client.send('')).toEqual({ err: AUTHFAILED, token: null })
    const early = new SaslClient()
    expect(early.send('username="bob"')).toEqual({ err: AUTHFAILED, token: null })
  })

  it('answers with no token where SASL is not set up, and disconnects whoever sends none', () => {
    const client = new SaslClient({})
    expect(client.send('')).toEqual({ err: 0, token: null })
    expect(client.whoAmI()).toEqual(['ip:127.0.0.1'])
    expect(client.create('/a', 'sasl', 'bob')).toBe(INVALIDACL)
    expect(client.send(null)).toBeUndefined()
    expect(client.closed).toBe(true)
  })

  it('lets a super user do everything: superUser', () => {
    const client = new SaslClient({ ...sasl, saslSuperUsers: ['bob'] })
    client.login('bob', 'se:cret')
    expect(client.whoAmI()).toEqual(['ip:127.0.0.1', 'sasl:bob', 'super:'])
    expect(client.create('/a', 'sasl', 'jürgen')).toBe(0)
    expect(client.read('/a')).toBe(0)
  })

  it('knows an id that means every SASL user: letAnySaslUserDoX', () => {
    const client = new SaslClient({ ...sasl, anySaslUser: 'everybody' })
    expect(client.create('/a', 'sasl', 'everybody')).toBe(0)
    expect(client.read('/a')).toBe(NOAUTH)
    client.login('bob', 'se:cret')
    expect(client.read('/a')).toBe(0)
  })

  it('takes names as Kerberos has them', () => {
    const client = new SaslClient()
    expect(client.create('/a', 'sasl', 'zk/host@REALM')).toBe(0)
    expect(client.create('/b', 'sasl', 'a@b@c')).toBe(INVALIDACL)
  })

  it('keeps whoever fails: allowSaslFailedClients', () => {
    const client = new SaslClient({ ...sasl, allowSaslFailedClients: true })
    expect(client.login('bob', 'guess')).toEqual({ err: 0, token: null })
    expect(client.whoAmI()).toEqual(['ip:127.0.0.1'])
  })

  it('may be demanded: enforce.auth.schemes=sasl', () => {
    const demanding = { ...sasl, enforcedAuthSchemes: ['sasl'], allowSaslFailedClients: true }
    const nobody = new SaslClient(demanding)
    expect(nobody.read('/')).toBe(SESSIONCLOSEDREQUIRESASLAUTH)
    expect(nobody.closed).toBe(true)
    expect(nobody.server.effects).toContainEqual(expect.objectContaining({ kind: 'log', message: expect.stringContaining('demanded: sasl') }))
    const client = new SaslClient(undefined, nobody.server)
    client.login('bob', 'se:cret')
    expect(client.read('/')).toBe(0)
    const failing = new SaslClient(undefined, nobody.server)
    expect(failing.login('bob', utf8('x').toString())).toEqual({ err: SESSIONCLOSEDREQUIRESASLAUTH, token: null })
  })
})
