/**
 * The learner as a machine: a follower or an observer, from the connection to its leader to the end of following. This file
 * is the entry and holds discovery; synchronization and broadcast are files of their own.
 * Source: `Learner`, `Follower.followLeader`, `Observer.observeLeader`.
 */
import { type Epoch, formatId, type Millis, type Now, note, unreachable } from '../kernel/index.ts'
import type { QuorumPacket } from '../wire/index.ts'
import type { LearnerEffect, LearnerEvent } from './events.ts'
import { ackFlushed, onServingPacket } from './following.ts'
import { abandon, type LearnerState, waitsForOwnDisk } from './learner-state.ts'
import {
  onCurrentEpochWritten,
  onHistoryFlushed,
  onSnapshotInstalled,
  onSnapshotTaken,
  onSyncMethod,
  onSyncPacket,
  onTruncated,
} from './learner-sync.ts'
import { ackEpoch, learnerInfo, learnerRequest, readLeaderInfo, revalidateRequest } from './packets.ts'

/**
 * A follower may have left the election before its leader has opened the port: mostly by a few ms, so the first tries follow
 * each other quickly, where Java makes five, 100 ms apart. Source: `Learner.connectToLeader`.
 */
const CONNECT_RETRY_DELAYS: readonly Millis[] = [10, 20, 40, 80, 100, 100, 100]

/** Takes one event. After `abandon` everything is ignored. Effects are to be carried out in their order. */
export function stepLearner(state: LearnerState, event: LearnerEvent, now: Now): readonly LearnerEffect[] {
  const out: LearnerEffect[] = []
  if (state.stage === 'ABANDONED') return out
  state.elapsed = now.elapsed
  switch (event.kind) {
    case 'packet':
      onPacket(state, out, event.packet)
      break
    case 'flushed':
      if (state.stage === 'SERVING') ackFlushed(state, out, event.upTo)
      else onHistoryFlushed(state, out, event.upTo)
      break
    case 'request':
      if (state.stage === 'SERVING') out.push({ kind: 'send', packet: learnerRequest(event.request, event.authInfo) })
      break
    case 'revalidate':
      if (state.stage === 'SERVING') out.push({ kind: 'send', packet: revalidateRequest(event.sessionId, event.timeout) })
      break
    case 'follow':
      onFollow(state, out, event)
      break
    case 'connected':
      onConnected(state, out)
      break
    case 'disconnected':
      onDisconnected(state, out, event.reason)
      break
    case 'snapshotBytes':
      state.lastHeard = state.elapsed
      break
    case 'snapshotInstalled':
      onSnapshotInstalled(state, out)
      break
    case 'restoreFailed':
      abandon(state, out, event.reason)
      break
    case 'truncated':
      onTruncated(state, out)
      break
    case 'snapshotTaken':
      onSnapshotTaken(state, out)
      break
    case 'epochWritten':
      if (event.file === 'currentEpoch') onCurrentEpochWritten(state, out, event.epoch)
      else onAcceptedEpochWritten(state, out, event.epoch)
      break
    case 'timeout':
      if (event.timer === 'leaderSilence') onLeaderSilence(state, out)
      else connect(state, out)
      break
    default:
      unreachable(event)
  }
  return out
}

function onPacket(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  state.lastHeard = state.elapsed
  switch (state.stage) {
    case 'SERVING':
      return onServingPacket(state, out, packet)
    case 'REGISTERING':
      return onLeaderInfo(state, out, packet)
    case 'PROMISED':
      return onSyncMethod(state, out, packet)
    case 'IDLE':
    case 'CONNECTING':
    case 'PROMISING':
      return abandon(state, out, `${packet.kind} is out of turn while ${state.stage}`)
    default:
      return onSyncPacket(state, out, packet)
  }
}

function onFollow(state: LearnerState, out: LearnerEffect[], event: LearnerEvent & { kind: 'follow' }): void {
  const { initLimit, tickTime } = state.settings
  state.leader = event.leader
  state.acceptedEpoch = event.acceptedEpoch
  state.currentEpoch = event.currentEpoch
  state.lastZxid = event.lastZxid
  state.stage = 'CONNECTING'
  state.lastHeard = state.elapsed
  out.push({ kind: 'setTimer', timer: 'leaderSilence', delay: initLimit * tickTime })
  connect(state, out)
}

