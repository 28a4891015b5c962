/** The words that list what can be long: `dump` (sessions), `wchs`, `wchc`, `wchp` (watches) and `hash` (digests). */
import { formatId, type Millis, type SessionId } from '../kernel/index.ts'
import type { ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { socketAddress } from './server-report.ts'

/** Source: `DumpCommand`, `SessionTrackerImpl.dumpSessions`, `LearnerSessionTracker.dumpSessions`, `DataTree.dumpEphemerals`. */
export function dumpReport({ lists }: ServerView, facts: HostFacts): string {
  const expiry = lists.sessionExpiry()
  const ephemerals = lists.ephemerals()
  const lines = [
    'SessionTracker dump:',
    ...(expiry === null ? globalSessions(lists.globalSessions()) : buckets('Session Sets', expiry, formatId, facts)),
    'ephemeral nodes dump:',
    `Sessions with Ephemerals (${ephemerals.length}):`,
    ...ephemerals.flatMap(([id, paths]) => [`${formatId(id)}:`, ...paths.map((path) => `\t${path}`)]),
    'Connections dump:',
    ...buckets(
      'Connections Sets',
      lists.connectionExpiry(),
      (connection) => `ip: /${socketAddress(connection)} sessionId: ${formatId(connection.session?.sessionId ?? 0n)}`,
      facts,
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** A learner knows no deadlines: the leader keeps them. */
function globalSessions(sessions: readonly (readonly [SessionId, Millis])[]): string[] {
  return [`Global Sessions(${sessions.length}):`, ...sessions.map(([id, timeout]) => `${formatId(id)}\t${timeout}ms`)]
}

/** Source: `ExpiryQueue.dump`. */
function buckets<T>(title: string, expiry: readonly (readonly [Millis, readonly T[]])[], show: (one: T) => string, { dateOf }: HostFacts): string[] {
  const members = expiry.reduce((count, [, bucket]) => count + bucket.length, 0)
  return [
    `${title} (${expiry.length})/(${members}):`,
    ...expiry.flatMap(([at, bucket]) => [`${bucket.length} expire at ${dateOf(at)}:`, ...bucket.map((one) => `\t${show(one)}`)]),
  ]
}

/** `wchs`. Source: `DataTree.dumpWatchesSummary`. */
export function watchesSummary({ lists }: ServerView): string {
  const { connections, paths, watches } = lists.watches()
  return `${connections} connections watching ${paths} paths\nTotal watches:${watches}\n`
}

/** `wchc`. Source: `DataTree.dumpWatches`. */
export function watchesBySession({ lists }: ServerView): string {
  return `${lists
    .watches()
    .bySession.map(([id, paths]) => `${formatId(id)}\n${paths.map((path) => `\t${path}\n`).join('')}`)
    .join('')}\n`
}

/** `wchp`. Source: `DataTree.dumpWatches`. */
export function watchesByPath({ lists }: ServerView): string {
  return `${lists
    .watches()
    .byPath.map(([path, ids]) => `${path}\n${ids.map((id) => `\t${formatId(id)}\n`).join('')}`)
    .join('')}\n`
}

/** `hash`. Source: `DigestCommand`. */
export function digestsReport({ lists }: ServerView): string {
  return lists
    .digests()
    .map(({ zxid, digest }) => `${zxid.toString(16)}: ${digest}\n`)
    .join('')
}
