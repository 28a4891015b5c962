import type { Millis, SessionId } from '../kernel/index.ts'
import { formatConfiguration } from '../quorum/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import { OpCode, type OpCodeName } from '../wire/index.ts'
import type { ClientCnxn } from './client-cnxn.ts'
import type { ClientPort } from './client-port.ts'
import type { DigestLog } from './digest-log.ts'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import type { Life } from './life.ts'
import type { Metrics } from './metrics.ts'
import type { Role } from './service.ts'
import type { PeerSettings } from './settings.ts'
import { Standalone } from './standalone.ts'
import type { Store } from './store.ts'
import type { ConnectionView, LeadingView, ListsView, ServerView, WatchesView } from './view.ts'

/** The parts of a server that can be seen. */
export interface Describable {
  readonly settings: PeerSettings
  readonly role: Role | null
  readonly life: Pick<Life, 'phase' | 'servingSince'>
  readonly database: ZKDatabase
  readonly watches: Watches
  readonly clients: ClientPort
  readonly metrics: Metrics
  readonly traceMask: bigint
  readonly store: Pick<Store, 'lastSnapshot' | 'slowSyncs'>
  readonly digestLog: Pick<DigestLog, 'entries'>
}

/** The picture that four-letter words and metrics are made from. */
export function describePeer(peer: Describable): ServerView {
  const { role, clients, database, settings } = peer
  const { tree } = database
  const connections = [...clients.connections.values()]
  return {
    settings,
    mode: role?.serving ? role.mode : null,
    peerState: peerState(peer),
    leader: role instanceof Following ? role.leader : role instanceof Leading ? settings.myid : null,
    servingSince: peer.life.servingSince,
    lastZxid: database.lastProcessedZxid,
    tree: {
      znodes: tree.nodeCount,
      dataSize: tree.approximateDataSize,
      ephemerals: countPaths(tree.ephemerals),
      watches: peer.watches.watchCount,
    },
    traffic: {
      packetsReceived: clients.traffic.received,
      packetsSent: clients.traffic.sent,
      outstanding: connections.reduce((sum, { outstanding }) => sum + outstanding, 0),
      latency: clients.traffic.latency,
      authFailed: clients.traffic.authFailed,
      responseSize: clients.traffic.responseSize,
    },
    globalSessions: database.sessions.size,
    localSessions: role instanceof Leading || role instanceof Following ? role.localSessions : 0,
    connections: connections.map(describeConnection),
    leading: role instanceof Leading ? describeLeading(role) : null,
    membership: settings.ensemble === null ? null : formatConfiguration(settings.ensemble),
    zabState: zabState(peer),
    lastSnapshot: peer.store.lastSnapshot,
    slowSyncs: peer.store.slowSyncs,
    metrics: peer.metrics,
    traceMask: peer.traceMask,
    lists: listsOf(peer),
  }
}

function listsOf({ role, database, clients, watches, digestLog, settings }: Describable): ListsView {
  return {
    sessionExpiry: () => (role instanceof Leading || role instanceof Standalone ? (role.tracker?.listing() ?? []) : null),
    globalSessions: () => [...database.sessions] as [SessionId, Millis][],
    ephemerals: () => Array.from(database.tree.ephemerals, ([id, paths]) => [id as SessionId, [...paths]] as const),
    connectionExpiry: () => connectionExpiry(clients, settings.tickTime),
    watches: () => describeWatches(watches, clients),
    digests: () => [...digestLog.entries],
  }
}

/** Rounded up to whole ticks, in which silence is looked for. */
function connectionExpiry(clients: ClientPort, tickTime: Millis): [Millis, ConnectionView[]][] {
  const buckets = new Map<Millis, ConnectionView[]>()
  for (const cnxn of clients.connections.values()) {
    const end = Math.ceil(clients.silentUntil(cnxn) / tickTime) * tickTime
    const bucket = buckets.get(end)
    if (bucket === undefined) buckets.set(end, [describeConnection(cnxn)])
    else bucket.push(describeConnection(cnxn))
  }
  return [...buckets].sort(([a], [b]) => a - b)
}

function describeWatches(watches: Watches, clients: ClientPort): WatchesView {
  const { connections, paths, watches: count, byPath, byWatcher } = watches.describe()
  const sessionOf = (connection: number) => clients.connections.get(connection)?.sessionId ?? 0n
  return {
    connections,
    paths,
    watches: count,
    byPath: Array.from(byPath, ([path, watchers]) => [path, watchers.map(sessionOf)] as const),
    bySession: Array.from(byWatcher, ([watcher, watched]) => [sessionOf(watcher), watched] as const),
  }
}

