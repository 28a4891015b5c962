import { decode, encode, JuteError, JuteReader } from '../jute/index.ts'
import { formatId, type Millis, type Now, type SessionId } from '../kernel/index.ts'
import { type Identities, isWrite, newRequest, type Request } from '../pipeline/index.ts'
import { checkPassword, generatePassword, negotiateTimeout } from '../sessions/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import { ConnectRequest, ConnectResponse, type Id, KeeperErrorCode, OpCode, RequestHeader } from '../wire/index.ts'
import { type AuthAnswer, demandAuthentication, onAuth, onSasl } from './auth-requests.ts'
import { initialIds, maySend } from './authentication.ts'
import type { ConnectionId, PeerEffect } from './boundary.ts'
import { type ClientCnxn, newClientCnxn, Traffic } from './client-cnxn.ts'
import { FOUR_LETTER_WORDS, tooManyConnections } from './first-contact.ts'
import { framed } from './frames.ts'
import { Load } from './load.ts'
import type { Metrics } from './metrics.ts'
import type { PeerSettings } from './settings.ts'

/** What the client port needs of the server behind it. */
export interface ClientService {
  readonly database: ZKDatabase
  readonly watches: Watches
  readonly metrics: Metrics
  /** Whether clients are served: not while there is no leader. */
  readonly serving: boolean
  /** Whether they are served although there is no leader: only those that can do with reading. */
  readonly readOnly: boolean
  newSessionId(): SessionId
  /** A text that nobody can guess and that never comes again. */
  newNonce(): string
  /** Hands a request to the pipeline. */
  submit(request: Request, now: Now): void
  /** A client has been heard of. */
  touch(sessionId: SessionId, timeout: Millis, now: Now): void
  /** Finds out whether a session lives, then calls `ClientPort.sessionReady`. */
  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void
}

/** Requests that come from clients and are no operation of the pipeline. */
const NOT_FOR_CLIENTS: ReadonlySet<number> = new Set([OpCode.check, OpCode.createSession, OpCode.deleteContainer, OpCode.error, OpCode.notification])

/** Silent connections without a session are closed after this many ms. Source: `nio.sessionlessCnxnTimeout`. */
const SESSIONLESS_TIMEOUT = 10_000

/**
 * The client port: connections, the handshake that gives each its session, and the way of requests into the pipeline and of
 * answers out of it. Source: `NIOServerCnxn`, `ZooKeeperServer.processConnectRequest`, `ZooKeeperServer.processPacket`.
 */
