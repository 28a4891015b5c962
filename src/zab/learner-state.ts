import { type Epoch, type Millis, makeZxid, type Sid, type Zxid } from '../kernel/index.ts'
import type { LearnerType } from '../quorum/index.ts'
import type { EncodedTxn, LearnerEffect } from './events.ts'
import { Queue } from './queue.ts'

/** What a learner is made with. */
export interface LearnerSettings {
  readonly myid: Sid
  readonly learnerType: LearnerType
  /** Version of its committed configuration. */
  readonly configVersion: bigint
  readonly tickTime: Millis
  /** Ticks that connecting and synchronising may take without a word from the leader. */
  readonly initLimit: number
  /** Ticks of silence after that. */
  readonly syncLimit: number
}

/**
 * How far a learner has come. Its own disk has the next word in PROMISING, SNAPSHOTTING, LOGGING and ENTERING; the leader
 * has it in all others (in RESTORING: the leader for SNAP, the disk for TRUNC).
 *
 *     IDLE           follow ->
 *     CONNECTING     connected          FOLLOWERINFO ->
 *     REGISTERING    LEADERINFO         write acceptedEpoch ->
 *     PROMISING      epochWritten       ACKEPOCH ->
 *     PROMISED       DIFF: to RECEIVING    TRUNC, SNAP: to RESTORING ->
 *     RESTORING      truncated, snapshotInstalled ->
 *     RECEIVING      PROPOSAL, COMMIT … NEWLEADER ->
 *     SNAPSHOTTING   (after SNAP)       snapshotTaken ->
 *     LOGGING        flushed            write currentEpoch ->
 *     ENTERING       epochWritten       ACK ->
 *     SYNCHRONIZED   UPTODATE           ACK ->
 *     SERVING        PROPOSAL, COMMIT, INFORM, PING, REVALIDATE, SYNC
 */
export type LearnerStage =
  | 'IDLE'
  | 'CONNECTING'
  | 'REGISTERING'
  | 'PROMISING'
  | 'PROMISED'
  | 'RESTORING'
  | 'RECEIVING'
  | 'SNAPSHOTTING'
  | 'LOGGING'
  | 'ENTERING'
  | 'SYNCHRONIZED'
  | 'SERVING'
  | 'ABANDONED'

/** Plain data; `stepLearner` changes it. */
export interface LearnerState {
  readonly settings: LearnerSettings
  stage: LearnerStage
  leader: Sid
  acceptedEpoch: Epoch
  currentEpoch: Epoch
  /** End of the log when following began: what ACKEPOCH reports. */
  lastZxid: Zxid
  /** The leader's epoch. */
  epoch: Epoch

  /** How many connections have been tried. */
  attempts: number
  /** When the leader was last heard, on the clock of `Now.elapsed`. */
  lastHeard: Millis
  /** `Now.elapsed` of the step that is being taken. */
  elapsed: Millis

  /** What the leader has sent first. */
  method: 'DIFF' | 'TRUNC' | 'SNAP'
  /** The database holds what a restart would not find, until a snapshot or the cut is durable. */
  isMemoryAhead: boolean
  /** NEWLEADER came before the restore was finished. */
  newLeaderCame: boolean
  /** Where the leader's snapshot is; 0 when there was none. */
  snapshotZxid: Zxid
  /** End of the history received, logged or not: the next transaction must follow it. */
  received: Zxid
  /** Received and not in the log yet. */
  readonly notLogged: Queue<EncodedTxn>
  /** How many of notLogged, from its head, are committed. */
  committedCount: number
  /** The log must be durable up to here before the history counts as logged. */
  historyEnd: Zxid

  /** While serving: in the log and not committed yet. */
  readonly pendingTxns: Queue<EncodedTxn>
  /** While serving: given to the log and not acked yet. */
  readonly unacked: Queue<Zxid>
}

/** A learner that waits for its `follow` event. */
export function createLearner(settings: LearnerSettings): LearnerState {
  return {
    settings,
    stage: 'IDLE',
    leader: 0n,
    acceptedEpoch: 0n,
    currentEpoch: 0n,
    lastZxid: 0n,
    epoch: 0n,
    attempts: 0,
    lastHeard: 0,
    elapsed: 0,
    method: 'DIFF',
    isMemoryAhead: false,
    newLeaderCame: false,
    snapshotZxid: 0n,
    received: 0n,
    notLogged: new Queue(),
    committedCount: 0,
    historyEnd: 0n,
    pendingTxns: new Queue(),
    unacked: new Queue(),
  }
}

/** The position where the leader's epoch begins, which is what acks NEWLEADER and UPTODATE. */
export function epochStartOf({ epoch }: LearnerState): Zxid {
  return makeZxid(epoch, 0n)
}

/** Whether it is this server itself that is to be waited for, and not the leader. */
export function waitsForOwnDisk({ stage, method }: LearnerState): boolean {
  return (
    stage === 'PROMISING' || stage === 'SNAPSHOTTING' || stage === 'LOGGING' || stage === 'ENTERING' || (stage === 'RESTORING' && method === 'TRUNC')
  )
}

/** Gives up following. Whoever has memory that no disk has must read its database again (ZOOKEEPER-5094, ZOOKEEPER-3642). */
export function abandon(state: LearnerState, out: LearnerEffect[], reason: string): void {
  state.stage = 'ABANDONED'
  out.push({ kind: 'cancelTimer', timer: 'leaderSilence' }, { kind: 'cancelTimer', timer: 'connectRetry' })
  out.push({ kind: 'abandon', reason, logged: state.pendingTxns.toArray(), reload: state.isMemoryAhead })
}
