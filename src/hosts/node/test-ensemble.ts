/**
 * Ensembles for the tests of those who write programs for ZooKeeper: whole servers in this process, on real ports and in
 * temporary folders, that can be stopped, killed and cut off while a program uses them.
 */
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { answerWord } from '../../operations/index.ts'
import { createPeer, DEFAULT_CLIENT_SETTINGS, type Peer, type PeerSettings, type ServerMode } from '../../peer/index.ts'
import { configurationOf, type EnsembleConfiguration, parseServerLine } from '../../quorum/index.ts'
import { NodeDisk } from './disk.ts'
import { NodeHost } from './host.ts'
import { lineLog } from './log.ts'
import { gatherFacts } from './process-facts.ts'

/** What kind of ensemble it shall be. */
export interface TestEnsembleOptions {
  /** How many servers vote (3); 1 for a standalone server. */
  readonly servers?: number
  /** How many follow without a vote (0). */
  readonly observers?: number
  /** Length of a tick in ms (200): a server that is cut off is given up after 5 ticks, a session after 2 at the earliest. */
  readonly tickTime?: number
  /** Takes the lines of all servers' logs. */
  readonly log?: (line: string) => void
}

const HOST = '127.0.0.1'
/** There is no configuration file. */
const UNTOLD = { clientPortListenBacklog: -1, text: '', properties: new Map<string, string>() }

/** One server of a {@link TestEnsemble}. */
export class TestServer {
  readonly id: number
  /** `host:port` for clients. */
  readonly address: string
  readonly #settings: PeerSettings
  readonly #folder: string
  readonly #changed: () => void
  readonly #log: (line: string) => void
  #life: { readonly peer: Peer; readonly host: NodeHost; readonly disk: NodeDisk; readonly ended: Promise<void> } | null = null

  /** @param changed is called whenever something about the server may have changed */
  constructor(settings: PeerSettings, folder: string, changed: () => void, log: (line: string) => void) {
    this.id = Number(settings.myid)
    this.address = `${HOST}:${settings.clientPort}`
    this.#settings = settings
    this.#folder = folder
    this.#changed = changed
    this.#log = log
  }

  /** Whether it runs. */
  get isRunning(): boolean {
    return this.#life !== null
  }

  /** What it is; null while it serves nobody. */
  get mode(): ServerMode | null {
    return this.#life?.peer.describe().mode ?? null
  }

  /** Whether the server knows this session; false while it does not run. */
  knowsSession(sessionId: bigint): boolean {
    return this.#life?.peer.database.sessions.has(sessionId) ?? false
  }

  /** Ends a session. */
  terminateSession(sessionId: bigint): void {
    this.#life?.host.administer({ kind: 'terminateSession', sessionId })
  }

