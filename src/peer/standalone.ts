import type { Millis, Now, SessionId, Zxid } from '../kernel/index.ts'
import { LOCAL_OWNER, type Request } from '../pipeline/index.ts'
import type { SessionTracker } from '../sessions/index.ts'
import type { EncodedTxn } from '../zab/index.ts'
import type { ConnectionId } from './boundary.ts'
import type { ClientPort } from './client-port.ts'
import type { Role, Server } from './service.ts'
import { type PipelineRouter, type ServingPipeline, SessionWatch } from './serving.ts'

/** A server on its own: what its disk has is committed. Source: `ZooKeeperServer` as `ZooKeeperServerMain` runs it. */
export class Standalone implements Role, PipelineRouter {
  readonly mode = 'standalone'
  readonly serving = true
  private readonly server: Server
  private readonly pipeline: ServingPipeline
  private readonly sessions: SessionWatch
  /** Logged, not yet durable, in zxid order. */
  private readonly proposed: EncodedTxn[] = []

  constructor(server: Server, clients: ClientPort, now: Now) {
    this.server = server
    const { watch, pipeline } = SessionWatch.start(server, clients, this, now)
    this.pipeline = pipeline
    this.sessions = watch
  }

  get tracker(): SessionTracker {
    return this.sessions.tracker
  }

  submit(request: Request, now: Now): void {
    this.pipeline.submit(request, now)
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): void {
    this.sessions.tracker.touchSession(sessionId, timeout, now.elapsed)
  }

  revalidate(sessionId: SessionId, timeout: Millis, connection: ConnectionId, now: Now): void {
    this.server.sessionReady(connection, this.sessions.revalidate(sessionId, timeout, LOCAL_OWNER, now), now)
  }

  tick(now: Now): void {
    this.sessions.tick(now)
  }

  flushed(upTo: Zxid, now: Now): void {
    let done = 0
    while (done < this.proposed.length && (this.proposed[done] as EncodedTxn).zxid <= upTo) done++
    for (const { zxid, bytes } of this.proposed.splice(0, done)) this.pipeline.commit(zxid, bytes, null, now)
  }

  end(): void {}

  propose(zxid: Zxid, bytes: Uint8Array, now: Now): void {
    this.proposed.push({ zxid, bytes })
    this.server.store.append({ zxid, bytes }, now)
  }

  forward(): void {}

  syncLearner(): void {}

  applied(): void {}

  sessionClosed(sessionId: SessionId): void {
    this.sessions.tracker.removeSession(sessionId)
  }
}
