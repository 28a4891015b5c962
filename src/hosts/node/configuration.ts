/** From a zoo.cfg and a myid file to what a server is told when it starts. */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { PeerSettings } from '../../peer/index.ts'
import type { EnsembleConfiguration } from '../../quorum/index.ts'
import { type Property, parseProperties } from '../../quorum/index.ts'
import { clientSettings } from './client-settings.ts'
import { KEYS_WITHOUT_EFFECT, PROMETHEUS_PROVIDER, type StaticKeys, sessionTimeouts, staticKeys } from './configuration-keys.ts'
import { readEnsemble } from './ensemble-lines.ts'
import { Faults, InvalidConfiguration } from './faults.ts'
import { decimalProperty, numberProperty, propertiesOfEnvironment, type SystemProperties } from './system-properties.ts'
import type { ServerTls } from './tls.ts'
import { serverTls } from './tls-settings.ts'

/** Everything that a server process needs to know. */
export interface ServerConfiguration {
  readonly peer: PeerSettings
  /** The folders as configured; the files are in `version-2` below them. */
  readonly dataDir: string
  readonly dataLogDir: string
  /** -1 leaves it to the system. */
  readonly clientPortListenBacklog: number
  /** Which connections are over TLS, with which keys. */
  readonly tls: ServerTls
  /** `4lw.commands.whitelist` */
  readonly whitelist: string
  /** Old snapshots and logs are deleted every so many hours, all but this many; null for never. */
  readonly autopurge: { readonly hours: number; readonly retain: number } | null
  /** Null when `admin.enableServer=false`. */
  readonly admin: AdminSettings | null
  /** Where Prometheus asks; null without its provider. */
  readonly prometheus: PrometheusSettings | null
  /** The file as it was read. */
  readonly text: string
  /** Java's system properties: those of the environment and the unknown keys of the file. */
  readonly properties: SystemProperties
  /** What the operator should know and what does not keep the server from running. */
  readonly warnings: readonly string[]
}

/** `admin.*` */
export interface AdminSettings {
  readonly address: string
  readonly port: number
  /** Whether somebody has asked for this port: then the server does not run without it. */
  readonly isRequired: boolean
  /** The path of the commands. */
  readonly commandUrl: string
  /** How long a connection may be idle, in ms. */
  readonly idleTimeout: number
}