  /** Starts a server that does not run, on the data that it has. */
  start(): void {
    if (this.#life !== null) return
    fs.mkdirSync(this.#folder, { recursive: true })
    const peer = createPeer(this.#settings)
    peer.observer = this.#changed
    const disk = new NodeDisk({ log: this.#folder, snap: this.#folder })
    let exited: () => void
    const ended = new Promise<void>((resolve) => {
      exited = resolve
    })
    const log = lineLog(String(this.id), this.#log)
    const onExit = (code: number, message: string) => {
      log(code === 0 ? 'info' : 'error', message)
      exited()
    }
    const host = new NodeHost(peer, {
      ...{ disk, log, onExit, clientPortListenBacklog: -1 },
      adminCommand: (word, argument, now) => answerWord(word, argument, '*', peer.describe(), gatherFacts(UNTOLD, this.#folder, this.#folder, now)),
    })
    this.#life = { peer, host, disk, ended }
    host.start()
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    const life = this.#life
    if (life === null) return
    life.host.stop()
    await life.ended
    await life.disk.abandon()
    this.#over()
  }

  /** Ends it without warning: its connections break, what it had not written is lost. */
  async kill(): Promise<void> {
    await this.#life?.host.kill()
    this.#over()
  }

  /** Stops it in good order and starts it again from its folder. */
  async restart(): Promise<void> {
    await this.stop()
    this.start()
  }

  /** Cuts it off from the other servers; clients still reach it. What the servers send each other is kept back, not refused. */
  partition(): void {
    this.#life?.host.setPartitioned(true)
  }

  /** Ends a partition. */
  heal(): void {
    this.#life?.host.setPartitioned(false)
  }

  #over(): void {
    this.#life = null
    this.#changed()
  }
}

/** Servers that know each other. Made by {@link startEnsemble}. */
export class TestEnsemble implements AsyncDisposable {
  readonly servers: readonly TestServer[]
  readonly #folder: string
  readonly #waiting = new Set<() => void>()
  #lookAsked = false

  /** Prepares the servers, without starting them. */
  constructor(settings: readonly PeerSettings[], log: (line: string) => void) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-ensemble-'))
    this.servers = settings.map((one) => new TestServer(one, path.join(this.#folder, String(one.myid)), () => this.#look(), log))
  }

  /** What a client is given to connect. */
  get connectString(): string {
    return this.servers.map(({ address }) => address).join(',')
  }

  /** The server of this number, counted from 1. Throws a RangeError when there is none. */
  server(id: number): TestServer {
    const server = this.servers.find((candidate) => candidate.id === id)
    if (server === undefined) throw new RangeError(`there is no server ${id}`)
    return server
  }

  /** Resolves when all servers that run serve, with the one that leads or stands alone. */
  serving(): Promise<TestServer> {
    return this.#until(() => {
      const running = this.servers.filter(({ isRunning }) => isRunning)
      const leaders = running.filter(leads)
      return running.every(({ mode }) => mode !== null) && leaders.length === 1 ? leaders[0] : undefined
    })
  }

  /** Resolves with the server that leads, once there is one. */
  leader(): Promise<TestServer> {
    return this.#until(() => this.servers.find(leads))
  }

  /** Ends a session as if its client had been silent for too long. Resolves when every server that serves knows it. */
  async expireSession(sessionId: bigint): Promise<void> {
    const leader = await this.leader()
    leader.terminateSession(sessionId)
    await this.#until(() => !this.servers.some((server) => server.mode !== null && server.knowsSession(sessionId)) || undefined)
  }

  /** Ends all servers and removes their folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()))
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Resolves with what `probe` finds, looked for again whenever something has changed. */
  #until<T>(probe: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const found = probe()
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** What changes, changes within a step of a server: look when it is over. */
  #look(): void {
    if (this.#lookAsked || this.#waiting.size === 0) return
    this.#lookAsked = true
    setImmediate(() => {
      this.#lookAsked = false
      for (const look of [...this.#waiting]) look()
    })
  }
}

/**
 * Starts an ensemble on free ports of this machine, with data in a temporary folder, and resolves when all its servers serve.
 * Its disposal ends the servers and deletes the data.
 *
 *     await using ensemble = await startEnsemble({ servers: 3 })
 *     await using zk = createClient({ servers: ensemble.connectString })
 */
export async function startEnsemble(options: TestEnsembleOptions = {}): Promise<TestEnsemble> {
  const { servers = 3, observers = 0, tickTime = 200, log = () => undefined } = options
  if (servers < 1 || servers + observers > 9) throw new RangeError('an ensemble has from 1 to 9 servers')
  if (servers === 1 && observers > 0) throw new RangeError('observers need an ensemble of at least two voters')
  const size = servers + observers
  const ports = await freePorts(size * 3)
  const port = (index: number, which: number) => ports[index * 3 + which] as number
  const line = (i: number) =>
    parseServerLine(`server.${i + 1}`, `${HOST}:${port(i, 1)}:${port(i, 2)}:${i < servers ? 'participant' : 'observer'};${HOST}:${port(i, 0)}`)
  const members = size === 1 ? null : configurationOf(Array.from({ length: size }, (_, i) => line(i)))
  const settings = Array.from({ length: size }, (_, i) => settingsOf(i + 1, port(i, 0), tickTime, members))
  const ensemble = new TestEnsemble(settings, log)
  for (const server of ensemble.servers) server.start()
  await ensemble.serving()
  return ensemble
}

/** Without fsync: what is killed here is not the machine, and tests want to be quick. */
function settingsOf(id: number, clientPort: number, tickTime: number, ensemble: EnsembleConfiguration | null): PeerSettings {
  return {
    ...DEFAULT_CLIENT_SETTINGS,
    ...{ myid: BigInt(id), ensemble, tickTime, initLimit: 10, syncLimit: 5 },
    ...{ minSessionTimeout: 2 * tickTime, maxSessionTimeout: 60_000 },
    ...{ clientPort, clientPortAddress: HOST, maxClientCnxns: 0, quorumListenOnAllIPs: false },
    ...{ snapCount: 100_000, preAllocSize: 0, commitLogCount: 500, snapshotSizeFactor: 0.33, forceSync: false, fsyncWarningThreshold: 1000 },
    ...{ juteMaxBuffer: 0xfffff, extendedTypesEnabled: true, seed: BigInt(Date.now()) * 256n + BigInt(id) },
  }
}

function leads({ mode }: TestServer): boolean {
  return mode === 'leader' || mode === 'standalone'
}

/** Ports that the system gives out, all at the same time so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, () => {
      const probe = net.createServer()
      return new Promise<net.Server>((resolve, reject) => {
        probe.once('error', reject)
        probe.listen(0, HOST, () => resolve(probe))
      })
    }),
  )
  const ports = probes.map((probe) => (probe.address() as net.AddressInfo).port)
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return ports
}
