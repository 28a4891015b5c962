/**
 * What a server tells about itself: one read-only picture, taken when somebody asks. Four-letter words, the AdminServer and
 * metrics are pure functions of it (`operations/`).
 */
import type { Millis, SessionId, Sid, Zxid } from '../kernel/index.ts'
import type { Metrics } from './metrics.ts'
import type { PeerSettings } from './settings.ts'

/** What `srvr` calls the server's mode; null while it serves nobody: starting, looking for a leader or synchronising. */
export type ServerMode = 'standalone' | 'leader' | 'follower' | 'observer' | 'read-only'

/** A server as an operator sees it at one moment. */
export interface ServerView {
  readonly settings: PeerSettings
  readonly mode: ServerMode | null
  /** What the server is and how far it has come, such as `following - broadcast`. Source: `QuorumPeer.getDetailedPeerState`. */
  readonly peerState: string
  /** The leader that this server follows or is; null when there is none. */
  readonly leader: Sid | null
  /** When the server began to serve, on the clock of `Now.elapsed`; meaningless while it does not. */
  readonly servingSince: Millis
  /** The last transaction that was applied to the tree. */
  readonly lastZxid: Zxid
  readonly tree: TreeView
  readonly traffic: TrafficView
  /** Sessions known to the whole ensemble. */
  readonly globalSessions: number
  /** Sessions known to this server alone. */
  readonly localSessions: number
  /** Connections on the client port, in the order in which they came. */
  readonly connections: readonly ConnectionView[]
  /** Only while it leads. */
  readonly leading: LeadingView | null
  /** The ensemble's configuration as text (`formatConfiguration`); null for a standalone server. */
  readonly membership: string | null
  /** Phase of the protocol: election, discovery, synchronization or broadcast; empty for a standalone server. */
  readonly zabState: string
  /** The last durable snapshot of this life, `at` in ms since 1970; null before the first. */
  readonly lastSnapshot: { readonly zxid: Zxid; readonly at: Millis } | null
  /** Syncs of the log that took longer than `fsync.warningthresholdms`. */
  readonly slowSyncs: number
  /** Counters and summaries, as they are at the moment of looking. */
  readonly metrics: Metrics
  readonly traceMask: bigint
  /** Long lists: made only when somebody asks. */
  readonly lists: ListsView
}

/** What can be as long as there are sessions, ephemerals or watches. */
export interface ListsView {
  /**
   * Sessions by the moment at which they expire, on the clock of `Now.elapsed`; null for a learner, which does not know.
   */
  readonly sessionExpiry: () => readonly (readonly [Millis, readonly SessionId[]])[] | null
  /** The sessions of the whole ensemble with their timeouts. */
  readonly globalSessions: () => readonly (readonly [SessionId, Millis])[]
  /** The ephemeral nodes of every session that has any. */
  readonly ephemerals: () => readonly (readonly [SessionId, readonly string[]])[]
  /** Connections by the moment at which they would be closed for silence, with their sessions (0 for none). */
  readonly connectionExpiry: () => readonly (readonly [Millis, readonly ConnectionView[]])[]
  /** Who watches what, with whom. */
  readonly watches: () => WatchesView
  /** Digests of the tree after certain transactions, the oldest first. */
  readonly digests: () => readonly { readonly zxid: Zxid; readonly digest: bigint }[]
}

/** The table of data watches: of existence, of data, and this half of persistent ones. Source: `DataTree.getWatches`. */
export interface WatchesView {
  readonly connections: number
  readonly paths: number
  readonly watches: number
  readonly byPath: readonly (readonly [string, readonly SessionId[]])[]
  readonly bySession: readonly (readonly [SessionId, readonly string[]])[]
}

/** How much its database holds. */
export interface TreeView {
  readonly znodes: number
  /** Bytes of paths and data. Source: `DataTree.approximateDataSize`. */
  readonly dataSize: number
  readonly ephemerals: number
  /** Data and child watches. */
  readonly watches: number
}

/** Counted since the server started to serve; latencies are in ms from a request's arrival to its reply. */
export interface TrafficView {
  readonly packetsReceived: number
  readonly packetsSent: number
  /** Requests that are under way. */
  readonly outstanding: number
  readonly latency: LatencyView
  /** Clients that gave credentials which were not accepted. */
  readonly authFailed: number
  /** Bytes of answers; -1 before the first. */
  readonly responseSize: SizesView
}

/** Bytes of the last, the smallest and the greatest; -1 before the first. Source: `BufferStats`. */
export interface SizesView {
  readonly last: number
  readonly min: number
  readonly max: number
}

/** All 0 before the first request. */
export interface LatencyView {
  readonly min: Millis
  readonly max: Millis
  readonly total: Millis
  readonly count: number
}

/** One client connection. Source: `ServerCnxn.dumpConnectionInfo`. */
export interface ConnectionView {
  readonly remoteAddress: string
  readonly remotePort: number
  /** Whether the server is reading from it at the moment. */
  readonly reading: boolean
  /** Requests without a reply so far. */
  readonly outstanding: number
  readonly packetsReceived: number
  readonly packetsSent: number
  /** Null before the handshake. */
  readonly session: ConnectionSessionView | null
}

/** The session of a connection, and how its requests have fared. */
export interface ConnectionSessionView {
  readonly sessionId: SessionId
  readonly timeout: Millis
  /** When the connection was made, in ms since 1970. */
  readonly established: Millis
  /** Short form of the last operation, such as `GETD`. Source: `Request.op2String`, `ServerCnxn`. */
  readonly lastOperation: string
  /** The client's number of its last request. */
  readonly lastCxid: number
  /** Zxid of the last reply; -1 before any. */
  readonly lastZxid: Zxid
  /** When the last reply was sent, on the clock of `Now.elapsed`. */
  readonly lastResponse: Millis
  readonly lastLatency: Millis
  readonly latency: LatencyView
}

/** What only a leader knows. */
export interface LeadingView {
  /** When it began to lead, on the clock of `Now.elapsed`. */
  readonly since: Millis
  /** Connected learners of any kind, in sync or not. */
  readonly learners: number
  readonly syncedFollowers: number
  readonly syncedObservers: number
  /** Sync requests that wait for a proposal. */
  readonly pendingSyncs: number
  /** Bytes of proposals; -1 before the first. */
  readonly proposalSize: SizesView
  /** Observers in sync. */
  readonly observers: readonly Sid[]
}
