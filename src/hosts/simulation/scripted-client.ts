/**
 * A client of the world: the machine of `src/client`, as it stands, with a workload that tells it what to ask and a history that
 * writes down what it was told. When its session is over it begins another one, as a program would.
 */
import {
  type ClientEffect,
  type ClientEvent,
  type ClientTimer,
  type Cnxn,
  clientCnxn,
  type ClientRequest as MachineRequest,
  newCnxn,
  type Outcome,
  type Token,
  type WatchedEvent,
} from '../../client/index.ts'
import type { Millis, Now, Prng, SessionId } from '../../kernel/index.ts'
import { KeeperErrorCode, OPEN_ACL_UNSAFE } from '../../wire/index.ts'
import type { HostEffect, HostEvent, HostedMachine } from './boundary.ts'
import type { Answer, ClientRequest, History, Operation, SessionRecord, WatchRecord } from './history.ts'

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

/** Who the client is, where it may connect, and what it shall do. */
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
/** Longer than any client waits for a connection: it has a timer of its own. */
const CONNECT_TIMEOUT: Millis = 60_000
/** How long a client that has nothing to ask waits before it asks its workload again. */
const IDLE_PAUSE: Millis = 100

export class ScriptedClient implements HostedMachine {
  private readonly options: ScriptedClientOptions
  private cnxn: Cnxn
  /** How many connections the machines before this one have had: the world's numbers go on. */
  private earlierLinks = 0
  private effects: HostEffect[] = []
  private session: SessionRecord | null = null
  private lastToken: Token = 0
  private readonly pending = new Map<Token, Operation>()
  private readonly watches = new Map<Token, WatchRecord>()
  /** Asked for by the workload, not sent yet. */
  private upcoming: ClientRequest | null = null
  private upcomingReady = false
  private done = false

  constructor(options: ScriptedClientOptions) {
    this.options = options
    this.cnxn = this.newSession(0n, NO_PASSWORD)
  }

  /** Whether the client has a session with a server at the moment. */
  get isConnected(): boolean {
    return this.cnxn.connection === 'CONNECTED'
  }

  /** Whether a request waits for its answer. */
  get isBusy(): boolean {
    return this.pending.size > 0
  }

  /** Whether it has closed its session and gone. */
  get isDone(): boolean {
    return this.done
  }

  step(event: HostEvent, now: Now): readonly HostEffect[] {
    this.effects = []
    this.take(event, now)
    if (event.kind !== 'turn') this.ask(now)
    return this.effects
  }

  private take(event: HostEvent, now: Now): void {
    switch (event.kind) {
      case 'start':
        return this.drive({ kind: 'start' }, now)
      case 'connected':
      case 'closed':
      case 'data': {
        const connection = -event.connection - this.earlierLinks
        // What was on its way when a session ended concerns nobody any more.
        if (connection <= 0) return
        return event.kind === 'data' ? this.onData(connection, event.bytes, now) : this.drive({ ...event, connection }, now)
      }
      case 'timeout':
        if (event.timer === 'think') this.upcomingReady = true
        else if (event.timer === 'again') this.drive({ kind: 'start' }, now)
        else this.drive({ kind: 'timeout', timer: event.timer as ClientTimer }, now)
        return
      default:
        return
    }
  }

  /** Answers show that a server has heard of this client; watch events, and pieces of which nobody can tell, do not. */
  private onData(connection: number, bytes: Uint8Array, now: Now): void {
    const { history, trueTime } = this.options
    const { session } = this
    const [events, isWhole] = [history.events, this.cnxn.partialFrame.length === 0]
    this.drive({ kind: 'data', connection, bytes }, now)
    if (isWhole && this.cnxn.partialFrame.length === 0 && history.events === events) session?.heard.push(trueTime())
  }

  private drive(event: ClientEvent, now: Now): void {
    for (const effect of clientCnxn.step(this.cnxn, event, now)) this.carryOut(effect)
  }

