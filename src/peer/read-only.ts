import type { Millis, Now, SessionId } from '../kernel/index.ts'
import { isWrite, LearnerPipeline, type Request } from '../pipeline/index.ts'
import { KeeperErrorCode, OpCode } from '../wire/index.ts'
import type { ConnectionId } from './boundary.ts'
import type { ClientPort } from './client-port.ts'
import type { Role, Server } from './service.ts'
import { type PipelineRouter, ServingPipeline } from './serving.ts'

/**
 * A server that has been looking for a leader for a while and meanwhile lets clients read what it has, if they have said that
 * they can do with it. What they read may be old, but not older than what they have read before: a client that has seen more
 * than the server has is refused as always. Sessions must be local, since nothing can be agreed on now; and
 * global ones are sent away, for here their clients could only lose them. Source: `ReadOnlyZooKeeperServer`, `ReadOnlyRequestProcessor`.
 */
export class ReadOnly implements Role, PipelineRouter {
  readonly mode = 'read-only'
  readonly serving = true
  private readonly server: Server
  private readonly clients: ClientPort
  private readonly pipeline: ServingPipeline

  constructor(server: Server, clients: ClientPort, now: Now) {
    const { database, rules } = server
    this.server = server
    this.clients = clients
    this.pipeline = new ServingPipeline(new LearnerPipeline(database, clients.watches, rules, clients), server, clients, this, now)
  }

  submit(request: Request, now: Now): void {
    if (request.error === 0 && this.isRefused(request)) request.error = KeeperErrorCode.NOTREADONLY
    this.pipeline.submit(request, now)
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): void {
    this.pipeline.touchLocal(sessionId, timeout, now)
  }

  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void {
    if (this.server.database.sessions.has(sessionId)) return this.clients.close(connection, 'a global session cannot be taken up in read-only mode')
    this.server.sessionReady(connection, this.pipeline.touchLocal(sessionId, timeout, now), now)
  }

  tick(now: Now): void {
    this.pipeline.tick(now)
  }

  flushed(): void {}

  end(): void {}

  propose(): void {}

  forward(): void {}

  syncLearner(): void {}

  applied(): void {}

  sessionClosed(): void {}

  /** A session is opened and closed here without the ensemble, if that is allowed at all. */
  private isRefused({ type }: Request): boolean {
    if (type === OpCode.createSession || type === OpCode.closeSession) return this.pipeline.locals === null
    return isWrite(type) || type === OpCode.sync
  }
}
