import type { Millis, Now, SessionId, Zxid } from '../kernel/index.ts'
import type { Id } from '../wire/index.ts'
import type { ConnectionId } from './boundary.ts'
import type { DigestMd5 } from './digest-md5.ts'
import { Incoming } from './frames.ts'
import type { ConnectionLoad } from './load.ts'
import { Summary } from './metrics.ts'

/** One client's connection. Source: `NIOServerCnxn`. */
export interface ClientCnxn extends ConnectionLoad {
  readonly id: ConnectionId
  readonly remoteAddress: string
  readonly remotePort: number
  /** Whom the client's certificate names; null without one. */
  readonly subject: string | null
  readonly incoming: Incoming
  readonly since: Millis
  /** `new` until the ConnectRequest, `connecting` until its answer, `admin` once it has sent a four-letter word. */
  state: 'new' | 'connecting' | 'established' | 'admin'
  sessionId: SessionId
  sessionTimeout: Millis
  /** Whether the client's ConnectRequest had the readOnly byte, so that the answer has it too. */
  knowsReadOnly: boolean
  authInfo: readonly Id[]
  /** The SASL exchange, once the client has begun one. */
  sasl: DigestMd5 | null
  lastHeard: Millis
  received: number
  sent: number
  /** Not read from for now. */
  paused: boolean
  /** When it was made, in ms since 1970. */
  readonly established: Millis
  /** From a request's arrival to its answer, in ms. */
  readonly latency: Summary
  /** The last request that was answered, and when; null before the first. */
  lastAnswer: { readonly type: number; readonly cxid: number; readonly zxid: Zxid; readonly at: Millis; readonly latency: Millis } | null
}

/** A connection that has just been made. @param who what is known of its client by the connection alone */
export function newClientCnxn(
  who: Pick<ClientCnxn, 'id' | 'remoteAddress' | 'remotePort' | 'subject' | 'authInfo'>,
  { elapsed, wall }: Now,
): ClientCnxn {
  return {
    ...who,
    incoming: new Incoming(),
    since: elapsed,
    state: 'new',
    sessionId: 0n,
    sessionTimeout: 0,
    knowsReadOnly: false,
    sasl: null,
    lastHeard: elapsed,
    received: 0,
    sent: 0,
    outstanding: 0,
    largeBytes: 0,
    paused: false,
    established: wall,
    latency: new Summary(),
    lastAnswer: null,
  }
}

/** What is counted of all connections together. Source: `ServerStats`. */
export class Traffic {
  received = 0
  sent = 0
  /** Clients that gave credentials which were not accepted. */
  authFailed = 0
  /** From a request's arrival to its answer, in ms. */
  readonly latency = new Summary()
  /** Bytes of answers; -1 before the first. */
  responseSize = { last: -1, min: -1, max: -1 }

  addResponse(size: number): void {
    const { min, max } = this.responseSize
    this.responseSize.last = size
    if (min === -1 || size < min) this.responseSize.min = size
    if (size > max) this.responseSize.max = size
  }
}
