/**
 * Real server processes for the interop suite: Debian's ZooKeeper 3.8.0 (`java`) and ours, mixed at will in one ensemble.
 * Each server has a folder of its own with a `zoo.cfg` and data; a test may kill one, start it again, and start it again as
 * the other kind on the same data. Everything ends with the ensemble's disposal, by process id.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jettyJars, nettyJars, zookeeperJar } from './oracle.ts'
import { root } from './source.ts'

export type Kind = 'java' | 'ours'
/** What a server says of itself (`srvr`); `none` while it does not serve. */
export type Mode = 'leader' | 'follower' | 'observer' | 'standalone' | 'none'

/** How long a condition may take before a test gives up; far above what it takes. */
const patience = 60_000

/** Waits until `probe` gives something other than undefined or false, and gives that back. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false, diagnosis = () => ''): Promise<T> {
  const end = performance.now() + patience
  for (;;) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited in vain: ${what}\n${diagnosis()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** One server: its folder, ports and, while it runs, its process. */
export class Server {
  readonly sid: number
  readonly folder: string
  readonly clientPort: number
  kind: Kind
  readonly #flags: readonly string[]
  #process: ChildProcess | undefined

  constructor(sid: number, kind: Kind, folder: string, clientPort: number, flags: readonly string[] = []) {
    this.sid = sid
    this.kind = kind
    this.folder = folder
    this.clientPort = clientPort
    this.#flags = flags
  }

  get address(): string {
    return `127.0.0.1:${this.clientPort}`
  }

  get configFile(): string {
    return join(this.folder, 'zoo.cfg')
  }

  get dataDir(): string {
    return join(this.folder, 'data')
  }

  /** Adds lines to zoo.cfg; later ones win. */
  configure(settings: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
    appendFileSync(this.configFile, lines.join(''))
  }

  get running(): boolean {
    return this.#process !== undefined
  }

