/** Servers and clients over TLS, with certificates made on the spot. */

import { execFile } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { askWord } from '../../src/cli/four-letter-word.ts'
import { InvalidConfiguration, loadConfiguration, type RunningServer, runServer } from '../../src/hosts/node/index.ts'
import { createClient, type TlsOptions, type ZooKeeper } from '../../src/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { Authority, toPkcs12 } from '../support/certificates.ts'
import { describeWith } from '../support/describe-with.ts'
import { freePorts, until } from '../support/servers.ts'
import { root } from '../support/source.ts'

const BOB = 'CN=bob,OU=tests,O=Example'
let folder: string
let authority: Authority
let server: string
let bob: string
let stranger: string
/** A client that shows its certificate. */
const as = (file: string): TlsOptions => ({ ca: fs.readFileSync(authority.file), key: fs.readFileSync(file), cert: fs.readFileSync(file) })
const anonymous = (): TlsOptions => ({ ca: fs.readFileSync(authority.file) })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Place {
  readonly port: number
  readonly securePort: number
  readonly logs: string[]
}

/** Starts a standalone server with these lines in its zoo.cfg; `@` stands for the secure client port. */
async function serve(lines: string): Promise<Place> {
  const data = fs.mkdtempSync(path.join(folder, 'data-'))
  const [port, securePort] = (await freePorts(2)) as [number, number]
  const config = `dataDir=${data}\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n${lines.replace('@', `${securePort}`)}\n`
  const logs: string[] = []
  const running = await start(config, data, logs)
  cleanups.push(() => end(running))
  await serves(port)
  return { port, securePort, logs }
}

/** Waits until the server with this plain client port serves. */
function serves(port: number): Promise<unknown> {
  return until('the server serves', async () => (await askWord('127.0.0.1', port, 'srvr', 1000))?.includes('Mode: '))
}

async function start(config: string, data: string, logs: string[]): Promise<RunningServer> {
  const file = path.join(data, 'zoo.cfg')
  fs.writeFileSync(file, config)
  return runServer(loadConfiguration(file, {}), createPeer, (level, message) => logs.push(`${level} ${message}`))
}

function end(running: RunningServer): Promise<unknown> {
  running.stop()
  return running.ended
}

const secure = 'secureClientPort=@\nsecureClientPortAddress=127.0.0.1'
const stores = () => `ssl.keyStore.location=${server}\nssl.trustStore.location=${authority.file}`

function client(port: number, options?: TlsOptions): ZooKeeper {
  const zk = createClient({ servers: `127.0.0.1:${port}`, tls: options, timeout: 10_000 })
  cleanups.push(() => zk[Symbol.asyncDispose]())
  return zk
}

/** Whether the server lets a client in and answers it, or ends the connection. */
function knock(port: number, options: TlsOptions): Promise<'answered' | 'refused'> {
  return new Promise((resolve) => {
    const socket = tls.connect({ ...options, host: '127.0.0.1', port }, () => socket.write('srvr'))
    socket.once('data', () => resolve('answered'))
    socket.once('error', () => resolve('refused'))
    socket.once('close', () => resolve('refused'))
    cleanups.push(() => socket.destroy())
  })
}

/** What a program of Node prints. */
function run(words: readonly string[]): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, words, (_, out, err) => resolve(out + err)))
}

