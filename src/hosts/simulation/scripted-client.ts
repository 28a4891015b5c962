/**
 * A small client that speaks the real protocol: it connects, keeps its session alive, asks what its workload tells it, and
 * moves to another server with its session when the connection breaks. It has no watches, no authentication, no retries.
 */
import { type Codec, decode, encode, JuteError, JuteReader, JuteWriter } from '../../jute/index.ts'
import { concatBytes, type Millis, type Now, type Prng, type SessionId, type Zxid } from '../../kernel/index.ts'
import type { ConnectionId } from '../../peer/index.ts'
import {
  ConnectRequest,
  ConnectResponse,
  Create2Response,
  CreateRequest,
  DeleteRequest,
  ExistsResponse,
  GetChildren2Response,
  GetDataResponse,
  OPEN_ACL_UNSAFE,
  OpCode,
  PathWatchRequest,
  ReplyHeader,
  SetDataRequest,
  SetDataResponse,
  SyncRequest,
  XID_PING,
} from '../../wire/index.ts'
import type { HostEffect, HostEvent, HostedMachine } from './boundary.ts'
import type { Answer, ClientRequest, History, Operation, SessionRecord } from './history.ts'

/** Decides what a client does next. */
export interface Workload {
  /** The next request and how many ms to wait before it; null: nothing more, for now. */
  next(): { readonly request: ClientRequest; readonly after: Millis } | null
  /** An operation has ended, in whatever way. */
  ended(operation: Operation): void
}

/** A server as a client knows it. */
export interface ServerAddress {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface ScriptedClientOptions {
  readonly name: string
  readonly servers: readonly ServerAddress[]
  readonly sessionTimeout: Millis
  /** How many requests may be on their way at once. */
  readonly depth: number
  readonly random: Prng
  readonly workload: Workload
  readonly history: History
  /** True time, for the history only. */
  readonly trueTime: () => Millis
}

const NO_PASSWORD = new Uint8Array(16)

export class ScriptedClient implements HostedMachine {
  private readonly options: ScriptedClientOptions
  private effects: HostEffect[] = []
  private connection: ConnectionId = 0
  private state: 'disconnected' | 'connecting' | 'handshake' | 'connected' | 'done' = 'disconnected'
  private server: number
  private received: Uint8Array = new Uint8Array(0)
  private sessionId: SessionId = 0n
  private password: Uint8Array = NO_PASSWORD
  private timeout: Millis
  private lastZxid: Zxid = 0n
  private session: SessionRecord | null = null
  private xid = 0
  private waiting: { readonly xid: number; readonly operation: Operation | null }[] = []
  /** Asked for by the workload, not sent yet. */
  private upcoming: ClientRequest | null = null
  private upcomingReady = false

  constructor(options: ScriptedClientOptions) {
    this.options = options
    this.timeout = options.sessionTimeout
    this.server = options.random.below(options.servers.length)
  }

  /** Whether the client has a session with a server at the moment. */
  get isConnected(): boolean {
    return this.state === 'connected'
  }

  /** Whether a request waits for its answer. */
  get isBusy(): boolean {
    return this.waiting.some(({ operation }) => operation !== null)
  }

  /** Whether it has closed its session and gone. */
  get isDone(): boolean {
    return this.state === 'done'
  }

  step(event: HostEvent, _now: Now): readonly HostEffect[] {
    this.effects = []
    switch (event.kind) {
      case 'start':
        this.connect()
        break
      case 'connected':
        this.introduce()
        break
      case 'data':
        if (event.connection === this.connection) this.onData(event.bytes)
        break
      case 'closed':
        // It may have been on its way already when the client left by itself.
        if (event.connection === this.connection && this.state !== 'disconnected' && this.state !== 'done') this.disconnected()
        break
      case 'timeout':
        this.onTimeout(event.timer)
        break
      default:
        break
    }
    return this.effects
  }

