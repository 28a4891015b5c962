import type { Vote } from '../election/index.ts'
import {
  assert,
  type Epoch,
  formatId,
  hexOf,
  type Millis,
  NO_SID,
  type Now,
  Prng,
  type SessionId,
  type Sid,
  sha256,
  unreachable,
  utf8,
  type Zxid,
} from '../kernel/index.ts'
import { newRequest, type Request, type RequestRules } from '../pipeline/index.ts'
import { type EnsembleConfiguration, formatConfiguration } from '../quorum/index.ts'
import { initialSessionId } from '../sessions/index.ts'
import type { Recovered } from '../storage/index.ts'
import { ZKDatabase } from '../tree/index.ts'
import { decodeTransaction, OpCode, type ServerState } from '../wire/index.ts'
import { CommittedLog, type EncodedTxn, type EpochFile } from '../zab/index.ts'
import type { AdminAction, ConnectionId, PeerEffect, PeerEvent, Port } from './boundary.ts'
import { ClientPort, type ClientService } from './client-port.ts'
import { requestRules } from './client-settings.ts'
import { describePeer } from './describe.ts'
import { ElectionPort, type ElectionService } from './election-port.ts'
import type { Ensemble } from './ensemble.ts'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import { CountedWatches, Metrics } from './metrics.ts'
import type { Observer } from './observation.ts'
import { Ports } from './ports.ts'
import { ReadOnly } from './read-only.ts'
import type { Role, Server } from './service.ts'
import type { PeerSettings } from './settings.ts'
import { Standalone } from './standalone.ts'
import { epochsOf, Store, type StoreListener } from './store.ts'
import type { PeerTimer } from './timers.ts'
import type { ServerView } from './view.ts'

/** What a server is doing between two roles. */
type Phase =
  /** Nothing has happened yet. */
  | 'new'
  /** Reading the disk, at start or because memory was ahead of it. */
  | 'recovering'
  /** A role is over; waiting until everything logged is durable. */
  | 'draining'
  | 'LOOKING'
  /** Leading, following, observing, or alone. */
  | 'role'
  /** Told to stop; waiting until everything logged is durable. */
  | 'stopping'
  | 'ended'

/**
 * One whole ZooKeeper server as one machine: bytes on connections, contents of files and timers go in and come out. It owns
 * the database and what is durable, finds its role by election, and lends both to the role. Source: `QuorumPeer.run`.
 */
export class Peer implements Server, ClientService, ElectionService, Ensemble, StoreListener {
  readonly settings: PeerSettings
  readonly rules: RequestRules
  readonly database = new ZKDatabase()
  readonly metrics = new Metrics()
  readonly watches = new CountedWatches(this.metrics)
  readonly committedLog: CommittedLog
  readonly store: Store
  readonly clients: ClientPort
  readonly out: PeerEffect[] = []
  /** Who is told what happens, if anybody wants to know: checkers do. */
  observer: Observer | null = null
  role: Role | null = null
  phase: Phase = 'new'
  /** When the present role began to serve, on the clock of `Now.elapsed`. */
  servingSince: Millis = 0
  /** The digests of the tree after every 128th transaction, the latest `DIGEST_LOG_LIMIT`. Source: `DataTree.digestLog`. */
  readonly digestLog: { readonly zxid: Zxid; readonly digest: bigint }[] = []
  /** Client requests, sessions, event delivery, warnings: the bits that are set at the start. Source: `ZooTrace`. */
  traceMask = 306n
  private lookingSince: Millis = 0
  /** Since when this server serves no longer; null before it has ever served, and while it does. */
  private unavailableSince: Millis | null = null
  private readonly ensemble: EnsembleConfiguration | null
  private readonly electionPort: ElectionPort | null
  private readonly random: Prng
  private readonly ports: Ports
  private nextSessionId: SessionId = 0n
  private nonces = 0
  /** What has to be applied, or read again, once the log is durable. */
  private afterDraining: { readonly logged: readonly EncodedTxn[]; readonly reload: boolean } = { logged: [], reload: false }

  constructor(settings: PeerSettings) {
    this.settings = settings
    this.rules = requestRules(settings)
    this.ensemble = settings.ensemble
    this.committedLog = new CommittedLog(settings.commitLogCount)
    this.random = new Prng(settings.seed)
    this.store = new Store(settings, this.database, this, this.random, this.metrics, this.out)
    this.clients = new ClientPort(this, settings, this.out)
    this.electionPort = settings.ensemble === null ? null : new ElectionPort(this, settings, settings.ensemble, this.out)
    this.ports = new Ports(this, settings, this.clients, this.electionPort, this.out)
  }

