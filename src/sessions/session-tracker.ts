import type { Millis, SessionId } from '../kernel/index.ts'
import { ExpiryQueue } from './expiry-queue.ts'

interface Session {
  readonly timeout: Millis
  /** Its end has been decided: nothing is taken from it any more, and no touch prolongs it. */
  isClosing: boolean
  /** Where its client is connected; null until its first request. */
  owner: number | null
}

/** What the tracker says to a request of a session. */
export type SessionVerdict = 'ok' | 'SESSIONEXPIRED' | 'SESSIONMOVED'

/** Which sessions the ensemble need not know: `LocalSessions` says it. */
export interface LocalRule {
  /** Whether a session of this id may be known to this server alone. */
  mayBeLocal(id: SessionId): boolean
}

/**
 * The sessions of the whole ensemble, with their deadlines: kept by the leader, or by a standalone server. A session is
 * tracked from the moment at which its creation is *prepared*, so that it can expire even if its client is never heard of
 * again; the table in the database, by contrast, changes when transactions are applied. Source: `SessionTrackerImpl`.
 */
export class SessionTracker {
  private readonly sessions = new Map<bigint, Session>()
  private readonly queue: ExpiryQueue<bigint>
  /** Those that only this server knows; null where there are no local sessions. */
  locals: LocalRule | null = null

  /**
   * @param tickTime the width of an expiry bucket
   * @param known the sessions in the database: each gets its full timeout anew, which after a change of leader is the only
   * fair assumption
   */
  constructor(tickTime: Millis, known: ReadonlyMap<bigint, Millis>, now: Millis, queue = new ExpiryQueue<bigint>(tickTime, now)) {
    this.queue = queue
    for (const [id, timeout] of known) this.trackSession(id, timeout, now)
  }

  /** How many sessions are tracked. */
  get size(): number {
    return this.sessions.size
  }

  /** Begins to watch over a session, or touches it. Returns whether it is new. Source: `trackSession`. */
  trackSession(id: SessionId, timeout: Millis, now: Millis): boolean {
    const isNew = !this.sessions.has(id)
    if (isNew) this.sessions.set(id, { timeout, isClosing: false, owner: null })
    this.touchSession(id, timeout, now)
    return isNew
  }

  /** The session's createSession has been applied: it is tracked even if another leader had prepared it. Source: `commitSession`. */
  commitSession(id: SessionId, timeout: Millis, now: Millis): void {
    if (!this.sessions.has(id)) this.trackSession(id, timeout, now)
  }

  /**
   * The client has been heard of: its session gets `timeout` from now. False, with no effect, when it is unknown or closing.
   * Source: `touchSession`.
   */
  touchSession(id: SessionId, timeout: Millis, now: Millis): boolean {
    const session = this.sessions.get(id)
    if (session === undefined || session.isClosing) return false
    this.queue.update(id, timeout, now)
    return true
  }

  /** From now on nothing is taken from the session. Decided when its end is prepared, not when it is applied. Source: `setSessionClosing`. */
  setSessionClosing(id: SessionId): void {
    const session = this.sessions.get(id)
    if (session === undefined) return
    session.isClosing = true
    this.queue.remove(id)
  }

  /** Whether the end of a session that is still tracked has been decided. */
  isClosing(id: SessionId): boolean {
    return this.sessions.get(id)?.isClosing === true
  }

  /** The session's closeSession has been applied. Source: `removeSession`. */
  removeSession(id: SessionId): void {
    this.sessions.delete(id)
    this.queue.remove(id)
  }

  /**
   * Whether a request of the session that comes from `owner` may be carried out. The first one who asks becomes the owner; a
   * request by a way that the client has left since is refused, or it could overtake what the client sends on its new way.
   * A session that is not known may be a local one. Source: `checkSession`, `LeaderSessionTracker.checkSession`.
   *
   * @param owner the learner's connection, or the constant for this server's own clients
   */
  checkSession(id: SessionId, owner: number): SessionVerdict {
    if (this.locals !== null && !this.sessions.has(id) && this.locals.mayBeLocal(id)) return 'ok'
    return this.checkGlobalSession(id, owner)
  }

  /** The same for what only a session that the whole ensemble knows may do: to own a node. Source: `checkGlobalSession`. */
  checkGlobalSession(id: SessionId, owner: number): SessionVerdict {
    const session = this.sessions.get(id)
    if (session === undefined || session.isClosing) return 'SESSIONEXPIRED'
    session.owner ??= owner
    return session.owner === owner ? 'ok' : 'SESSIONMOVED'
  }

  /** The client has taken up its session at `owner`. False when the session is unknown or closing. Source: `setOwner`. */
  setOwner(id: SessionId, owner: number): boolean {
    const session = this.sessions.get(id)
    if (session === undefined || session.isClosing) return false
    session.owner = owner
    return true
  }

  /** The sessions whose time is up, each told once; they are closing from now on. Source: `SessionTrackerImpl.run`. */
  expired(now: Millis): SessionId[] {
    const ids = this.queue.poll(now)
    for (const id of ids) this.setSessionClosing(id)
    return ids
  }

  /** The sessions that expire at each deadline, the earliest first: for the four-letter word `dump`. */
  listing(): [Millis, readonly SessionId[]][] {
    return this.queue.listing()
  }

  /** An independent copy. */
  clone(): SessionTracker {
    const copy = new SessionTracker(1, new Map(), 0, this.queue.clone())
    for (const [id, session] of this.sessions) copy.sessions.set(id, { ...session })
    return copy
  }

  /** A text that two trackers share only if they are in the same state. */
  hash(): string {
    const ids = [...this.sessions.keys()].sort(byValue)
    const sessions = ids.map((id) => `${id} ${JSON.stringify(this.sessions.get(id))}`)
    const deadlines = this.listing().map(([deadline, ids]) => `${deadline}: ${[...ids].sort(byValue).join(' ')}`)
    return [...sessions, ...deadlines].join('\n')
  }
}

function byValue(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
