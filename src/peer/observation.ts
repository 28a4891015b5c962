/**
 * What a server tells those who watch it: facts for checkers, in the moment in which they become true. A machine never learns
 * whether anybody listens, and nothing that a server does depends on it. The names follow the list of recorded events in the
 * TLA+ specifications of Zab.
 */
import type { Epoch, Sid, Zxid } from '../kernel/index.ts'
import type { EpochFile } from '../zab/index.ts'

/** The roles in which a server serves clients. */
export type ServingRole = 'standalone' | 'leader' | 'follower' | 'observer'

/** What a server lets an onlooker know of itself: the facts from which the simulator's checkers judge. */
export type Observation =
  /** The election has ended for this server: whom it will follow (itself: it leads). */
  | { readonly kind: 'elected'; readonly leader: Sid }
  /** An epoch file is durable. */
  | { readonly kind: 'epochWritten'; readonly file: EpochFile; readonly epoch: Epoch }
  /** This server leads this epoch: a quorum has acknowledged it and the leader's own currentEpoch is durable. */
  | { readonly kind: 'established'; readonly epoch: Epoch }
  /** The database was replaced as a whole: by what the disk holds, or by a snapshot of the leader. `zxid` is its position. */
  | { readonly kind: 'restored'; readonly from: 'disk' | 'leader'; readonly zxid: Zxid }
  /** A transaction was put into the log, in the order of the log. Not durable yet. */
  | { readonly kind: 'appended'; readonly zxid: Zxid; readonly bytes: Uint8Array }
  /** The log is durable up to and including this zxid. */
  | { readonly kind: 'flushed'; readonly zxid: Zxid }
  /** The log was cut durably: it ends with this zxid or before it. */
  | { readonly kind: 'truncated'; readonly zxid: Zxid }
  /** This server serves clients from now on; `zxid` is the last transaction that its database contains, all of them committed. */
  | { readonly kind: 'serving'; readonly role: ServingRole; readonly epoch: Epoch; readonly zxid: Zxid }
  /** A transaction was applied to the database. */
  | { readonly kind: 'applied'; readonly zxid: Zxid; readonly bytes: Uint8Array }
  /** This server serves no longer: it looks for a leader again, or ends. */
  | { readonly kind: 'stoppedServing' }

/** Who wants to know. */
export type Observer = (observation: Observation) => void
