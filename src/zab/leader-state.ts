import { type Epoch, type Millis, makeZxid, type Sid, utf8, type Zxid } from '../kernel/index.ts'
import { type EnsembleConfiguration, SyncedLearnerTracker } from '../quorum/index.ts'
import type { CommittedLog } from './committed-log.ts'
import type { EncodedTxn, LeaderEffect, LearnerConnection } from './events.ts'
import type { LearnerHandler } from './learner-handler.ts'
import { Queue } from './queue.ts'

/** What a leader is made with. */
export interface LeaderSettings {
  readonly myid: Sid
  /** Who is in the ensemble and what is a quorum of it: the only thing that is ever counted by. */
  readonly configuration: EnsembleConfiguration
  /** The same as text, for NEWLEADER. */
  readonly configurationText: string
  readonly tickTime: Millis
  /** Ticks that discovery and synchronization may take. */
  readonly initLimit: number
  /** Ticks that a learner may lag. */
  readonly syncLimit: number
  /** The peer's; it must hold the log as of the `lead` event, and get every transaction as it is applied. */
  readonly committedLog: CommittedLog
}

/** The phases that a server reports. Source: `QuorumPeer.ZabState`. */
export type ZabState = 'ELECTION' | 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST'

/** A transaction that has been sent out and is not committed yet. Source: `Leader.Proposal`. */
export interface Proposal {
  readonly txn: EncodedTxn
  readonly acks: SyncedLearnerTracker
  /** Learners whose sync request came when this was the last proposal. */
  pendingSyncs: LearnerConnection[] | null
}

/** A leader, from its election to its abdication. Everything that somebody may be waited for is stored when it comes, never missed. */
export interface LeaderState {
  readonly settings: LeaderSettings
  readonly configurationData: Uint8Array
  /** `Now.elapsed` of the step that is being taken. */
  elapsed: Millis
  zabState: ZabState
  /** True after `abdicate`: nothing is done any more. */
  over: boolean
  readonly learners: Map<LearnerConnection, LearnerHandler>

  /** Discovery: while undecided the highest acceptedEpoch reported plus 1; then the epoch of this reign. */
  epoch: Epoch
  epochDecided: boolean
  /** The epoch is this server's own acceptedEpoch, on disk: it may be told to others. */
  epochPromised: boolean
  readonly connectingFollowers: SyncedLearnerTracker
  /** The leader's own summary. */
  currentEpoch: Epoch
  lastZxid: Zxid
  /** From here on its log files hold its history without a hole; null when they are not to be read. */
  logFrom: Zxid | null
  readonly electingFollowers: SyncedLearnerTracker
  /** A quorum of histories has been found not to be ahead of the leader's. */
  historiesChecked: boolean

  /** Synchronization. */
  readonly newLeaderAcks: SyncedLearnerTracker

  /** Broadcast. */
  lastProposed: Zxid
  lastCommitted: Zxid
  lastProcessed: Zxid
  /** End of the own log that is known to be durable. */
  lastFlushed: Zxid
  /** In zxid order without gap, so that a proposal is found by subtraction. */
  readonly outstandingProposals: Queue<Proposal>
  /** Committed, and not yet known to be in committedLog. */
  readonly toBeApplied: Queue<EncodedTxn>
  /** Who gets PROPOSAL and COMMIT; replaced, never changed, so that effects may refer to it. */
  forwardingFollowers: readonly LearnerConnection[]
  /** Who gets INFORM; replaced, never changed. */
  observingLearners: readonly LearnerConnection[]
  /** The highest position at which a learner has joined: only up to here COMMIT and INFORM are not for everybody. */
  furthestPosition: Zxid

  /** Liveness. */
  tick: number
  isHalfTick: boolean
}

/** A leader that has been elected and waits for its `lead` event. Learners may come before it. */
export function createLeader(settings: LeaderSettings): LeaderState {
  const verifiers = [settings.configuration.verifier]
  return {
    settings,
    configurationData: utf8(settings.configurationText),
    elapsed: 0,
    zabState: 'ELECTION',
    over: false,
    learners: new Map(),
    epoch: 0n,
    epochDecided: false,
    epochPromised: false,
    connectingFollowers: new SyncedLearnerTracker(verifiers),
    currentEpoch: 0n,
    lastZxid: 0n,
    logFrom: null,
    electingFollowers: new SyncedLearnerTracker(verifiers),
    historiesChecked: false,
    newLeaderAcks: new SyncedLearnerTracker(verifiers),
    lastProposed: 0n,
    lastCommitted: 0n,
    lastProcessed: 0n,
    lastFlushed: 0n,
    outstandingProposals: new Queue(),
    toBeApplied: new Queue(),
    forwardingFollowers: [],
    observingLearners: [],
    furthestPosition: 0n,
    tick: 0,
    isHalfTick: true,
  }
}

/** Where this reign's history begins: the position before its first transaction. */
export function epochStart({ epoch }: LeaderState): Zxid {
  return makeZxid(epoch, 0n)
}

/**
 * In whose name a learner's acks may count; null for one that follows as an observer, since observers owe nobody durability.
 * Whether that server votes at all is for the configuration to say, that is, for the tracker that is asked to count it.
 */
export function voterSid({ learnerType, sid }: LearnerHandler): Sid | null {
  return learnerType === 'participant' ? sid : null
}

/** Closes a learner's connection: what a peer that misbehaves, or falls silent, costs. */
export function closeLearner(state: LeaderState, out: LeaderEffect[], { connection }: LearnerHandler, reason: string): void {
  forgetLearner(state, connection)
  out.push({ kind: 'closeLearner', connection, reason })
}

/** Takes a learner out of all sets. What it has durably promised and acked goes on counting. */
export function forgetLearner(state: LeaderState, connection: LearnerConnection): void {
  state.learners.delete(connection)
  state.forwardingFollowers = state.forwardingFollowers.filter((other) => other !== connection)
  state.observingLearners = state.observingLearners.filter((other) => other !== connection)
}

/** Ends the reign. */
export function abdicate(state: LeaderState, out: LeaderEffect[], reason: string): void {
  state.over = true
  const logged = state.outstandingProposals.toArray().map(({ txn }) => txn)
  out.push({ kind: 'cancelTimer', timer: 'initLimit' }, { kind: 'cancelTimer', timer: 'halfTick' }, { kind: 'abdicate', reason, logged })
}
