/**
 * Phase 1: the leader agrees with a quorum on an epoch that none of them has promised before, and makes sure that none of
 * them is ahead of its own history. From then on no older leader can commit anything.
 */
import { type Epoch, formatId, note, type Sid, type Zxid } from '../kernel/index.ts'
import type { EpochFile, LeaderEffect } from './events.ts'
import { closeLearner, epochStart, type LeaderState, voterSid } from './leader-state.ts'
import type { LearnerHandler } from './learner-handler.ts'
import { leaderInfo } from './packets.ts'
import { countNewLeaderAck, synchronize } from './synchronization.ts'

/** What an ACKEPOCH carries: how recent a server's history is. Source: `StateSummary`. */
export interface StateSummary {
  readonly currentEpoch: Epoch
  readonly lastZxid: Zxid
}

/** Whether history `a` is more recent than `b`: a later epoch, or the same one and further on. Source: `StateSummary.isMoreRecentThan`. */
export function isMoreRecent(a: StateSummary, b: StateSummary): boolean {
  return a.currentEpoch > b.currentEpoch || (a.currentEpoch === b.currentEpoch && a.lastZxid > b.lastZxid)
}

/**
 * Somebody reports the epoch that it has promised. Everybody's report raises the proposal, observers' too; only voters count.
 * With a quorum, the leader among it, the epoch is decided. Source: `Leader.getEpochToPropose`.
 */
export function reportAcceptedEpoch(state: LeaderState, out: LeaderEffect[], acceptedEpoch: Epoch, voter: Sid | null): void {
  if (state.epochDecided) return
  const { connectingFollowers, settings } = state
  if (acceptedEpoch >= state.epoch) state.epoch = acceptedEpoch + 1n
  if (voter !== null) connectingFollowers.ack(voter)
  if (!connectingFollowers.has(settings.myid) || !connectingFollowers.hasAllQuorums()) return
  state.epochDecided = true
  const servers = [...connectingFollowers.acks].join(', ')
  out.push(note('epoch-proposed', `Epoch ${formatId(state.epoch)} is above all that servers ${servers} have accepted.`, 'Leader.getEpochToPropose'))
  out.push({ kind: 'writeEpoch', file: 'acceptedEpoch', epoch: state.epoch })
  restartInitLimit(state, out)
}

/** One of the leader's own two promises is on disk. */
export function onLeaderEpochWritten(state: LeaderState, out: LeaderEffect[], file: EpochFile, epoch: Epoch): void {
  if (epoch !== state.epoch) return
  if (file === 'acceptedEpoch' && state.epochDecided && !state.epochPromised) {
    state.epochPromised = true
    state.lastProposed = epochStart(state)
    for (const learner of [...state.learners.values()]) if (learner.phase === 'INTRODUCED') sendLeaderInfo(state, out, learner)
    countHistory(state, out, state.settings.myid)
  } else if (file === 'currentEpoch' && state.historiesChecked) {
    countNewLeaderAck(state, out, state.settings.myid)
  }
}

/** Tells a learner the epoch, as soon as the leader has promised it itself. */
export function sendLeaderInfo(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler): void {
  if (!state.epochPromised) return
  out.push({ kind: 'send', connection: learner.connection, packet: leaderInfo(state.epoch) })
  learner.phase = 'PROMISING'
  learner.lastHeard = state.elapsed
}

/**
 * A learner has promised the epoch. Until a quorum has done so, one that is ahead of the leader is turned away: the
 * leader's history would not be the best of its quorum. An epoch of -1 means that it had promised this epoch before,
 * perhaps to somebody else, so it is not counted. Source: `Leader.waitForEpochAck`.
 */
export function onAckEpoch(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, summary: StateSummary): void {
  learner.lastZxid = summary.lastZxid
  learner.position = summary.lastZxid
  learner.phase = 'PROMISED'
  if (state.historiesChecked) return synchronize(state, out, learner)
  const own = { currentEpoch: state.currentEpoch, lastZxid: state.lastZxid }
  if (summary.currentEpoch !== -1n && isMoreRecent(summary, own)) {
    const theirs = `epoch ${formatId(summary.currentEpoch)}, zxid ${formatId(summary.lastZxid)}`
    out.push(note('learner-ahead', `Server ${learner.sid} is ahead of its leader (${theirs}): it is turned away.`, 'Leader.waitForEpochAck'))
    return closeLearner(state, out, learner, `it is ahead of the leader: ${theirs}`)
  }
  const voter = voterSid(learner)
  if (summary.currentEpoch !== -1n && summary.lastZxid !== -1n && voter !== null) countHistory(state, out, voter)
}

function countHistory(state: LeaderState, out: LeaderEffect[], sid: Sid): void {
  const { electingFollowers, settings } = state
  if (!electingFollowers.ack(sid) || state.historiesChecked) return
  if (!electingFollowers.has(settings.myid) || !electingFollowers.hasAllQuorums()) return
  state.historiesChecked = true
  state.zabState = 'SYNCHRONIZATION'
  const servers = [...electingFollowers.acks].join(', ')
  out.push(
    note(
      'histories-checked',
      `Servers ${servers} follow in epoch ${formatId(state.epoch)}; no history is ahead of the leader's.`,
      'Leader.waitForEpochAck',
    ),
  )
  out.push({ kind: 'writeEpoch', file: 'currentEpoch', epoch: state.epoch })
  restartInitLimit(state, out)
  for (const learner of [...state.learners.values()]) if (learner.phase === 'PROMISED') synchronize(state, out, learner)
}

/** Each of the leader's waits has initLimit ticks of its own. */
export function restartInitLimit({ settings }: LeaderState, out: LeaderEffect[]): void {
  out.push({ kind: 'setTimer', timer: 'initLimit', delay: settings.initLimit * settings.tickTime })
}
