import { type Millis, type Now, type SessionId, unreachable, type Zxid } from '../kernel/index.ts'
import { LOCAL_OWNER, newRequest, type Pipeline, type PipelineEffect, PreparingPipeline, type Request } from '../pipeline/index.ts'
import { SessionTracker } from '../sessions/index.ts'
import { OpCode, type Transaction } from '../wire/index.ts'
import type { ClientPort } from './client-port.ts'
import { ContainerManager } from './container-manager.ts'
import { LocalSessionGate } from './local-sessions.ts'
import { ageOf, type Metrics } from './metrics.ts'
import type { Server } from './service.ts'

/** What becomes of the effects of a pipeline that depend on the role. */
export interface PipelineRouter {
  propose(zxid: Zxid, bytes: Uint8Array, now: Now): void
  forward(request: Request, now: Now): void
  syncLearner(connection: number, now: Now): void
  applied(zxid: Zxid, now: Now): void
  sessionClosed(sessionId: SessionId): void
}

/** A pipeline at work: it takes what clients ask and what the ensemble has committed, and its effects go where they belong. */
export class ServingPipeline {
  private readonly pipeline: Pipeline
  private readonly server: Server
  private readonly clients: ClientPort
  private readonly router: PipelineRouter
  /** Null where all sessions are global. */
  readonly locals: LocalSessionGate | null

  constructor(pipeline: Pipeline, server: Server, clients: ClientPort, router: PipelineRouter, now: Now) {
    const { settings } = server
    this.pipeline = pipeline
    this.server = server
    this.clients = clients
    this.router = router
    this.locals = settings.localSessionsEnabled && settings.ensemble !== null ? new LocalSessionGate(settings, now) : null
  }

  submit(request: Request, now: Now): void {
    const first = request.owner === LOCAL_OWNER ? this.locals?.admit(request, now) : null
    if (first) this.route(this.pipeline.submit(first, now), now)
    this.route(this.pipeline.submit(request, now), now)
  }

  /** The client of a local session has been heard of. False when the session is no local one. */
  touchLocal(sessionId: SessionId, timeout: Millis, now: Now): boolean {
    return this.locals?.touch(sessionId, timeout, now) ?? false
  }

  /** Ends the local sessions whose time is up. */
  tick(now: Now): void {
    for (const request of this.locals?.expire(now) ?? []) this.route(this.pipeline.submit(request, now), now)
  }

  commit(zxid: Zxid, bytes: Uint8Array, transaction: Transaction | null, now: Now): void {
    this.route(this.pipeline.commit(zxid, bytes, transaction), now)
  }

  syncAnswered(now: Now): void {
    this.route(this.pipeline.syncAnswered(), now)
  }

  private route(effects: readonly PipelineEffect[], now: Now): void {
    for (const effect of effects) this.carryOut(effect, now)
  }

  private carryOut(effect: PipelineEffect, now: Now): void {
    switch (effect.kind) {
      case 'reply':
        return this.clients.answer(effect.connection, effect.bytes, effect.request, now)
      case 'closeClient':
        return this.clients.close(effect.connection, effect.reason)
      case 'sessionCreated':
        return this.clients.sessionReady(effect.connection, effect.valid, now)
      case 'sessionClosed':
        this.locals?.sessions.remove(effect.sessionId)
        this.router.sessionClosed(effect.sessionId)
        return this.clients.sessionClosed(effect.sessionId)
      case 'propose':
        return this.router.propose(effect.zxid, effect.bytes, now)
      case 'forward':
        return this.router.forward(effect.request, now)
      case 'syncLearner':
        return this.router.syncLearner(effect.connection, now)
      case 'applied':
        this.server.metrics.propagationLatency.add(ageOf(effect.bytes, now.wall))
        this.server.applied(effect)
        return this.router.applied(effect.zxid, now)
      case 'note':
        this.server.out.push(effect)
        return
      default:
        unreachable(effect)
    }
  }
}

/**
 * A server that gives out zxids also watches over all sessions: it alone decides that one has expired, or that a container has
 * had its time. That is the leader of an ensemble, or a server that stands alone. Source: `SessionTrackerImpl`, `ZooKeeperServer.expire`.
 */
export class SessionWatch {
  readonly tracker: SessionTracker
  private readonly pipeline: ServingPipeline
  private readonly containers: ContainerManager
  private readonly metrics: Metrics

  private constructor(tracker: SessionTracker, pipeline: ServingPipeline, containers: ContainerManager, metrics: Metrics) {
    this.tracker = tracker
    this.pipeline = pipeline
    this.containers = containers
    this.metrics = metrics
  }

  /**
   * Starts the pipeline of a server that prepares its own transactions. Every session gets its full timeout anew: how long its
   * client has been silent is not known here, and expiry may be late but never early.
   */
  static start(server: Server, clients: ClientPort, router: PipelineRouter, now: Now): { watch: SessionWatch; pipeline: ServingPipeline } {
    const { database, settings, rules } = server
    const tracker = new SessionTracker(settings.tickTime, database.sessions, now.elapsed)
    const preparing = new PreparingPipeline(database, clients.watches, tracker, database.lastProcessedZxid, rules, clients)
    const pipeline = new ServingPipeline(preparing, server, clients, router, now)
    tracker.locals = pipeline.locals?.sessions ?? null
    const containers = new ContainerManager(settings, database.tree, pipeline, now)
    return { watch: new SessionWatch(tracker, pipeline, containers, server.metrics), pipeline }
  }

  /** Whether the session lives; if so it belongs to `owner` now. */
  revalidate(sessionId: SessionId, timeout: Millis, owner: number, now: Now): boolean {
    const valid = this.tracker.touchSession(sessionId, timeout, now.elapsed)
    if (valid) this.tracker.setOwner(sessionId, owner)
    return valid
  }

  /** Half a tick has passed: ends what has had its time. */
  tick(now: Now): void {
    this.expire(now)
    this.containers.tick(now)
  }

  /** Closes the sessions whose clients have been silent for too long. */
  private expire(now: Now): void {
    for (const sessionId of this.tracker.expired(now.elapsed)) {
      this.tracker.setSessionClosing(sessionId)
      this.metrics.staleSessionsExpired.add()
      this.pipeline.submit(newRequest(sessionId, 0, OpCode.closeSession, new Uint8Array(0), [], 0, now.elapsed), now)
    }
  }
}
