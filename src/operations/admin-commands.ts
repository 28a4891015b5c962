/** The commands of the AdminServer: names, who may run when, and how a result becomes a response. */
import type { AdminAction, ServerView } from '../peer/index.ts'
import {
  configuration,
  connections,
  dump,
  hash,
  lastSnapshot,
  leader,
  monitor,
  observers,
  serverStats,
  stats,
  votingView,
  watches,
  watchesByPath,
  watchSummary,
  zabState,
} from './admin-answers.ts'
import type { HostFacts } from './facts.ts'
import { type Json, printJson } from './json.ts'

/** Fields of a response in their order; `error` among them when the command itself has failed. */
type Fields = { readonly [key: string]: Json }

interface Command {
  /** The primary name first. */
  readonly names: readonly string[]
  /** Whether it needs a server that serves. */
  readonly serving: boolean
  readonly run: (view: ServerView, facts: HostFacts, query: ReadonlyMap<string, string>) => Fields
  /** What the server is to do. */
  readonly action?: (query: ReadonlyMap<string, string>) => AdminAction | null
}

/** Source: `Commands`. */
const COMMANDS: readonly Command[] = [
  { names: ['configuration', 'conf', 'config'], serving: true, run: configuration },
  { names: ['connections', 'cons'], serving: true, run: connections },
  { names: ['connection_stat_reset', 'crst'], serving: true, run: nothing, action: () => ({ kind: 'resetConnectionStats' }) },
  { names: ['dirs'], serving: true, run: (_, facts) => ({ datadir_size: facts.dataDirSize, logdir_size: facts.dataLogSize }) },
  { names: ['dump'], serving: true, run: dump },
  {
    names: ['environment', 'env', 'envi'],
    serving: false,
    run: (_, { version, environment }) => ({ 'zookeeper.version': version, ...Object.fromEntries(environment) }),
  },
  { names: ['get_trace_mask', 'gtmk'], serving: false, run: ({ traceMask }) => ({ tracemask: traceMask }) },
  { names: ['hash'], serving: true, run: hash },
  { names: ['initial_configuration', 'icfg'], serving: true, run: (_, facts) => ({ initial_configuration: facts.initialConfiguration }) },
  { names: ['is_read_only', 'isro'], serving: true, run: ({ mode }) => ({ read_only: mode === 'read-only' }) },
  { names: ['last_snapshot', 'lsnp'], serving: true, run: lastSnapshot },
  { names: ['leader', 'lead'], serving: true, run: leader },
  { names: ['monitor', 'mntr'], serving: false, run: monitor },
  // No learner is served by anybody but the leader, so there is nothing to reset.
  { names: ['observer_connection_stat_reset', 'orst'], serving: true, run: nothing },
  { names: ['observers', 'obsr'], serving: true, run: observers },
  { names: ['ruok'], serving: true, run: nothing },
  { names: ['server_stats', 'srvr'], serving: true, run: serverStats },
  { names: ['set_trace_mask', 'stmk'], serving: false, run: (_, __, query) => traceMaskSet(query), action: traceMaskWish },
  { names: ['stat_reset', 'srst'], serving: true, run: nothing, action: () => ({ kind: 'resetServerStats' }) },
  { names: ['stats', 'stat'], serving: true, run: stats },
  {
    names: ['system_properties', 'sysp'],
    serving: false,
    run: (_, { properties }) => Object.fromEntries([...properties].sort(([a], [b]) => (a < b ? -1 : 1))),
  },
  { names: ['voting_view'], serving: true, run: votingView },
  { names: ['watch_summary', 'wchs'], serving: true, run: watchSummary },
  { names: ['watches', 'wchc'], serving: true, run: watches },
  { names: ['watches_by_path', 'wchp'], serving: true, run: watchesByPath },
  { names: ['zabstate'], serving: false, run: zabState },
]

const BY_NAME: ReadonlyMap<string, Command> = new Map(COMMANDS.flatMap((command) => command.names.map((name) => [name, command])))

/** A response and what the server is to do. */
export interface AdminResponse {
  /** JSON. */
  readonly body: string
  readonly action: AdminAction | null
}

/**
 * Runs a command. Unknown names and servers that do not serve are answered, too.
 * @param name the primary name or an alias
 * @param query the arguments of the URL
 * Source: `Commands.runCommand`, `CommandResponse.toMap`.
 */
export function runAdminCommand(name: string, query: ReadonlyMap<string, string>, view: ServerView, facts: HostFacts): AdminResponse {
  const command = BY_NAME.get(name)
  if (command === undefined) return failure(name, `Unknown command: ${name}`)
  if (command.serving && view.mode === null) return failure(name, 'This ZooKeeper instance is not currently serving requests')
  const fields = command.run(view, facts, query)
  const [primary = name] = command.names
  const response: Fields = 'error' in fields ? { ...fields, command: primary } : { ...fields, command: primary, error: null }
  return { body: printJson(response), action: command.action?.(query) ?? null }
}

/** The page at `/commands`: a link for each command. Source: `JettyAdminServer.commandLinks`. */
export function adminCommandLinks(commandUrl: string): string {
  const names = COMMANDS.map(({ names }) => names[0] as string).sort((a, b) => (a < b ? -1 : 1))
  return names.map((name) => `<a href="${commandUrl}/${name}">${name}</a>\n<br/>\n`).join('')
}

function failure(command: string, error: string): AdminResponse {
  return { body: printJson({ command, error }), action: null }
}

function nothing(): Fields {
  return {}
}

function traceMaskSet(query: ReadonlyMap<string, string>): Fields {
  const wanted = query.get('traceMask')
  if (wanted === undefined) return { error: 'setTraceMask requires long traceMask argument' }
  const mask = parseLong(wanted)
  return mask === null ? { error: `setTraceMask requires long traceMask argument, got ${wanted}` } : { tracemask: mask }
}

function traceMaskWish(query: ReadonlyMap<string, string>): AdminAction | null {
  const mask = parseLong(query.get('traceMask') ?? '')
  return mask === null ? null : { kind: 'setTraceMask', mask }
}

/** Source: `Long.parseLong`. */
function parseLong(text: string): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(64, value) === value ? value : null
}