  /** Takes one event; returns what the host has to do, in this order. */
  step(event: PeerEvent, now: Now): readonly PeerEffect[] {
    if (this.phase === 'ended') return []
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

  get configuration(): EnsembleConfiguration {
    assert(this.ensemble !== null, 'a standalone server has no ensemble')
    return this.ensemble
  }

  get serving(): boolean {
    return this.role?.serving ?? false
  }

  get readOnly(): boolean {
    return this.role instanceof ReadOnly
  }

  private dispatch(event: PeerEvent, now: Now): void {
    switch (event.kind) {
      case 'start':
        return this.onStart(now)
      case 'administer':
        return this.administer(event.action, now)
      case 'stop':
        return this.onStop()
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
    this.phase = 'recovering'
    this.store.recover(now)
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

  /** The log is given the time it needs; clients find another server. */
  private onStop(): void {
    this.log('info', 'Stopping')
    this.endRole('the server stops')
    this.clients.closeAll('the server stops')
    this.phase = 'stopping'
  }

  private onListenFailed(port: Port, message: string): void {
    const code = port === 'client' || port === 'secureClient' ? 1 : 14
    this.exit(code, `Cannot listen on the ${port} port ${this.ports.numberOf(port)}: ${message}`)
  }

  private onTimeout(timer: PeerTimer, now: Now): void {
    switch (timer) {
      case 'tick':
        this.setTick()
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
        return this.serveReadOnly(now)
      case 'observerDelay':
        return this.look(now)
    }
  }

  private onTurn(now: Now): void {
    this.clients.turn(now)
    this.store.turn(now)
    if (!this.store.idle) return
    if (this.phase === 'draining') this.drained(now)
    else if (this.phase === 'stopping') this.exit(0, 'Stopped')
  }

  // What the store tells.

  recovered(result: Recovered, now: Now): void {
    this.committedLog.clear()
    for (const txn of result.recent) this.committedLog.add(txn)
    if (this.role instanceof Following) return this.role.truncated(now)
    if (this.phase !== 'recovering') return
    if (this.ensemble === null) return this.standAlone(now)
    const epochs = epochsOf(result)
    if ('failure' in epochs) return this.exit(1, epochs.failure)
    this.store.acceptedEpoch = epochs.accepted
    this.store.currentEpoch = epochs.current
    this.writeConfigNode()
    this.openPorts()
    this.look(now)
  }

  flushed(upTo: Zxid, now: Now): void {
    this.role?.flushed(upTo, now)
  }

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
    this.exit(13, `Not able to truncate the log: ${message}`)
  }

  diskFailed(message: string): void {
    this.metrics.unrecoverableErrors.add()
    this.exit(1, `The disk has failed: ${message}`)
  }

  /** `/zookeeper/config` tells clients who is in the ensemble. It is written by each server for itself, not by transactions. */
  private writeConfigNode(): void {
    if (this.membership !== null) this.database.tree.setConfigData(utf8(this.membership), this.configuration.version, 0n)
  }

  // From one role to the next.

  private openPorts(): void {
    if (this.ports.open()) this.setTick()
  }

  /** Source: `ZooKeeperServerMain`; like Java, begins with a snapshot of what was recovered. */
  private standAlone(now: Now): void {
    this.openPorts()
    this.phase = 'role'
    this.store.takeSnapshot(now)
    this.role = new Standalone(this, this.clients, now)
    this.startServing(now)
  }

  private look(now: Now): void {
    const { myid } = this.settings
    assert(this.electionPort !== null && this.store.idle, 'an election needs fellows and a durable log')
    this.phase = 'LOOKING'
    this.lookingSince = now.elapsed
    if (this.servingSince > 0) this.unavailableSince ??= now.elapsed
    this.metrics.looking.add()
    this.log('info', 'LOOKING')
    this.setReadOnlyTimer()
    const { type } = this.configuration.servers.get(myid) ?? { type: 'observer' }
    if (type === 'observer') this.electionPort.look(NO_SID, NO_SID as bigint, NO_SID as bigint, now)
    else this.electionPort.look(myid, this.database.lastProcessedZxid, this.store.currentEpoch, now)
  }

  elected(state: Exclude<ServerState, 'LOOKING'>, vote: Vote, now: Now): void {
    this.endReadOnly()
    this.phase = 'role'
    this.metrics.electionTime.add(now.elapsed - this.lookingSince)
    this.log('info', state === 'LEADING' ? 'LEADING' : `${state} server ${vote.leader}`)
    this.observe({ kind: 'elected', leader: vote.leader })
    const role = state === 'LEADING' ? new Leading(this, this.clients, this, now) : new Following(this, this.clients, this, vote.leader, state)
    this.role = role
    role.begin(now)
  }

  /** Source: `QuorumPeer.run`, case LOOKING. */
  private setReadOnlyTimer(): void {
    const { readOnlyModeEnabled, tickTime } = this.settings
    if (readOnlyModeEnabled) this.out.push({ kind: 'setTimer', timer: 'readOnly', delay: Math.max(2000, tickTime) })
  }

  private endReadOnly(): void {
    if (!this.settings.readOnlyModeEnabled) return
    this.out.push({ kind: 'cancelTimer', timer: 'readOnly' })
    this.endRole('an election has ended')
  }

  private serveReadOnly(now: Now): void {
    if (this.phase !== 'LOOKING' || this.role !== null) return
    this.role = new ReadOnly(this, this.clients, now)
    this.startServing(now)
  }

  startServing(now: Now): void {
    assert(this.role !== null, 'only a role serves')
    this.servingSince = now.elapsed
    if (this.unavailableSince !== null) this.metrics.unavailableTime.add(now.elapsed - this.unavailableSince)
    this.unavailableSince = null
    this.writeConfigNode()
    const { mode } = this.role
    const { currentEpoch } = this.store
    const zxid = this.database.lastProcessedZxid
    if (mode !== 'read-only') this.observe({ kind: 'serving', role: mode, epoch: currentEpoch, zxid })
    this.log('info', `Serving as ${mode}, epoch ${currentEpoch}, zxid ${formatId(zxid)}`)
  }

  leaveRole(reason: string, logged: readonly EncodedTxn[], reload: boolean): void {
    if (this.role === null) return
    this.log('warn', `${this.role.mode} no longer: ${reason}`)
    this.endRole(reason)
    this.afterDraining = { logged, reload }
    this.phase = 'draining'
  }

  /**
   * Everything logged is durable. What was logged without being committed goes into the tree: the next vote must tell what the
   * disk holds, neither more nor less (ZOOKEEPER-2845). Source: `ZKDatabase.fastForwardDataBase`.
   */
  private drained(now: Now): void {
    const { logged, reload } = this.afterDraining
    this.afterDraining = { logged: [], reload: false }
    if (reload) {
      this.phase = 'recovering'
      return this.store.recover(now)
    }
    for (const txn of logged) this.apply(txn)
    const isObserver = this.configuration.servers.get(this.settings.myid)?.type === 'observer'
    if (!isObserver) return this.look(now)
    this.phase = 'LOOKING'
    this.out.push({ kind: 'setTimer', timer: 'observerDelay', delay: this.random.below(OBSERVER_DELAY) })
  }

  private endRole(reason: string): void {
    const { role } = this
    if (role === null) return
    this.role = null
    role.end()
    if (role.serving && role.mode !== 'read-only') this.observe({ kind: 'stoppedServing' })
    this.clients.closeAll(reason)
  }

  apply(txn: EncodedTxn): void {
    this.database.apply(decodeTransaction(txn.bytes), false)
    this.applied(txn)
  }

  applied({ zxid, bytes }: EncodedTxn): void {
    this.committedLog.add({ zxid, bytes })
    this.recordDigest(zxid)
    this.observe({ kind: 'applied', zxid, bytes })
  }

  /** Source: `DataTree.logZxidDigest`. */
  private recordDigest(zxid: Zxid): void {
    const { digest } = this.database.tree
    if (digest === null || zxid % DIGEST_LOG_INTERVAL !== 0n) return
    this.digestLog.push({ zxid, digest })
    if (this.digestLog.length > DIGEST_LOG_LIMIT) this.digestLog.shift()
  }

  // What clients ask.

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

  sessionReady(connection: ConnectionId, valid: boolean, now: Now): void {
    this.clients.sessionReady(connection, valid, now)
  }

  // Connections.

  openElectionConnection(host: string, port: number, timeout: Millis): ConnectionId {
    return this.ports.callElectionPort(host, port, timeout)
  }

  callQuorumPort(sid: Sid, timeout: Millis): ConnectionId | null {
    return this.ports.callQuorumPort(sid, timeout)
  }

  openQuorumPort(): void {
    this.ports.openQuorumPort()
  }

  closeQuorumPort(): void {
    this.ports.closeQuorumPort()
  }

  established(epoch: Epoch, now: Now): void {
    this.electionPort?.established(epoch, now)
  }

  observe(observation: Parameters<Observer>[0]): void {
    this.observer?.(observation)
  }

  private setTick(): void {
    this.out.push({ kind: 'setTimer', timer: 'tick', delay: this.settings.tickTime / 2 })
  }

  private log(level: 'info' | 'warn' | 'error', message: string): void {
    this.out.push({ kind: 'log', level, message })
  }

  private exit(code: number, message: string): void {
    this.phase = 'ended'
    this.out.push({ kind: 'exit', code, message })
  }

  /** The configuration as text, for `conf`; null for a standalone server. */
  get membership(): string | null {
    return this.ensemble === null ? null : formatConfiguration(this.ensemble)
  }
}

const NOTHING: readonly PeerEffect[] = []

/** Every how many transactions the digest of the tree is written down, and how many of them are kept. Source: `DataTree`. */
const DIGEST_LOG_INTERVAL = 128n
const DIGEST_LOG_LIMIT = 1024

/** An observer waits up to this many ms before it looks for a leader again. Source: `zookeeper.observer.election.DelayMs`. */
const OBSERVER_DELAY = 200
