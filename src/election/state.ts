/** What an electing server remembers, and the three things it does in more than one place: propose, wait, decide. */
import type { Millis, Sid } from '../kernel/index.ts'
import { NO_SID, note } from '../kernel/index.ts'
import type { EnsembleConfiguration, LearnerType } from '../quorum/index.ts'
import { formatConfiguration } from '../quorum/index.ts'
import type { Notification, ServerState } from '../wire/index.ts'
import type { ElectionEffect, Vote } from './events.ts'
import type { Proposal } from './supersedes.ts'
import { describeVote, lookingVote } from './vote.ts'

/** What the election of one server needs to know. */
export interface ElectionOptions {
  readonly myid: Sid
  readonly learnerType: LearnerType
  readonly configuration: EnsembleConfiguration
  /** First and longest wait before asking again; 200 and 60000 ms unless said otherwise. */
  readonly minNotificationInterval?: Millis
  readonly maxNotificationInterval?: Millis
  /** How long no better vote may come before a quorum is believed; 200 ms unless said otherwise. */
  readonly finalizeWait?: Millis
}

/** Plain data; `stepElection` changes it. Names as in `FastLeaderElection`. */
export interface ElectionState {
  readonly myid: Sid
  readonly learnerType: LearnerType
  readonly configuration: EnsembleConfiguration
  /** The configuration as every notification carries it. */
  readonly configurationText: string
  readonly minNotificationInterval: Millis
  readonly maxNotificationInterval: Millis
  readonly finalizeWait: Millis
  role: ServerState
  /** Result of the last election, with which others are answered; before the first one, this server's wish; null before that. */
  currentVote: Vote | null
  /** The round. Never stored: it starts at 0 with every life. */
  logicalclock: bigint
  /** This server's own candidacy. */
  initial: Proposal
  /** For whom it votes now. */
  proposal: Proposal
  /** Votes of this round, its own included. */
  readonly recvset: Map<Sid, Vote>
  /** What settled servers say, of any round. */
  readonly outofelection: Map<Sid, Vote>
  /** The present wait before asking again; doubles each time. */
  notTimeout: Millis
  /** A quorum agrees; waiting whether a better vote comes. */
  finalizing: boolean
}

const MIN_VALUE: bigint = NO_SID
const NOBODY: Proposal = { leader: NO_SID, zxid: MIN_VALUE, peerEpoch: MIN_VALUE }

/** A server that has not yet begun its first election. */
export function createElection(options: ElectionOptions): ElectionState {
  const { myid, learnerType, configuration, minNotificationInterval = 200, maxNotificationInterval = 60_000, finalizeWait = 200 } = options
  return {
    myid,
    learnerType,
    configuration,
    configurationText: formatConfiguration(configuration),
    minNotificationInterval,
    maxNotificationInterval,
    finalizeWait,
    role: 'LOOKING',
    currentVote: null,
    logicalclock: 0n,
    initial: NOBODY,
    proposal: NOBODY,
    recvset: new Map(),
    outofelection: new Map(),
    notTimeout: minNotificationInterval,
    finalizing: false,
  }
}

/** Whether the votes of `sid`, and votes for it, mean anything. Source: `FastLeaderElection.validVoter`. */
export function isVoter(state: ElectionState, sid: Sid): boolean {
  return state.configuration.verifier.votingMembers.has(sid)
}

/** Whether this server is a candidate: its vote has weight, and its data is not lost (a zxid of -1 says so). */
export function mayLead({ initial, myid, configuration }: ElectionState): boolean {
  return configuration.verifier.weightOf(myid) > 0 && initial.zxid !== -1n
}

/** A notification as this server sends it. */
export function notificationOf(state: ElectionState, { leader, zxid, peerEpoch }: Proposal, electionEpoch: bigint): Notification {
  return { state: state.role, leader, zxid, electionEpoch, peerEpoch, version: 2, config: state.configurationText }
}

/**
 * Tells every other voter the present proposal, and casts this server's own vote. Java sends the notification to itself as
 * well and casts the vote when it comes back through the receive queue; here it counts at once (nowhere, for an observer).
 * Source: `FastLeaderElection.sendNotifications`.
 */
export function sendNotifications(state: ElectionState, effects: ElectionEffect[]): void {
  const notification = notificationOf(state, state.proposal, state.logicalclock)
  for (const to of state.configuration.verifier.votingMembers) {
    if (to !== state.myid) effects.push({ kind: 'sendNotification', to, notification })
  }
  if (state.initial.zxid !== -1n) state.recvset.set(state.myid, lookingVote(state.proposal, state.logicalclock))
}

/** Starts the wait for the next notification anew: each one that comes restarts it. */
export function awaitNotification(state: ElectionState, effects: ElectionEffect[]): void {
  if (state.role !== 'LOOKING') return
  if (state.finalizing) effects.push({ kind: 'setTimer', timer: 'finalizeWait', delay: state.finalizeWait })
  else effects.push({ kind: 'setTimer', timer: 'notification', delay: state.notTimeout })
}

/** Ends the election with `vote`. Source: `FastLeaderElection.setPeerState`, `leaveInstance`. */
export function decide(state: ElectionState, vote: Vote, effects: ElectionEffect[]): void {
  const role = vote.leader === state.myid ? 'LEADING' : state.learnerType === 'observer' ? 'OBSERVING' : 'FOLLOWING'
  state.role = role
  state.finalizing = false
  state.currentVote = lookingVote(vote, vote.electionEpoch)
  effects.push({ kind: 'cancelTimer', timer: 'notification' })
  effects.push({ kind: 'cancelTimer', timer: 'finalizeWait' })
  const text = `server ${state.myid} is ${role}: its vote for ${describeVote(vote)} stands in round ${vote.electionEpoch}`
  effects.push(note('elected', text, 'FastLeaderElection.lookForLeader'))
  effects.push({ kind: 'elected', state: role, vote: state.currentVote })
}
