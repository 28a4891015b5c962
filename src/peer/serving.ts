import { type Millis, type Now, type SessionId, unreachable, type Zxid } from '../kernel/index.ts'
import { newRequest, type Pipeline, type PipelineEffect, PreparingPipeline, type Request } from '../pipeline/index.ts'
import { SessionTracker } from '../sessions/index.ts'
import { OpCode, type Transaction } from '../wire/index.ts'
import type { ClientPort } from './client-port.ts'
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

  constructor(pipeline: Pipeline, server: Server, clients: ClientPort, router: PipelineRouter) {
    this.pipeline = pipeline
    this.server = server
    this.clients = clients
    this.router = router
  }

  submit(request: Request, now: Now): void {
    this.route(this.pipeline.submit(request, now), now)
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
        this.router.sessionClosed(effect.sessionId)
        return this.clients.sessionClosed(effect.sessionId)
      case 'propose':
        return this.router.propose(effect.zxid, effect.bytes, now)
      case 'forward':
        return this.router.forward(effect.request, now)
      case 'syncLearner':
        return this.router.syncLearner(effect.connection, now)
      case 'applied':
        this.server.committedLog.add({ zxid: effect.zxid, bytes: effect.bytes })
        this.server.observe({ kind: 'applied', zxid: effect.zxid, bytes: effect.bytes })
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
 * A server that gives out zxids also watches over all sessions: it alone decides that one has expired. That is the leader of
 * an ensemble, or a server that stands alone. Source: `SessionTrackerImpl`, `ZooKeeperServer.expire`.
 */
export class SessionWatch {
  readonly tracker: SessionTracker
  private readonly pipeline: ServingPipeline

  private constructor(tracker: SessionTracker, pipeline: ServingPipeline) {
    this.tracker = tracker
    this.pipeline = pipeline
  }

  /**
   * Starts the pipeline of a server that prepares its own transactions. Every session gets its full timeout anew: how long its
   * client has been silent is not known here, and expiry may be late but never early.
   */
  static start(server: Server, clients: ClientPort, router: PipelineRouter, now: Now): { watch: SessionWatch; pipeline: ServingPipeline } {
    const { database, settings } = server
    const tracker = new SessionTracker(settings.tickTime, database.sessions, now.elapsed)
    const preparing = new PreparingPipeline(database, clients.watches, tracker, database.lastProcessedZxid, settings.extendedTypesEnabled)
    const pipeline = new ServingPipeline(preparing, server, clients, router)
    return { watch: new SessionWatch(tracker, pipeline), pipeline }
  }

  /** Whether the session lives; if so it belongs to `owner` now. */
  revalidate(sessionId: SessionId, timeout: Millis, owner: number, now: Now): boolean {
    const valid = this.tracker.touchSession(sessionId, timeout, now.elapsed)
    if (valid) this.tracker.setOwner(sessionId, owner)
    return valid
  }

  /** Closes the sessions whose clients have been silent for too long. */
  expire(now: Now): void {
    for (const sessionId of this.tracker.expired(now.elapsed)) {
      this.tracker.setSessionClosing(sessionId)
      this.pipeline.submit(newRequest(sessionId, 0, OpCode.closeSession, new Uint8Array(0), [], 0, now.elapsed), now)
    }
  }
}
