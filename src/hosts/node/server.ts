/** One server as a process: a peer on this machine's sockets and files. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Now } from '../../kernel/index.ts'
import { answerWord, type HostFacts } from '../../operations/index.ts'
import type { PeerSettings, ServerView } from '../../peer/index.ts'
import type { ServerConfiguration } from './configuration.ts'
import { NodeDisk } from './disk.ts'
import { NodeHost, type ServerMachine } from './host.ts'
import type { Log } from './log.ts'
import { fullVersion } from './version.ts'

/** A machine that can also describe itself, as `Peer` does. */
export interface DescribedMachine extends ServerMachine {
  describe(): ServerView
}

/** A running server. */
export interface RunningServer {
  /** Asks it to end in good order. */
  stop(): void
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number; readonly message: string }>
}

/** A data folder that cannot be used; the process ends with Java's exit code for it. */
export class UnusableFolder extends Error {
  override name = 'UnusableFolder'
  readonly exitCode = 3
}

/**
 * Starts a server. Throws {@link UnusableFolder} when its folders cannot be made or written; everything later, such as a port
 * that is taken, is how the server ends.
 */
export function runServer(configuration: ServerConfiguration, createMachine: (settings: PeerSettings) => DescribedMachine, log: Log): RunningServer {
  const snap = useFolder('dataDir', configuration.dataDir)
  const logs = useFolder('dataLogDir', configuration.dataLogDir)
  for (const warning of configuration.warnings) log('warn', warning)
  const disk = new NodeDisk({ log: logs, snap })
  const machine = createMachine(configuration.peer)
  const version = fullVersion()
  const factsAt = ({ elapsed }: Now): HostFacts => ({
    version,
    elapsed,
    dataDir: snap,
    dataDirSize: sizeOf(snap),
    dataLogDir: logs,
    dataLogSize: sizeOf(logs),
    clientPortListenBacklog: configuration.clientPortListenBacklog,
    environment: describeSystem(),
    ...fileDescriptors(),
  })
  let end: (result: { readonly code: number; readonly message: string }) => void
  const ended = new Promise<{ readonly code: number; readonly message: string }>((resolve) => {
    end = resolve
  })
  const host = new NodeHost(machine, {
    disk,
    log,
    adminCommand: (word, now) => answerWord(word, configuration.whitelist, machine.describe(), factsAt(now)),
    clientPortListenBacklog: configuration.clientPortListenBacklog,
    onExit: (code, message) => end({ code, message }),
  })
  host.start()
  return { stop: () => host.stop(), ended }
}

/** Makes `version-2` below a configured folder and tries to write there. */
function useFolder(key: string, configured: string): string {
  const folder = path.resolve(configured, 'version-2')
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK)
    return folder
  } catch (error) {
    const { message } = error as Error
    throw new UnusableFolder(`${key}=${configured} cannot be used: ${message}: give this user the right to write there, or choose another folder`)
  }
}

function sizeOf(folder: string): number {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name }) => sum + (fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** The keys of `envi` that mean something without a JVM. */
function describeSystem(): [string, string][] {
  const { username, homedir } = os.userInfo()
  return [
    ['host.name', os.hostname()],
    ['java.version', `none: Node.js ${process.version}`],
    ['java.io.tmpdir', os.tmpdir()],
    ['os.name', os.type()],
    ['os.arch', os.arch()],
    ['os.version', os.release()],
    ['user.name', username],
    ['user.home', homedir],
    ['user.dir', process.cwd()],
    ['os.memory.free', `${Math.floor(os.freemem() / 2 ** 20)}MB`],
  ]
}

/** Open and allowed file descriptors; -1 where the system does not tell. */
function fileDescriptors(): Pick<HostFacts, 'openFileDescriptors' | 'maxFileDescriptors'> {
  try {
    const [, limit = '-1'] = /^Max open files\s+(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8')) ?? []
    return { openFileDescriptors: fs.readdirSync('/proc/self/fd').length, maxFileDescriptors: Number(limit) }
  } catch {
    return { openFileDescriptors: -1, maxFileDescriptors: -1 }
  }
}
