import { encode, JuteError } from '../jute/index.ts'
import type { Millis, Now, SessionId, Sid, Zxid } from '../kernel/index.ts'
import { LearnerPipeline, type Request } from '../pipeline/index.ts'
import { LearnerSessionTracker } from '../sessions/index.ts'
import { decodeTransaction, encodeTouches, OpCode, QuorumPacket, quorumPacket, type Transaction } from '../wire/index.ts'
import { createLearner, type EncodedTxn, type LearnerEffect, type LearnerEvent, type LearnerState, stepLearner } from '../zab/index.ts'
import type { ConnectionId } from './boundary.ts'
import type { ClientPort } from './client-port.ts'
import type { Ensemble } from './ensemble.ts'
import { Incoming } from './frames.ts'
import { ageOf } from './metrics.ts'
import type { Role, Server } from './service.ts'
import { type PipelineRouter, ServingPipeline } from './serving.ts'

/**
 * A server that follows or observes a leader: the machine of `zab/learner.ts` with the connection to the leader on one side
 * and the pipeline on the other. Source: `Learner`, `Follower`, `Observer`, `LearnerZooKeeperServer`.
 */
export class Following implements Role, PipelineRouter {
  readonly mode: 'follower' | 'observer'
  readonly leader: Sid
  readonly machine: LearnerState
  private readonly server: Server
  private readonly clients: ClientPort
  private readonly ensemble: Ensemble
  private connection: ConnectionId | null = null
  private incoming = new Incoming()
  /** Whether the raw stream after a SNAP packet is being read. */
  private readingSnapshot = false
  /** Logged transactions that are not committed, decoded when they came: one that cannot be decoded is never logged. */
  private readonly decoded = new Map<Zxid, Transaction>()
  private readonly sessions: LearnerSessionTracker
  private pipeline: ServingPipeline | null = null
  /** Clients whose sessions the leader has been asked about, in the order of the questions. */
  private readonly revalidating: ConnectionId[] = []
  private over = false
  /** When it began to look for the leader, on the clock of `Now.elapsed`. */
  private since: Millis = 0

  constructor(server: Server, clients: ClientPort, ensemble: Ensemble, leader: Sid, role: 'FOLLOWING' | 'OBSERVING') {
    const { myid, tickTime, initLimit, syncLimit } = server.settings
    this.server = server
    this.clients = clients
    this.ensemble = ensemble
    this.leader = leader
    this.mode = role === 'FOLLOWING' ? 'follower' : 'observer'
    const learnerType = role === 'FOLLOWING' ? 'participant' : 'observer'
    this.machine = createLearner({ myid, learnerType, configVersion: ensemble.configuration.version, tickTime, initLimit, syncLimit })
    this.sessions = new LearnerSessionTracker(server.database.sessions)
  }

  /** Begins to look for the leader that was elected. */
  begin(now: Now): void {
    this.since = now.elapsed
    const { acceptedEpoch, currentEpoch } = this.server.store
    const role = this.mode === 'follower' ? 'FOLLOWING' : 'OBSERVING'
    const lastZxid = this.server.database.lastProcessedZxid
    this.step({ kind: 'follow', leader: this.leader, role, acceptedEpoch, currentEpoch, lastZxid }, now)
  }

  get serving(): boolean {
    return this.pipeline !== null
  }

  /** Sessions that only this server knows. */
  get localSessions(): number {
    return this.pipeline?.locals?.sessions.size ?? 0
  }

  submit(request: Request, now: Now): void {
    this.pipeline?.submit(request, now)
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): void {
    if (!this.pipeline?.touchLocal(sessionId, timeout, now)) this.sessions.touch(sessionId, timeout)
  }

  /** Only the leader knows whether a session lives, unless it is a local one. Source: `Learner.validateSession`. */
  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void {
    if (this.pipeline?.touchLocal(sessionId, timeout, now)) return this.server.sessionReady(connection, true, now)
    this.server.metrics.connectionRevalidations.add()
    this.revalidating.push(connection)
    this.step({ kind: 'revalidate', sessionId, timeout }, now)
  }

  flushed(upTo: Zxid, now: Now): void {
    this.step({ kind: 'flushed', upTo }, now)
  }

  tick(now: Now): void {
    this.pipeline?.tick(now)
  }

  timeout(timer: 'leaderSilence' | 'connectRetry', now: Now): void {
    this.step({ kind: 'timeout', timer }, now)
  }

  epochWritten(file: 'acceptedEpoch' | 'currentEpoch', epoch: bigint, now: Now): void {
    this.step({ kind: 'epochWritten', file, epoch }, now)
  }

  snapshotTaken(now: Now): void {
    this.step({ kind: 'snapshotTaken' }, now)
  }

  /** The log was cut and the database reloaded. */
  truncated(now: Now): void {
    this.step({ kind: 'truncated' }, now)
  }

  end(): void {
    this.over = true
    this.disconnect('no longer following')
    this.server.out.push({ kind: 'cancelTimer', timer: 'leaderSilence' }, { kind: 'cancelTimer', timer: 'connectRetry' })
  }

  /** Whether this is the connection to the leader. */
  owns(connection: ConnectionId): boolean {
    return this.connection === connection
  }

  connected(now: Now): void {
    this.step({ kind: 'connected' }, now)
  }

  closed(reason: string, now: Now): void {
    this.connection = null
    this.step({ kind: 'disconnected', reason }, now)
  }