function connect(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage !== 'CONNECTING') return
  state.attempts++
  out.push({ kind: 'connect', leader: state.leader })
}

function onConnected(state: LearnerState, out: LearnerEffect[]): void {
  if (state.stage !== 'CONNECTING') return
  const { myid, learnerType, configVersion } = state.settings
  state.stage = 'REGISTERING'
  state.lastHeard = state.elapsed
  const text = `Server ${myid} reports to its leader ${state.leader} that it has accepted epoch ${formatId(state.acceptedEpoch)}.`
  out.push(note('registering', text, 'Learner.registerWithLeader'))
  const kind = learnerType === 'observer' ? 'OBSERVERINFO' : 'FOLLOWERINFO'
  out.push({ kind: 'send', packet: learnerInfo(kind, state.acceptedEpoch, myid, configVersion) })
}

function onDisconnected(state: LearnerState, out: LearnerEffect[], reason: string): void {
  if (state.stage !== 'CONNECTING') return abandon(state, out, `the leader's connection is gone: ${reason}`)
  const delay = CONNECT_RETRY_DELAYS[state.attempts - 1]
  if (delay === undefined) return abandon(state, out, `the leader cannot be reached: ${reason}`)
  out.push({ kind: 'setTimer', timer: 'connectRetry', delay })
}

/** The leader proposes an epoch: promise it durably, or leave. Source: `Learner.registerWithLeader`. */
function onLeaderInfo(state: LearnerState, out: LearnerEffect[], packet: QuorumPacket): void {
  const epoch = packet.kind === 'LEADERINFO' ? readLeaderInfo(packet) : null
  if (epoch === null) return abandon(state, out, `${packet.kind} instead of a LEADERINFO of Zab 1.0`)
  const { myid } = state.settings
  const { acceptedEpoch } = state
  if (epoch < acceptedEpoch) return abandon(state, out, `epoch ${formatId(epoch)} is below ${formatId(acceptedEpoch)}, which was accepted before`)
  state.epoch = epoch
  if (epoch > acceptedEpoch) {
    state.stage = 'PROMISING'
    out.push(
      note('epoch-accepted', `Server ${myid} promises epoch ${formatId(epoch)} and will follow no older leader.`, 'Learner.registerWithLeader'),
    )
    out.push({ kind: 'writeEpoch', file: 'acceptedEpoch', epoch })
    return
  }
  // The promise may have been given to another leader that computed the same number: it is not given twice.
  out.push(note('epoch-known', `Server ${myid} had promised epoch ${formatId(epoch)} before: this is no vote.`, 'Learner.registerWithLeader'))
  sendAckEpoch(state, out, -1n)
}

function onAcceptedEpochWritten(state: LearnerState, out: LearnerEffect[], epoch: Epoch): void {
  if (state.stage !== 'PROMISING' || epoch !== state.epoch) return
  state.acceptedEpoch = epoch
  state.lastHeard = state.elapsed
  sendAckEpoch(state, out, state.currentEpoch)
}

function sendAckEpoch(state: LearnerState, out: LearnerEffect[], currentEpoch: Epoch): void {
  state.stage = 'PROMISED'
  out.push({ kind: 'send', packet: ackEpoch(state.lastZxid, currentEpoch) })
}

/** The timer is not set anew for each packet: when it fires, it looks how long the silence really is. */
function onLeaderSilence(state: LearnerState, out: LearnerEffect[]): void {
  const { initLimit, syncLimit, tickTime } = state.settings
  if (waitsForOwnDisk(state)) state.lastHeard = state.elapsed
  const limit = (state.stage === 'SYNCHRONIZED' || state.stage === 'SERVING' ? syncLimit : initLimit) * tickTime
  const silence = state.elapsed - state.lastHeard
  if (silence >= limit) return abandon(state, out, `nothing from the leader for ${silence} ms`)
  out.push({ kind: 'setTimer', timer: 'leaderSilence', delay: limit - silence })
}
