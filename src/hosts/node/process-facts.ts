/** What this process and the machine under it tell of themselves. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import v8 from 'node:v8'
import type { Now } from '../../kernel/index.ts'
import type { HostFacts } from '../../operations/index.ts'
import type { ServerConfiguration } from './configuration.ts'
import { fullVersion } from './version.ts'

/** What the configuration tells of itself. */
type Told = Pick<ServerConfiguration, 'clientPortListenBacklog' | 'text' | 'properties'>

/** Everything at once. `snap` and `logs` are the two `version-2` folders. */
export function gatherFacts(configuration: Told, snap: string, logs: string, now: Now): HostFacts {
  return {
    version: fullVersion(),
    elapsed: now.elapsed,
    dateOf: dateFormat(now),
    dataDir: snap,
    dataDirSize: sizeOf(snap),
    dataLogDir: logs,
    dataLogSize: sizeOf(logs),
    clientPortListenBacklog: configuration.clientPortListenBacklog,
    environment: describeSystem(),
    ...fileDescriptors(),
    initialConfiguration: configuration.text,
    properties: configuration.properties,
    processGauges: processGauges(),
  }
}

/** The bytes of the files in a folder. */
function sizeOf(folder: string): number {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name }) => sum + (fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** The keys of `envi` that mean something without a JVM. */
function describeSystem(): [string, string][] {
  const { username, homedir } = os.userInfo()
  const { total_heap_size: total, used_heap_size: used, heap_size_limit: most } = v8.getHeapStatistics()
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
    ['os.memory.free', megabytes(total - used)],
    ['os.memory.max', megabytes(most)],
    ['os.memory.total', megabytes(total)],
  ]
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)}MB`
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

/** What Prometheus' own libraries tell of every process, by their names. */
function processGauges(): [string, number][] {
  const { user, system } = process.cpuUsage()
  return [
    ['process_cpu_seconds_total', (user + system) / 1e6],
    ['process_start_time_seconds', performance.timeOrigin / 1000],
    ['process_resident_memory_bytes', process.memoryUsage.rss()],
  ]
}

/** Prints moments on the clock of `Now.elapsed` as `java.util.Date` does: `Fri Nov 20 10:05:10 UTC 2026`. */
function dateFormat({ elapsed, wall }: Now): (elapsed: number) => string {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ weekday: 'short', month: 'short', day: '2-digit', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  })
  return (at) => {
    const part = Object.fromEntries(parts.formatToParts(wall + at - elapsed).map(({ type, value }) => [type, value]))
    return `${part['weekday']} ${part['month']} ${part['day']} ${part['hour']}:${part['minute']}:${part['second']} ${part['timeZoneName']} ${part['year']}`
  }
}
