/**
 * What a leader does with a learner's packet, by the learner's phase. Whatever is malformed or out of turn closes this one
 * connection, with a reason. Source: `LearnerHandler.run`.
 */
import { epochOf, formatId, note } from '../kernel/index.ts'
import { PROTOCOL_VERSION, type QuorumPacket } from '../wire/index.ts'
import { onAck } from './broadcast.ts'
import { onAckEpoch, reportAcceptedEpoch, sendLeaderInfo } from './discovery.ts'
import type { LeaderEffect } from './events.ts'
import { closeLearner, type LeaderState, voterSid } from './leader-state.ts'
import type { LearnerHandler } from './learner-handler.ts'
import { readAckEpoch, readLearnerInfo, readLearnerRequest, readRevalidateRequest, readTouches } from './packets.ts'
import { onNewLeaderAck } from './synchronization.ts'

/** ACKEPOCH carries the epoch as a signed 32-bit integer. */
const MAX_EPOCH = 0x7fffffffn

/** A packet has come from a learner. */
export function onLearnerPacket(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, packet: QuorumPacket): void {
  learner.lastHeard = state.elapsed
  const { phase } = learner
  if (phase === 'SERVING') return onServingPacket(state, out, learner, packet)
  if (phase === 'CONNECTED' && (packet.kind === 'FOLLOWERINFO' || packet.kind === 'OBSERVERINFO')) return onLearnerInfo(state, out, learner, packet)
  if (phase === 'PROMISING' && packet.kind === 'ACKEPOCH') return onAckEpochPacket(state, out, learner, packet)
  if (phase === 'SYNCHRONIZING' && packet.kind === 'ACK') return onNewLeaderAck(state, out, learner, packet.zxid)
  // Old followers ack what they logged while synchronising as soon as it is on disk, also before UPTODATE.
  if (phase === 'SYNCHRONIZED' && packet.kind === 'ACK') return onAck(state, out, learner, packet.zxid)
  closeLearner(state, out, learner, `${packet.kind} is out of turn while ${phase}`)
}

/** A learner introduces itself. Source: `LearnerHandler.run`, first part. */
function onLearnerInfo(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, packet: QuorumPacket): void {
  const info = readLearnerInfo(packet)
  if (info === null) return closeLearner(state, out, learner, `${packet.kind} cannot be read`)
  const { serverid: sid, protocolVersion, configVersion } = info
  const { myid, configuration } = state.settings
  const acceptedEpoch = epochOf(packet.zxid)
  if (protocolVersion < PROTOCOL_VERSION) return closeLearner(state, out, learner, `protocol version ${formatId(BigInt(protocolVersion))} is too old`)
  if (acceptedEpoch < 0n || acceptedEpoch >= MAX_EPOCH) return closeLearner(state, out, learner, `accepted epoch ${acceptedEpoch} cannot be`)
  if (sid === myid) return closeLearner(state, out, learner, `its id ${sid} is the leader's own`)
  if (configVersion > configuration.version) {
    return closeLearner(
      state,
      out,
      learner,
      `its configuration ${formatId(configVersion)} is newer than the leader's ${formatId(configuration.version)}`,
    )
  }
  closeEarlierConnection(state, out, learner, sid)
  learner.sid = sid
  learner.learnerType = packet.kind === 'OBSERVERINFO' ? 'observer' : 'participant'
  learner.phase = 'INTRODUCED'
  const role = learner.learnerType === 'observer' ? 'Observer' : 'Follower'
  out.push(note('learner-info', `${role} ${sid} has accepted epoch ${formatId(acceptedEpoch)}.`, 'Learner.registerWithLeader'))
  if (state.epochDecided) sendLeaderInfo(state, out, learner)
  else reportAcceptedEpoch(state, out, acceptedEpoch, voterSid(learner))
}

/** A server has one connection; what an older one still says no longer describes its disk. */
function closeEarlierConnection(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, sid: bigint): void {
  for (const other of [...state.learners.values()]) {
    if (other !== learner && other.sid === sid) closeLearner(state, out, other, `server ${sid} has connected again`)
  }
}

function onAckEpochPacket(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, packet: QuorumPacket): void {
  const ack = readAckEpoch(packet)
  if (ack === null) return closeLearner(state, out, learner, 'ACKEPOCH cannot be read')
  onAckEpoch(state, out, learner, { currentEpoch: BigInt(ack.currentEpoch), lastZxid: packet.zxid })
}

/** Source: `LearnerHandler.run`, the loop at its end. */
function onServingPacket(state: LeaderState, out: LeaderEffect[], learner: LearnerHandler, packet: QuorumPacket): void {
  learner.tickOfNextAckDeadline = state.tick + state.settings.syncLimit
  const { connection } = learner
  switch (packet.kind) {
    case 'ACK':
      return onAck(state, out, learner, packet.zxid)
    case 'PING': {
      const touches = readTouches(packet)
      if (touches === null) return closeLearner(state, out, learner, 'PING without a readable touch table')
      for (const { sessionId, timeout } of touches) out.push({ kind: 'touch', sessionId, timeout })
      return
    }
    case 'REQUEST': {
      const request = readLearnerRequest(packet)
      if (request === null) return closeLearner(state, out, learner, 'REQUEST cannot be read')
      out.push({ kind: 'request', connection, request, authInfo: packet.authinfo ?? [] })
      return
    }
    case 'REVALIDATE': {
      const request = readRevalidateRequest(packet)
      if (request === null) return closeLearner(state, out, learner, 'REVALIDATE cannot be read')
      out.push({ kind: 'revalidate', connection, ...request })
      return
    }
    default:
      out.push(note('packet-ignored', `Server ${learner.sid} sent ${packet.kind}, which a leader does not expect.`, 'LearnerHandler.run'))
  }
}
