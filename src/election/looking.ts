/** Votes of servers that are LOOKING as well: compare, adopt, count, and be sure. */
import type { Sid } from '../kernel/index.ts'
import { note } from '../kernel/index.ts'
import type { SyncedLearnerTracker } from '../quorum/index.ts'
import type { Notification } from '../wire/index.ts'
import type { ElectionEffect } from './events.ts'
import type { ElectionState } from './state.ts'
import { decide, notificationOf, sendNotifications } from './state.ts'
import { supersedes } from './supersedes.ts'
import { countVotes, describeVote, lookingVote } from './vote.ts'

const SOURCE = 'FastLeaderElection.lookForLeader'

/** Takes the vote of a LOOKING voter for a voter. */
export function onLookingNotification(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  if (state.initial.zxid === -1n || notification.zxid === -1n) {
    effects.push(note('empty-server-ignored', `a server that lost its data takes no part in a vote`, `${SOURCE}, ZOOKEEPER-261`))
    return
  }
  const { verifier } = state.configuration
  if (notification.electionEpoch < state.logicalclock) {
    const text = `server ${state.myid} drops the vote of server ${from}: round ${notification.electionEpoch} is over`
    effects.push(note('vote-of-older-round', text, SOURCE))
    return
  }
  tellBetterVote(state, from, notification, effects)
  if (state.finalizing) {
    if (!supersedes(notification, state.proposal, verifier)) return
    endFinalizing(state, effects)
  }
  if (notification.electionEpoch > state.logicalclock) onLaterRound(state, from, notification, effects)
  else if (supersedes(notification, state.proposal, verifier)) adopt(state, from, notification, effects)
  state.recvset.set(from, lookingVote(notification, notification.electionEpoch))
  countVotesOfRound(state, effects)
}

/** Counts the votes that agree with this server's own; with a quorum of them, the last wait begins. */
export function countVotesOfRound(state: ElectionState, effects: ElectionEffect[]): void {
  const tracker = agreeing(state)
  if (state.finalizing || !tracker.hasAllQuorums()) return
  state.finalizing = true
  effects.push({ kind: 'cancelTimer', timer: 'notification' })
  const text = `server ${state.myid} counts a quorum for ${describeVote(state.proposal)}: servers ${[...tracker.acks].join(', ')}`
  effects.push(note('quorum-of-votes', text, SOURCE))
}

/** During the last wait somebody has settled otherwise: without its vote there may be no quorum any more. */
export function recountVotesOfRound(state: ElectionState, effects: ElectionEffect[]): void {
  if (!state.finalizing || agreeing(state).hasAllQuorums()) return
  endFinalizing(state, effects)
  effects.push(note('quorum-lost', `server ${state.myid} has lost its quorum for ${describeVote(state.proposal)}`, SOURCE))
}

/** No better vote has come: the election is won. */
export function onFinalizeWait(state: ElectionState, effects: ElectionEffect[]): void {
  if (state.finalizing) decide(state, lookingVote(state.proposal, state.logicalclock), effects)
}

/** Somebody is rounds ahead: go there with a clean slate, comparing its vote with this server's own candidacy. */
function onLaterRound(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  state.logicalclock = notification.electionEpoch
  state.recvset.clear()
  const theirs = supersedes(notification, state.initial, state.configuration.verifier)
  state.proposal = theirs ? proposalOf(notification) : state.initial
  const text = `server ${state.myid} joins server ${from} in round ${state.logicalclock} and votes for ${describeVote(state.proposal)}`
  effects.push(note('later-round-joined', text, SOURCE))
  sendNotifications(state, effects)
}

/**
 * Whoever votes for less has not heard this server's vote: it was still settled when the vote was sent, and dropped it. Told
 * at once, it does not have to wait until this server asks again.
 */
function tellBetterVote(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  if (notification.electionEpoch !== state.logicalclock || !supersedes(state.proposal, notification, state.configuration.verifier)) return
  effects.push({ kind: 'sendNotification', to: from, notification: notificationOf(state, state.proposal, state.logicalclock) })
  const text = `server ${state.myid} tells server ${from} of a better vote: ${describeVote(state.proposal)}`
  effects.push(note('better-vote-told', text, 'ours; FastLeaderElection waits for its next notification'))
}

function adopt(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  const text = `server ${state.myid} adopts the vote of server ${from} for ${describeVote(notification)}, better than ${describeVote(state.proposal)}`
  effects.push(note('vote-adopted', text, 'FastLeaderElection.totalOrderPredicate'))
  state.proposal = proposalOf(notification)
  sendNotifications(state, effects)
}

function agreeing(state: ElectionState): SyncedLearnerTracker {
  return countVotes(state.recvset, lookingVote(state.proposal, state.logicalclock), [state.configuration.verifier])
}

function endFinalizing(state: ElectionState, effects: ElectionEffect[]): void {
  state.finalizing = false
  effects.push({ kind: 'cancelTimer', timer: 'finalizeWait' })
}

function proposalOf({ leader, zxid, peerEpoch }: Notification) {
  return { leader, zxid, peerEpoch }
}
