/** Every command of the shell under its name, and how a failed one explains itself. */
import { InvalidPathError, KeeperError } from '../../index.ts'
import type { Command } from './command.ts'
import { get, getAcl, getAllChildrenNumber, getEphemerals, ls, stat } from './commands-read.ts'
import { addauth, addWatch, removewatches, sync, version, whoami } from './commands-session.ts'
import { create, del, deleteall, set, setAcl } from './commands-write.ts'

/** Commands that talk to a server. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['addWatch', addWatch],
  ['addauth', addauth],
  ['create', create],
  ['delete', del],
  ['deleteall', deleteall],
  ['get', get],
  ['getAcl', getAcl],
  ['getAllChildrenNumber', getAllChildrenNumber],
  ['getEphemerals', getEphemerals],
  ['ls', ls],
  ['removewatches', removewatches],
  ['set', set],
  ['setAcl', setAcl],
  ['stat', stat],
  ['sync', sync],
  ['version', version],
  ['whoami', whoami],
])

/** Commands that the shell itself carries out, with their usage. */
export const shellCommands: ReadonlyMap<string, string> = new Map([
  ['close', ''],
  ['connect', 'host:port'],
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
  return ['ZooKeeper -server host:port cmd args', ...lines].join('\n')
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

/** What a failed command says. Source: `CliWrapperException.getMessage`. */
export function explain(error: unknown): string {
  if (error instanceof InvalidPathError) return error.message
  if (!(error instanceof KeeperError)) return error instanceof Error ? error.message : String(error)
  const sentence = sentences[error.code]
  return sentence === undefined ? error.message : sentence + String(error.path)
}