  private carryOut(effect: ClientEffect): void {
    switch (effect.kind) {
      case 'connect':
        return this.perform({ ...effect, connection: this.numberOf(effect.connection), timeout: CONNECT_TIMEOUT })
      case 'send':
        return this.perform({ ...effect, connection: this.numberOf(effect.connection) })
      case 'close':
        return this.perform({ ...effect, connection: this.numberOf(effect.connection), reason: 'the client leaves' })
      case 'setTimer':
      case 'cancelTimer':
        return this.perform(effect)
      case 'settle':
        return this.settle(effect.token, effect.outcome)
      case 'watchEvent':
        return this.onWatchEvent(effect.watches, effect.event)
      case 'sessionEvent':
        return this.onSessionEvent(effect.event)
      case 'note':
        this.onNote(effect.name, effect.text)
        return this.perform(effect)
    }
  }

  private perform(effect: HostEffect): void {
    this.effects.push(effect)
  }

  private numberOf(link: number): number {
    return -(this.earlierLinks + link)
  }

  // What the machine tells.

  private settle(token: Token, outcome: Outcome): void {
    const operation = this.pending.get(token)
    if (operation === undefined) return
    this.pending.delete(token)
    const answered = outcome.ok ? outcome.zxid >= 0n : outcome.code !== KeeperErrorCode.CONNECTIONLOSS
    if (answered) this.onAnswer(token, operation, outcome)
    else operation.outcome = 'unknown'
    this.options.workload.ended(operation)
    if (operation.request.kind === 'closeSession') this.onCloseSettled(answered)
  }

  private onAnswer(token: Token, operation: Operation, outcome: Outcome): void {
    const { history, trueTime } = this.options
    operation.outcome = outcome.ok ? 'ok' : 'failed'
    operation.endedAt = trueTime()
    operation.place = history.nextPlace()
    operation.zxid = outcome.zxid
    if (outcome.ok) operation.answer = outcome.reply as Answer
    else operation.error = outcome.code
    if (!watchIsSet(operation)) return
    const record: WatchRecord = { read: operation, event: null, forgottenAt: Number.POSITIVE_INFINITY }
    history.watches.push(record)
    this.watches.set(token, record)
  }

  private onWatchEvent(tokens: readonly Token[], { type, path }: WatchedEvent): void {
    const { history, trueTime } = this.options
    const event = { type, path: path ?? '', at: trueTime(), place: history.nextPlace() }
    history.events++
    for (const token of tokens) {
      const record = this.watches.get(token)
      if (record !== undefined) record.event = event
      this.watches.delete(token)
    }
  }

  private onSessionEvent({ state }: WatchedEvent): void {
    if (state === 'SyncConnected') return this.onConnected()
    if (state !== 'Expired') return
    this.endSession(this.session?.state === 'expired' ? 'expired' : 'given up')
    this.begin(0n, NO_PASSWORD)
  }

  private onNote(name: string, text: string): void {
    const { history, name: client, trueTime } = this.options
    const told = { at: trueTime(), client, what: text }
    if (name === 'reply-rejected') history.protocolErrors.push(told)
    else if (name === 'event-without-watch') {
      history.events++
      history.strayEvents.push(told)
    } else if (name === 'session-expired-by-server' && this.session !== null) this.session.state = 'expired'
  }

  private onConnected(): void {
    const { sessionId, timeout } = this.cnxn
    const { history, name, trueTime } = this.options
    const [at, client] = [trueTime(), name]
    if (this.session !== null) {
      if (sessionId !== this.session.sessionId)
        history.protocolErrors.push({ at, client, what: `got session 0x${sessionId.toString(16)} for another` })
      this.session.moves++
      return
    }
    if (history.sessions.has(sessionId)) history.protocolErrors.push({ at, client, what: `session 0x${sessionId.toString(16)} was given out twice` })
    const ending = { state: 'open', endedAt: Number.POSITIVE_INFINITY } as const
    this.session = { client, sessionId, openedAt: at, timeout, heard: [], moves: 0, ...ending }
    history.sessions.set(sessionId, this.session)
  }

