import type { Millis, Now, SessionId } from '../kernel/index.ts'
import { createsEphemeral, newRequest, type Request } from '../pipeline/index.ts'
import { LocalSessions } from '../sessions/index.ts'
import { KeeperErrorCode, OpCode } from '../wire/index.ts'
import type { PeerSettings } from './settings.ts'

/**
 * Stands where the requests of a server's own clients enter the pipeline, and sees to local sessions: new ones are local, and
 * their end concerns nobody else. Source: `QuorumZooKeeperServer.setLocalSessionFlag`, `checkUpgradeSession`.
 */
export class LocalSessionGate {
  readonly sessions: LocalSessions
  private readonly upgrading: boolean

  constructor({ myid, tickTime, localSessionsUpgradingEnabled }: PeerSettings, now: Now) {
    this.sessions = new LocalSessions(myid, tickTime, now.elapsed)
    this.upgrading = localSessionsUpgradingEnabled
  }

  /**
   * Marks the request as one that concerns this server only, or refuses it, if that is so.
   * @returns the request that has to go before it: a createSession for the ensemble when a local session is to own a node
   */
  admit(request: Request, now: Now): Request | null {
    const { sessionId, type, payload } = request
    if (request.error !== 0) return null
    if (type === OpCode.createSession) {
      request.isLocal = true
      this.sessions.open(sessionId, timeoutIn(payload), now.elapsed)
    } else if (this.sessions.has(sessionId)) {
      if (type === OpCode.closeSession) request.isLocal = true
      else if (createsEphemeral(type, payload)) return this.upgrade(request, now)
    }
    return null
  }

  touch(sessionId: SessionId, timeout: Millis, now: Now): boolean {
    return this.sessions.touch(sessionId, timeout, now.elapsed)
  }

  /** Requests that end the sessions whose time is up. */
  expire(now: Now): Request[] {
    return this.sessions.expired(now.elapsed).map((sessionId) => {
      const request = newRequest(sessionId, 0, OpCode.closeSession, new Uint8Array(0), [], 0, now.elapsed)
      request.isLocal = true
      return request
    })
  }

  private upgrade(request: Request, now: Now): Request | null {
    if (!this.upgrading) {
      request.error = KeeperErrorCode.EPHEMERALONLOCALSESSION
      return null
    }
    const { sessionId } = request
    const payload = new Uint8Array(4)
    new DataView(payload.buffer).setInt32(0, this.sessions.remove(sessionId) as Millis)
    return newRequest(sessionId, 0, OpCode.createSession, payload, [], 0, now.elapsed)
  }
}

function timeoutIn(payload: Uint8Array): Millis {
  return new DataView(payload.buffer, payload.byteOffset).getInt32(0)
}
