import type { Millis, Sid, Zxid } from '../kernel/index.ts'
import type { LearnerType } from '../quorum/index.ts'
import type { LearnerConnection } from './events.ts'

/**
 * How far a learner has come at its leader. In CONNECTED, PROMISING, SYNCHRONIZING and SERVING the learner has to say
 * something; in the others the leader has, as soon as a quorum allows it.
 *
 *     CONNECTED      FOLLOWERINFO ->  INTRODUCED     (the epoch is decided)   LEADERINFO ->
 *     PROMISING      ACKEPOCH     ->  PROMISED       (histories are checked,
 *                                                     the log is read)        DIFF | TRUNC | SNAP … NEWLEADER ->
 *     SYNCHRONIZING  ACK          ->  SYNCHRONIZED   (the leader serves)      UPTODATE ->
 *     SERVING
 */
export type LearnerPhase = 'CONNECTED' | 'INTRODUCED' | 'PROMISING' | 'PROMISED' | 'SYNCHRONIZING' | 'SYNCHRONIZED' | 'SERVING'

/** What a leader knows of one learner. Source: `LearnerHandler`. */
export interface LearnerHandler {
  readonly connection: LearnerConnection
  phase: LearnerPhase
  /** Null until FOLLOWERINFO or OBSERVERINFO has come. */
  sid: Sid | null
  learnerType: LearnerType
  /** The end of its log, from ACKEPOCH. */
  lastZxid: Zxid
  /** While the leader's log files are read for it: from where, and whether they hold that. */
  reading: { readonly from: Zxid; isFromKnown: boolean } | null
  /** What synchronization has brought it to; PROPOSAL, COMMIT and INFORM are only for what comes after. */
  position: Zxid
  /** Up to here its disk will hold the history once it has acked NEWLEADER: `position`, or more if it has acked early. */
  durable: Zxid
  /** When it was last heard of, or last asked for something, on the clock of `Now.elapsed`. */
  lastHeard: Millis
  /** The last tick in which it still counts as synced. */
  tickOfNextAckDeadline: number
  /** Watches how long a proposal stays unacked, from the NEWLEADER ack on. */
  readonly syncLimitCheck: SyncLimitCheck
}

/** Source: constructor of `LearnerHandler`. */
export function createLearnerHandler(connection: LearnerConnection, now: Millis, deadline: number): LearnerHandler {
  return {
    connection,
    phase: 'CONNECTED',
    sid: null,
    learnerType: 'participant',
    lastZxid: 0n,
    reading: null,
    position: 0n,
    durable: 0n,
    lastHeard: now,
    tickOfNextAckDeadline: deadline,
    syncLimitCheck: new SyncLimitCheck(),
  }
}

/** Whether its stream has started, that is, whether it may be sent a PING. */
export function isStreaming({ phase }: LearnerHandler): boolean {
  return phase === 'SYNCHRONIZING' || phase === 'SYNCHRONIZED' || phase === 'SERVING'
}

/**
 * How long a follower has left a proposal unacked. It watches one proposal at a time, and then the latest one sent: exact
 * enough for a limit of several ticks, and two numbers per follower however many proposals are under way.
 * Source: `LearnerHandler.SyncLimitCheck`.
 */
export class SyncLimitCheck {
  private started = false
  private watched: Zxid | null = null
  private watchedSince: Millis = 0
  private latest: Zxid | null = null
  private latestSince: Millis = 0

  start(): void {
    this.started = true
  }

  /** A proposal has been sent. */
  sent(zxid: Zxid, now: Millis): void {
    if (!this.started) return
    if (this.watched === null) {
      this.watched = zxid
      this.watchedSince = now
    } else {
      this.latest = zxid
      this.latestSince = now
    }
  }

  /** It has been acked, and with it all before. */
  acked(zxid: Zxid): void {
    if (this.watched === null || zxid < this.watched) return
    const isCaughtUp = this.latest === null || zxid >= this.latest
    this.watched = isCaughtUp ? null : this.latest
    this.watchedSince = this.latestSince
    this.latest = null
  }

  /** How long, in milliseconds, the watched proposal has waited; 0 when none does. */
  waited(now: Millis): Millis {
    return this.watched === null ? 0 : now - this.watchedSince
  }
}
