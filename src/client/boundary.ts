/**
 * The boundary of a client: bytes on the connection of the session and at times on one more, timers, and the API's commands. A host gives the machine a
 * {@link ClientEvent} and carries out, in order, each {@link ClientEffect}.
 */
import type { Millis, Note, Zxid } from '../kernel/index.ts'
import type { EventTypeName, KeeperStateName } from '../wire/index.ts'
import type { ClientRequest } from './operations.ts'

/** Names a connection while it lives; the machine counts them up from 1. */
export type ConnectionNumber = number
/** Names a promise of the API, and the watch that its request sets. Never 0. */
export type Token = number

/** Every timer of a client, at most one deadline each. */
export type ClientTimer =
  /** The server has not answered the handshake within timeout / number of servers. */
  | 'connect'
  /** Time to look whether anything was sent in the last third of the timeout; if not, a ping goes out. */
  | 'ping'
  /** Time to look whether anything was heard in the last two thirds of the timeout; if not, the connection is given up. */
  | 'silence'
  /** Nothing was heard for four thirds of the timeout: the session must be over, whatever the servers would say. */
  | 'expiry'
  /** All servers have been tried: a pause before the next round. */
  | 'reconnect'
  /** The server can only be read from: time to ask another one whether it has a quorum. */
  | 'probe'
  /** The server has not answered closeSession. */
  | 'close'

/** What a watch saw, or, with type None, what became of the session. Paths are the server's, chroot included. */
export interface WatchedEvent {
  readonly type: EventTypeName
  readonly state: KeeperStateName
  /** Null for events of type None. */
  readonly path: string | null
  /** The transaction that fired the watch; -1 from servers before 3.9 and for events of type None. */
  readonly zxid: Zxid
}

/** What goes into a client: from its host, and from its API. */
export type ClientEvent =
  /** First event: start connecting. */
  | { readonly kind: 'start' }
  /** A `connect` has succeeded. */
  | { readonly kind: 'connected'; readonly connection: ConnectionNumber }
  /** Bytes have arrived. They are the machine's only until the step returns. */
  | { readonly kind: 'data'; readonly connection: ConnectionNumber; readonly bytes: Uint8Array }
  /** The connection is gone, or could not be made. Late words of an earlier connection are ignored. */
  | { readonly kind: 'closed'; readonly connection: ConnectionNumber; readonly reason: string }
  | { readonly kind: 'timeout'; readonly timer: ClientTimer }
  /** An operation of the API. The watch that it asks for, if any, is known by its token from then on. */
  | { readonly kind: 'request'; readonly token: Token; readonly request: ClientRequest }
  /** Credentials to present now and on every later connection. */
  | { readonly kind: 'addAuth'; readonly token: Token; readonly scheme: string; readonly auth: Uint8Array | null }
  /** Nobody waits for this answer any more: unsent, the request is dropped; sent, its answer is thrown away. */
  | { readonly kind: 'abandon'; readonly token: Token }
  /** Nobody listens to this watch any more. */
  | { readonly kind: 'unwatch'; readonly watch: Token }
  /** `removeWatches` with `local`: forget the watches even if no server can be told. */
  | { readonly kind: 'forgetWatches'; readonly path: string; readonly type: number }
  | { readonly kind: 'close'; readonly token: Token }

/**
 * How a promise ends. `zxid` is that of the server's answer, -1 when no server has answered; `code` is a KeeperException code;
 * `maybeApplied` tells whether the request had been sent.
 */
export type Outcome =
  | { readonly ok: true; readonly zxid: Zxid; readonly reply: unknown }
  | { readonly ok: false; readonly zxid: Zxid; readonly code: number; readonly maybeApplied: boolean; readonly detail: string }

/** What comes out of it. */
export type ClientEffect =
  | { readonly kind: 'connect'; readonly connection: ConnectionNumber; readonly host: string; readonly port: number }
  | { readonly kind: 'send'; readonly connection: ConnectionNumber; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly connection: ConnectionNumber }
  | { readonly kind: 'setTimer'; readonly timer: ClientTimer; readonly delay: Millis }
  | { readonly kind: 'cancelTimer'; readonly timer: ClientTimer }
  /** A promise ends. */
  | { readonly kind: 'settle'; readonly token: Token; readonly outcome: Outcome }
  /** These watches have fired; the one-shot ones among them are over. */
  | { readonly kind: 'watchEvent'; readonly watches: readonly Token[]; readonly event: WatchedEvent }
  /** The session's state has changed; persistent watches hear of it, and when it is terminal so do all others. */
  | { readonly kind: 'sessionEvent'; readonly event: WatchedEvent }
  | Note
