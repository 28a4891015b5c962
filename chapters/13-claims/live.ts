/** Claims that only real processes, files and sockets can decide. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Ensemble } from '../../src/cli/ensemble.ts'
import { askWord } from '../../src/cli/four-letter-word.ts'
import { loadConfiguration, runServer } from '../../src/hosts/node/index.ts'
import { createClient, type TlsOptions } from '../../src/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { HOST, modes, until } from '../11-operations/live.ts'
import { columns } from '../support/columns.ts'
import type { Claim } from './claim.ts'

/** The first port to try. */
const PORT = 25_181
const MAPS = (pid: number) => `/proc/${pid}/maps`

export const readsFromMemory: Claim = {
  number: 21,
  claim: 'Reads are fast because files are mapped into memory',
  verdict: 'false',
  truth: 'All znodes are in the memory of every server, as objects. Files are written for the day after the crash, and read only then.',
  live: true,
  evidence: (run) =>
    inFolder(async (folder) => {
      const ensemble = await Ensemble.prepare({ participants: 1, observers: 0, folder, port: PORT, fresh: true })
      try {
        ensemble.startAll()
        await until(async () => (await modes(ensemble))[0] === 'standalone')
        await using zk = createClient({ servers: ensemble.connectString })
        await zk.create('/seat-1', { data: 'Ada' })
        const pid = ensemble.members[0]?.process?.pid ?? 0
        if (fs.existsSync(MAPS(pid))) {
          const mapped = fs
            .readFileSync(MAPS(pid), 'utf8')
            .split('\n')
            .filter((line) => line.includes(folder)).length
          run.found(mapped > 0, `of the files below its data folder the server has ${mapped} in its memory map`)
        }
        fs.renameSync(path.join(folder, 'server.1', 'data'), path.join(folder, 'gone'))
        const { data } = await zk.getData('/seat-1')
        run.fault('Its data folder is renamed while it runs.')
        run.found(data === null, `reading goes on: seat 1 belongs to ${new TextDecoder().decode(data ?? undefined)}`)
      } finally {
        await ensemble.stopAll()
      }
    }),
}

export const fiveServers: Claim = {
  number: 27,
  claim: 'server.N, myid, start, status: one leads, the rest follow',
  verdict: 'true',
  truth: 'That is all there is to an ensemble.',
  live: true,
  evidence: (run) =>
    inFolder(async (folder) => {
      const ensemble = await Ensemble.prepare({ participants: 5, observers: 0, folder, port: PORT, fresh: true })
      try {
        const files = ensemble.members.map(({ configuration, folder: home }) => ({
          lines: fs.readFileSync(configuration, 'utf8').match(/^server\.\d+=/gm)?.length ?? 0,
          myid: fs.readFileSync(path.join(home, 'data', 'myid'), 'utf8').trim(),
        }))
        ensemble.startAll()
        await until(async () => (await modes(ensemble)).every((mode) => mode !== ''))
        const all = await modes(ensemble)
        const sorted = [...all].sort((a, b) => (a > b ? -1 : 1))
        run.show(columns([['myid', 'server.N lines'], ...files.map(({ lines, myid }) => [myid, String(lines)])]))
        run.found(sorted.join() === 'leader,follower,follower,follower,follower', `five processes; their status: ${sorted.join(', ')}`)
      } finally {
        await ensemble.stopAll()
      }
    }),
}

export const confidential: Claim = {
  number: 24,
  claim: 'TCP keeps the data confidential',
  verdict: 'false',
  truth: 'TCP carries bytes as they are, for anybody on the way to read. TLS encrypts them: secureClientPort, and sslQuorum between servers.',
  live: true,
  evidence: (run) =>
    inFolder(async (folder) => {
      const [plain, secure] = [await freePort(), await freePort()]
      const { store, certificate } = selfSigned(folder)
      const file = path.join(folder, 'zoo.cfg')
      const tls = `secureClientPort=${secure}\nsecureClientPortAddress=${HOST}\nssl.keyStore.location=${store}\nssl.trustStore.location=${certificate}\nssl.clientAuth=none\n`
      fs.writeFileSync(file, `dataDir=${path.join(folder, 'data')}\nclientPort=${plain}\nclientPortAddress=${HOST}\nadmin.enableServer=false\n${tls}`)
      fs.mkdirSync(path.join(folder, 'data'))
      const server = await runServer(loadConfiguration(file, {}), createPeer, () => {})
      try {
        await until(async () => (await askWord(HOST, plain, 'srvr', 1000))?.includes('Mode: ') ?? false)
        const overheard = [await listenIn(plain), await listenIn(secure, { ca: fs.readFileSync(certificate) })]
        const [open, closed] = overheard.map((bytes) => bytes.includes('Ada')) as [boolean, boolean]
        run.found(!open, `who listens in at clientPort ${open ? 'reads' : 'does not read'} "Ada" in what passes`)
        run.found(open === closed, `at secureClientPort, with the same call, ${closed ? 'too' : 'nothing of it'}`)
      } finally {
        server.stop()
        await server.ended
      }
    }),
}

/** Sells a seat to Ada through somebody who writes down all bytes. */
async function listenIn(port: number, tls?: TlsOptions): Promise<Buffer> {
  const overheard: Buffer[] = []
  const spy = net.createServer((client) => {
    const server = net.connect(port, HOST)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (bytes) => {
        overheard.push(bytes)
        to.write(bytes)
      })
      from.on('close', () => to.destroy()).on('error', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => spy.listen(0, HOST, resolve))
  await using zk = createClient({ servers: `${HOST}:${(spy.address() as net.AddressInfo).port}`, tls })
  await zk.create(`/seat-${port}`, { data: 'Ada' })
  await zk.close()
  spy.close()
  return Buffer.concat(overheard)
}

/** A key with its certificate, made by the program openssl. */
function selfSigned(folder: string): { readonly store: string; readonly certificate: string } {
  const [key, certificate, store] = ['key', 'certificate', 'store'].map((name) => path.join(folder, `${name}.pem`)) as [string, string, string]
  const subject = ['-subj', '/CN=theatre', '-addext', `subjectAltName=IP:${HOST}`]
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-noenc',
    ...subject,
    '-keyout',
    key,
    '-out',
    certificate,
  ]
  const { status, error, stderr } = spawnSync('openssl', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`this claim takes the program openssl, to make a certificate: ${error?.message ?? stderr}`)
  fs.writeFileSync(store, fs.readFileSync(key, 'utf8') + fs.readFileSync(certificate, 'utf8'))
  return { store, certificate }
}

async function freePort(): Promise<number> {
  const probe = net.createServer()
  await new Promise<void>((resolve) => probe.listen(0, HOST, resolve))
  const { port } = probe.address() as net.AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function inFolder(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'claim-'))
  try {
    await task(folder)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
