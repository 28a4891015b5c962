import { encode, JuteError } from '../jute/index.ts'
import { type Millis, makeZxid, type Now, type SessionId, type Zxid } from '../kernel/index.ts'
import { isWrite, LOCAL_OWNER, newRequest, type Request } from '../pipeline/index.ts'
import { formatConfiguration } from '../quorum/index.ts'
import type { SessionTracker } from '../sessions/index.ts'
import { OpCode, QuorumPacket } from '../wire/index.ts'
import { createLeader, type EncodedTxn, type LeaderEffect, type LeaderEvent, type LeaderState, stepLeader } from '../zab/index.ts'
import type { ConnectionId } from './boundary.ts'
import type { ClientPort } from './client-port.ts'
import type { Ensemble } from './ensemble.ts'
import { Incoming } from './frames.ts'
import { ageOf } from './metrics.ts'
import type { Role, Server } from './service.ts'
import { type PipelineRouter, type ServingPipeline, SessionWatch } from './serving.ts'

/**
 * A server that leads, or tries to: the machine of `zab/leader.ts` with its learners' connections on one side and the
 * pipeline on the other. Source: `Leader`, `LeaderZooKeeperServer`.
 */
export class Leading implements Role, PipelineRouter {
  readonly mode = 'leader'
  readonly machine: LeaderState
  /** When it began, on the clock of `Now.elapsed`. */
  readonly since: Millis
  /** Bytes of proposals; -1 before the first. */
  proposalSize = { last: -1, min: -1, max: -1 }
  private readonly server: Server
  private readonly clients: ClientPort
  private readonly ensemble: Ensemble
  private readonly learners = new Map<ConnectionId, Incoming>()
  private pipeline: ServingPipeline | null = null
  private sessions: SessionWatch | null = null
  private over = false

  constructor(server: Server, clients: ClientPort, ensemble: Ensemble, now: Now) {
    const { myid, tickTime, initLimit, syncLimit } = server.settings
    const { configuration } = ensemble
    this.server = server
    this.clients = clients
    this.ensemble = ensemble
    this.since = now.elapsed
    const configurationText = formatConfiguration(configuration)
    this.machine = createLeader({ myid, configuration, configurationText, tickTime, initLimit, syncLimit, committedLog: server.committedLog })
  }

  /** Opens the quorum port and begins discovery. */
  begin(now: Now): void {
    const { acceptedEpoch, currentEpoch, logFrom } = this.server.store
    this.ensemble.openQuorumPort()
    this.step({ kind: 'lead', acceptedEpoch, currentEpoch, lastZxid: this.server.database.lastProcessedZxid, logFrom }, now)
  }

  get serving(): boolean {
    return this.pipeline !== null
  }

  /** Sessions that only this server knows. */
  get localSessions(): number {
    return this.pipeline?.locals?.sessions.size ?? 0
  }

  /** The sessions of the ensemble; null until it serves. */
  get tracker(): SessionTracker | null {
    return this.sessions?.tracker ?? null
  }

  /** Sync requests that wait for a proposal to be committed. */
  get pendingSyncs(): number {
    return this.machine.outstandingProposals.toArray().reduce((count, { pendingSyncs }) => count + (pendingSyncs?.length ?? 0), 0)
  }

  submit(request: Request, now: Now): void {
    this.pipeline?.submit(request, now)
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): void {
    if (!this.pipeline?.touchLocal(sessionId, timeout, now)) this.sessions?.tracker.touchSession(sessionId, timeout, now.elapsed)
  }

  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void {
    const isLocal = this.pipeline?.touchLocal(sessionId, timeout, now) ?? false
    const valid = isLocal || (this.sessions?.revalidate(sessionId, timeout, LOCAL_OWNER, now) ?? false)
    this.server.sessionReady(connection, valid, now)
  }

  flushed(upTo: Zxid, now: Now): void {
    this.step({ kind: 'flushed', upTo }, now)
  }

  tick(now: Now): void {
    this.sessions?.tick(now)
    this.pipeline?.tick(now)
  }

  timeout(timer: 'halfTick' | 'initLimit', now: Now): void {
    this.step({ kind: 'timeout', timer }, now)
  }

  epochWritten(file: 'acceptedEpoch' | 'currentEpoch', epoch: bigint, now: Now): void {
    this.step({ kind: 'epochWritten', file, epoch }, now)
  }

  /** A piece of the log for a learner; returns whether it still wants more. */
  logRead(connection: ConnectionId, txns: readonly EncodedTxn[], now: Now): boolean {
    this.step({ kind: 'logRead', connection, txns }, now)
    return this.machine.learners.get(connection)?.reading != null
  }

  logReadOver(connection: ConnectionId, reason: string | null, now: Now): void {
    this.step(reason === null ? { kind: 'logEnd', connection } : { kind: 'logUnusable', connection, reason }, now)
  }

  end(): void {
    this.over = true
    this.server.store.stopReadingLog()
    this.ensemble.closeQuorumPort()
    for (const connection of this.learners.keys()) this.server.out.push({ kind: 'close', connection, reason: 'no longer leading' })
    this.learners.clear()
    this.server.out.push({ kind: 'cancelTimer', timer: 'halfTick' }, { kind: 'cancelTimer', timer: 'initLimit' })
  }

  accepted(connection: ConnectionId, now: Now): void {
    this.learners.set(connection, new Incoming())
    this.step({ kind: 'learnerConnected', connection }, now)
  }

