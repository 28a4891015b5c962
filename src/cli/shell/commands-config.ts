/** Who is in the ensemble: config, reconfig. Source: `GetConfigCommand`, `ReconfigCommand`. */
import fs from 'node:fs'
import type { Stat, WatchedEvent, ZooKeeper } from '../../index.ts'
import { formatConfiguration, parseConfiguration, parseProperties, parseServerLine } from '../../quorum/index.ts'
import type { Command } from './command.ts'
import { statLines } from './commands-read.ts'
import { UsageError } from './words.ts'

export const config: Command = {
  usage: '[-c] [-w] [-s]',
  letters: 'cws',
  needs: 0,
  async run(context) {
    const { zk, options, answer, onWatch } = context
    const { data, stat, watch } = await readConfig(zk, options.flags.has('w'))
    if (watch !== undefined) onWatch(watch)
    const text = data === null ? 'null' : new TextDecoder().decode(data)
    const shown = options.flags.has('c') ? clientConfiguration(text) : text
    answer({ config: shown, stat }, shown, ...statLines(context, stat))
  },
}

async function readConfig(zk: ZooKeeper, watch: boolean): Promise<{ data: Uint8Array | null; stat: Stat; watch?: Promise<WatchedEvent> }> {
  return watch ? zk.getConfig({ watch }) : zk.getConfig()
}

/** Version and client addresses of a configuration: what a client needs of it. Source: `ConfigUtils.getClientConfigStr`. */
export function clientConfiguration(text: string): string {
  let version = ''
  const addresses: string[] = []
  for (const { key, value } of parseProperties(text)) {
    if (key === 'version') version = value
    if (!key.startsWith('server.')) continue
    const { clientAddress } = parseServerLine(key, value)
    addresses.push(clientAddress === null ? '' : `${clientAddress.host}:${clientAddress.port}`)
  }
  return `${version} ${addresses.join(',')}`
}

export const reconfig: Command = {
  usage:
    '[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]',
  letters: 'sv:',
  words: ['file', 'members', 'add', 'remove'],
  needs: 0,
  async run(context) {
    const { zk, options, answer } = context
    const { flags } = options
    const anew = flags.has('file') || flags.has('members')
    const step = flags.has('add') || flags.has('remove')
    if (!anew && !step) throw new UsageError(`reconfig ${reconfig.usage}`)
    const fromConfig = parseVersion(flags.get('v'))
    if (anew && step) {
      throw new UsageError("Can't use -file or -members together with -add or -remove (mixing incremental and non-incremental modes is not allowed)")
    }
    if (flags.has('file') && flags.has('members')) {
      throw new UsageError("Can't use -file and -members together (conflicting non-incremental modes)")
    }
    const file = flags.get('file')
    const members = file === undefined ? flags.get('members')?.toLowerCase() : membersOf(file)
    const change = { joining: flags.get('add')?.toLowerCase(), leaving: flags.get('remove')?.toLowerCase(), members, fromConfig }
    const { data, stat } = await zk.reconfigure(change)
    const text = new TextDecoder().decode(data ?? new Uint8Array(0))
    answer({ config: text, stat }, `Committed new configuration:\n${text}`, ...statLines(context, stat))
  },
}

/** A version is written as in the configuration: hexadecimal, without 0x. */
function parseVersion(text: string | undefined): bigint {
  if (text === undefined) return -1n
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new UsageError('-v must be followed by a long (configuration version)')
  return BigInt.asIntN(64, BigInt(`0x${text}`))
}

/** The members that a dynamic configuration file names, in ZooKeeper's own writing. */
function membersOf(file: string): string {
  try {
    return formatConfiguration(parseConfiguration(fs.readFileSync(file, 'utf8')))
  } catch (error) {
    throw new UsageError(`Error processing ${file}: ${(error as Error).message}`)
  }
}
