/** The four-letter words: which are allowed, and what each is answered. */
import type { AdminAction, ServerView } from '../peer/index.ts'
import { configurationReport } from './configuration-report.ts'
import type { HostFacts } from './facts.ts'
import { digestsReport, dumpReport, watchesByPath, watchesBySession, watchesSummary } from './list-reports.ts'
import { monitorReport } from './monitor-report.ts'
import { connectionsReport, serverReport } from './server-report.ts'

/** What a word is answered, and what the server is to do before. */
export interface WordAnswer {
  readonly text: string
  readonly action?: AdminAction
}

type Answer = (view: ServerView, facts: HostFacts, argument: Uint8Array) => string | WordAnswer

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests'

/** Answered whether or not the server serves. */
const ALWAYS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['ruok', () => 'imok'],
  ['isro', ({ mode }) => (mode === null ? 'null' : mode === 'read-only' ? 'ro' : 'rw')],
  ['gtmk', ({ traceMask }) => String(traceMask)],
  ['stmk', (_, __, argument) => setTraceMask(argument)],
  ['hash', (view) => (view.mode === null ? NOT_SERVING : digestsReport(view))],
  [
    'envi',
    (_, { version, environment }) => `Environment:\nzookeeper.version=${version}\n${environment.map(([key, value]) => `${key}=${value}\n`).join('')}`,
  ],
])

/** Answered by a server that serves. */
const SERVING: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['srvr', (view, facts) => serverReport(view, facts, false)],
  ['stat', (view, facts) => serverReport(view, facts, true)],
  ['cons', connectionsReport],
  ['mntr', monitorReport],
  ['conf', configurationReport],
  ['dump', dumpReport],
  ['wchs', watchesSummary],
  ['wchc', watchesBySession],
  ['wchp', watchesByPath],
  ['dirs', (_, facts) => `datadir_size: ${facts.dataDirSize}\nlogdir_size: ${facts.dataLogSize}\n`],
  ['srst', () => ({ text: 'Server stats reset.\n', action: { kind: 'resetServerStats' } })],
  ['crst', () => ({ text: 'Connection stats reset.\n', action: { kind: 'resetConnectionStats' } })],
])

/**
 * Whether a word may be answered. `whitelist` is the value of `4lw.commands.whitelist`: words separated by commas, `*` for all.
 * `srvr` always is, since scripts need it, and `isro` where servers may be read-only, since clients ask it.
 * Source: `FourLetterCommands.isEnabled`.
 */
export function isAllowed(word: string, whitelist: string, readOnlyMode: boolean): boolean {
  if (word === 'srvr' || (word === 'isro' && readOnlyMode)) return true
  const words = whitelist.split(',').map((entry) => entry.trim())
  return words.includes('*') || words.includes(word)
}

/**
 * The answer to a four-letter word, after which the connection is closed.
 * @param argument what has arrived behind the word: `stmk` has one
 * Source: `NIOServerCnxn.checkFourLetterWord`.
 */
export function answerWord(word: string, argument: Uint8Array, whitelist: string, view: ServerView, facts: HostFacts): WordAnswer {
  if (!isAllowed(word, whitelist, view.settings.readOnlyModeEnabled)) {
    return { text: `${word} is not executed because it is not in the whitelist.\n` }
  }
  const answer = ALWAYS.get(word) ?? (view.mode === null ? () => `${NOT_SERVING}\n` : SERVING.get(word))
  const given = answer?.(view, facts, argument) ?? ''
  return typeof given === 'string' ? { text: given } : given
}

/** Eight bytes follow the word; without them Java just closes the connection. */
function setTraceMask(argument: Uint8Array): WordAnswer {
  if (argument.length < 8) return { text: '' }
  const mask = new DataView(argument.buffer, argument.byteOffset).getBigInt64(0)
  return { text: String(mask), action: { kind: 'setTraceMask', mask } }
}
