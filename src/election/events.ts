/** The boundaries of the two machines of an election: the election itself and the connections that carry it. */
import type { Epoch, Note, Sid, Zxid } from '../kernel/index.ts'
import type { InitialMessage, Notification, ServerState } from '../wire/index.ts'

/** Whom a server wants as leader. Source: `Vote`. */
export interface Vote {
  readonly leader: Sid
  readonly zxid: Zxid
  readonly electionEpoch: bigint
  readonly peerEpoch: Epoch
  /** State of whoever cast it. */
  readonly state: ServerState
  /** Version of the notification that carried it. */
  readonly version: number
}

/** `notification`: ask again. `finalizeWait`: a quorum agrees, and a better vote has had time to come. */
export type ElectionTimer = 'notification' | 'finalizeWait'

/** What goes into the election. */
export type ElectionEvent =
  /** Begin an election with this server's own proposal (`NO_SID` and minimum values for who may not lead). */
  | { readonly kind: 'lookForLeader'; readonly leader: Sid; readonly zxid: Zxid; readonly peerEpoch: Epoch }
  | { readonly kind: 'notification'; readonly from: Sid; readonly notification: Notification }
  /** `delivered`: at least one notification has left this server (`haveDelivered` of the connections). */
  | { readonly kind: 'timeout'; readonly timer: ElectionTimer; readonly delivered: boolean }
  /** The leader of this server is established: from now on its vote names this epoch. Source: `QuorumPeer.updateElectionVote`. */
  | { readonly kind: 'established'; readonly epoch: Epoch }

/** What comes out of it. */
export type ElectionEffect =
  /** To another server; to itself never: the machine treats its own vote as received at once. */
  | { readonly kind: 'sendNotification'; readonly to: Sid; readonly notification: Notification }
  /** Try to reach every server for which a notification waits. */
  | { readonly kind: 'connectAll' }
  /** The election is over and this server's role is decided. */
  | { readonly kind: 'elected'; readonly state: Exclude<ServerState, 'LOOKING'>; readonly vote: Vote }
  | { readonly kind: 'setTimer'; readonly timer: ElectionTimer; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: ElectionTimer }
  | Note

/** Names an election connection; chosen by the peer. */
export type ElectionConnection = number

/** What goes into the connections of the election port. */
export type CnxEvent =
  /** Queue a notification for a server (newest wins) and see to a connection. */
  | { readonly kind: 'toSend'; readonly sid: Sid; readonly notification: Notification }
  | { readonly kind: 'connectAll' }
  /** Somebody has connected; its initial message is still to come. */
  | { readonly kind: 'accepted'; readonly connection: ElectionConnection }
  /** An accepted connection has introduced itself. */
  | { readonly kind: 'introduced'; readonly connection: ElectionConnection; readonly message: InitialMessage }
  /** The answer to `connect`. */
  | { readonly kind: 'connected'; readonly sid: Sid; readonly connection: ElectionConnection }
  | { readonly kind: 'connectFailed'; readonly sid: Sid; readonly reason: string }
  | { readonly kind: 'received'; readonly connection: ElectionConnection; readonly notification: Notification }
  | { readonly kind: 'closed'; readonly connection: ElectionConnection }
  | { readonly kind: 'timeout'; readonly timer: 'handshake' }
  /** Close everything: this object is of no more use. Source: `QuorumCnxManager.halt`. */
  | { readonly kind: 'halt' }

/** What comes out of them. */
export type CnxEffect =
  /** Open a connection to a server; answered by `connected` or `connectFailed`. `addresses` (host:port) are where it said it can be called back; empty: the configured ones. */
  | { readonly kind: 'connect'; readonly sid: Sid; readonly addresses: readonly string[] }
  | { readonly kind: 'introduce'; readonly connection: ElectionConnection; readonly message: InitialMessage }
  | { readonly kind: 'send'; readonly connection: ElectionConnection; readonly notification: Notification }
  | { readonly kind: 'close'; readonly connection: ElectionConnection; readonly reason: string }
  /** A notification for the election. */
  | { readonly kind: 'deliver'; readonly from: Sid; readonly notification: Notification }
  | { readonly kind: 'setTimer'; readonly timer: 'handshake'; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: 'handshake' }
  | Note
