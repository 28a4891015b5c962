/**
 * The configuration as text: what notifications and NEWLEADER carry, what dynamic configuration files and
 * `/zookeeper/config` hold, and the `server.N` lines of zoo.cfg.
 */
import type { Sid } from '../kernel/index.ts'
import { toHex } from '../kernel/index.ts'
import type { ClientAddress, EnsembleConfiguration, LearnerType, QuorumAddress, QuorumServer } from './configuration.ts'
import { ConfigurationError, compareHosts, compareIds, configurationOf } from './configuration.ts'
import { parseProperties } from './properties.ts'

/**
 * Reads a whole configuration. Throws {@link ConfigurationError} naming the line for anything it does not know or cannot use.
 * Source: `QuorumPeerConfig.parseDynamicConfig`.
 */
export function parseConfiguration(text: string): EnsembleConfiguration {
  const servers = new Map<Sid, QuorumServer>()
  const groups = new Map<bigint, readonly Sid[]>()
  const weights = new Map<Sid, number>()
  let version = 0n
  for (const { key, value, line } of parseProperties(text)) {
    try {
      if (key.startsWith('server.')) servers.set(idOf(key), parseServerLine(key, value))
      else if (key.startsWith('group.')) groups.set(idOf(key), parseGroupLine(key, value))
      else if (key.startsWith('weight.')) weights.set(idOf(key), parseWeightLine(key, value))
      else if (key === 'version') version = parseVersion(value)
      else throw new ConfigurationError(`${key}: unrecognised parameter`)
    } catch (error) {
      if (error instanceof ConfigurationError) throw new ConfigurationError(`line ${line}: ${error.message}`)
      throw error
    }
  }
  return configurationOf(servers.values(), { version, groups, weights })
}

/**
 * Reads the value of `server.N`: `host:quorumPort:electionPort[:type]`, several of them separated by `|`, then optionally
 * `;[host:]clientPort` and `;[host:]secureClientPort`. Throws {@link ConfigurationError}.
 * Source: `QuorumServer.initializeWithAddressString`.
 */
export function parseServerLine(key: string, value: string): QuorumServer {
  const [server = '', client = '', secure = '', ...more] = value.split(';')
  if (more.length > 0) throw new ConfigurationError(`${key}=${value}: more than two client addresses`)
  const types = new Set<LearnerType>()
  const addresses = server.split('|').map((address) => parseAddress(key, address.trim(), types))
  if (types.size > 1) throw new ConfigurationError(`${key}=${value}: one server cannot be participant and observer`)
  const [type = 'participant'] = types
  return { id: idOf(key), addresses, type, clientAddress: parseClient(key, client), secureClientAddress: parseClient(key, secure) }
}

/** Reads the value of `group.N`: sids separated by colons. Throws {@link ConfigurationError}. */
export function parseGroupLine(key: string, value: string): readonly Sid[] {
  return value.split(':').map((sid) => parseId(key, sid.trim()))
}

/** Reads the value of `weight.N`: a number of at least 0. Throws {@link ConfigurationError}. */
export function parseWeightLine(key: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new ConfigurationError(`${key}=${value}: a weight is a whole number of at least 0`)
  return Number(value)
}

/** The number in `server.N`, `group.N` and `weight.N`. Throws {@link ConfigurationError}. */
export function idOf(key: string): bigint {
  return parseId(key, key.slice(key.indexOf('.') + 1))
}

/**
 * Writes a configuration byte for byte as Java does: servers, groups, weights, each in the order of a Java HashMap, and
 * the version, without a line feed at the end. Only an abbreviated IPv6 address stays as it was written.
 * Source: `QuorumMaj.toString`, `QuorumHierarchical.toString`.
 */
export function formatConfiguration({ version, servers, groups, weights, verifier }: EnsembleConfiguration): string {
  const lines = hashMapOrder(servers.keys()).map((sid) => `server.${sid}=${formatServerLine(servers.get(sid) as QuorumServer)}`)
  if (groups !== null) {
    const order = hashMapOrder([...groups.values()].flat())
    for (const gid of hashMapOrder(groups.keys())) {
      const members = new Set(groups.get(gid))
      lines.push(`group.${gid}=${order.filter((sid) => members.has(sid)).join(':')}`)
    }
    for (const sid of hashMapOrder([...verifier.votingMembers, ...weights.keys()])) lines.push(`weight.${sid}=${verifier.weightOf(sid)}`)
  }
  lines.push(`version=${toHex(version)}`)
  return lines.join('\n')
}

