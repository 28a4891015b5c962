/** The `server.N`, `group.N` and `weight.N` lines, in zoo.cfg or in the dynamic file that it names. */
import path from 'node:path'
import type { Sid } from '../../kernel/index.ts'
import type { EnsembleConfiguration, QuorumServer } from '../../quorum/index.ts'
import {
  ConfigurationError,
  configurationOf,
  idOf,
  type Property,
  parseGroupLine,
  parseProperties,
  parseServerLine,
  parseWeightLine,
} from '../../quorum/index.ts'
import type { StaticKeys } from './configuration-keys.ts'
import type { Faults } from './faults.ts'

/** The members of the ensemble; null when no line names one. Faults are added to `faults`. Source: `QuorumPeerConfig.parseDynamicConfig`. */
export function readEnsemble(lines: readonly Property[], keys: StaticKeys, faults: Faults): EnsembleConfiguration | null {
  const here = lines.filter(({ key }) => isEnsembleLine(key))
  if (keys.dynamicConfigFile === undefined) return buildEnsemble(faults.file, here, 0n, keys, faults)
  for (const { key, line } of here)
    faults.addAt(faults.file, line, `parameter: ${key} must be in a separate dynamic config file: move it to ${keys.dynamicConfigFile}`)
  const file = keys.dynamicConfigFile
  const dynamic = parseProperties(faults.read(file, `${file}: the dynamic configuration file is missing`))
  for (const { key, line } of dynamic) {
    if (key === 'version') faults.addAt(file, line, "dynamic file shouldn't have version inside: it is the end of the file's name; remove the line")
    else if (!isEnsembleLine(key)) faults.addAt(file, line, `Unrecognised parameter: ${key}: only server, group and weight lines belong here`)
  }
  return buildEnsemble(file, dynamic, versionOf(file), keys, faults)
}

/** The version at the end of a dynamic file's name, such as `zoo.cfg.dynamic.100000000`. Source: `QuorumPeerConfig.getVersionFromFilename`. */
function versionOf(file: string): bigint {
  const suffix = path.extname(file).slice(1)
  return /^[0-9a-f]{1,15}$/i.test(suffix) ? BigInt(`0x${suffix}`) : 0n
}

function isEnsembleLine(key: string): boolean {
  return /^(server|group|weight)\./.test(key)
}

function buildEnsemble(file: string, lines: readonly Property[], version: bigint, keys: StaticKeys, faults: Faults): EnsembleConfiguration | null {
  const servers = new Map<Sid, QuorumServer>()
  const groups = new Map<bigint, readonly Sid[]>()
  const weights = new Map<Sid, number>()
  let faulty = false
  for (const { key, value, line } of lines) {
    try {
      if (key.startsWith('server.')) servers.set(idOf(key), checkAddresses(parseServerLine(key, value), keys))
      else if (key.startsWith('group.')) groups.set(idOf(key), parseGroupLine(key, value))
      else if (key.startsWith('weight.')) weights.set(idOf(key), parseWeightLine(key, value))
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      faulty = true
      faults.addAt(file, line, error.message)
    }
  }
  if (faulty || (servers.size === 0 && groups.size === 0 && weights.size === 0)) return null
  try {
    return configurationOf(servers.values(), { version, groups, weights })
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    faults.addAt(file, lines[0]?.line ?? 1, error.message)
    return null
  }
}

function checkAddresses(server: QuorumServer, keys: StaticKeys): QuorumServer {
  if (server.addresses.length > 1 && !keys['multiAddress.enabled']) {
    throw new ConfigurationError(`server.${server.id}: several addresses, but multiAddress.enabled is not true: set it, or keep one address`)
  }
  return server
}
