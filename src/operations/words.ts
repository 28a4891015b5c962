/** The four-letter words: which are allowed, and what each is answered. */
import type { ServerView } from '../peer/index.ts'
import { configurationReport } from './configuration-report.ts'
import type { HostFacts } from './facts.ts'
import { monitorReport } from './monitor-report.ts'
import { connectionsReport, serverReport } from './server-report.ts'

/** A word that a server can answer. */
type Answer = (view: ServerView, facts: HostFacts) => string

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n'

/** Answered whether or not the server serves. */
const ALWAYS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['ruok', () => 'imok'],
  ['isro', ({ mode }) => (mode === null ? 'null' : mode === 'read-only' ? 'ro' : 'rw')],
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
  ['dirs', (_, facts) => `datadir_size: ${facts.dataDirSize}\nlogdir_size: ${facts.dataLogSize}\n`],
])

/**
 * Whether a word may be answered. `whitelist` is the value of `4lw.commands.whitelist`: words separated by commas, `*` for all.
 * Source: `FourLetterCommands.isEnabled`.
 */
export function isAllowed(word: string, whitelist: string): boolean {
  if (!ALWAYS.has(word) && !SERVING.has(word)) return false
  const words = whitelist.split(',').map((entry) => entry.trim())
  return words.includes('*') || words.includes(word)
}

/** The text that a four-letter word is answered with before the connection is closed. Source: `NIOServerCnxn.checkFourLetterWord`. */
export function answerWord(word: string, whitelist: string, view: ServerView, facts: HostFacts): string {
  if (!isAllowed(word, whitelist)) return `${word} is not executed because it is not in the whitelist.\n`
  const always = ALWAYS.get(word)
  if (always !== undefined) return always(view, facts)
  return view.mode === null ? NOT_SERVING : (SERVING.get(word) as Answer)(view, facts)
}