/** The value of a `server.N` line; the type is always spelled out. Source: `QuorumServer.toString`. */
export function formatServerLine({ addresses, type, clientAddress, secureClientAddress }: QuorumServer): string {
  const parts = [...addresses].sort(compareHosts).map(({ host, quorumPort, electionPort }) => `${delimited(host)}:${quorumPort}:${electionPort}`)
  let line = `${parts.join('|')}:${type}`
  if (clientAddress !== null) line += `;${delimited(clientAddress.host)}:${clientAddress.port}`
  if (secureClientAddress !== null) line += `${clientAddress === null ? ';' : ''};${delimited(secureClientAddress.host)}:${secureClientAddress.port}`
  return line
}

/**
 * Long keys in the order in which a Java HashMap yields them: by the low bits of their hash, as many as its table needs. The
 * table starts with 16 places and doubles when it is three quarters full. Keys that share a place come in ascending order here
 * (in Java, as they were put in). Source: `java.util.HashMap.hash`, `Long.hashCode`.
 */
export function hashMapOrder(keys: Iterable<bigint>): bigint[] {
  const ids = [...new Set(keys)]
  let capacity = 16
  while (ids.length > capacity * 0.75) capacity *= 2
  const placeOf = (id: bigint) => {
    const hash = Number(BigInt.asIntN(32, id ^ (id >> 32n)))
    return (hash ^ (hash >>> 16)) & (capacity - 1)
  }
  return ids.sort((a, b) => placeOf(a) - placeOf(b) || compareIds(a, b))
}

function parseAddress(key: string, text: string, types: Set<LearnerType>): QuorumAddress {
  const [host = '', quorumPort, electionPort, type, ...more] = splitHost(key, text)
  if (host === '' || quorumPort === undefined || electionPort === undefined || more.length > 0) {
    throw new ConfigurationError(`${key}=${text}: expected host:quorumPort:electionPort[:participant|observer]`)
  }
  if (type !== undefined) types.add(parseType(key, type))
  const address = { host, quorumPort: parsePort(key, quorumPort), electionPort: parsePort(key, electionPort) }
  if (address.quorumPort === address.electionPort) throw new ConfigurationError(`${key}=${text}: quorum and election port must differ`)
  return address
}

function parseType(key: string, text: string): LearnerType {
  const type = text.trim().toLowerCase()
  if (type !== 'participant' && type !== 'observer') throw new ConfigurationError(`${key}: ${text} is neither participant nor observer`)
  return type
}

function parseClient(key: string, text: string): ClientAddress | null {
  if (text.trim() === '') return null
  const parts = splitHost(key, text.trim())
  const [host, port] = parts.length === 1 ? ['0.0.0.0', parts[0]] : parts
  if (host === undefined || port === undefined || parts.length > 2) throw new ConfigurationError(`${key}: ${text} is not [host:]clientPort`)
  return { host, port: parsePort(key, port) }
}

function splitHost(key: string, text: string): string[] {
  if (!text.startsWith('[')) return text.split(':')
  const end = text.indexOf(']:')
  if (end < 0) throw new ConfigurationError(`${key}: ${text} lacks the "]:" after an IPv6 address`)
  return [text.slice(1, end), ...text.slice(end + 2).split(':')]
}

function parsePort(key: string, text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : -1
  if (port < 0 || port > 65535) throw new ConfigurationError(`${key}: ${text} is not a port`)
  return port
}

function parseId(key: string, text: string): bigint {
  if (!/^-?\d{1,18}$/.test(text)) throw new ConfigurationError(`${key}: "${text}" is not a number`)
  return BigInt(text)
}

function parseVersion(text: string): bigint {
  const version = /^[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : -1n
  if (version < 0n || version >= 1n << 63n) throw new ConfigurationError(`version=${text}: not a hexadecimal number of 63 bits`)
  return version
}

function delimited(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