export class ClientPort implements Identities {
  readonly connections = new Map<ConnectionId, ClientCnxn>()
  /** Counted since the last role began to serve. */
  traffic = new Traffic()
  private readonly bySession = new Map<SessionId, ClientCnxn>()
  private readonly load: Load
  /** Connections that may be read from again at the end of the turn. */
  private readonly resumable = new Set<ClientCnxn>()
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
    this.load = new Load(settings, service.metrics.largeRequestsRejected)
    this.out = out
  }

  accepted(id: ConnectionId, remoteAddress: string, remotePort: number, subject: string | null, now: Now): void {
    const refusal = tooManyConnections(this.connections, remoteAddress, this.settings)
    if (refusal !== null) {
      this.out.push({ kind: 'log', level: 'warn', message: refusal })
      this.service.metrics.connectionsRejected.add()
      this.out.push({ kind: 'close', connection: id, reason: 'too many connections' })
      return
    }
    const authInfo = initialIds(remoteAddress, subject, this.settings)
    this.connections.set(id, newClientCnxn({ id, remoteAddress, remotePort, subject, authInfo }, now))
  }

  data(id: ConnectionId, bytes: Uint8Array, now: Now): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    this.service.metrics.bytesReceived.add(bytes.length)
    cnxn.incoming.push(bytes)
    cnxn.lastHeard = now.elapsed
    this.process(cnxn, now)
  }

  /** The connection is gone; its session lives on. */
  closed(id: ConnectionId): void {
    const cnxn = this.connections.get(id)
    if (cnxn !== undefined && cnxn.state !== 'admin') this.service.metrics.connectionsDropped.add()
    this.forget(id)
  }

  private forget(id: ConnectionId): void {
    const cnxn = this.connections.get(id)
    if (cnxn === undefined) return
    this.connections.delete(id)
    this.resumable.delete(cnxn)
    this.load.forget(cnxn)
    this.service.watches.removeWatcher(id)
    if (this.bySession.get(cnxn.sessionId) === cnxn) this.bySession.delete(cnxn.sessionId)
  }

  close(id: ConnectionId, reason: string): void {
    if (!this.connections.has(id)) return
    this.forget(id)
    this.out.push({ kind: 'close', connection: id, reason })
  }

  authInfoOf(id: ConnectionId): readonly Id[] {
    return this.connections.get(id)?.authInfo ?? []
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
      cnxn.latency.add(latency)
      this.traffic.latency.add(latency)
      this.traffic.addResponse(bytes.length)
      const { metrics } = this.service
      metrics.responseBytes.add(bytes.length)
      if (isWrite(request.type)) metrics.updateLatency.add(latency)
      else metrics.readLatency.add(latency)
      if (request.type !== OpCode.createSession) this.load.end(cnxn, request.payload.length)
      if (cnxn.paused && !this.load.isTooMuch(cnxn)) this.resumable.add(cnxn)
      cnxn.lastAnswer = { type: request.type, cxid: request.cxid, zxid: this.service.database.lastProcessedZxid, at: now.elapsed, latency }
    }
    if (request === null) this.service.metrics.watchBytes.add(bytes.length)
    this.send(id, bytes)
  }

  /** Counters of the server back to 0: the four-letter word `srst`. */
  resetServerStats(): void {
    this.traffic = new Traffic()
  }

  /** Counters of each connection back to 0: the four-letter word `crst`. Source: `ServerCnxn.resetStats`. */
  resetConnectionStats(): void {
    for (const cnxn of this.connections.values()) {
      cnxn.received = 0
      cnxn.sent = 0
      cnxn.latency.reset()
      cnxn.lastAnswer = null
    }
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
      readOnly: cnxn.knowsReadOnly ? this.service.readOnly : undefined,
    }
    this.send(id, framed(encode(ConnectResponse, response)))
    if (!valid) return this.close(id, `session ${formatId(cnxn.sessionId)} is not valid`)
    cnxn.state = 'established'
    this.bySession.set(cnxn.sessionId, cnxn)
    this.resume(cnxn, now)
  }

  /** The turn is over: whoever was made to wait and need not any more is read from again. */
  turn(now: Now): void {
    for (const cnxn of this.resumable) {
      this.resumable.delete(cnxn)
      this.resume(cnxn, now)
    }
  }

  /** Until when a connection may stay silent, on the clock of `Now.elapsed`. */
  silentUntil({ state, sessionTimeout, lastHeard }: ClientCnxn): Millis {
    return lastHeard + (state === 'established' ? sessionTimeout : SESSIONLESS_TIMEOUT) + this.settings.tickTime
  }

  /** Ends connections that never asked for a session or have been silent longer than theirs may last. */
  tick(now: Now): void {
    for (const cnxn of [...this.connections.values()]) {
      if (now.elapsed <= this.silentUntil(cnxn) || (cnxn.paused && cnxn.state === 'established')) continue
      if (cnxn.state !== 'established') this.service.metrics.sessionlessConnectionsExpired.add()
      this.close(cnxn.id, 'silent for too long')
    }
  }

  private countReceived(cnxn: ClientCnxn): void {
    cnxn.received++
    this.traffic.received++
  }

  /** Takes what has arrived, as far as the state of the connection allows. */
  private process(cnxn: ClientCnxn, now: Now): void {
    try {
      while (this.connections.has(cnxn.id)) {
        if (cnxn.state === 'admin' || cnxn.paused) return
        if (cnxn.state === 'connecting') return cnxn.incoming.length > 0 ? this.pause(cnxn) : undefined
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

  private pause(cnxn: ClientCnxn): void {
    if (!this.connections.has(cnxn.id)) return
    cnxn.paused = true
    this.out.push({ kind: 'pause', connection: cnxn.id })
  }

  /** Takes what had to wait; whatever comes now may come. */
  private resume(cnxn: ClientCnxn, now: Now): void {
    if (cnxn.paused) this.out.push({ kind: 'resume', connection: cnxn.id })
    cnxn.paused = false
    this.process(cnxn, now)
  }

  /** The first four bytes may be a word instead of a length. */
  private fourLetterWord(cnxn: ClientCnxn): boolean {
    const word = FOUR_LETTER_WORDS.get(cnxn.incoming.peekInt() ?? 0)
    if (word === undefined) return false
    cnxn.state = 'admin'
    this.countReceived(cnxn)
    this.out.push({ kind: 'adminCommand', connection: cnxn.id, word, argument: cnxn.incoming.take(cnxn.incoming.length).slice(4) })
    return true
  }

  private onConnectRequest(cnxn: ClientCnxn, frame: Uint8Array, now: Now): void {
    const request = decode(ConnectRequest, frame)
    this.countReceived(cnxn)
    this.service.metrics.connectionRequests.add()
    if (!this.service.serving) return this.close(cnxn.id, 'not serving')
    if (this.service.readOnly && request.readOnly !== true) return this.close(cnxn.id, 'this server can only be read from at the moment')
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
    if (type === OpCode.auth) return this.authenticated(cnxn, type, onAuth(cnxn, xid, payload, this.settings))
    if (type === OpCode.sasl)
      return this.authenticated(
        cnxn,
        type,
        onSasl(cnxn, xid, payload, this.settings, () => this.service.newNonce()),
      )
    if (!maySend(cnxn.authInfo, this.settings)) return this.authenticated(cnxn, type, demandAuthentication(cnxn, xid, this.settings))
    const request = newRequest(cnxn.sessionId, xid, type, payload, cnxn.authInfo, cnxn.id, now.elapsed)
    if (NOT_FOR_CLIENTS.has(type)) request.error = KeeperErrorCode.UNIMPLEMENTED
    this.load.begin(cnxn, payload.length)
    this.service.submit(request, now)
    if (this.load.isTooMuch(cnxn)) this.pause(cnxn)
  }

  private authenticated(cnxn: ClientCnxn, type: number, { reply, ends, warning }: AuthAnswer): void {
    if (warning !== null) this.out.push({ kind: 'log', level: 'warn', message: warning })
    this.send(cnxn.id, reply)
    if (ends === null) return
    if (type === OpCode.auth) this.traffic.authFailed++
    this.close(cnxn.id, ends)
  }
}
