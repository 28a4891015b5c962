import type { Vote } from '../election/index.ts'
import { type Epoch, hexOf, type Millis, type Now, Prng, type SessionId, sha256, unreachable, utf8, type Zxid } from '../kernel/index.ts'
import { newRequest, type Request, type RequestRules } from '../pipeline/index.ts'
import { initialSessionId } from '../sessions/index.ts'
import type { Recovered } from '../storage/index.ts'
import { ZKDatabase } from '../tree/index.ts'
import { decodeTransaction, OpCode, type ServerState } from '../wire/index.ts'
import { CommittedLog, type EncodedTxn, type EpochFile } from '../zab/index.ts'
import type { AdminAction, ConnectionId, PeerEffect, PeerEvent, Port } from './boundary.ts'
import { ClientPort, type ClientService } from './client-port.ts'
import { requestRules } from './client-settings.ts'
import { describePeer } from './describe.ts'
import { DigestLog } from './digest-log.ts'
import { ElectionPort, type ElectionService } from './election-port.ts'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import { type Actor, Life } from './life.ts'
import { CountedWatches, Metrics } from './metrics.ts'
import type { Observer } from './observation.ts'
import { Ports } from './ports.ts'
import { ReadOnly } from './read-only.ts'
import type { Role } from './service.ts'
import type { PeerSettings } from './settings.ts'
import { Store, type StoreListener } from './store.ts'
import type { PeerTimer } from './timers.ts'
import type { ServerView } from './view.ts'

const NOTHING: readonly PeerEffect[] = []

/**
 * One whole ZooKeeper server as one machine: bytes on connections, contents of files and timers go in and come out. It owns the
 * database and what is durable, and hands what arrives to the part that it is for: a port, the store, or the role of the moment,
 * which its `Life` decides. Source: `QuorumPeer`, `ZooKeeperServer`.
 */
export class Peer implements Actor, ClientService, ElectionService, StoreListener {
  readonly settings: PeerSettings
  readonly rules: RequestRules
  readonly database = new ZKDatabase()
  readonly metrics = new Metrics()
  readonly watches = new CountedWatches(this.metrics)
  readonly committedLog: CommittedLog
  readonly digestLog = new DigestLog()
  readonly store: Store
  readonly clients: ClientPort
  readonly life: Life
  readonly out: PeerEffect[] = []
  /** Who is told what happens, if anybody wants to know: checkers do. */
  observer: Observer | null = null
  role: Role | null = null
  /** Client requests, sessions, event delivery, warnings: the bits that are set at the start. Source: `ZooTrace`. */
  traceMask = 306n
  private readonly electionPort: ElectionPort | null
  private readonly ports: Ports
  private nextSessionId: SessionId = 0n
  private nonces = 0

  constructor(settings: PeerSettings) {
    const random = new Prng(settings.seed)
    this.settings = settings
    this.rules = requestRules(settings)
    this.committedLog = new CommittedLog(settings.commitLogCount)
    this.store = new Store(settings, this.database, this, random, this.metrics, this.out)
    this.clients = new ClientPort(this, settings, this.out)
    this.electionPort = settings.ensemble === null ? null : new ElectionPort(this, settings, settings.ensemble, this.out)
    this.ports = new Ports(this, settings, this.clients, this.electionPort, this.out)
    this.life = new Life(this, this.ports, this.electionPort, random)
  }

  /** Takes one event; returns what the host has to do, in this order. */
  step(event: PeerEvent, now: Now): readonly PeerEffect[] {
    if (this.life.phase === 'ended') return NOTHING
    this.dispatch(event, now)
    if (this.out.length === 0) return NOTHING
    const effects = this.out.splice(0)
    this.ports.forget(effects)
    return effects
  }

  /** A picture of the server for four-letter words and metrics. */
  describe(): ServerView {
    return describePeer(this)
  }

  private dispatch(event: PeerEvent, now: Now): void {
    switch (event.kind) {
      case 'start':
        return this.onStart(now)
      case 'administer':
        return this.administer(event.action, now)
      case 'stop':
        return this.life.stop()
      case 'listening':
        return
      case 'listenFailed':
        return this.onListenFailed(event.port, event.message)
      case 'accepted':
        return this.ports.accepted(event, now)
      case 'connected':
        return this.ports.connected(event.connection, now)
      case 'data':
        return this.ports.data(event.connection, event.bytes, now)
      case 'closed':
        return this.ports.closed(event.connection, event.reason, now)
      case 'timeout':
        return this.onTimeout(event.timer, now)
      case 'disk':
        return this.store.onDisk(event.token, event.result, now)
      case 'turn':
        return this.onTurn(now)
      default:
        unreachable(event)
    }
  }

  private onStart(now: Now): void {
    this.nextSessionId = initialSessionId(this.settings.myid, now.elapsed)
    this.life.start(now)
  }

