/** The data inside the packets of Zab. The `read` functions answer null for bytes that are no such record: what the other side sent never throws. */
import { type Codec, decode, encode, type Infer, JuteError, JuteReader } from '../jute/index.ts'
import { type Epoch, epochOf, makeZxid, type SessionId, type Sid, type Zxid } from '../kernel/index.ts'
import {
  AckEpoch,
  decodeLearnerRequest,
  decodeTouches,
  encodeLearnerRequest,
  type Id,
  LeaderInfo,
  LearnerInfo,
  type LearnerRequest,
  PROTOCOL_VERSION,
  type QuorumPacket,
  quorumPacket,
  RevalidateReply,
  RevalidateRequest,
  type SessionTouch,
} from '../wire/index.ts'

/** A packet whose data, if any, is at hand as bytes. */
export { quorumPacket }

/** FOLLOWERINFO or OBSERVERINFO. */
export function learnerInfo(kind: 'FOLLOWERINFO' | 'OBSERVERINFO', acceptedEpoch: Epoch, serverid: Sid, configVersion: bigint): QuorumPacket {
  return quorumPacket(kind, makeZxid(acceptedEpoch, 0n), encode(LearnerInfo, { serverid, protocolVersion: PROTOCOL_VERSION, configVersion }))
}

/** LEADERINFO. */
export function leaderInfo(epoch: Epoch): QuorumPacket {
  return quorumPacket('LEADERINFO', makeZxid(epoch, 0n), encode(LeaderInfo, { protocolVersion: PROTOCOL_VERSION }))
}

/** ACKEPOCH; an epoch of -1 is no vote. */
export function ackEpoch(lastZxid: Zxid, currentEpoch: Epoch): QuorumPacket {
  return quorumPacket('ACKEPOCH', lastZxid, encode(AckEpoch, { currentEpoch: Number(currentEpoch) }))
}

/** The leader's answer to REVALIDATE. */
export function revalidateReply(sessionId: SessionId, valid: boolean): QuorumPacket {
  return quorumPacket('REVALIDATE', -1n, encode(RevalidateReply, { sessionId, valid }))
}

/** A learner's REVALIDATE. */
export function revalidateRequest(sessionId: SessionId, timeout: number): QuorumPacket {
  return quorumPacket('REVALIDATE', -1n, encode(RevalidateRequest, { sessionId, timeout }))
}

/** A client's request, passed on to the leader. */
export function learnerRequest(request: LearnerRequest, authInfo: readonly Id[] | null): QuorumPacket {
  return quorumPacket('REQUEST', -1n, encodeLearnerRequest(request), authInfo)
}

export const readLearnerInfo = ({ data }: QuorumPacket): LearnerInfo | null => read(LearnerInfo, data)
export const readAckEpoch = ({ data }: QuorumPacket): Infer<typeof AckEpoch> | null => read(AckEpoch, data)
export const readRevalidateRequest = ({ data }: QuorumPacket): Infer<typeof RevalidateRequest> | null => read(RevalidateRequest, data)
export const readRevalidateReply = ({ data }: QuorumPacket): Infer<typeof RevalidateReply> | null => read(RevalidateReply, data)

/** The epoch that a LEADERINFO proposes; null when the leader speaks another protocol. */
export function readLeaderInfo({ zxid, data }: QuorumPacket): Epoch | null {
  const info = read(LeaderInfo, data)
  return info === null || info.protocolVersion < PROTOCOL_VERSION ? null : epochOf(zxid)
}

/** A client's request that a learner passes on. */
export function readLearnerRequest({ data }: QuorumPacket): LearnerRequest | null {
  return data === null ? null : orNull(() => decodeLearnerRequest(data))
}

/** The touch table in a learner's PING. */
export function readTouches({ data }: QuorumPacket): readonly SessionTouch[] | null {
  return data === null ? null : orNull(() => decodeTouches(new JuteReader(data)))
}

function read<T>(codec: Codec<T>, data: Uint8Array | null): T | null {
  return data === null ? null : orNull(() => decode(codec, data))
}

function orNull<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (error instanceof JuteError) return null
    throw error
  }
}
