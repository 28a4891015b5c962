import type { Millis, Now, SessionId } from '../kernel/index.ts'
import type { Request, RequestRules } from '../pipeline/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { CommittedLog, EncodedTxn } from '../zab/index.ts'
import type { ConnectionId, PeerEffect } from './boundary.ts'
import type { Metrics } from './metrics.ts'
import type { Observation } from './observation.ts'
import type { PeerSettings } from './settings.ts'
import type { Store } from './store.ts'

/** What a role (leading, following, alone) needs of the server that plays it. */
export interface Server {
  readonly settings: PeerSettings
  /** What the settings say to the pipeline. */
  readonly rules: RequestRules
  readonly database: ZKDatabase
  readonly committedLog: CommittedLog
  readonly store: Store
  readonly metrics: Metrics
  /** Effects for the host, in their order. */
  readonly out: PeerEffect[]
  observe(observation: Observation): void
  /** Applies a committed transaction outside the pipeline: while synchronising, or when a role ends. */
  apply(txn: EncodedTxn): void
  /** The pipeline has applied a committed transaction. */
  applied(txn: EncodedTxn): void
  /** The role serves clients from now on. */
  startServing(now: Now): void
  /** The answer to a client's ConnectRequest with an existing session. */
  sessionReady(connection: ConnectionId, valid: boolean, now: Now): void
  /**
   * The role is over. `logged` are in the log but not in the tree, in order; `reload` says that memory is ahead of the disk
   * and must be read from it again.
   */
  leaveRole(reason: string, logged: readonly EncodedTxn[], reload: boolean): void
}

/** What the server asks of its role. Calls that make no sense for a role do nothing there. */
export interface Role {
  /** What the role is called in `srvr`. */
  readonly mode: 'standalone' | 'leader' | 'follower' | 'observer' | 'read-only'
  /** Whether clients are served. */
  readonly serving: boolean
  submit(request: Request, now: Now): void
  touch(sessionId: SessionId, timeout: Millis, now: Now): void
  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void
  /** The own log is durable up to here. */
  flushed(upTo: bigint, now: Now): void
  /** Half a tick has passed. */
  tick(now: Now): void
  /** The role is over: close what it has opened. */
  end(): void
}
