/** What callers may say: when they make a client, and with each call. */
import { type Millis, type SessionId, utf8, type Zxid } from '../kernel/index.ts'
import type { ACL, CreateModeName } from '../wire/index.ts'
import type { ServerAddress } from './host-list.ts'
import type { ConnectionState, SessionState } from './state.ts'

/** How a client is made; only `servers` is required. */
export interface ClientOptions {
  /** The connect string: `host:port[,host:port…][/chroot]`; the port may be left out for 2181. */
  readonly servers: string
  /** The session timeout to ask for, in ms (30 000). The servers have the last word, see `state().timeout`. */
  readonly timeout?: Millis | undefined
  /** Whether a server that has lost its quorum will do, for reading (false). */
  readonly canBeReadOnly?: boolean | undefined
  /** A session to take over from another client, which must have stopped using it. */
  readonly session?: SessionCredentials | undefined
  /** Credentials to present from the first connection on. */
  readonly auth?: readonly AuthInfo[] | undefined
  /** How many requests may wait for connection or answer (65 536); one more is refused with CONNECTIONLOSS. */
  readonly queueLimit?: number | undefined
  /**
   * The longest frame to accept from a server and to send to one, in bytes (1 048 575, as `jute.maxbuffer`). A longer request
   * is refused with MARSHALLINGERROR and not sent.
   */
  readonly maxFrameLength?: number | undefined
}

/** What a session is known by. */
export interface SessionCredentials {
  readonly sessionId: SessionId
  /** 16 bytes. */
  readonly passwd: Uint8Array
}

/** An identity to present to servers. */
export interface AuthInfo {
  /** Such as `digest`. */
  readonly scheme: string
  /** Such as `user:password`. */
  readonly auth: Data
}

/** Bytes, or a text for its UTF-8 bytes; null, which ZooKeeper tells from empty. */
export type Data = Uint8Array | string | null

/** Every call takes a signal. Aborted before the request is sent it removes the request; afterwards only the answer is abandoned. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface VersionOptions extends CallOptions {
  /** The version that must still be the node's; -1, the default, for any. */
  readonly version?: number | undefined
}

export interface ReadOptions extends CallOptions {
  /** Whether to set a one-shot watch: the result then has a promise `watch`. */
  readonly watch?: boolean | undefined
}

/** What a new node is like. */
export interface CreateFields {
  /** Empty when left out. */
  readonly data?: Data | undefined
  /** PERSISTENT when left out. */
  readonly mode?: CreateModeName | undefined
  /** Everybody may do everything when left out. */
  readonly acl?: readonly ACL[] | undefined
  /** For the TTL modes: after how many ms without change and children the node goes. */
  readonly ttl?: Millis | undefined
}

export interface CreateOptions extends CreateFields, CallOptions {}

export interface AddWatchOptions extends CallOptions {
  /** PERSISTENT: the node and the list of its children. PERSISTENT_RECURSIVE, the default: the node and everything below it. */
  readonly mode?: 'PERSISTENT' | 'PERSISTENT_RECURSIVE' | undefined
  /** How many events may wait for the reader (1000). */
  readonly bound?: number | undefined
}

export interface ReconfigureOptions extends CallOptions {
  /** Servers to add, as `server.N=…` lines with commas between them. */
  readonly joining?: string | undefined
  /** Servers to remove: their ids with commas between them. */
  readonly leaving?: string | undefined
  /** All servers anew, instead of the two before. */
  readonly members?: string | undefined
  /** The version of the configuration that must still be in force; -1, the default, for any. */
  readonly fromConfig?: bigint | undefined
}

export interface RemoveWatchesOptions extends CallOptions {
  /** Which watches (Any). Persistent and PersistentRecursive need a server from 3.9 on. */
  readonly type?: 'Children' | 'Data' | 'Any' | 'Persistent' | 'PersistentRecursive' | undefined
  /** Whether to forget the watches even when the server cannot be told (false). */
  readonly local?: boolean | undefined
}

/** The third fact: what a program should do now. */
export type Advice =
  /** Go on. */
  | 'proceed'
  /** Stop acting on what the session gave you (a lock, leadership) until it is back: it may be lost already. */
  | 'wait'
  /** Everything that the session gave you is gone: make a new client and begin anew. */
  | 'start over'

/** How a client stands, at one moment. */
export interface ClientState {
  /** What goes on with the network. */
  readonly connection: ConnectionState
  /** What that means for the session. */
  readonly session: SessionState
  /** What to do. */
  readonly advice: Advice
  /** 0 until the first server has answered. */
  readonly sessionId: SessionId
  /** The negotiated timeout in ms; until then the requested. */
  readonly timeout: Millis
  /** The server of the connection that is up or being made. */
  readonly server: ServerAddress | null
  readonly lastZxidSeen: Zxid
}

/** The advice for each state of the session. */
export const adviceFor: Record<SessionState, Advice> = { CONNECTED: 'proceed', SUSPENDED: 'wait', LOST: 'start over' }

/** The bytes of data as a caller gives it. */
export function bytesOf(data: Data): Uint8Array | null {
  return typeof data === 'string' ? utf8(data) : data
}
