/** Apache ZooKeeper and kazoo over TLS, with PEM files that all of them read. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient, type ZooKeeper } from '../../src/index.ts'
import { Authority } from '../support/certificates.ts'
import { describeWith, itOnEither } from '../support/describe-with.ts'
import { java, python } from '../support/oracle.ts'
import { Ensemble, freePorts, type Kind } from '../support/servers.ts'

let folder: string
let authority: Authority
let server: string
let bob: string

/** Creates a node that is its own, tells what identity the ACL has, and reads the node. */
const KAZOO = `
import sys
from kazoo.client import KazooClient
from kazoo.security import ACL, Id
hosts, ca, own, path = sys.argv[1:]
zk = KazooClient(hosts=hosts, use_ssl=True, ca=ca, certfile=own, keyfile=own)
zk.start(30)
zk.create(path, b'by kazoo', acl=[ACL(31, Id('auth', ''))])
print(zk.get_acls(path)[0][0].id.id, zk.get(path)[0].decode())
zk.stop()
`

function kazoo(address: string, path: string): string {
  const { stdout, stderr } = spawnSync(python, ['-c', KAZOO, address, authority.file, bob, path], { encoding: 'utf8', timeout: 60_000 })
  return stdout.trim() || stderr
}

function clientOf(address: string): ZooKeeper {
  const own = readFileSync(bob)
  return createClient({ servers: address, tls: { ca: readFileSync(authority.file), cert: own, key: own } })
}

describeWith([java, 'the package libnetty-java', 'the package python3-kazoo', 'the program openssl'], 'TLS with ZooKeeper 3.8.0', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zk-tls-'))
    authority = new Authority(folder)
    server = authority.issue('server', '/O=Example/CN=server')
    bob = authority.issue('bob', '/C=DE/O=A, B and C+OU=x=1/emailAddress=bob@example.com/CN=bob')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const stores = (prefix: string) => ({ [`${prefix}keyStore.location`]: server, [`${prefix}trustStore.location`]: authority.file })
  const secure = () => ({ serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory', ...stores('ssl.') })
  const identity = 'CN=bob,1.2.840.113549.1.9.1=#160f626f62406578616d706c652e636f6d,OU=x\\=1+O=A\\, B and C,C=DE'

  itOnEither('kazoo and our client have the same identity at the secure client port of %s', async (kind) => {
    const [securePort] = await freePorts(1)
    await using ensemble = await Ensemble.start([kind], { extra: { ...secure(), secureClientPort: securePort as number } })
    expect(ensemble.server(1).running).toBe(true)
    const address = `127.0.0.1:${securePort}`
    expect(kazoo(address, '/kazoo')).toBe(`${identity} by kazoo`)
    await using zk = clientOf(address)
    expect(Buffer.from((await zk.getData('/kazoo')).data ?? []).toString()).toBe('by kazoo')
    const acl = [{ perms: 31, id: { scheme: 'x509', id: identity } }]
    await zk.create('/mine', { acl })
    expect((await zk.getACL('/mine')).acl).toEqual(acl)
    await expect(zk.create('/x', { acl: [{ perms: 31, id: { scheme: 'x509', id: 'bob' } }] })).rejects.toMatchObject({ code: 'INVALIDACL' })
    await using plain = createClient({ servers: ensemble.connectString })
    await expect(plain.getData('/kazoo')).rejects.toMatchObject({ code: 'NOAUTH' })
  })

  it.each<Kind>(['java', 'ours'])('a server of %s joins two of the other kind over TLS, and each takes over from the others', async (joining) => {
    const kind: Kind = joining === 'java' ? 'ours' : 'java'
    await using ensemble = await Ensemble.start([kind, kind, joining], { extra: { sslQuorum: true, ...stores('ssl.quorum.') } })
    for (const one of ensemble.servers) {
      await using zk = createClient({ servers: one.address })
      await zk.create(`/by-${one.sid}`)
    }
    // Whoever leads goes, comes back and follows.
    for (let round = 0; round < 2; round++) {
      const leader = await ensemble.leader()
      await leader.kill()
      await ensemble.serving()
      leader.start()
      await ensemble.serving()
    }
    await using zk = createClient({ servers: ensemble.server(3).address })
    expect((await zk.getChildren('/')).children.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['by-1', 'by-2', 'by-3', 'zookeeper'])
  })
})