  /** What the process holds of the machine's memory (its resident set), in MiB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  }

  /** Starts the process, as another kind if one is given. Returns at once: `until` it has a mode. */
  start(kind: Kind = this.kind): void {
    if (this.#process) throw new Error(`server ${this.sid} is running`)
    this.kind = kind
    const [program, ...args] = commandOf(kind, this.configFile, this.#flags)
    const env = { ...process.env, JVMFLAGS: this.#flags.join(' ') }
    const log = openSync(join(this.folder, 'out.log'), 'a')
    const child = spawn(program, args, { cwd: kind === 'ours' ? root : this.folder, env, stdio: ['ignore', log, log] })
    closeSync(log)
    child.once('exit', () => {
      running.delete(child)
      if (this.#process === child) this.#process = undefined
    })
    running.add(child)
    this.#process = child
  }

  /** Ends the process, without warning unless told otherwise, and waits until it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (!child) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  /** Stops the process where it stands: it keeps its connections and answers nobody, until it is told to go on. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  goOn(): void {
    this.#process?.kill('SIGCONT')
  }

  /** The answer to a four-letter word; '' when there is none. */
  async fourLetterWord(word: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = ''
      const socket = connect(this.clientPort, '127.0.0.1', () => socket.write(word))
      socket.setEncoding('utf8').setTimeout(5000, () => socket.destroy())
      socket.on('data', (text) => {
        answer += text
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(answer))
    })
  }

  async mode(): Promise<Mode> {
    return (/^Mode: (\w+)/m.exec(await this.fourLetterWord('srvr'))?.[1] ?? 'none') as Mode
  }

  /** The end of what the process printed. */
  log(lines = 30): string {
    return readFileSync(join(this.folder, 'out.log'), 'utf8').split('\n').slice(-lines).join('\n')
  }
}

export interface EnsembleOptions {
  readonly tickTime?: number
  /** More lines of zoo.cfg, for every server. */
  readonly extra?: Readonly<Record<string, string | number | boolean>>
  /** System properties that have no place in zoo.cfg: `-Dname=value`. */
  readonly properties?: Readonly<Record<string, string>>
}

/** Servers that know each other; one alone is standalone. */
export class Ensemble implements AsyncDisposable {
  readonly servers: readonly Server[]
  readonly #folder: string

  private constructor(folder: string, servers: readonly Server[]) {
    this.#folder = folder
    this.servers = servers
  }

  /** Writes the folders and configurations of one server per kind; starts nothing. */
  static async prepare(kinds: readonly Kind[], { tickTime = 1000, extra = {}, properties = {} }: EnsembleOptions = {}): Promise<Ensemble> {
    const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)
    const folder = mkdtempSync(join(tmpdir(), 'zk-interop-'))
    folders.add(folder)
    const ports = await freePorts(kinds.length * 3)
    const port = (index: number, which: number) => ports[index * 3 + which] as number
    const members = kinds.length > 1 ? kinds.map((_, i) => [`server.${i + 1}`, `127.0.0.1:${port(i, 1)}:${port(i, 2)}`]) : []
    const servers = kinds.map((kind, i) => new Server(i + 1, kind, join(folder, `${i + 1}`), port(i, 0), flags))
    for (const server of servers) {
      mkdirSync(server.dataDir, { recursive: true })
      writeFileSync(join(server.dataDir, 'myid'), `${server.sid}\n`)
      const settings = {
        tickTime,
        initLimit: 10,
        syncLimit: 5,
        dataDir: server.dataDir,
        clientPort: server.clientPort,
        clientPortAddress: '127.0.0.1',
        maxClientCnxns: 0,
        '4lw.commands.whitelist': '*',
        'admin.enableServer': false,
        ...extra,
        ...Object.fromEntries(members),
      }
      writeFileSync(
        server.configFile,
        Object.entries(settings)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      )
    }
    return new Ensemble(folder, servers)
  }

  /** Prepares and starts, and waits until every server serves. */
  static async start(kinds: readonly Kind[], options: EnsembleOptions = {}): Promise<Ensemble> {
    const ensemble = await Ensemble.prepare(kinds, options)
    try {
      for (const server of ensemble.servers) server.start()
      await ensemble.serving()
    } catch (error) {
      await ensemble[Symbol.asyncDispose]()
      throw error
    }
    return ensemble
  }

  /** `host:port,host:port…` of all servers. */
  get connectString(): string {
    return this.servers.map((server) => server.address).join(',')
  }

  /** Server number `sid`, counted from 1. */
  server(sid: number): Server {
    const server = this.servers[sid - 1]
    if (!server) throw new Error(`there is no server ${sid}`)
    return server
  }

  /** Waits until all servers that run serve, one of them as leader or alone. */
  async serving(): Promise<void> {
    const up = this.servers.filter((server) => server.running)
    await until(
      `servers ${up.map((server) => `${server.sid} (${server.kind})`).join(', ')} serve`,
      async () => {
        const modes = await Promise.all(up.map((server) => server.mode()))
        return !modes.includes('none') && modes.filter((mode) => mode === 'leader' || mode === 'standalone').length === 1
      },
      () => up.map((server) => `--- server ${server.sid} (${server.kind}), running: ${server.running}\n${server.log()}`).join('\n'),
    )
  }

  /** Waits until there is a leader. */
  async leader(): Promise<Server> {
    return until('one server leads', async () => {
      const modes = await Promise.all(this.servers.map((server) => (server.running ? server.mode() : 'none')))
      return this.servers[modes.indexOf('leader')]
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()))
    rmSync(this.#folder, { recursive: true, force: true })
    folders.delete(this.#folder)
  }
}

/** What has to go with the test process, however that ends: a run that gives up a test ends its process by SIGTERM. */
const running = new Set<ChildProcess>()
const folders = new Set<string>()
process.once('SIGTERM', () => process.exit(143))
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function commandOf(kind: Kind, configFile: string, flags: readonly string[]): [string, ...string[]] {
  if (kind === 'ours') return [process.execPath, '--import', 'tsx', join(root, 'src/cli/zk-server.ts'), 'start-foreground', configFile]
  // What Debian's zkServer.sh runs, without JMX, and with a heap that lets five of them share a small machine.
  return [
    'java',
    '-Xmx256m',
    ...flags,
    '-cp',
    [zookeeperJar(), ...jettyJars(), ...nettyJars()].join(':'),
    'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    configFile,
  ]
}

/** Where the ports of this worker begin: of two that look at once, each would find free what the other is about to take. */
const workersFirst = 27_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 8) * 700

/** Ports that nobody listens on, below those that the system gives to outgoing connections. */
export async function freePorts(count: number, first = workersFirst + Math.floor(Math.random() * 600)): Promise<number[]> {
  const ports: number[] = []
  for (let port = first; ports.length < count; port++) if (await isFree(port)) ports.push(port)
  return ports
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
