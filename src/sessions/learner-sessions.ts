import type { Millis, SessionId } from '../kernel/index.ts'

/**
 * What a learner knows of sessions: which exist, from its database, and which of its clients it has heard of since it last
 * told the leader. It expires nothing. Source: `LearnerSessionTracker`.
 */
export class LearnerSessionTracker {
  private readonly globalSessions: ReadonlyMap<bigint, Millis>
  private touches = new Map<bigint, Millis>()

  /** @param globalSessions the session table of the database, which changes as transactions are applied */
  constructor(globalSessions: ReadonlyMap<bigint, Millis>) {
    this.globalSessions = globalSessions
  }

  /** Whether the session is known to the ensemble, as far as this server has applied its history. */
  isGlobalSession(id: SessionId): boolean {
    return this.globalSessions.has(id)
  }

  /**
   * The client has been heard of: the leader will be told. The session need not be known here yet, its creation may still be
   * under way. Source: `touchSession`.
   *
   * @param timeout what was negotiated on this connection
   */
  touch(id: SessionId, timeout: Millis): void {
    this.touches.set(id, timeout)
  }

  /** A createSession has been applied: a sign of life too. Source: `commitSession`. */
  commitSession(id: SessionId, timeout: Millis): void {
    this.touches.set(id, timeout)
  }

  /** A closeSession has been applied: there is nothing more to tell. Source: `removeSession`. */
  removeSession(id: SessionId): void {
    this.touches.delete(id)
  }

  /** Everything touched since the last call, for the answer to the leader's PING. Source: `snapshot`. */
  takeTouches(): Iterable<[SessionId, Millis]> {
    const taken = this.touches
    this.touches = new Map()
    return taken
  }

  /** A copy over another database's session table. */
  clone(globalSessions: ReadonlyMap<bigint, Millis>): LearnerSessionTracker {
    const copy = new LearnerSessionTracker(globalSessions)
    for (const [id, timeout] of this.touches) copy.touches.set(id, timeout)
    return copy
  }

  /** A text that two trackers share only if they have the same to tell. */
  hash(): string {
    const lines = Array.from(this.touches, ([id, timeout]) => `${id} ${timeout}`)
    return lines.sort((a, b) => (a < b ? -1 : 1)).join('\n')
  }
}
