/** Every command of the shell under its name, and how a failed one explains itself. */
import { InvalidPathError, isKeeperError, KeeperError } from '../../index.ts'
import type { Command } from './command.ts'
import { config, reconfig } from './commands-config.ts'
import { delquota, listquota, setquota } from './commands-quota.ts'
import { get, getAcl, getAllChildrenNumber, getEphemerals, ls, stat } from './commands-read.ts'
import { addauth, addWatch, removewatches, sync, version, whoami } from './commands-session.ts'
import { create, del, deleteall, set, setAcl } from './commands-write.ts'

/** Commands that talk to a server. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['addWatch', addWatch],
  ['addauth', addauth],
  ['config', config],
  ['create', create],
  ['delete', del],
  ['deleteall', deleteall],
  ['delquota', delquota],
  ['get', get],
  ['getAcl', getAcl],
  ['getAllChildrenNumber', getAllChildrenNumber],
  ['getEphemerals', getEphemerals],
  ['listquota', listquota],
  ['ls', ls],
  ['reconfig', reconfig],
  ['removewatches', removewatches],
  ['set', set],
  ['setAcl', setAcl],
  ['setquota', setquota],
  ['stat', stat],
  ['sync', sync],
  ['version', version],
  ['whoami', whoami],
])

/** Commands that the shell itself carries out, with their usage. */
export const shellCommands: ReadonlyMap<string, string> = new Map([
  ['close', ''],
  ['connect', 'host:port'],
  ['exit', ''],
  ['help', ''],
  ['history', ''],
  ['printwatches', 'on|off'],
  ['quit', ''],
  ['redo', 'cmdno'],
])

/** All names in order. */
export function commandNames(): readonly string[] {
  return [...commands.keys(), ...shellCommands.keys()].sort((a, b) => (a < b ? -1 : 1))
}

/** The list that `help` and an unknown command print. */
export function usageText(): string {
  const lines = commandNames().map((name) => `\t${name} ${commands.get(name)?.usage ?? shellCommands.get(name)}`)
  return ['ZooKeeper -server host:port -client-configuration properties-file cmd args', ...lines].join('\n')
}

const sentences: Readonly<Record<string, string>> = {
  NONODE: 'Node does not exist: ',
  NOCHILDRENFOREPHEMERALS: 'Ephemerals cannot have children: ',
  NODEEXISTS: 'Node already exists: ',
  NOTEMPTY: 'Node not empty: ',
  NOTREADONLY: 'Not a read-only call: ',
  INVALIDACL: 'Acl is not valid : ',
  NOAUTH: 'Insufficient permission : ',
  BADARGUMENTS: 'Arguments are not valid : ',
  BADVERSION: 'version No is not valid : ',
  QUOTAEXCEEDED: 'Quota has exceeded : ',
}

const NEW_CONFIG_NO_QUORUM =
  'No quorum of new config is connected and up-to-date with the leader of last commmitted config - ' +
  'try invoking reconfiguration after new servers are connected and synced'

/** What a failed command says. Source: `CliWrapperException.getMessage`. */
export function explain(error: unknown): string {
  if (error instanceof InvalidPathError) return error.message
  if (isKeeperError(error, 'MARSHALLINGERROR')) return String(error.cause)
  if (!(error instanceof KeeperError)) return error instanceof Error ? error.message : String(error)
  const sentence = sentences[error.code]
  if (error.code === 'RECONFIGINPROGRESS') return 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)'
  if (error.code === 'NEWCONFIGNOQUORUM') return NEW_CONFIG_NO_QUORUM
  return sentence === undefined ? error.message : sentence + String(error.path)
}
