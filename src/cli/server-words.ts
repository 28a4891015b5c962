/**
 * `zk-server start|start-foreground|stop|restart|status|version|print-cmd [zoo.cfg]`: one server, in the manner of
 * zkServer.sh. Words, texts and exit codes are the script's, so that what drives the script can drive this.
 */

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  AdminServerFailed,
  InvalidConfiguration,
  lineLog,
  loadConfiguration,
  MetricsPortFailed,
  runServer,
  UnusableFolder,
  versionLine,
} from '../hosts/node/index.ts'
import { createPeer } from '../peer/index.ts'
import { isAlive, pidFileOf, readPid, startInBackground, waitForEnd } from './background.ts'
import { askWord, valueOf } from './four-letter-word.ts'
import { serverArguments } from './server-command.ts'

const USAGE = 'Usage: zk-server [--config <conf-dir>] {start|start-foreground|stop|version|restart|status|print-cmd} [zoo.cfg]'
/** Java's `ExitCode.INVALID_INVOCATION`. */
const INVALID_INVOCATION = 2
/** How long a server that was told to stop may take, in ms. */
const STOP_PATIENCE = 10_000
/** How long `status` waits for an answer, in ms. */
const STATUS_PATIENCE = 5_000

const words: Readonly<Record<string, (file: string) => number | Promise<number>>> = {
  start,
  'start-foreground': startForeground,
  stop,
  async restart(file) {
    await stop(file)
    return start(file)
  },
  status,
  version() {
    console.log(versionLine())
    return 0
  },
  'print-cmd'(file) {
    console.log([process.execPath, ...serverArguments(file)].map((word) => `"${word}"`).join(' '))
    return 0
  },
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const [folder, rest] = args[0] === '--config' ? [args[1], args.slice(2)] : [process.env['ZOOCFGDIR'], args]
  const [word = '', file] = rest
  const run = Object.hasOwn(words, word) ? words[word] : undefined
  if (run === undefined) {
    console.error(USAGE)
    return INVALID_INVOCATION
  }
  const configuration = locate(folder, file ?? process.env['ZOOCFG'] ?? 'zoo.cfg')
  console.error(`Using config: ${configuration}`)
  return run(configuration)
}

/** A bare name is looked for in the configuration folder if one was named, else here, else in `conf`. A path means itself. */
function locate(folder: string | undefined, file: string): string {
  if (path.dirname(file) !== '.' || file.startsWith('.')) return file
  if (folder !== undefined) return path.join(folder, file)
  return !fs.existsSync(file) && fs.existsSync(path.join('conf', file)) ? path.join('conf', file) : file
}

async function startForeground(file: string): Promise<number> {
  try {
    const configuration = loadConfiguration(file)
    const log = lineLog(configuration.peer.ensemble === null ? '' : String(configuration.peer.myid), (line) => process.stdout.write(line))
    const server = await runServer(configuration, createPeer, log)
    // `disconnect`: whoever started us with a channel, such as `npm start`, is gone.
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => server.stop())
    const { code, message } = await server.ended
    log(code === 0 ? 'info' : 'error', message)
    process.exit(code)
  } catch (error) {
    return explain(error)
  }
}

/** One clear message for what keeps a server from starting, and Java's exit code for it. */
function explain(error: unknown): number {
  if (error instanceof InvalidConfiguration) {
    console.error(error.message)
    console.error('Invalid config, exiting abnormally')
    return error.exitCode
  }
  if (error instanceof UnusableFolder) {
    console.error(error.message)
    console.error('Unable to access datadir, exiting abnormally')
    return error.exitCode
  }
  if (error instanceof AdminServerFailed) {
    console.error(error.message)
    console.error('Unable to start AdminServer, exiting abnormally')
    return error.exitCode
  }
  if (error instanceof MetricsPortFailed) {
    console.error(error.message)
    return error.exitCode
  }
  throw error
}

async function start(file: string): Promise<number> {
  process.stdout.write('Starting zookeeper ... ')
  try {
    const { dataDir } = loadConfiguration(file)
    const running = readPid(pidFileOf(dataDir))
    if (running !== null && isAlive(running)) {
      console.log(`already running as process ${running}.`)
      return 1
    }
    const output = path.join(process.env['ZOO_LOG_DIR'] ?? dataDir, `zookeeper-${os.userInfo().username}-server-${os.hostname()}.out`)
    const failure = await startInBackground(file, pidFileOf(dataDir), output)
    console.log(failure === null ? 'STARTED' : 'FAILED TO START')
    if (failure !== null) console.error(failure)
    return failure === null ? 0 : 1
  } catch (error) {
    console.log('FAILED TO START')
    explain(error)
    return 1
  }
}

async function stop(file: string): Promise<number> {
  process.stdout.write('Stopping zookeeper ... ')
  try {
    const pidFile = pidFileOf(loadConfiguration(file).dataDir)
    const pid = readPid(pidFile)
    if (pid === null) {
      console.log(`no zookeeper to stop (could not find file ${pidFile})`)
      return 0
    }
    if (isAlive(pid)) process.kill(pid, 'SIGTERM')
    fs.rmSync(pidFile)
    const ended = await waitForEnd(pid, STOP_PATIENCE)
    console.log(ended ? 'STOPPED' : `process ${pid} has not ended within ${STOP_PATIENCE / 1000} s`)
    return ended ? 0 : 1
  } catch (error) {
    console.log('FAILED')
    return explain(error)
  }
}

async function status(file: string): Promise<number> {
  try {
    const { clientPort, clientPortAddress } = loadConfiguration(file).peer
    if (clientPort === null) {
      console.log('Unable to find either secure or unsecure client port in any configs. Terminating.')
      return 1
    }
    const host = clientPortAddress === '0.0.0.0' || clientPortAddress === '::' ? 'localhost' : clientPortAddress
    console.log(`Client port found: ${clientPort}. Client address: ${host}. Client SSL: false.`)
    const mode = valueOf((await askWord(host, clientPort, 'srvr', STATUS_PATIENCE)) ?? '', 'Mode')
    console.log(mode === null ? 'Error contacting service. It is probably not running.' : `Mode: ${mode}`)
    return mode === null ? 1 : 0
  } catch (error) {
    explain(error)
    return 1
  }
}