  data(bytes: Uint8Array, now: Now): void {
    this.incoming.push(bytes)
    try {
      while (!this.over && this.connection !== null) {
        if (this.readingSnapshot) {
          if (!this.readSnapshot(now)) return
          continue
        }
        const packet = this.incoming.packet(this.server.settings.juteMaxBuffer)
        if (packet === null) return
        this.step({ kind: 'packet', packet }, now)
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.disconnect(error.message)
      this.step({ kind: 'disconnected', reason: `the leader sent what cannot be read: ${error.message}` }, now)
    }
  }

  // What the pipeline wants.

  propose(): void {}

  /** createSession carries no identities: there is nobody yet to have any. */
  forward(request: Request, now: Now): void {
    const { sessionId, cxid, type, payload, authInfo } = request
    const auth = type === OpCode.createSession || type === OpCode.closeSession ? null : authInfo
    this.step({ kind: 'request', request: { sessionId, cxid, type, payload }, authInfo: auth }, now)
  }

  syncLearner(): void {}

  applied(): void {}

  sessionClosed(sessionId: SessionId): void {
    this.sessions.removeSession(sessionId)
  }

  private step(event: LearnerEvent, now: Now): void {
    if (this.over) return
    for (const effect of stepLearner(this.machine, event, now)) {
      if (this.over) return
      this.carryOut(effect, now)
    }
  }

  private carryOut(effect: LearnerEffect, now: Now): void {
    const { out, store } = this.server
    switch (effect.kind) {
      case 'connect':
        return this.connect(effect.leader, now)
      case 'send':
        return this.send(effect.packet)
      case 'sendTouches':
        return this.send(quorumPacket('PING', effect.zxid, encodeTouches(this.sessions.takeTouches())))
      case 'writeEpoch':
        return store.writeEpoch(effect.file, effect.epoch)
      case 'receiveSnapshot':
        this.readingSnapshot = true
        return store.beginSnapshotStream(effect.zxid)
      case 'truncate':
        return store.truncate(effect.zxid, now)
      case 'takeSnapshot':
        return store.takeDurableSnapshot(now)
      case 'append':
        return this.append(effect.txn, now)
      case 'apply':
        this.decoded.delete(effect.txn.zxid)
        return this.server.apply(effect.txn)
      case 'serve':
        return this.serve(effect.epoch, now)
      case 'commit':
        return this.commit(effect.txn, now)
      case 'revalidated': {
        const connection = this.revalidating.shift()
        if (connection !== undefined) this.server.sessionReady(connection, effect.valid, now)
        return
      }
      case 'synced':
        this.pipeline?.syncAnswered(now)
        return
      case 'abandon':
        return this.server.leaveRole(effect.reason, effect.logged, effect.reload)
      default:
        out.push(effect)
    }
  }

  private connect(leader: Sid, now: Now): void {
    const { settings } = this.server
    this.incoming = new Incoming()
    this.connection = this.ensemble.callQuorumPort(leader, settings.initLimit * settings.tickTime)
    if (this.connection === null) this.step({ kind: 'disconnected', reason: `server ${leader} is not in the configuration` }, now)
  }

  private disconnect(reason: string): void {
    if (this.connection !== null) this.server.out.push({ kind: 'close', connection: this.connection, reason })
    this.connection = null
  }

  private send(packet: QuorumPacket): void {
    if (this.connection === null) return
    this.server.out.push({ kind: 'send', connection: this.connection, bytes: encode(QuorumPacket, packet) })
  }

  /** Throws `JuteError` for a transaction that cannot be decoded: in the log it would stop every later start. */
  private append(txn: EncodedTxn, now: Now): void {
    this.server.metrics.learnerProposals.add()
    this.server.metrics.proposalLatency.add(ageOf(txn.bytes, now.wall))
    this.decoded.set(txn.zxid, decodeTransaction(txn.bytes))
    this.server.store.append(txn, now)
  }

  private commit({ zxid, bytes }: EncodedTxn, now: Now): void {
    const transaction = this.decoded.get(zxid) ?? decodeTransaction(bytes)
    this.decoded.delete(zxid)
    this.server.metrics.learnerCommits.add()
    this.pipeline?.commit(zxid, bytes, transaction, now)
  }

  /** Reads on in the stream after SNAP; false when more has to arrive. */
  private readSnapshot(now: Now): boolean {
    const reading = this.server.store.readSnapshotStream(this.incoming.take(this.incoming.length))
    if (reading === null) {
      this.step({ kind: 'snapshotBytes' }, now)
      return false
    }
    this.readingSnapshot = false
    if ('failure' in reading) {
      this.step({ kind: 'restoreFailed', reason: reading.failure }, now)
      return false
    }
    this.server.committedLog.clear()
    this.incoming.push(reading.rest)
    this.step({ kind: 'snapshotInstalled' }, now)
    return true
  }

  private serve(epoch: bigint, now: Now): void {
    const { database, rules } = this.server
    this.pipeline = new ServingPipeline(
      new LearnerPipeline(database, this.clients.watches, rules, this.clients),
      this.server,
      this.clients,
      this,
      now,
    )
    const { followerSyncTime, observerSyncTime } = this.server.metrics
    const syncTime = this.mode === 'follower' ? followerSyncTime : observerSyncTime
    syncTime.add(now.elapsed - this.since)
    this.ensemble.established(epoch, now)
    this.server.startServing(now)
  }
}
