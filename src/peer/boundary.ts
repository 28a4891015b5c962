/**
 * The boundary of a server: bytes on connections, file contents, timers. What a host gives to the peer is a
 * {@link PeerEvent}, what it has to carry out, in order, a {@link PeerEffect}. A host knows connections and file names and
 * nothing else; the simulator and the Node process implement the same boundary.
 *
 * The contract of a host: one event at a time; after all events that were ready, one `turn`. Effects of one step are carried
 * out in their order; what is sent on one connection arrives in the order sent; bytes may be held back until the turn ends.
 */
import type { Note, SessionId } from '../kernel/index.ts'
import type { DiskEffect, DiskResult } from '../storage/index.ts'
import type { PeerTimer } from './timers.ts'

/** Names a connection while it lives. Accepted connections are numbered by the host from 1 up, opened ones by the peer from -1 down. */
export type ConnectionId = number

/** The ports of a server. The quorum port is open only while it leads; the secure client port is the one that always speaks TLS. */
export type Port = 'client' | 'secureClient' | 'quorum' | 'election'

/** What a host tells a server. */
export type PeerEvent =
  /** First event of a life: the process is up, the disk can be read. */
  | { readonly kind: 'start' }
  /** An operator has asked for something. */
  | { readonly kind: 'administer'; readonly action: AdminAction }
  /** SIGTERM: end in good order. Answered in the end by `exit` with code 0. */
  | { readonly kind: 'stop' }
  /** A `listen` has succeeded. */
  | { readonly kind: 'listening'; readonly port: Port }
  /** A `listen` has failed; `message` says why (address in use …). */
  | { readonly kind: 'listenFailed'; readonly port: Port; readonly message: string }
  /** Somebody has connected. `subject`: who the client is by its certificate, verified, as RFC 2253 writes names. */
  | {
      readonly kind: 'accepted'
      readonly connection: ConnectionId
      readonly port: Port
      readonly remoteAddress: string
      readonly remotePort: number
      readonly subject?: string
    }
  /** A `connect` has succeeded. */
  | { readonly kind: 'connected'; readonly connection: ConnectionId }
  /** Bytes have arrived. They are the peer's only until the step returns: what it keeps it copies. */
  | { readonly kind: 'data'; readonly connection: ConnectionId; readonly bytes: Uint8Array }
  /** The connection is gone, or could not be made. Not sent for connections that the peer closed itself. */
  | { readonly kind: 'closed'; readonly connection: ConnectionId; readonly reason: string }
  /** The deadline of a timer has come; it is no longer set. */
  | { readonly kind: 'timeout'; readonly timer: PeerTimer }
  /** The answer to a `disk` effect. */
  | { readonly kind: 'disk'; readonly token: number; readonly result: DiskResult }
  /** Everything that was ready has been delivered: time to write the log in one go. */
  | { readonly kind: 'turn' }

/** What an operator may change in a server that runs. */
export type AdminAction =
  /** `srst`: the counters of the server back to 0. */
  | { readonly kind: 'resetServerStats' }
  /** `crst`: those of each connection. */
  | { readonly kind: 'resetConnectionStats' }
  /** `stmk`: what is to be traced, one bit each. This server keeps the mask and traces nothing. Source: `ZooTrace`. */
  | { readonly kind: 'setTraceMask'; readonly mask: bigint }
  /** End a session as if its client had been silent for too long. Source: `ConnectionMXBean.terminateSession`. */
  | { readonly kind: 'terminateSession'; readonly sessionId: SessionId }

/** What a server asks of its host; to be done in order. */
export type PeerEffect =
  /** Open a port; answered by `listening` or `listenFailed`. */
  | { readonly kind: 'listen'; readonly port: Port; readonly host: string; readonly number: number }
  /** Stop listening; connections stay. */
  | { readonly kind: 'unlisten'; readonly port: Port }
  /** Open a connection within `timeout` ms; answered by `connected` or `closed`. */
  | { readonly kind: 'connect'; readonly connection: ConnectionId; readonly host: string; readonly port: number; readonly timeout: number }
  | { readonly kind: 'send'; readonly connection: ConnectionId; readonly bytes: Uint8Array }
  /** Send what is waiting, then close. No event follows. */
  | { readonly kind: 'close'; readonly connection: ConnectionId; readonly reason: string }
  /** Stop or resume reading from a connection. */
  | { readonly kind: 'pause' | 'resume'; readonly connection: ConnectionId }
  /** A deadline `delay` ms from now, instead of any earlier one of this timer. */
  | { readonly kind: 'setTimer'; readonly timer: PeerTimer; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: PeerTimer }
  | DiskEffect
  /**
   * A four-letter word has come in: answer it from `describe()` (see `operations/`), then close the connection and say `closed`.
   * `argument` is what has arrived behind the word.
   */
  | { readonly kind: 'adminCommand'; readonly connection: ConnectionId; readonly word: string; readonly argument: Uint8Array }
  /** The server has ended. Code 0 is a clean stop; the others are those of Java's `ExitCode`. */
  | { readonly kind: 'exit'; readonly code: number; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | Note