/** `metricsProvider.*` */
export interface PrometheusSettings {
  readonly host: string
  readonly port: number
  /** Whether to tell of the process, too. */
  readonly exportJvmInfo: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration file, the dynamic one that it may name, and `myid`. Throws {@link InvalidConfiguration} with all faults
 * that it finds, each saying what is wrong, where, and what to do. Source: `QuorumPeerConfig.parse`.
 */
export function loadConfiguration(file: string, environment: Environment = process.env): ServerConfiguration {
  const faults = new Faults(file)
  const text = faults.read(file, `${file} file is missing`)
  return interpret(text, faults, propertiesOfEnvironment(environment))
}

function interpret(text: string, faults: Faults, properties: SystemProperties): ServerConfiguration {
  const lines = parseProperties(text)
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const keys = readStaticKeys(lines, faults, properties)
  for (const key of KEYS_WITHOUT_EFFECT) if (faults.knows(key)) warn(`${key} has no effect on this server`)
  const members = readEnsemble(lines, keys, faults)
  faults.throwIfAny()
  const ensemble = ensembleOrStandalone(members, keys, faults, warn)
  const myid = ensemble === null ? 1n : readMyid(keys, ensemble, faults)
  const [minSessionTimeout, maxSessionTimeout] = sessionTimeouts(keys)
  const number = (name: string, fallback: number) => numberProperty(properties, name, fallback, warn)
  const secure = secureClientAddress(keys, members?.servers.get(myid)?.secureClientAddress ?? null)
  const tls = serverTls(keys, secure.secureClientPort !== null, properties, faults)
  const peer: PeerSettings = {
    myid,
    ensemble,
    tickTime: keys.tickTime,
    initLimit: keys.initLimit,
    syncLimit: keys.syncLimit,
    minSessionTimeout,
    maxSessionTimeout,
    ...clientAddress(keys, members?.servers.get(myid)?.clientAddress ?? null, faults),
    maxClientCnxns: Math.max(0, keys.maxClientCnxns),
    snapCount: Math.max(2, number('zookeeper.snapCount', 100_000)),
    preAllocSize: 1024 * Math.max(0, number('zookeeper.preAllocSize', 65_536)),
    commitLogCount: Math.max(500, number('zookeeper.commitLogCount', 500)),
    snapshotSizeFactor: decimalProperty(properties, 'zookeeper.snapshotSizeFactor', 0.33, warn),
    juteMaxBuffer: number('jute.maxbuffer', 0xfffff),
    forceSync: properties.get('zookeeper.forceSync') !== 'no',
    fsyncWarningThreshold: number('zookeeper.fsync.warningthresholdms', number('fsync.warningthresholdms', 1000)),
    quorumListenOnAllIPs: keys.quorumListenOnAllIPs,
    extendedTypesEnabled: properties.get('zookeeper.extendedTypesEnabled')?.toLowerCase() === 'true',
    ...clientSettings(keys, properties, faults, warn),
    ...secure,
    x509Enabled: tls.ports.has('client') || tls.ports.has('secureClient'),
    seed: randomBytes(8).readBigUInt64BE(),
  }
  faults.throwIfAny()
  warnAboutEnsemble(peer, keys, faults, warn)
  const { dataDir, dataLogDir = dataDir, clientPortListenBacklog } = keys
  const whitelist = properties.get('zookeeper.4lw.commands.whitelist') ?? 'srvr'
  const [admin, prometheus] = [adminSettings(properties, warn), prometheusSettings(keys)]
  const autopurge = autopurgeSettings(keys, warn)
  return { peer, dataDir, dataLogDir, clientPortListenBacklog, tls, whitelist, autopurge, admin, prometheus, text, properties, warnings }
}

/** Source: `DatadirCleanupManager`. */
function autopurgeSettings(keys: StaticKeys, warn: (message: string) => void): ServerConfiguration['autopurge'] {
  const hours = keys['autopurge.purgeInterval']
  const retain = keys['autopurge.snapRetainCount']
  if (hours <= 0) return null
  if (retain < LEAST_SNAPSHOTS) warn(`autopurge.snapRetainCount=${retain} is too few: keeping ${LEAST_SNAPSHOTS} snapshots`)
  return { hours, retain: Math.max(LEAST_SNAPSHOTS, retain) }
}

/** Fewer snapshots are never left. Source: `QuorumPeerConfig.MIN_SNAP_RETAIN_COUNT`. */
const LEAST_SNAPSHOTS = 3

/** Source: `AdminServerFactory`, `JettyAdminServer`. */
function adminSettings(properties: SystemProperties, warn: (message: string) => void): AdminSettings | null {
  if (properties.get('zookeeper.admin.enableServer') === 'false') return null
  for (const name of ['zookeeper.admin.portUnification', 'zookeeper.admin.forceHttps']) {
    if (properties.get(name) === 'true') throw new InvalidConfiguration([`${name}: the AdminServer of this server speaks no TLS: remove the line`])
  }
  return {
    address: properties.get('zookeeper.admin.serverAddress') ?? '0.0.0.0',
    port: numberProperty(properties, 'zookeeper.admin.serverPort', 8080, warn),
    isRequired: properties.has('zookeeper.admin.serverPort'),
    commandUrl: properties.get('zookeeper.admin.commandURL') ?? '/commands',
    idleTimeout: numberProperty(properties, 'zookeeper.admin.idleTimeout', 30_000, warn),
  }
}

function prometheusSettings(keys: StaticKeys): PrometheusSettings | null {
  if (keys['metricsProvider.className'] !== PROMETHEUS_PROVIDER) return null
  const [host, port] = [keys['metricsProvider.httpHost'], keys['metricsProvider.httpPort']]
  return { host, port, exportJvmInfo: keys['metricsProvider.exportJvmInfo'] }
}

/** Checks the keys that are ZooKeeper's own; the others become properties with the prefix `zookeeper.`. */
function readStaticKeys(lines: readonly Property[], faults: Faults, properties: SystemProperties): StaticKeys {
  const given: Record<string, string> = {}
  for (const { key, value, line } of lines) {
    if (/^(server\.|group|weight)/.test(key)) continue
    if (!(key in staticKeys.shape)) {
      // Whatever else is for the provider is not for us.
      if (key.startsWith('metricsProvider.')) continue
      properties.set(`zookeeper.${key}`, value)
      continue
    }
    given[key] = value
    faults.place(key, value, line)
  }
  const result = staticKeys.safeParse(given)
  if (result.success) return result.data
  for (const { path, message } of result.error.issues) faults.add(String(path[0]), message)
  return faults.throwAll()
}

/** One participant alone needs no ensemble, unless `standaloneEnabled=false` wants one of one member. */
function ensembleOrStandalone(
  members: EnsembleConfiguration | null,
  keys: StaticKeys,
  faults: Faults,
  warn: (message: string) => void,
): EnsembleConfiguration | null {
  if (members === null) {
    if (!keys.standaloneEnabled) faults.add('standaloneEnabled', 'false, but no server line names a participant')
    return null
  }
  if (members.servers.size > 1 || !keys.standaloneEnabled) {
    for (const key of ['initLimit', 'syncLimit'] as const) {
      if (keys[key] <= 0) faults.add(key, `${key} is not set: an ensemble needs it; initLimit=10 and syncLimit=5 are usual`)
    }
    return members
  }
  warn('only one server is specified: running standalone')
  return null
}

/** Source: `QuorumPeerConfig.setupMyId`, `QuorumPeerMain.runFromConfig`. */
function readMyid({ dataDir }: StaticKeys, ensemble: EnsembleConfiguration, faults: Faults): bigint {
  const file = path.join(dataDir, 'myid')
  const known = [...ensemble.servers.keys()].join(', ')
  if (!fs.existsSync(file)) faults.fail(`${file}: myid file is missing: write this server's number into it, one of ${known}`)
  const text = (faults.read(file, `${file}: myid file is missing`).split('\n')[0] as string).trim()
  if (!/^-?\d{1,18}$/.test(text)) faults.fail(`${file}: serverid ${text} is not a number: write one of ${known} into it`)
  const myid = BigInt(text)
  if (!ensemble.servers.has(myid))
    faults.fail(`${file}: my id ${myid} is not in the list of servers (${known}): correct it, or add a line server.${myid}=…`, 1)
  return myid
}

/** Where clients connect: this server's line goes before `clientPort`, and must not contradict it. Source: `QuorumPeerConfig.setupClientPort`. */
function clientAddress(
  { clientPort, clientPortAddress }: StaticKeys,
  line: { readonly host: string; readonly port: number } | null,
  faults: Faults,
): Pick<PeerSettings, 'clientPort' | 'clientPortAddress'> {
  const host = clientPortAddress ?? '0.0.0.0'
  if (line === null) return { clientPort: clientPort ?? null, clientPortAddress: host }
  const contradicts =
    clientPort !== undefined && (clientPort !== line.port || (clientPortAddress !== undefined && host !== '0.0.0.0' && host !== line.host))
  if (contradicts) faults.add('clientPort', `the server line of this server says ${line.host}:${line.port}: remove one of the two`)
  return { clientPort: line.port, clientPortAddress: line.host }
}

/** The same for clients that use TLS. */
function secureClientAddress(
  { secureClientPort, secureClientPortAddress }: StaticKeys,
  line: { readonly host: string; readonly port: number } | null,
): Pick<PeerSettings, 'secureClientPort' | 'secureClientPortAddress'> {
  if (line !== null) return { secureClientPort: line.port, secureClientPortAddress: line.host }
  return { secureClientPort: secureClientPort ?? null, secureClientPortAddress: secureClientPortAddress ?? '0.0.0.0' }
}

function warnAboutEnsemble({ ensemble, myid }: PeerSettings, { peerType }: StaticKeys, faults: Faults, warn: (message: string) => void): void {
  if (ensemble === null) return
  const voters = ensemble.verifier.votingMembers.size
  if (voters <= 2) warn('no server failure will be tolerated: at least 3 servers are needed for that')
  else if (voters % 2 === 0) warn(`${voters} servers survive no more failures than ${voters - 1}: consider an odd number`)
  const type = ensemble.servers.get(myid)?.type
  if (faults.knows('peerType') && type !== peerType) warn(`peerType is ${peerType}, but the server line says ${type}, which counts`)
}