describeWith(['the program openssl'], 'TLS', () => {
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-tls-'))
    authority = new Authority(folder)
    server = authority.issue('server', '/O=Example/CN=server')
    bob = authority.issue('bob', '/O=Example/OU=tests/CN=bob')
    stranger = new Authority(folder, 'other').issue('stranger', '/CN=stranger')
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('secures the secure client port: a session like any other, with its watches; the client port stays plain', async () => {
    const { port, securePort } = await serve(`${secure}\n${stores()}`)
    const [plain, encrypted] = [client(port), client(securePort, as(bob))]
    await encrypted.create('/a', { data: 'x'.repeat(300_000), mode: 'EPHEMERAL' })
    const { data, watch } = await plain.getData('/a', { watch: true })
    expect(data?.length).toBe(300_000)
    await encrypted.setData('/a', 'changed')
    expect(await watch).toMatchObject({ type: 'NodeDataChanged' })
    expect(await knock(port, as(bob))).toBe('refused')
  })

  it('takes both kinds on one port with client.portUnification', async () => {
    const { port } = await serve(`client.portUnification=true\n${stores()}`)
    await client(port).create('/plain')
    await client(port, as(bob)).create('/encrypted')
    expect((await client(port).getChildren('/')).children.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['encrypted', 'plain', 'zookeeper'])
    expect(await knock(port, as(bob))).toBe('answered')
  })

  it.each<['need' | 'want' | 'none', string, string, string]>([
    ['need', 'answered', 'refused', 'refused'],
    ['want', 'answered', 'answered', 'refused'],
    ['none', 'answered', 'answered', 'answered'],
  ])('with ssl.clientAuth=%s is %s to a known certificate, %s to none and %s to a false one', async (clientAuth, known, none, unknown) => {
    const { securePort } = await serve(`${secure}\n${stores()}\nssl.clientAuth=${clientAuth}`)
    expect([await knock(securePort, as(bob)), await knock(securePort, anonymous()), await knock(securePort, as(stranger))]).toEqual([
      known,
      none,
      unknown,
    ])
  })

  it('needs a certificate of clients unless told otherwise, and says in the log whom it has refused', async () => {
    const { securePort, logs } = await serve(`${secure}\n${stores()}`)
    expect(await knock(securePort, anonymous())).toBe('refused')
    await until('the log', () => logs.some((line) => /^warn secureClient port: no TLS with 127\.0\.0\.1: /.test(line)))
  })

  it('speaks the versions of ssl.enabledProtocols only', async () => {
    const { securePort } = await serve(`${secure}\n${stores()}\nssl.enabledProtocols=TLSv1.3`)
    expect(await knock(securePort, { ...as(bob), maxVersion: 'TLSv1.2' })).toBe('refused')
    expect(await knock(securePort, as(bob))).toBe('answered')
  })

  it('lets a silent connection go after ssl.handshakeDetectionTimeoutMillis', async () => {
    const { port, securePort } = await serve(`${secure}\nclient.portUnification=true\n${stores()}\nssl.handshakeDetectionTimeoutMillis=50`)
    for (const number of [port, securePort]) {
      const socket = net.connect(number, '127.0.0.1').resume()
      await new Promise((resolve) => socket.once('error', resolve).once('close', resolve))
    }
  })

  it('makes the name in the certificate an id of scheme x509, for ACLs', async () => {
    const { port, securePort } = await serve(`${secure}\n${stores()}`)
    const [own, other] = [client(securePort, as(bob)), client(port)]
    expect((await own.whoAmI()).clientInfo).toContainEqual({ authScheme: 'x509', user: BOB })
    await own.create('/mine', { data: 'secret', acl: [{ perms: 31, id: { scheme: 'auth', id: '' } }] })
    expect((await own.getACL('/mine')).acl).toEqual([{ perms: 31, id: { scheme: 'x509', id: BOB } }])
    expect((await own.getData('/mine')).data).toHaveLength(6)
    await expect(other.getData('/mine')).rejects.toMatchObject({ code: 'NOAUTH' })
    await own.addAuth('x509', '')
    await expect(other.create('/b', { acl: [{ perms: 31, id: { scheme: 'x509', id: 'bob' } }] })).rejects.toMatchObject({ code: 'INVALIDACL' })
    await expect(other.addAuth('x509', '')).rejects.toMatchObject({ code: 'AUTHFAILED' })
  })

  it('lets the subject of X509AuthenticationProvider.superUser do everything', async () => {
    const { port, securePort } = await serve(`${secure}\n${stores()}\nX509AuthenticationProvider.superUser=${BOB}`)
    const plain = client(port)
    await plain.addAuth('digest', 'alice:pw')
    await plain.create('/hers', { data: 'a', acl: [{ perms: 31, id: { scheme: 'auth', id: '' } }] })
    await client(securePort, as(bob)).setData('/hers', 'b')
    await expect(client(securePort, as(server)).setData('/hers', 'c')).rejects.toMatchObject({ code: 'NOAUTH' })
  })

  it('reads a PKCS12 key store with its password', async () => {
    const file = toPkcs12(server, 'secret')
    const passwordFile = path.join(folder, 'password')
    fs.writeFileSync(passwordFile, 'secret\n')
    for (const password of ['ssl.keyStore.password=secret', `ssl.keyStore.passwordPath=${passwordFile}`]) {
      const { securePort } = await serve(`${secure}\nssl.keyStore.location=${file}\n${password}\nssl.trustStore.location=${authority.file}`)
      expect(await knock(securePort, as(bob))).toBe('answered')
    }
  })

  it('lets a client refuse a server whose certificate names another host or comes from another authority', async () => {
    const elsewhere = authority.issue('elsewhere', '/CN=elsewhere', 'DNS:elsewhere')
    const { securePort } = await serve(`${secure}\nssl.keyStore.location=${elsewhere}\nssl.trustStore.location=${authority.file}`)
    await expect(client(securePort, as(bob)).create('/a')).rejects.toMatchObject({ code: 'CONNECTIONLOSS' })
    const strange = { ...as(bob), ca: fs.readFileSync(stranger), checkServerIdentity: () => undefined }
    await expect(client(securePort, strange).create('/a')).rejects.toMatchObject({ code: 'CONNECTIONLOSS' })
    await client(securePort, { ...as(bob), checkServerIdentity: () => undefined }).create('/a')
  })

  it('is spoken by the shell with zookeeper.client.secure in its -client-configuration', async () => {
    const { securePort } = await serve(`${secure}\n${stores()}`)
    const file = path.join(folder, 'client.properties')
    const shell = (lines: string) => {
      fs.writeFileSync(file, `zookeeper.client.secure=true\n${lines}`)
      return run([path.join(root, 'bin/zk.js'), '-server', `127.0.0.1:${securePort}`, '-client-configuration', file, 'whoami'])
    }
    const own = `zookeeper.ssl.keyStore.location=${bob}\nzookeeper.ssl.trustStore.location=${authority.file}\n`
    expect(await shell(own)).toContain(`x509: ${BOB}`)
    expect(await shell('zookeeper.ssl.keyStore.location=a.jks')).toContain('Error: ')
  })

  it.each([
    ['JKS', () => 'ssl.keyStore.location=a.jks', /JKS can be read by Java only: convert it with keytool .* -deststoretype PKCS12/],
    [
      'a wrong password',
      () => `ssl.keyStore.location=${toPkcs12(server, 'a')}\nssl.keyStore.password=b`,
      /ssl\.keyStore and trustStore cannot be used/,
    ],
    ['a missing file', () => 'ssl.keyStore.location=/none.pem', /ssl\.keyStore\.location=\/none\.pem cannot be read: ENOENT/],
    ['an unknown type', () => `ssl.keyStore.location=${folder}/zoo.cfg`, /its type is not clear: set ssl\.keyStore\.type to PEM or PKCS12/],
    [
      'a PKCS12 trust store',
      () => `ssl.keyStore.location=${server}\nssl.trustStore.location=${toPkcs12(server, 'a')}`,
      /has to be PEM here: openssl/,
    ],
    ['an old version', () => `${stores()}\nssl.enabledProtocols=TLSv1`, /TLSv1 is not supported: choose from TLSv1\.2, TLSv1\.3/],
    ['a setting that protects', () => `${stores()}\nssl.crl=true`, /ssl\.crl is not supported: remove it/],
    ['another clientAuth', () => `${stores()}\nssl.clientAuth=maybe`, /ssl\.clientAuth=maybe: choose need, want or none/],
  ])('does not start with %s', async (_, lines, message) => {
    const failure = await serve(`${secure}\n${lines()}`).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(InvalidConfiguration)
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) })
  })
})

