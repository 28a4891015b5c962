import { decode, encode, JuteError, JuteReader } from '../jute/index.ts'
import { formatId, type Millis, type Now, type SessionId, type Zxid } from '../kernel/index.ts'
import { newRequest, type Request, replyFrame } from '../pipeline/index.ts'
import { checkPassword, generatePassword, negotiateTimeout } from '../sessions/index.ts'
import { digestId, type ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import { AuthPacket, ConnectRequest, ConnectResponse, type Id, KeeperErrorCode, OpCode, RequestHeader } from '../wire/index.ts'
import type { ConnectionId, PeerEffect } from './boundary.ts'
import { framed, Incoming } from './frames.ts'
import type { PeerSettings } from './settings.ts'

/** What the client port needs of the server behind it. */
export interface ClientService {
  readonly database: ZKDatabase
  readonly watches: Watches
  /** Whether clients are served: not while there is no leader. */
  readonly serving: boolean
  newSessionId(): SessionId
  /** Hands a request to the pipeline. */
  submit(request: Request, now: Now): void
  /** A client has been heard of. */
  touch(sessionId: SessionId, timeout: Millis, now: Now): void
  /** Finds out whether a session lives, then calls {@link ClientPort.sessionReady}. */
  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void
}

/** One client's connection. Source: `NIOServerCnxn`. */
export interface ClientCnxn {
  readonly id: ConnectionId
  readonly remoteAddress: string
  readonly remotePort: number
  readonly incoming: Incoming
  readonly since: Millis
  /** `new` until the ConnectRequest, `connecting` until its answer, `admin` once it has sent a four-letter word. */
  state: 'new' | 'connecting' | 'established' | 'admin'
  sessionId: SessionId
  sessionTimeout: Millis
  /** Whether the client's ConnectRequest had the readOnly byte, so that the answer has it too. */
  knowsReadOnly: boolean
  authInfo: readonly Id[]
  lastHeard: Millis
  received: number
  sent: number
  /** Requests without an answer so far. */
  outstanding: number
  /** When it was made, in ms since 1970. */
  readonly established: Millis
  readonly latency: Latency
  /** The last request that was answered, and when; null before the first. */
  lastAnswer: { readonly type: number; readonly cxid: number; readonly zxid: Zxid; readonly at: Millis; readonly latency: Millis } | null
}

/** Times from a request's arrival to its answer, in ms. */
export interface Latency {
  min: Millis
  max: Millis
  total: Millis
  count: number
}

function newLatency(): Latency {
  return { min: 0, max: 0, total: 0, count: 0 }
}

function addLatency(latency: Latency, value: Millis): void {
  if (latency.count === 0 || value < latency.min) latency.min = value
  if (value > latency.max) latency.max = value
  latency.total += value
  latency.count++
}

/** Requests that come from clients and are no operation of the pipeline. */
const NOT_FOR_CLIENTS: ReadonlySet<number> = new Set([OpCode.check, OpCode.createSession, OpCode.deleteContainer, OpCode.error, OpCode.notification])

/** The words of `FourLetterCommands`, as the number that their four bytes are. */
const FOUR_LETTER_WORDS: ReadonlyMap<number, string> = new Map(
  'conf cons crst dirs dump envi gtmk ruok stmk srst srvr stat wchc wchp wchs mntr isro hash'
    .split(' ')
    .map((word) => [[...word].reduce((number, letter) => (number << 8) | letter.charCodeAt(0), 0), word]),
)

/** Silent connections without a session are closed after this many ms. Source: `nio.sessionlessCnxnTimeout`. */
const SESSIONLESS_TIMEOUT = 10_000

/**
 * The client port: connections, the handshake that gives each its session, and the way of requests into the pipeline and of
 * answers out of it. Source: `NIOServerCnxn`, `ZooKeeperServer.processConnectRequest`, `ZooKeeperServer.processPacket`.
 */
export class ClientPort {
  readonly connections = new Map<ConnectionId, ClientCnxn>()
  /** Counted since the last role began to serve. */
  traffic = { received: 0, sent: 0, latency: newLatency() }
  private readonly bySession = new Map<SessionId, ClientCnxn>()
  private readonly service: ClientService
  private readonly settings: PeerSettings
  private readonly out: PeerEffect[]

  /** The watches of this server's clients. */
  get watches(): Watches {
    return this.service.watches
  }

  constructor(service: ClientService, settings: PeerSettings, out: PeerEffect[]) {
    this.service = service
    this.settings = settings
    this.out = out
  }

  accepted(id: ConnectionId, remoteAddress: string, remotePort: number, now: Now): void {
    const limit = this.settings.maxClientCnxns
    if (limit > 0 && this.countFrom(remoteAddress) >= limit) {
      this.out.push({ kind: 'log', level: 'warn', message: `Too many connections from ${remoteAddress} - max is ${limit}` })
      this.out.push({ kind: 'close', connection: id, reason: 'too many connections' })
      return
    }
    const authInfo = [{ scheme: 'ip', id: remoteAddress }]
    const incoming = new Incoming()
    const [since, lastHeard] = [now.elapsed, now.elapsed]
    this.connections.set(id, {
      ...{ id, remoteAddress, remotePort, incoming, since, authInfo, lastHeard },
      ...{ state: 'new', sessionId: 0n, sessionTimeout: 0, knowsReadOnly: false },
      ...{ received: 0, sent: 0, outstanding: 0, established: now.wall, latency: newLatency(), lastAnswer: null },
    })
  }

  data(id: ConnectionId, bytes: Uint8Array, now: Now): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    cnxn.incoming.push(bytes)
    cnxn.lastHeard = now.elapsed
    this.process(cnxn, now)
  }

  /** The connection is gone; its session lives on. */
  closed(id: ConnectionId): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    this.connections.delete(id)
    this.service.watches.removeWatcher(id)
    if (this.bySession.get(cnxn.sessionId) === cnxn) this.bySession.delete(cnxn.sessionId)
  }

  close(id: ConnectionId, reason: string): void {
    if (!this.connections.has(id)) return
    this.closed(id)
    this.out.push({ kind: 'close', connection: id, reason })
  }

  /** The server no longer serves: its clients have to find another. */
  closeAll(reason: string): void {
    for (const cnxn of [...this.connections.values()]) if (cnxn.state !== 'new') this.close(cnxn.id, reason)
  }

  /** A session has ended; whoever holds it here is disconnected. */
  sessionClosed(sessionId: SessionId): void {
    const cnxn = this.bySession.get(sessionId)
    if (cnxn !== undefined) this.close(cnxn.id, `session ${formatId(sessionId)} has ended`)
  }

  /**
   * Sends the answer to a request, or what a watch has seen.
   * @param request what is answered; null for a watch
   */
  answer(id: ConnectionId, bytes: Uint8Array, request: Request | null, now: Now): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    if (request !== null) {
      const latency = now.elapsed - request.createTime
      addLatency(cnxn.latency, latency)
      addLatency(this.traffic.latency, latency)
      cnxn.outstanding--
      cnxn.lastAnswer = { type: request.type, cxid: request.cxid, zxid: this.service.database.lastProcessedZxid, at: now.elapsed, latency }
    }
    this.send(id, bytes)
  }

  private send(id: ConnectionId, bytes: Uint8Array): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    cnxn.sent++
    this.traffic.sent++
    this.out.push({ kind: 'send', connection: id, bytes })
  }

  /** Whether the session of this connection lives has been found out: answer the ConnectRequest. Source: `ZooKeeperServer.finishSessionInit`. */
  sessionReady(id: ConnectionId, valid: boolean, now: Now): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined || cnxn.state !== 'connecting') return
    const response = {
      protocolVersion: 0,
      timeOut: valid ? cnxn.sessionTimeout : 0,
      sessionId: valid ? cnxn.sessionId : 0n,
      passwd: valid ? generatePassword(cnxn.sessionId) : new Uint8Array(16),
      readOnly: cnxn.knowsReadOnly ? false : undefined,
    }
    this.send(id, framed(encode(ConnectResponse, response)))
    if (!valid) return this.close(id, `session ${formatId(cnxn.sessionId)} is not valid`)
    cnxn.state = 'established'
    this.bySession.set(cnxn.sessionId, cnxn)
    this.process(cnxn, now)
  }

  /** Ends connections that never asked for a session or have been silent longer than theirs may last. */
  tick(now: Now): void {
    for (const cnxn of [...this.connections.values()]) {
      const allowed = cnxn.state === 'established' ? cnxn.sessionTimeout : SESSIONLESS_TIMEOUT
      if (now.elapsed - cnxn.lastHeard > allowed + this.settings.tickTime) this.close(cnxn.id, 'silent for too long')
    }
  }

  private countReceived(cnxn: ClientCnxn): void {
    cnxn.received++
    this.traffic.received++
  }

  private countFrom(remoteAddress: string): number {
    let count = 0
    for (const cnxn of this.connections.values()) if (cnxn.remoteAddress === remoteAddress) count++
    return count
  }

  /** Takes what has arrived, as far as the state of the connection allows. */
  private process(cnxn: ClientCnxn, now: Now): void {
    try {
      while (this.connections.has(cnxn.id)) {
        if (cnxn.state === 'connecting' || cnxn.state === 'admin') return
        if (cnxn.state === 'new' && this.fourLetterWord(cnxn)) return
        const frame = cnxn.incoming.frame(this.settings.juteMaxBuffer)
        if (frame === null) return
        if (cnxn.state === 'new') this.onConnectRequest(cnxn, frame, now)
        else this.onRequest(cnxn, frame, now)
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.out.push({ kind: 'log', level: 'warn', message: `Closing client ${cnxn.remoteAddress}:${cnxn.remotePort}: ${error.message}` })
      this.close(cnxn.id, error.message)
    }
  }

  /** The first four bytes may be a word instead of a length: as a length they would be absurdly large. */
  private fourLetterWord(cnxn: ClientCnxn): boolean {
    const word = FOUR_LETTER_WORDS.get(cnxn.incoming.peekInt() ?? 0)
    if (word === undefined) return false
    cnxn.state = 'admin'
    this.countReceived(cnxn)
    this.out.push({ kind: 'adminCommand', connection: cnxn.id, word })
    return true
  }

  private onConnectRequest(cnxn: ClientCnxn, frame: Uint8Array, now: Now): void {
    const request = decode(ConnectRequest, frame)
    this.countReceived(cnxn)
    if (!this.service.serving) return this.close(cnxn.id, 'not serving')
    const { lastProcessedZxid } = this.service.database
    if (request.lastZxidSeen > lastProcessedZxid) {
      const seen = `client has seen zxid ${formatId(request.lastZxidSeen)}, our last zxid is ${formatId(lastProcessedZxid)}`
      this.out.push({ kind: 'log', level: 'info', message: `Refusing session request, ${seen}; it must try another server` })
      return this.close(cnxn.id, seen)
    }
    cnxn.state = 'connecting'
    cnxn.knowsReadOnly = request.readOnly !== undefined
    cnxn.sessionTimeout = negotiateTimeout(request.timeOut, this.settings.minSessionTimeout, this.settings.maxSessionTimeout)
    if (request.sessionId === 0n) this.openSession(cnxn, now)
    else this.reopenSession(cnxn, request.sessionId, request.passwd, now)
  }

  private openSession(cnxn: ClientCnxn, now: Now): void {
    cnxn.sessionId = this.service.newSessionId()
    const payload = new Uint8Array(4)
    new DataView(payload.buffer).setInt32(0, cnxn.sessionTimeout)
    this.service.submit(newRequest(cnxn.sessionId, 0, OpCode.createSession, payload, [], cnxn.id, now.elapsed), now)
  }

  /** The password is checked before the holder of the session is disconnected: a guess must not do that. Departs from 3.8.0. */
  private reopenSession(cnxn: ClientCnxn, sessionId: SessionId, passwd: Uint8Array | null, now: Now): void {
    cnxn.sessionId = sessionId
    if (!checkPassword(sessionId, passwd)) return this.sessionReady(cnxn.id, false, now)
    const holder = this.bySession.get(sessionId)
    if (holder !== undefined) this.close(holder.id, 'the session was resumed on another connection')
    this.service.revalidate(sessionId, cnxn.sessionTimeout, cnxn.id, now)
  }

  private onRequest(cnxn: ClientCnxn, frame: Uint8Array, now: Now): void {
    const { xid, type } = RequestHeader.read(new JuteReader(frame))
    this.countReceived(cnxn)
    this.service.touch(cnxn.sessionId, cnxn.sessionTimeout, now)
    const payload = frame.subarray(8)
    if (type === OpCode.auth) return this.onAuth(cnxn, xid, payload)
    if (type === OpCode.sasl) return this.onSasl(cnxn, xid)
    const request = newRequest(cnxn.sessionId, xid, type, payload, cnxn.authInfo, cnxn.id, now.elapsed)
    if (NOT_FOR_CLIENTS.has(type)) request.error = KeeperErrorCode.UNIMPLEMENTED
    cnxn.outstanding++
    this.service.submit(request, now)
  }

  /** Adds an identity to the connection, or ends it. Later requests carry the new list. Source: `ZooKeeperServer.processPacket`. */
  private onAuth(cnxn: ClientCnxn, xid: number, payload: Uint8Array): void {
    const { scheme, auth } = decode(AuthPacket, payload)
    const id = identify(scheme, auth, cnxn.remoteAddress)
    this.send(cnxn.id, replyFrame(xid, 0n, id === null ? KeeperErrorCode.AUTHFAILED : 0))
    if (id === null) return this.close(cnxn.id, `authentication failed for scheme ${scheme}`)
    const known = cnxn.authInfo.some((other) => other.scheme === id.scheme && other.id === id.id)
    if (!known) cnxn.authInfo = [...cnxn.authInfo, id]
  }

  /** No SASL is configured: the answer is an empty token, as Java gives it. */
  private onSasl(cnxn: ClientCnxn, xid: number): void {
    this.send(cnxn.id, replyFrame(xid, 0n, 0, nullToken, null))
  }
}

const nullToken = { write: (writer: { int(value: number): void }) => writer.int(-1), read: () => null }

/** The identity that an auth packet proves, or null. Source: `DigestAuthenticationProvider`, `IPAuthenticationProvider`. */
function identify(scheme: string, auth: Uint8Array | null, remoteAddress: string): Id | null {
  if (scheme === 'digest') return { scheme, id: digestId(auth ?? new Uint8Array(0)) }
  if (scheme === 'ip') return { scheme, id: remoteAddress }
  return null
}
