/**
 * What a leader and its learners say to each other. There is no length prefix: both directions are a plain sequence of
 * {@link QuorumPacket}, interrupted only by the raw snapshot that follows a SNAP packet.
 * Source: `zookeeper.jute`, module `org.apache.zookeeper.server.quorum`; constants of `Leader`.
 */
import {
  boolean,
  type Codec,
  decode,
  type Infer,
  int,
  JuteError,
  type JuteReader,
  JuteWriter,
  long,
  nullableVector,
  record,
} from '../../jute/index.ts'
import { intAt } from '../../kernel/index.ts'
import { Id } from '../data.ts'

/** The packets of the quorum port and their numbers on the wire. Source: `Leader`, the constants at its top. */
export const PacketType = {
  REQUEST: 1,
  PROPOSAL: 2,
  ACK: 3,
  COMMIT: 4,
  PING: 5,
  REVALIDATE: 6,
  SYNC: 7,
  INFORM: 8,
  COMMITANDACTIVATE: 9,
  NEWLEADER: 10,
  FOLLOWERINFO: 11,
  UPTODATE: 12,
  DIFF: 13,
  TRUNC: 14,
  SNAP: 15,
  OBSERVERINFO: 16,
  LEADERINFO: 17,
  ACKEPOCH: 18,
  INFORMANDACTIVATE: 19,
} as const
/** The name of a packet. */
export type PacketKind = keyof typeof PacketType

const kinds = new Map<number, PacketKind>(Object.entries(PacketType).map(([kind, type]) => [type, kind as PacketKind]))

/** One packet. `data` null and empty differ: a PING is answered with an empty buffer, never with null. */
export interface QuorumPacket {
  /** `UNKNOWN` stands for a number that is no packet; receivers ignore it. */
  kind: PacketKind | 'UNKNOWN'
  zxid: bigint
  data: Uint8Array | null
  authinfo: readonly Id[] | null
}

const authinfo = nullableVector(Id)

/** The bytes of a {@link QuorumPacket}. Source: `zookeeper.jute`, module `org.apache.zookeeper.server.quorum`. */
export const QuorumPacket: Codec<QuorumPacket> = {
  write(writer, packet) {
    writer.int(packet.kind === 'UNKNOWN' ? 0 : PacketType[packet.kind])
    writer.long(packet.zxid)
    writer.buffer(packet.data)
    authinfo.write(writer, packet.authinfo)
  },
  read(reader) {
    const kind = kinds.get(reader.int()) ?? 'UNKNOWN'
    return { kind, zxid: reader.long(), data: reader.buffer(), authinfo: authinfo.read(reader) }
  },
}

/**
 * How many bytes the packet at `at` takes, or -1 while its end has not arrived. Throws `JuteError` for a length that is
 * unreasonable. The quorum port has no frames, so a stream parser asks this first.
 * @param maxLength the longest string or buffer to believe in, in bytes
 */
export function quorumPacketLength(bytes: Uint8Array, at: number, maxLength: number): number {
  let end = afterBuffer(bytes, at + 12, maxLength)
  if (end === -1 || end + 4 > bytes.length) return -1
  const ids = intAt(bytes, end)
  end += 4
  for (let i = 0; i < 2 * ids && end !== -1; i++) end = afterBuffer(bytes, end, maxLength)
  return end === -1 ? -1 : end - at
}

/** Where the buffer or string that begins at `at` ends, or -1 when that has not arrived. */
function afterBuffer(bytes: Uint8Array, at: number, maxLength: number): number {
  if (at + 4 > bytes.length) return -1
  const length = intAt(bytes, at)
  if (length < -1 || length > maxLength) throw new JuteError(`unreasonable length ${length}`)
  const end = at + 4 + Math.max(0, length)
  return end <= bytes.length ? end : -1
}

/** Makes a packet. */
export function quorumPacket(kind: PacketKind, zxid: bigint, data: Uint8Array | null = null, auth: readonly Id[] | null = null): QuorumPacket {
  return { kind, zxid, data, authinfo: auth }
}

/** Data of FOLLOWERINFO and OBSERVERINFO; configVersion is missing in what old servers send. */
export const LearnerInfo = record({ serverid: long, protocolVersion: int, configVersion: long })
export type LearnerInfo = Infer<typeof LearnerInfo>

/** The only protocol version in use ("Zab 1.0"). */
export const PROTOCOL_VERSION = 0x10000

/** Data of LEADERINFO: the leader's protocol version. */
export const LeaderInfo = record({ protocolVersion: int })
/** Data of ACKEPOCH: the learner's currentEpoch, or -1 when it has promised this epoch before. */
export const AckEpoch = record({ currentEpoch: int })
/** Data of REVALIDATE from a learner. */
export const RevalidateRequest = record({ sessionId: long, timeout: int })
/** Data of the answer to REVALIDATE. */
export const RevalidateReply = record({ sessionId: long, valid: boolean })

/** Data of a REQUEST: a client's request that a learner passes on. `payload` is the request's record without its header. */
export interface LearnerRequest {
  sessionId: bigint
  cxid: number
  type: number
  payload: Uint8Array
}
const LearnerRequestHeader = record({ sessionId: long, cxid: int, type: int })

/** Source: `Learner.request`. */
export function encodeLearnerRequest(request: LearnerRequest): Uint8Array {
  const writer = new JuteWriter(16 + request.payload.length)
  LearnerRequestHeader.write(writer, request)
  writer.raw(request.payload)
  return writer.finish()
}

/** Throws `JuteError`. */
export function decodeLearnerRequest(data: Uint8Array): LearnerRequest {
  return { ...decode(LearnerRequestHeader, data), payload: data.subarray(16) }
}

/** One entry of the answer to a PING: a session that its client has kept alive, with its timeout in milliseconds. */
export interface SessionTouch {
  sessionId: bigint
  timeout: number
}

/** Data of a learner's PING. Source: `Learner.ping`. */
export function encodeTouches(touches: Iterable<readonly [bigint, number]>): Uint8Array {
  const writer = new JuteWriter(64)
  for (const [sessionId, timeout] of touches) {
    writer.long(sessionId)
    writer.int(timeout)
  }
  return writer.finish()
}

/** Throws `JuteError`. */
export function decodeTouches(reader: JuteReader): SessionTouch[] {
  if (reader.remaining % 12 !== 0) throw new JuteError(`touch table of ${reader.remaining} bytes`)
  const touches: SessionTouch[] = []
  while (reader.remaining > 0) touches.push({ sessionId: reader.long(), timeout: reader.int() })
  return touches
}