function countPaths(ephemerals: ReadonlyMap<bigint, ReadonlySet<string>>): number {
  let count = 0
  for (const paths of ephemerals.values()) count += paths.size
  return count
}

/** Source: `QuorumPeer.getDetailedPeerState`. */
function peerState(peer: Describable): string {
  const { role, settings, life } = peer
  if (settings.ensemble === null) return 'standalone'
  if (role instanceof Leading) return `leading - ${zabState(peer)}`
  if (role instanceof Following) return `${role.mode === 'follower' ? 'following' : 'observing'} - ${zabState(peer)}`
  return life.phase === 'LOOKING' ? 'looking - election' : life.phase
}

/** Source: `QuorumPeer.getZabState`. */
function zabState({ role, settings }: Describable): string {
  if (settings.ensemble === null) return ''
  if (role instanceof Leading) return role.machine.zabState.toLowerCase()
  if (role instanceof Following) return role.serving ? 'broadcast' : role.machine.stage.toLowerCase()
  return 'election'
}

function describeLeading(role: Leading): LeadingView {
  const handlers = [...role.machine.learners.values()]
  const synced = handlers.filter(({ phase }) => phase === 'SERVING')
  return {
    since: role.since,
    learners: handlers.length,
    syncedFollowers: synced.filter(({ learnerType }) => learnerType === 'participant').length,
    syncedObservers: synced.filter(({ learnerType }) => learnerType === 'observer').length,
    pendingSyncs: role.pendingSyncs,
    proposalSize: role.proposalSize,
    observers: synced.filter(({ learnerType }) => learnerType === 'observer').flatMap(({ sid }) => sid ?? []),
  }
}

function describeConnection(cnxn: ClientCnxn): ConnectionView {
  const { lastAnswer } = cnxn
  const session = {
    sessionId: cnxn.sessionId,
    timeout: cnxn.sessionTimeout,
    established: cnxn.established,
    lastOperation: lastAnswer === null ? 'NA' : (SHORT_NAMES.get(lastAnswer.type) ?? 'NA'),
    lastCxid: lastAnswer?.cxid ?? 0,
    lastZxid: lastAnswer?.zxid ?? -1n,
    lastResponse: lastAnswer?.at ?? 0,
    lastLatency: lastAnswer?.latency ?? 0,
    latency: cnxn.latency,
  }
  return {
    remoteAddress: cnxn.remoteAddress,
    remotePort: cnxn.remotePort,
    reading: cnxn.state !== 'connecting' && cnxn.state !== 'admin' && !cnxn.paused,
    outstanding: cnxn.outstanding,
    packetsReceived: cnxn.received,
    packetsSent: cnxn.sent,
    session: cnxn.state === 'established' ? session : null,
  }
}

/** Short names of operations in `cons`. Source: `Request.op2String`, `ServerCnxn`. */
const SHORT_NAMES: ReadonlyMap<number, string> = new Map(
  (
    [
      ['createSession', 'SESS'],
      ['create', 'CREA'],
      ['create2', 'CREA'],
      ['createContainer', 'CREA'],
      ['createTTL', 'CREA'],
      ['delete', 'DELE'],
      ['exists', 'EXIS'],
      ['getData', 'GETD'],
      ['setData', 'SETD'],
      ['getACL', 'GETA'],
      ['setACL', 'SETA'],
      ['getChildren', 'GETC'],
      ['getChildren2', 'GETC'],
      ['sync', 'SYNC'],
      ['ping', 'PING'],
      ['closeSession', 'CLOS'],
      ['setWatches', 'SETW'],
      ['setWatches2', 'STW2'],
      ['addWatch', 'ADDW'],
      ['removeWatches', 'REMW'],
      ['checkWatches', 'CHKW'],
      ['check', 'CHEC'],
      ['multi', 'MULT'],
      ['multiRead', 'MLTR'],
      ['reconfig', 'RECO'],
      ['getEphemerals', 'GETE'],
      ['getAllChildrenNumber', 'GETACN'],
      ['whoAmI', 'HOMI'],
    ] as const satisfies readonly (readonly [OpCodeName, string])[]
  ).map(([name, short]) => [OpCode[name], short]),
)