describeWith(['the program openssl'], 'TLS between servers', () => {
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-tls-'))
    authority = new Authority(folder)
    server = authority.issue('server', '/O=Example/CN=server')
    stranger = new Authority(folder, 'other').issue('stranger', '/CN=stranger')
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  const quorumStores = (file = server) => `ssl.quorum.keyStore.location=${file}\nssl.quorum.trustStore.location=${authority.file}\n`

  class Trio {
    readonly #ports: readonly number[]
    readonly #running: (RunningServer | undefined)[] = []
    readonly logs: string[] = []

    constructor(ports: readonly number[]) {
      this.#ports = ports
      cleanups.push(() => Promise.all(this.#running.map((running) => running && end(running))))
    }

    electionPort(sid: number): number {
      return this.#ports[sid + 6 - 1] as number
    }

    async start(sid: number, lines: string): Promise<void> {
      const data = path.join(folder, `${this.#ports[0]}-${sid}`)
      fs.mkdirSync(data, { recursive: true })
      fs.writeFileSync(path.join(data, 'myid'), `${sid}`)
      const members = [1, 2, 3].map((id) => `server.${id}=127.0.0.1:${this.#ports[id + 2]}:${this.electionPort(id)}\n`).join('')
      const client = `clientPort=${this.#ports[sid - 1]}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n`
      const config = `dataDir=${data}\ntickTime=200\ninitLimit=20\nsyncLimit=10\n${client}${members}${lines}`
      this.#running[sid] = await start(config, data, this.logs)
    }

    async stop(sid: number): Promise<void> {
      const running = this.#running[sid]
      this.#running[sid] = undefined
      if (running !== undefined) await end(running)
    }

    async client(sid: number): Promise<ZooKeeper> {
      const port = this.#ports[sid - 1] as number
      await serves(port)
      return client(port)
    }
  }

  const trio = async () => new Trio(await freePorts(9))

  it('keeps an ensemble together with sslQuorum, and nobody joins without', async () => {
    const ensemble = await trio()
    for (const sid of [1, 2, 3]) await ensemble.start(sid, `sslQuorum=true\n${quorumStores()}`)
    for (const sid of [1, 2, 3]) await (await ensemble.client(sid)).create(`/by-${sid}`)
    await (await ensemble.client(1)).sync('/')
    expect((await (await ensemble.client(1)).getChildren('/')).children).toHaveLength(4)

    // Neither plain bytes nor a certificate of another authority get anywhere.
    expect(await knock(ensemble.electionPort(1), as(stranger))).toBe('refused')
    const plain = net.connect(ensemble.electionPort(1), '127.0.0.1', () => plain.write(Buffer.from('ffffffffffff0001', 'hex'))).resume()
    await new Promise((resolve) => plain.once('error', resolve).once('close', resolve))
    await until('the log', () => ensemble.logs.some((line) => line.startsWith('warn election port: no TLS with 127.0.0.1: ')))
  })

  it('keeps a server out whose certificate names another address, but not with ssl.quorum.hostnameVerification=false', async () => {
    const elsewhere = authority.issue('elsewhere', '/CN=elsewhere', 'IP:127.0.0.9')
    for (const loose of [false, true]) {
      const ensemble = await trio()
      const lines = (file?: string) => `sslQuorum=true\n${quorumStores(file)}${loose ? 'ssl.quorum.hostnameVerification=false' : ''}`
      for (const sid of [1, 2]) await ensemble.start(sid, lines())
      await ensemble.start(3, lines(elsewhere))
      await (await ensemble.client(1)).create('/a')
      if (loose) await (await ensemble.client(3)).create('/b')
      else await until('the refusal', () => ensemble.logs.some((line) => line.includes("Hostname/IP does not match certificate's altnames")))
    }
  })

  it('is introduced server by server with portUnification', async () => {
    const ensemble = await trio()
    const stages = [
      `portUnification=true\n${quorumStores()}`,
      `portUnification=true\nsslQuorum=true\n${quorumStores()}`,
      `sslQuorum=true\n${quorumStores()}`,
    ]
    for (const sid of [1, 2, 3]) await ensemble.start(sid, stages[0] as string)
    await (await ensemble.client(1)).create('/n', { data: '0' })
    for (const [stage, lines] of stages.entries()) {
      for (const sid of [1, 2, 3]) {
        await ensemble.stop(sid)
        await ensemble.start(sid, lines)
        await (await ensemble.client(sid)).setData('/n', `${stage}.${sid}`)
      }
    }
    await (await ensemble.client(2)).sync('/n')
    expect((await (await ensemble.client(2)).getData('/n')).stat.version).toBe(9)
  })
})