  private administer(action: AdminAction, now: Now): void {
    switch (action.kind) {
      case 'resetServerStats':
        this.metrics.reset()
        this.clients.resetServerStats()
        if (this.role instanceof Leading) this.role.resetProposalSize()
        return
      case 'resetConnectionStats':
        return this.clients.resetConnectionStats()
      case 'setTraceMask':
        this.traceMask = action.mask
        return
      case 'terminateSession':
        return this.submit(newRequest(action.sessionId, 0, OpCode.closeSession, new Uint8Array(0), [], 0, now.elapsed), now)
      default:
        unreachable(action)
    }
  }

  private onListenFailed(port: Port, message: string): void {
    const code = port === 'client' || port === 'secureClient' ? 1 : 14
    this.life.exit(code, `Cannot listen on the ${port} port ${this.ports.numberOf(port)}: ${message}`)
  }

  private onTimeout(timer: PeerTimer, now: Now): void {
    switch (timer) {
      case 'tick':
        this.life.setTick()
        this.clients.tick(now)
        return this.role?.tick(now)
      case 'halfTick':
      case 'initLimit':
        if (this.role instanceof Leading) this.role.timeout(timer, now)
        return
      case 'leaderSilence':
      case 'connectRetry':
        if (this.role instanceof Following) this.role.timeout(timer, now)
        return
      case 'notification':
      case 'finalizeWait':
      case 'handshake':
        return this.electionPort?.timeout(timer, now)
      case 'readOnly':
        return this.life.serveReadOnly(now)
      case 'observerDelay':
        return this.life.look(now)
    }
  }

  private onTurn(now: Now): void {
    this.clients.turn(now)
    this.store.turn(now)
    this.life.turn(now)
  }

  // What the store tells.

  recovered(result: Recovered, now: Now): void {
    this.life.recovered(result, now)
  }

  /** Transactions are durable up to and including this one. */
  flushed(upTo: Zxid, now: Now): void {
    this.role?.flushed(upTo, now)
  }

  /** An epoch file is durable. */
  epochWritten(file: EpochFile, epoch: Epoch, now: Now): void {
    if (this.role instanceof Leading || this.role instanceof Following) this.role.epochWritten(file, epoch, now)
  }

  snapshotTaken(now: Now): void {
    if (this.role instanceof Following) this.role.snapshotTaken(now)
  }

  logRead(connection: ConnectionId, txns: readonly EncodedTxn[], now: Now): boolean {
    return this.role instanceof Leading && this.role.logRead(connection, txns, now)
  }

  logReadOver(connection: ConnectionId, reason: string | null, now: Now): void {
    if (this.role instanceof Leading) this.role.logReadOver(connection, reason, now)
  }

  truncateFailed(message: string): void {
    this.life.exit(13, `Not able to truncate the log: ${message}`)
  }

  diskFailed(message: string): void {
    this.metrics.unrecoverableErrors.add()
    this.life.exit(1, `The disk has failed: ${message}`)
  }

  // What the election port asks and tells.

  openElectionConnection(host: string, port: number, timeout: Millis): ConnectionId {
    return this.ports.callElectionPort(host, port, timeout)
  }

  elected(state: Exclude<ServerState, 'LOOKING'>, vote: Vote, now: Now): void {
    this.life.elected(state, vote, now)
  }

  // What the client port asks.

  get serving(): boolean {
    return this.role?.serving ?? false
  }

  get readOnly(): boolean {
    return this.role instanceof ReadOnly
  }

  /** The id of the next session that begins here; none is given twice. */
  newSessionId(): SessionId {
    return this.nextSessionId++
  }

  /** Hashed, for what the source of chance draws next follows from what it has drawn. */
  newNonce(): string {
    return hexOf(sha256(utf8(`${this.settings.seed}:${this.nonces++}`)))
  }

  submit(request: Request, now: Now): void {
    this.role?.submit(request, now)
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): void {
    this.role?.touch(sessionId, timeout, now)
  }

  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void {
    this.role?.revalidate(sessionId, timeout, connection, now)
  }

  // What the role asks and tells.

  sessionReady(connection: ConnectionId, valid: boolean, now: Now): void {
    this.clients.sessionReady(connection, valid, now)
  }

  apply(txn: EncodedTxn): void {
    this.database.apply(decodeTransaction(txn.bytes), false)
    this.applied(txn)
  }

  applied({ zxid, bytes }: EncodedTxn): void {
    this.committedLog.add({ zxid, bytes })
    this.digestLog.record(zxid, this.database.tree.digest)
    this.observe({ kind: 'applied', zxid, bytes })
  }

  startServing(now: Now): void {
    this.life.startServing(now)
  }

  leaveRole(reason: string, logged: readonly EncodedTxn[], reload: boolean): void {
    this.life.leaveRole(reason, logged, reload)
  }

  /** Tells the onlooker, if there is one. */
  observe(observation: Parameters<Observer>[0]): void {
    this.observer?.(observation)
  }
}
