/** One server as a process: a peer on this machine's sockets and files. */
import fs from 'node:fs'
import path from 'node:path'
import type { Now } from '../../kernel/index.ts'
import { answerWord, type HostFacts, prometheusReport, runAdminCommand } from '../../operations/index.ts'
import type { PeerSettings, ServerView } from '../../peer/index.ts'
import { type AdminRunner, startAdminServer } from './admin-server.ts'
import { purge } from './autopurge.ts'
import { readClock } from './clock.ts'
import type { AdminSettings, PrometheusSettings, ServerConfiguration } from './configuration.ts'
import { NodeDisk } from './disk.ts'
import { NodeHost, type ServerMachine } from './host.ts'
import { type HttpAnswer, httpError, serveHttp } from './http.ts'
import type { Log } from './log.ts'
import { gatherFacts } from './process-facts.ts'
import { fullVersion } from './version.ts'

/** A machine that can also describe itself, as `Peer` does. */
export interface DescribedMachine extends ServerMachine {
  /** The server as an operator sees it. */
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

/** The port for Prometheus could not be opened. */
export class MetricsPortFailed extends Error {
  override name = 'MetricsPortFailed'
  readonly exitCode = 1
}

/**
 * Starts a server, with AdminServer and metrics as configured. Rejects with {@link UnusableFolder}, {@link AdminServerFailed} or
 * {@link MetricsPortFailed}; everything later, such as a port that is taken, is how the server ends.
 */
export async function runServer(
  configuration: ServerConfiguration,
  createMachine: (settings: PeerSettings) => DescribedMachine,
  log: Log,
): Promise<RunningServer> {
  const snap = useFolder('dataDir', configuration.dataDir)
  const logs = useFolder('dataLogDir', configuration.dataLogDir)
  log('info', startingLine(configuration))
  for (const warning of configuration.warnings) log('warn', warning)
  const disk = new NodeDisk({ log: logs, snap })
  const machine = createMachine(configuration.peer)
  const facts = (now: Now) => gatherFacts(configuration, snap, logs, now)
  const closing: (() => void)[] = []
  let end: (result: { readonly code: number; readonly message: string }) => void
  const ended = new Promise<{ readonly code: number; readonly message: string }>((resolve) => {
    end = resolve
  })
  const host = new NodeHost(machine, {
    disk,
    log,
    adminCommand: (word, argument, now) => answerWord(word, argument, configuration.whitelist, machine.describe(), facts(now)),
    clientPortListenBacklog: configuration.clientPortListenBacklog,
    tls: configuration.tls,
    onExit(code, message) {
      for (const close of closing) close()
      end({ code, message })
    },
  })
  const { admin, prometheus, autopurge } = configuration
  if (admin !== null) closing.push(await openAdminServer(admin, machine, host, facts, log))
  if (prometheus !== null) closing.push(await openMetricsPort(prometheus, machine, facts, log))
  if (autopurge !== null) {
    void purge(disk, autopurge.retain, log)
    const timer = setInterval(() => void purge(disk, autopurge.retain, log), autopurge.hours * 3_600_000)
    closing.push(() => clearInterval(timer))
  }
  host.start()
  return { stop: () => host.stop(), ended }
}

/** Who begins, and where its clients and its data are. */
function startingLine({ peer, dataDir, dataLogDir }: ServerConfiguration): string {
  const { ensemble, clientPort, clientPortAddress } = peer
  const role = ensemble === null ? 'standalone' : `one of servers ${[...ensemble.servers.keys()].join(', ')}`
  const clients = clientPort === null ? 'no client port' : `clients at ${clientPortAddress}:${clientPort}`
  const logs = dataLogDir === dataDir ? '' : `, txn log in ${dataLogDir}`
  return `Starting ${fullVersion()}, ${role}, ${clients}, data in ${dataDir}${logs}`
}

async function openAdminServer(
  settings: AdminSettings,
  machine: DescribedMachine,
  host: NodeHost,
  facts: (now: Now) => HostFacts,
  log: Log,
): Promise<() => void> {
  const run: AdminRunner = (name, query) => {
    const { body, action } = runAdminCommand(name, query, machine.describe(), facts(readClock()))
    if (action !== null) host.administer(action)
    return body
  }
  try {
    const server = await startAdminServer(settings, run)
    log('info', `AdminServer at http://${settings.address}:${server.port}${settings.commandUrl}`)
    return () => server.close()
  } catch (error) {
    if (settings.isRequired) throw error
    // The second server on a machine finds the usual port taken, and nobody has asked for it.
    log('warn', `${(error as Error).message}: going on without it`)
    return () => undefined
  }
}

async function openMetricsPort(
  settings: PrometheusSettings,
  machine: DescribedMachine,
  facts: (now: Now) => HostFacts,
  log: Log,
): Promise<() => void> {
  const { host, port, exportJvmInfo } = settings
  const answer = (): HttpAnswer => {
    const all = facts(readClock())
    const told = exportJvmInfo ? all : { ...all, processGauges: [] }
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: prometheusReport(machine.describe(), told) }
  }
  try {
    const server = await serveHttp(host, port, METRICS_IDLE_TIMEOUT, (_, url) =>
      url.pathname === '/metrics' ? answer() : httpError(404, 'Not Found'),
    )
    log('info', `Metrics at http://${host}:${server.port}/metrics`)
    return () => server.close()
  } catch (error) {
    throw new MetricsPortFailed(`Cannot serve metrics on ${host}:${port}: ${(error as Error).message}: choose another metricsProvider.httpPort`)
  }
}

/** How long a connection to the metrics may be silent, in ms. */
const METRICS_IDLE_TIMEOUT = 30_000

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
