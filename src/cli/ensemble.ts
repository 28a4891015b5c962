/** Several servers on this machine, each a process of its own with a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { isAlive, readPid } from './background.ts'
import { freePorts } from './free-ports.ts'
import { serverArguments } from './server-command.ts'
import { type Swap, swapEnvironment } from './swap.ts'

const HOST = '127.0.0.1'
/** How long a server that was told to stop may take before it is killed, in ms. */
const STOP_PATIENCE = 5_000

export interface EnsembleOptions {
  readonly participants: number
  readonly observers: number
  /** Holds the folders `server.1`, `server.2` …; kept between runs. */
  readonly folder: string
  /** The first client port to try. */
  readonly port: number
  /** Forget what earlier runs left. */
  readonly fresh: boolean
  /** Files of the reader's that servers run in the place of some of `src/`. */
  readonly swaps?: readonly Swap[]
}

/** What we have done with a server, or what has become of it. */
export type Condition = 'running' | 'paused' | 'killed' | 'stopped' | 'failed'

/** One server. */
export interface Member {
  readonly sid: number
  readonly observer: boolean
  readonly clientPort: number
  readonly quorumPort: number
  readonly electionPort: number
  readonly adminPort: number
  readonly folder: string
  readonly configuration: string
  readonly log: string
  condition: Condition
  process: ChildProcess | null
}

/** Another run uses the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse'
}

export class Ensemble {
  readonly members: readonly Member[]
  readonly folder: string
  /** Client ports that would have been ours and that somebody else listens on. */
  readonly takenPorts: readonly number[]
  readonly #lock: string
  readonly #swaps: readonly Swap[]

  private constructor(members: readonly Member[], takenPorts: readonly number[], folder: string, lock: string, swaps: readonly Swap[]) {
    this.members = members
    this.takenPorts = takenPorts
    this.folder = folder
    this.#lock = lock
    this.#swaps = swaps
  }

  /** Finds free ports and writes a zoo.cfg and a myid for every server. Throws {@link FolderInUse}. */
  static async prepare({ participants, observers, folder, port, fresh, swaps = [] }: EnsembleOptions): Promise<Ensemble> {
    fs.mkdirSync(folder, { recursive: true })
    const lock = lockFolder(folder)
    const size = participants + observers
    const used = new Set<number>()
    const clientPorts = await freePorts(HOST, port, size, used)
    const takenPorts = gaps(port, clientPorts)
    const quorumPorts = await freePorts(HOST, port + 707, size, used)
    const electionPorts = await freePorts(HOST, port + 1707, size, used)
    const adminPorts = await freePorts(HOST, port + 5899, size, used)
    const members = Array.from({ length: size }, (_, i): Member => {
      const home = path.join(folder, `server.${i + 1}`)
      return {
        sid: i + 1,
        observer: i >= participants,
        clientPort: clientPorts[i] as number,
        quorumPort: quorumPorts[i] as number,
        electionPort: electionPorts[i] as number,
        adminPort: adminPorts[i] as number,
        folder: home,
        configuration: path.join(home, 'zoo.cfg'),
        log: path.join(home, 'server.log'),
        condition: 'stopped',
        process: null,
      }
    })
    for (const member of members) {
      if (fresh) fs.rmSync(member.folder, { recursive: true, force: true })
      writeFiles(member, members)
    }
    return new Ensemble(members, takenPorts, folder, lock, swaps)
  }

  /** What a client is given to connect. */
  get connectString(): string {
    return this.members.map(({ clientPort }) => `${HOST}:${clientPort}`).join(',')
  }

  startAll(): void {
    for (const member of this.members) this.start(member)
  }

  /** Starts a server that does not run. It ends by itself when this process is gone (the `ipc` channel breaks). */
  start(member: Member): void {
    if (member.process !== null) return
    const log = fs.openSync(member.log, 'a')
    const env = { ...process.env, ...swapEnvironment(this.#swaps, member.sid) }
    const child = spawn(process.execPath, serverArguments(member.configuration), { detached: true, stdio: ['ignore', log, log, 'ipc'], env })
    fs.closeSync(log)
    member.process = child
    member.condition = 'running'
    child.once('exit', () => {
      member.process = null
      if (member.condition === 'running' || member.condition === 'paused') member.condition = 'failed'
    })
  }

  /** `kill -9`: what a crash looks like from outside. False when it does not run. */
  kill(member: Member): boolean {
    if (member.process === null) return false
    member.condition = 'killed'
    return member.process.kill('SIGKILL')
  }

  /** Stops the process without ending it: to the others it is just silent. False when it does not run. */
  pause(member: Member): boolean {
    if (member.condition !== 'running' || member.process === null) return false
    member.condition = 'paused'
    return member.process.kill('SIGSTOP')
  }

  /** Lets a paused server go on. False when it is not paused. */
  resume(member: Member): boolean {
    if (member.condition !== 'paused' || member.process === null) return false
    member.condition = 'running'
    return member.process.kill('SIGCONT')
  }

  /** Stops the server in good order if it runs, and starts it. */
  async restart(member: Member): Promise<void> {
    await this.stop(member)
    this.start(member)
  }

  /** Stops a server in good order; kills it when it does not end. */
  async stop(member: Member): Promise<void> {
    const child = member.process
    if (child === null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (member.condition === 'paused') child.kill('SIGCONT')
    member.condition = 'stopped'
    child.kill('SIGTERM')
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE)
    await ended
    clearTimeout(killing)
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.members.map((member) => this.stop(member)))
    fs.rmSync(this.#lock, { force: true })
  }
}

/** Two servers on one folder would spoil it. The lock is a file with our pid; one of a process that is gone counts for nothing. */
function lockFolder(folder: string): string {
  const lock = path.join(folder, 'start.pid')
  const owner = readPid(lock)
  if (owner !== null && owner !== process.pid && isAlive(owner)) {
    throw new FolderInUse(`${folder} is in use by process ${owner}: end that one, or choose another folder with --data`)
  }
  fs.writeFileSync(lock, String(process.pid))
  return lock
}

/** The numbers from `first` up to the last of `ascending` that are not among them. */
function gaps(first: number, ascending: readonly number[]): number[] {
  const last = ascending.at(-1) ?? first
  return Array.from({ length: last - first }, (_, i) => first + i).filter((number) => !ascending.includes(number))
}

function writeFiles(member: Member, members: readonly Member[]): void {
  const data = path.join(member.folder, 'data')
  fs.mkdirSync(data, { recursive: true })
  fs.writeFileSync(path.join(data, 'myid'), `${member.sid}\n`)
  const lines = [
    'tickTime=2000',
    'initLimit=10',
    'syncLimit=5',
    `dataDir=${data.replaceAll('\\', '\\\\')}`,
    `clientPort=${member.clientPort}`,
    `clientPortAddress=${HOST}`,
    '4lw.commands.whitelist=*',
    `admin.serverAddress=${HOST}`,
    `admin.serverPort=${member.adminPort}`,
    ...members.map(
      ({ sid, observer, quorumPort, electionPort }) => `server.${sid}=${HOST}:${quorumPort}:${electionPort}${observer ? ':observer' : ''}`,
    ),
  ]
  fs.writeFileSync(member.configuration, `${lines.join('\n')}\n`)
}