  private connect(): void {
    const { servers } = this.options
    const { host, port } = servers[this.server] as ServerAddress
    this.state = 'connecting'
    this.received = new Uint8Array(0)
    this.connection--
    this.effects.push({ kind: 'connect', connection: this.connection, host, port, timeout: Math.ceil(this.timeout / servers.length) })
  }

  private introduce(): void {
    this.state = 'handshake'
    const { sessionId, password: passwd, lastZxid: lastZxidSeen } = this
    this.send(encode(ConnectRequest, { protocolVersion: 0, lastZxidSeen, timeOut: this.options.sessionTimeout, sessionId, passwd, readOnly: false }))
    this.heard()
  }

  private onData(bytes: Uint8Array): void {
    this.received = concatBytes([this.received, bytes]).slice()
    try {
      while (this.received.length >= 4 && (this.state === 'handshake' || this.state === 'connected')) {
        const length = new JuteReader(this.received).int()
        if (this.received.length < 4 + length) break
        const frame = this.received.subarray(4, 4 + length)
        this.received = this.received.subarray(4 + length)
        this.heard()
        if (this.state === 'handshake') this.onConnectResponse(frame)
        else this.onReply(frame)
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.protocolError(`unreadable answer: ${error.message}`)
    }
  }

  private onConnectResponse(frame: Uint8Array): void {
    const { timeOut, sessionId, passwd } = decode(ConnectResponse, frame)
    if (timeOut <= 0) return this.onExpired()
    const at = this.options.trueTime()
    if (this.session === null) {
      this.session = {
        client: this.options.name,
        sessionId,
        openedAt: at,
        timeout: timeOut,
        heard: [],
        state: 'open',
        endedAt: Number.POSITIVE_INFINITY,
        moves: 0,
      }
      if (this.options.history.sessions.has(sessionId)) this.protocolError(`session 0x${sessionId.toString(16)} was given out twice`)
      this.options.history.sessions.set(sessionId, this.session)
    } else {
      if (sessionId !== this.sessionId) this.protocolError(`asked for session 0x${this.sessionId.toString(16)}, got 0x${sessionId.toString(16)}`)
      this.session.moves++
    }
    this.sessionId = sessionId
    this.password = passwd?.slice() ?? NO_PASSWORD
    this.timeout = timeOut
    this.state = 'connected'
    this.effects.push({ kind: 'setTimer', timer: 'ping', delay: Math.floor(this.timeout / 3) })
    this.ask()
  }

  private onExpired(): void {
    if (this.session !== null) {
      this.session.state = 'expired'
      this.session.endedAt = this.options.trueTime()
      this.session = null
    }
    this.sessionId = 0n
    this.password = NO_PASSWORD
    this.lastZxid = 0n
    this.leave()
  }

  private onReply(frame: Uint8Array): void {
    const reader = new JuteReader(frame)
    const { xid, zxid, err } = ReplyHeader.read(reader)
    const sent = this.waiting.shift()
    if (sent === undefined || sent.xid !== xid) return this.protocolError(`answer to ${xid} where ${sent?.xid ?? 'none'} was awaited`)
    if (zxid > this.lastZxid) this.lastZxid = zxid
    const { operation } = sent
    if (operation === null) return this.ask()
    operation.outcome = err === 0 ? 'ok' : 'failed'
    operation.endedAt = this.options.trueTime()
    operation.zxid = zxid
    operation.error = err
    if (err === 0) operation.answer = readAnswer(operation.request, reader)
    this.options.workload.ended(operation)
    if (operation.request.kind === 'closeSession') return this.onClosed()
    this.ask()
  }

  private onClosed(): void {
    if (this.session !== null) {
      this.session.state = 'closed'
      this.session.endedAt = this.options.trueTime()
    }
    this.leave()
    this.state = 'done'
    this.effects.push({ kind: 'cancelTimer', timer: 'retry' })
  }

  /** Sends as much of the workload as may be on its way. */
  private ask(): void {
    while (this.state === 'connected' && this.waiting.filter(({ operation }) => operation !== null).length < this.options.depth) {
      if (this.upcoming === null) {
        const next = this.options.workload.next()
        this.upcoming = next?.request ?? null
        this.upcomingReady = next === null || next.after <= 0
        if (!this.upcomingReady || next === null) return void this.effects.push({ kind: 'setTimer', timer: 'think', delay: next?.after ?? 100 })
      }
      if (!this.upcomingReady) return
      const request = this.upcoming as ClientRequest
      this.upcoming = null
      this.invoke(request)
    }
  }

  private invoke(request: ClientRequest): void {
    const { history, name, servers, trueTime } = this.options
    const { name: server } = servers[this.server] as ServerAddress
    const xid = ++this.xid
    this.waiting.push({ xid, operation: history.invoke(name, this.sessionId, server, request, trueTime()) })
    this.sendRequest(xid, request.kind === 'create' ? OpCode.create2 : OpCode[request.kind], (writer) => writeRequest(request, writer))
  }

  private onTimeout(timer: string): void {
    if (timer === 'retry') this.connect()
    else if (timer === 'silence') this.leave()
    else if (timer === 'think') {
      this.upcomingReady = true
      this.ask()
    } else if (this.state === 'connected') {
      this.waiting.push({ xid: XID_PING, operation: null })
      this.sendRequest(XID_PING, OpCode.ping, () => {})
      this.effects.push({ kind: 'setTimer', timer: 'ping', delay: Math.floor(this.timeout / 3) })
    }
  }

  /** The server is alive. */
  private heard(): void {
    this.session?.heard.push(this.options.trueTime())
    this.effects.push({ kind: 'setTimer', timer: 'silence', delay: Math.floor((this.timeout * 2) / 3) })
  }

  private leave(): void {
    this.effects.push({ kind: 'close', connection: this.connection, reason: 'the client leaves' })
    this.disconnected()
  }

  private disconnected(): void {
    this.state = 'disconnected'
    this.server = (this.server + 1) % this.options.servers.length
    const unanswered = this.waiting
    this.waiting = []
    for (const { operation } of unanswered) {
      if (operation === null) continue
      operation.outcome = 'unknown'
      this.options.workload.ended(operation)
    }
    this.effects.push({ kind: 'cancelTimer', timer: 'ping' }, { kind: 'cancelTimer', timer: 'silence' })
    this.effects.push({ kind: 'setTimer', timer: 'retry', delay: this.options.random.below(300) })
  }

  private protocolError(what: string): void {
    this.options.history.protocolErrors.push({ at: this.options.trueTime(), client: this.options.name, what })
    this.leave()
  }

  private sendRequest(xid: number, type: number, body: (writer: JuteWriter) => void): void {
    const writer = new JuteWriter()
    writer.int(xid)
    writer.int(type)
    body(writer)
    this.send(writer.finish())
  }

  private send(frame: Uint8Array): void {
    const writer = new JuteWriter(frame.length + 4)
    writer.buffer(frame)
    this.effects.push({ kind: 'send', connection: this.connection, bytes: writer.finish() })
  }
}

function writeRequest(request: ClientRequest, writer: JuteWriter): void {
  switch (request.kind) {
    case 'create':
      return CreateRequest.write(writer, { path: request.path, data: request.data, acl: OPEN_ACL_UNSAFE, flags: request.mode })
    case 'setData':
      return SetDataRequest.write(writer, request)
    case 'delete':
      return DeleteRequest.write(writer, request)
    case 'sync':
      return SyncRequest.write(writer, request)
    case 'closeSession':
      return
    default:
      return PathWatchRequest.write(writer, { path: request.path, watch: false })
  }
}

function readAnswer({ kind }: ClientRequest, reader: JuteReader): Answer {
  const read = <T>(codec: Codec<T>) => codec.read(reader)
  switch (kind) {
    case 'create':
      return read(Create2Response)
    case 'setData':
      return read(SetDataResponse)
    case 'exists':
      return read(ExistsResponse)
    case 'getData': {
      const { data, stat } = read(GetDataResponse)
      return { data: data?.slice() ?? null, stat }
    }
    case 'getChildren2':
      return read(GetChildren2Response)
    default:
      return {}
  }
}
