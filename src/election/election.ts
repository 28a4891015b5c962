/** FastLeaderElection as a machine: which event goes where. */
import type { Epoch, Machine, Now, Sid } from '../kernel/index.ts'
import { note, unreachable } from '../kernel/index.ts'
import { ConfigurationError, parseConfiguration } from '../quorum/index.ts'
import type { Notification } from '../wire/index.ts'
import { answerTo } from './answer.ts'
import type { ElectionEffect, ElectionEvent } from './events.ts'
import { onSettledNotification } from './joining.ts'
import { countVotesOfRound, onFinalizeWait, onLookingNotification, recountVotesOfRound } from './looking.ts'
import type { ElectionState } from './state.ts'
import { awaitNotification, isVoter, notificationOf, sendNotifications } from './state.ts'
import type { Proposal } from './supersedes.ts'
import { describeVote, lookingVote } from './vote.ts'

/** The machine of {@link stepElection}. */
export const electionMachine: Machine<ElectionState, ElectionEvent, ElectionEffect> = { step: stepElection }

/** Takes one event; changes `state`; returns what is to be done. Source: `FastLeaderElection`. */
export function stepElection(state: ElectionState, event: ElectionEvent, _now: Now): readonly ElectionEffect[] {
  const effects: ElectionEffect[] = []
  switch (event.kind) {
    case 'lookForLeader':
      onLookForLeader(state, { leader: event.leader, zxid: event.zxid, peerEpoch: event.peerEpoch }, effects)
      break
    case 'notification':
      onNotification(state, event.from, event.notification, effects)
      break
    case 'timeout':
      if (event.timer === 'finalizeWait') onFinalizeWait(state, effects)
      else onNotificationTimeout(state, event.delivered, effects)
      break
    case 'established':
      onEstablished(state, event.epoch)
      break
    default:
      unreachable(event)
  }
  return effects
}

/** A new round begins with this server's own candidacy. */
function onLookForLeader(state: ElectionState, initial: Proposal, effects: ElectionEffect[]): void {
  state.role = 'LOOKING'
  state.recvset.clear()
  state.outofelection.clear()
  state.notTimeout = state.minNotificationInterval
  state.finalizing = false
  state.logicalclock += 1n
  state.initial = initial
  state.proposal = initial
  state.currentVote ??= lookingVote({ ...initial, leader: state.myid }, -1n)
  const text = `server ${state.myid} is LOOKING, round ${state.logicalclock}: it proposes ${describeVote(initial)}`
  effects.push(note('looking', text, 'FastLeaderElection.lookForLeader'))
  sendNotifications(state, effects)
  countVotesOfRound(state, effects)
  awaitNotification(state, effects)
}

/** Answers the sender if it needs one, and takes its vote if this server is looking for a leader itself. */
function onNotification(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  if (state.currentVote === null) return
  noteNewerConfiguration(state, from, notification, effects)
  const { take, reply } = answerTo({
    fromVoter: isVoter(state, from),
    senderState: notification.state,
    senderRound: notification.electionEpoch,
    myState: state.role,
    logicalclock: state.logicalclock,
  })
  if (reply === 'proposal') answer(state, from, state.proposal, state.logicalclock, effects)
  if (reply === 'currentVote') answer(state, from, state.currentVote, state.currentVote.electionEpoch, effects)
  if (reply === 'currentVoteInThisRound') answer(state, from, state.currentVote, state.logicalclock, effects)
  if (!take) return
  if (isVoter(state, notification.leader)) {
    if (notification.state === 'LOOKING') onLookingNotification(state, from, notification, effects)
    else if (notification.state !== 'OBSERVING') onSettledNotification(state, from, notification, effects)
    recountVotesOfRound(state, effects)
  }
  awaitNotification(state, effects)
}

function answer(state: ElectionState, to: Sid, vote: Proposal, round: bigint, effects: ElectionEffect[]): void {
  effects.push({ kind: 'sendNotification', to, notification: notificationOf(state, vote, round) })
  const text = `server ${state.myid}, ${state.role}, answers server ${to}: ${describeVote(vote)} in round ${round}`
  effects.push(note('answered', text, 'FastLeaderElection.Messenger.WorkerReceiver.run'))
}

/** Nothing has come for a while: ask again, or make sure that there is somebody to ask, and be more patient. */
function onNotificationTimeout(state: ElectionState, delivered: boolean, effects: ElectionEffect[]): void {
  if (state.role !== 'LOOKING' || state.finalizing) return
  if (delivered) {
    sendNotifications(state, effects)
    countVotesOfRound(state, effects)
  } else {
    effects.push({ kind: 'connectAll' })
  }
  state.notTimeout = Math.min(2 * state.notTimeout, state.maxNotificationInterval)
  const text = `server ${state.myid} has heard nothing and ${delivered ? 'asks again' : 'tries to connect'}; next time after ${state.notTimeout} ms`
  effects.push(note('asked-again', text, 'FastLeaderElection.lookForLeader'))
  awaitNotification(state, effects)
}

/** From now on the vote names the epoch of the reign; zxid and round stay as elected. */
function onEstablished(state: ElectionState, epoch: Epoch): void {
  if (state.currentVote !== null) state.currentVote = { ...state.currentVote, peerEpoch: epoch }
}

/** A configuration that is newer than this server's own comes to it through the leader, not through the election. */
function noteNewerConfiguration(state: ElectionState, from: Sid, { config }: Notification, effects: ElectionEffect[]): void {
  if (config === null || config === state.configurationText) return
  try {
    const { version } = parseConfiguration(config)
    if (version <= state.configuration.version) return
    const text = `server ${from} knows configuration ${version.toString(16)}; server ${state.myid} will learn it from the leader`
    effects.push(note('newer-configuration', text, 'FastLeaderElection.Messenger.WorkerReceiver.run'))
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    effects.push(
      note('configuration-unreadable', `server ${from} sent a configuration that is none: ${error.message}`, 'QuorumPeer.configFromString'),
    )
  }
}