  // Sessions.

  /** If no server has said that the session is closed, the client takes it up again, to close it again. */
  private onCloseSettled(answered: boolean): void {
    if (answered) {
      this.endSession('closed')
      this.done = true
    } else if (this.session !== null) this.begin(this.session.sessionId, this.cnxn.passwd)
  }

  private endSession(state: SessionRecord['state']): void {
    if (this.session !== null) Object.assign(this.session, { state, endedAt: this.options.trueTime() })
    this.session = null
  }

  /** A machine for the next session, or for more of this one, after a moment. Watches go with the machine. */
  private begin(sessionId: SessionId, passwd: Uint8Array): void {
    const forgottenAt = this.options.history.nextPlace()
    for (const record of this.watches.values()) record.forgottenAt = forgottenAt
    this.watches.clear()
    this.earlierLinks += this.cnxn.links
    this.cnxn = this.newSession(sessionId, passwd)
    this.perform({ kind: 'setTimer', timer: 'again', delay: this.options.random.below(300) })
  }

  private newSession(sessionId: SessionId, passwd: Uint8Array): Cnxn {
    const { servers, sessionTimeout, random, depth } = this.options
    const limits = { queueLimit: depth + 1, maxFrameLength: 0xfffff }
    const cnxn = newCnxn({ servers, sessionTimeout, canBeReadOnly: false, sessionId, passwd, seed: BigInt(random.next()), ...limits })
    // In the order given, which a story may go on writing; begun anywhere.
    return Object.assign(cnxn, { servers, nextServer: random.below(servers.length) })
  }

  // What the workload wants.

  /** Sends as much of the workload as may be on its way. */
  private ask(now: Now): void {
    while (this.isConnected && this.pending.size < this.options.depth) {
      if (this.upcoming === null) {
        const next = this.options.workload.next()
        this.upcoming = next?.request ?? null
        this.upcomingReady = next !== null && next.after <= 0
        if (!this.upcomingReady) return this.perform({ kind: 'setTimer', timer: 'think', delay: next?.after ?? IDLE_PAUSE })
      }
      if (!this.upcomingReady) return
      const request = this.upcoming as ClientRequest
      this.upcoming = null
      this.invoke(request, now)
    }
  }

  private invoke(request: ClientRequest, now: Now): void {
    const { history, name, servers, trueTime } = this.options
    const server = servers.find(({ host }) => host === this.cnxn.server?.host)?.name ?? ''
    const token = ++this.lastToken
    this.pending.set(token, history.invoke(name, this.cnxn.sessionId, server, request, trueTime()))
    this.drive(request.kind === 'closeSession' ? { kind: 'close', token } : { kind: 'request', token, request: forMachine(request) }, now)
  }
}

function forMachine(request: Exclude<ClientRequest, { kind: 'closeSession' }>): MachineRequest {
  const { path } = request
  switch (request.kind) {
    case 'create':
      return { op: 'create2', record: { path, data: request.data, acl: OPEN_ACL_UNSAFE, flags: request.mode } }
    case 'setData':
      return { op: 'setData', record: { path, data: request.data, version: request.version } }
    case 'delete':
      return { op: 'delete', record: { path, version: request.version } }
    case 'sync':
      return { op: 'sync', record: { path } }
    default:
      return { op: request.kind, record: { path, watch: request.watch === true } }
  }
}

/** Whether the answer to this read has set the watch that it asked for: a missing znode is watched by `exists` alone. */
function watchIsSet({ request, outcome, error }: Operation): boolean {
  if (!('watch' in request) || request.watch !== true) return false
  return outcome === 'ok' || (request.kind === 'exists' && error === KeeperErrorCode.NONODE)
}