  closed(connection: ConnectionId, now: Now): void {
    if (!this.learners.delete(connection)) return
    const sid = this.machine.learners.get(connection)?.sid ?? null
    if (sid !== null) this.server.out.push({ kind: 'log', level: 'warn', message: `Server ${sid} is no longer connected` })
    this.step({ kind: 'learnerClosed', connection }, now)
  }

  data(connection: ConnectionId, bytes: Uint8Array, now: Now): void {
    const incoming = this.learners.get(connection)
    if (incoming === undefined) return
    incoming.push(bytes)
    try {
      while (this.learners.has(connection)) {
        const packet = incoming.packet(this.server.settings.juteMaxBuffer)
        if (packet === null) return
        this.step({ kind: 'packet', connection, packet }, now)
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.closeLearner(connection, `malformed packet: ${error.message}`)
      this.step({ kind: 'learnerClosed', connection }, now)
    }
  }

  // What the pipeline wants.

  propose(zxid: Zxid, bytes: Uint8Array, now: Now): void {
    const { min, max } = this.proposalSize
    this.proposalSize = { last: bytes.length, min: min === -1 ? bytes.length : Math.min(min, bytes.length), max: Math.max(max, bytes.length) }
    this.server.metrics.proposals.add()
    this.step({ kind: 'propose', txn: { zxid, bytes } }, now)
  }

  /** Forgets the sizes of the proposals so far: the four-letter word `srst`. */
  resetProposalSize(): void {
    this.proposalSize = { last: -1, min: -1, max: -1 }
  }

  forward(): void {}

  syncLearner(connection: ConnectionId, now: Now): void {
    this.step({ kind: 'sync', connection }, now)
  }

  applied(zxid: Zxid, now: Now): void {
    this.step({ kind: 'applied', zxid }, now)
  }

  sessionClosed(sessionId: SessionId): void {
    this.sessions?.tracker.removeSession(sessionId)
  }

  private step(event: LeaderEvent, now: Now): void {
    if (this.over) return
    for (const effect of stepLeader(this.machine, event, now)) {
      if (this.over) return
      this.carryOut(effect, now)
    }
  }

  private carryOut(effect: LeaderEffect, now: Now): void {
    const { out, store, metrics } = this.server
    switch (effect.kind) {
      case 'send':
        if (effect.packet.kind === 'DIFF') metrics.diffs.add()
        out.push({ kind: 'send', connection: effect.connection, bytes: encode(QuorumPacket, effect.packet) })
        return
      case 'broadcast': {
        const bytes = encode(QuorumPacket, effect.packet)
        for (const connection of effect.connections) out.push({ kind: 'send', connection, bytes })
        return
      }
      case 'sendSnapshot':
        metrics.snaps.add()
        for (const bytes of store.serializeStream()) out.push({ kind: 'send', connection: effect.connection, bytes })
        return
      case 'readLog':
        return store.readLog(effect.connection, effect.from, effect.upTo, now)
      case 'closeLearner':
        return this.closeLearner(effect.connection, effect.reason)
      case 'writeEpoch':
        return store.writeEpoch(effect.file, effect.epoch)
      case 'serve':
        return this.serve(effect.epoch, now)
      case 'append':
        return store.append(effect.txn, now)
      case 'commit':
        metrics.commits.add()
        metrics.quorumAckLatency.add(ageOf(effect.txn.bytes, now.wall))
        this.pipeline?.commit(effect.txn.zxid, effect.txn.bytes, null, now)
        return
      case 'abdicate':
        return this.server.leaveRole(effect.reason, effect.logged, false)
      case 'request':
      case 'revalidate':
      case 'touch':
        return this.onLearnerAsks(effect, now)
      default:
        out.push(effect)
    }
  }

  /** What learners pass on from their clients. */
  private onLearnerAsks(effect: LeaderEffect & { kind: 'request' | 'revalidate' | 'touch' }, now: Now): void {
    switch (effect.kind) {
      case 'request': {
        const { sessionId, cxid, type, payload } = effect.request
        // Nothing else may reach the leader: a transaction that learners cannot decode would stop the ensemble (ZOOKEEPER-2623).
        if (!isWrite(type) && type !== OpCode.sync) return
        return this.submit(newRequest(sessionId, cxid, type, payload, effect.authInfo, 0, now.elapsed, effect.connection), now)
      }
      case 'revalidate': {
        const { connection, sessionId, timeout } = effect
        this.server.metrics.revalidations.add()
        const valid = this.sessions?.revalidate(sessionId, timeout, connection, now) ?? false
        return this.step({ kind: 'revalidated', connection, sessionId, valid }, now)
      }
      case 'touch':
        return this.touch(effect.sessionId, effect.timeout, now)
    }
  }

  private closeLearner(connection: ConnectionId, reason: string): void {
    if (!this.learners.delete(connection)) return
    this.server.out.push({ kind: 'log', level: 'warn', message: `Closing a learner's connection: ${reason}` })
    this.server.out.push({ kind: 'close', connection, reason })
  }

  /** The epoch's start becomes this server's position only now that a quorum has it (ZOOKEEPER-790). */
  private serve(epoch: bigint, now: Now): void {
    this.server.database.lastProcessedZxid = makeZxid(epoch, 0n)
    const { watch, pipeline } = SessionWatch.start(this.server, this.clients, this, now)
    this.sessions = watch
    this.pipeline = pipeline
    this.server.observe({ kind: 'established', epoch })
    this.ensemble.established(epoch, now)
    this.server.startServing(now)
  }
}
