import type { Millis, SessionId, Sid } from '../kernel/index.ts'
import { type LocalRule, SessionTracker } from './session-tracker.ts'

/**
 * The sessions that only this server knows: no transaction made them, so they cost the ensemble nothing, and for the same
 * reason no other server can take them up, and they may own nothing. One that is to own an ephemeral node becomes *global*
 * first, under the same id. Source: `LocalSessionTracker`, `UpgradeableSessionTracker`.
 */
export class LocalSessions implements LocalRule {
  private readonly tracker: SessionTracker
  private readonly timeouts = new Map<bigint, Millis>()
  private readonly serverId: Sid

  constructor(serverId: Sid, tickTime: Millis, now: Millis) {
    this.serverId = serverId
    this.tracker = new SessionTracker(tickTime, this.timeouts, now)
  }

  /** How many there are. */
  get size(): number {
    return this.timeouts.size
  }

  /** Whether this is one of them. */
  has(id: SessionId): boolean {
    return this.timeouts.has(id)
  }

  /** A client has begun one; it expires when `timeout` ms pass without a touch. */
  open(id: SessionId, timeout: Millis, now: Millis): void {
    this.timeouts.set(id, timeout)
    this.tracker.trackSession(id, timeout, now)
  }

  /** The client has been heard of. False when the session is none of these, or its end is decided. */
  touch(id: SessionId, timeout: Millis, now: Millis): boolean {
    return this.tracker.touchSession(id, timeout, now)
  }

  /** The session is over, or no longer local: its timeout, or undefined when it was none of these. */
  remove(id: SessionId): Millis | undefined {
    const timeout = this.timeouts.get(id)
    this.timeouts.delete(id)
    this.tracker.removeSession(id)
    return timeout
  }

  /** The sessions whose time is up, each told once. */
  expired(now: Millis): SessionId[] {
    return this.tracker.expired(now)
  }

  /**
   * Whether a session that the ensemble does not know may be a local one, so that whoever prepares its writes must take them:
   * one of this server it knows itself, and for those of other servers it must trust them. Source: `LeaderSessionTracker.checkSession`.
   */
  mayBeLocal(id: SessionId): boolean {
    return this.has(id) || BigInt.asUintN(8, id >> 56n) !== BigInt.asUintN(8, this.serverId)
  }
}
