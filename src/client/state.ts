/** What a client knows: plain data that the step changes. */
import { type Millis, Prng, type SessionId, type Zxid } from '../kernel/index.ts'
import type { ClientEffect, ConnectionNumber, Token } from './boundary.ts'
import { type ServerAddress, shuffle } from './host-list.ts'
import type { ClientRequest } from './operations.ts'
import { WatchRegistry } from './watch-registry.ts'

/** The first fact: what goes on with the network. Source: `ZooKeeper.States`. */
export type ConnectionState = 'CONNECTING' | 'CONNECTED' | 'CONNECTEDREADONLY' | 'CLOSED' | 'AUTH_FAILED'

/**
 * The second fact: what that means for the session, in kazoo's words. CONNECTED: it lives. SUSPENDED: it may live, nobody
 * knows. LOST: it is over for good, with its ephemerals and watches.
 */
export type SessionState = 'CONNECTED' | 'SUSPENDED' | 'LOST'

/** What the client's machine is made with. */
export interface CnxnOptions {
  readonly servers: readonly ServerAddress[]
  /** The timeout to ask for, in ms. */
  readonly sessionTimeout: Millis
  /** Whether a server that has lost its quorum will do. */
  readonly canBeReadOnly: boolean
  /** A session to take over; 0 for a new one. */
  readonly sessionId: SessionId
  readonly passwd: Uint8Array
  /** Where the order of servers and the pauses come from. */
  readonly seed: bigint
  /** How many requests may wait, sent and unsent together. */
  readonly queueLimit: number
  /** The longest frame to accept from a server and to send to one, in bytes (`jute.maxbuffer`). */
  readonly maxFrameLength: number
}

/** A request that waits to be sent or, with an xid, for its answer. Token 0: nobody waits for it. */
export interface Waiting {
  token: Token
  xid: number
  readonly request: ClientRequest
  /** What goes over the wire, encoded once; it gets its number when it leaves. */
  readonly frame: Uint8Array
}

/** A connection beside the session's, on which a server is asked whether it has a quorum. */
export interface Probe {
  readonly link: ConnectionNumber
  /** Index into `servers` of the one that is asked. */
  readonly server: number
  answer: string
}

/** Plain data; the step changes it. Source: `ClientCnxn`. */
export interface Cnxn {
  readonly options: CnxnOptions
  /** In the order in which this client tries them. */
  readonly servers: readonly ServerAddress[]
  readonly random: Prng
  connection: ConnectionState
  session: SessionState
  /** The connection that is up or being made; 0 for none. */
  link: ConnectionNumber
  /** How many connections there have been. */
  links: number
  /** Index into `servers` of the one to try next. */
  nextServer: number
  /** The server of the link. */
  server: ServerAddress | null
  /** Connections lost or not made since a server last answered a request. */
  failures: number
  sessionId: SessionId
  passwd: Uint8Array
  /** The negotiated timeout; until there is one, the requested. */
  timeout: Millis
  /** A session made by a read-only server alone exists nowhere else, so it cannot be resumed. */
  seenReadWriteServer: boolean
  /** The highest zxid in a reply: a server that is behind it must refuse this client. */
  lastZxidSeen: Zxid
  /** When the server of the session was last heard, and last sent to; elapsed ms. */
  lastHeard: Millis
  lastSent: Millis
  lastXid: number
  /** Requests that wait for a connection, and requests that wait for an answer, both in the order of the calls. */
  queue: Waiting[]
  sent: Waiting[]
  /** Credentials, presented on every connection before anything else. */
  readonly credentials: { readonly scheme: string; readonly auth: Uint8Array | null }[]
  /** Who waits for the answers to auth packets; 0 for those sent again. */
  authSent: Token[]
  /** Who waits for the end; empty until close is called. */
  closing: Token[]
  /** The beginning of a frame whose end has not arrived. */
  partialFrame: Uint8Array
  /** While the server can only be read from: the question to another one that is under way, and the pause after it. */
  probe: Probe | null
  probePause: Millis
  readonly watches: WatchRegistry
}

/** A handler's way to act on the world. */
export type Out = ClientEffect[]

const NO_BYTES = new Uint8Array(0)

/** A client before its first event. */
export function newCnxn(options: CnxnOptions): Cnxn {
  const random = new Prng(options.seed)
  return {
    options,
    servers: shuffle(options.servers, random),
    random,
    connection: 'CONNECTING',
    session: 'SUSPENDED',
    link: 0,
    links: 0,
    nextServer: 0,
    server: null,
    failures: 0,
    sessionId: options.sessionId,
    passwd: options.passwd,
    timeout: options.sessionTimeout,
    seenReadWriteServer: options.sessionId !== 0n,
    lastZxidSeen: 0n,
    lastHeard: 0,
    lastSent: 0,
    lastXid: 0,
    queue: [],
    sent: [],
    credentials: [],
    authSent: [],
    closing: [],
    partialFrame: NO_BYTES,
    probe: null,
    probePause: 0,
    watches: new WatchRegistry(),
  }
}

/** Whether the handshake is done and requests can be sent. */
export function isConnected(cnxn: Cnxn): boolean {
  return cnxn.connection === 'CONNECTED' || cnxn.connection === 'CONNECTEDREADONLY'
}

/** Whether the client has come to its end: no connection will ever be made again. */
export function isOver(cnxn: Cnxn): boolean {
  return cnxn.connection === 'CLOSED' || cnxn.connection === 'AUTH_FAILED'
}
