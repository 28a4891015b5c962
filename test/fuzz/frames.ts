/** Frames as nobody should send them: made at random from a seed, most of them from good ones. */
import { type Codec, encode, JuteWriter } from '../../src/jute/index.ts'
import type { Prng } from '../../src/kernel/index.ts'
import {
  AddWatchRequest,
  AuthPacket,
  CheckVersionRequest,
  ConnectRequest,
  CreateRequest,
  CreateTTLRequest,
  DeleteRequest,
  encodeInitialMessage,
  encodeNotification,
  GetACLRequest,
  MultiHeader,
  OPEN_ACL_UNSAFE,
  OpCode,
  type PacketType,
  PathWatchRequest,
  QuorumPacket,
  SetACLRequest,
  SetDataRequest,
  SetWatches2,
  SyncRequest,
  WatchesRequest,
} from '../../src/wire/index.ts'

/** The ports of a server, each with its own language. */
export type FuzzedPort = 'client' | 'quorum' | 'election'

/** What somebody writes to a connection before it breaks off, a piece per frame. */
export function conversation(port: FuzzedPort, random: Prng): Uint8Array[] {
  const good = corpus[port]
  const pieces: Uint8Array[] = []
  // Mostly a good beginning, for what follows to be looked at.
  if (random.below(10) < 8) pieces.push(good.beginning)
  for (let count = 1 + random.below(8); count > 0; count--) pieces.push(piece(good.frames, random))
  return pieces
}

function piece(good: readonly Uint8Array[], random: Prng): Uint8Array {
  switch (random.below(6)) {
    case 0:
      return randomBytes(random, random.below(64))
    case 1:
      return mutated(random.pick(good), random)
    case 2:
      return withLength(random.pick(good), random)
    case 3: {
      const frame = random.pick(good)
      return frame.subarray(0, random.below(frame.length + 1))
    }
    case 4: {
      // The length is right and what it measures is not.
      const frame = random.pick(good)
      return frame.length <= 4 ? frame : joined(frame.subarray(0, 4), mutated(frame.subarray(4), random))
    }
    default:
      return random.pick(good)
  }
}

/** Numbers at which things tend to break. */
const numbers = [0, 1, -1, -2, 4, 16, 0xffff, 0xfffff, 0x100000, 0x7fffffff, -0x80000000]

function mutated(frame: Uint8Array, random: Prng): Uint8Array {
  const bytes = frame.slice()
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count--) {
    const at = random.below(bytes.length)
    if (random.below(2) === 0 || bytes.length < at + 4) bytes[at] = random.below(256)
    else new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setInt32(at, random.pick(numbers))
  }
  return bytes
}

function withLength(frame: Uint8Array, random: Prng): Uint8Array {
  const bytes = frame.slice()
  if (bytes.length < 4) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setInt32(0, random.below(2) === 0 ? view.getInt32(0) + random.below(9) - 4 : random.pick(numbers))
  return bytes
}

function randomBytes(random: Prng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function framed(body: Uint8Array): Uint8Array {
  const writer = new JuteWriter()
  writer.buffer(body)
  return writer.finish()
}

function request<T>(type: number, codec?: Codec<T>, body?: T): Uint8Array {
  const writer = new JuteWriter()
  writer.int(7)
  writer.int(type)
  if (codec !== undefined) codec.write(writer, body as T)
  return framed(writer.finish())
}

// Everything happens below one node of its own, as an ephemeral: what fuzzed sessions leave goes with them.
const path = '/fuzz'
const data = new Uint8Array([1, 2, 3])
const acl = OPEN_ACL_UNSAFE
const read = { path, watch: true }

const connectRequest = framed(
  encode(ConnectRequest, { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 4000, sessionId: 0n, passwd: new Uint8Array(16), readOnly: false }),
)

const clientFrames: readonly Uint8Array[] = [
  connectRequest,
  request(OpCode.create, CreateRequest, { path, data, acl, flags: 1 }),
  request(OpCode.create2, CreateRequest, { path: `${path}-`, data, acl, flags: 3 }),
  request(OpCode.createTTL, CreateTTLRequest, { path, data, acl, flags: 5, ttl: 1n }),
  request(OpCode.delete, DeleteRequest, { path, version: -1 }),
  request(OpCode.setData, SetDataRequest, { path, data, version: -1 }),
  request(OpCode.setACL, SetACLRequest, { path, acl, version: -1 }),
  request(OpCode.getACL, GetACLRequest, { path }),
  ...[OpCode.exists, OpCode.getData, OpCode.getChildren, OpCode.getChildren2].map((type) => request(type, PathWatchRequest, read)),
  request(OpCode.sync, SyncRequest, { path }),
  request(OpCode.multi, multi(OpCode.multi), undefined),
  request(OpCode.multiRead, multi(OpCode.multiRead), undefined),
  request(OpCode.addWatch, AddWatchRequest, { path, mode: 1 }),
  request(OpCode.removeWatches, WatchesRequest, { path, type: 3 }),
  request(OpCode.checkWatches, WatchesRequest, { path, type: 3 }),
  request(OpCode.setWatches2, SetWatches2, {
    ...{ relativeZxid: 0n, dataWatches: [path], existWatches: [path], childWatches: ['/'] },
    ...{ persistentWatches: [path], persistentRecursiveWatches: ['/'] },
  }),
  request(OpCode.getEphemerals, SyncRequest, { path: '/' }),
  request(OpCode.getAllChildrenNumber, SyncRequest, { path: '/' }),
  request(OpCode.auth, AuthPacket, { type: 0, scheme: 'digest', auth: data }),
  ...[OpCode.whoAmI, OpCode.ping, OpCode.closeSession, OpCode.reconfig, OpCode.sasl, OpCode.check].map((type) => request(type)),
  new TextEncoder().encode('srvr'),
]

function multi(type: number): Codec<undefined> {
  return {
    write(writer) {
      if (type === OpCode.multiRead) {
        MultiHeader.write(writer, { type: OpCode.getData, done: false, err: -1 })
        PathWatchRequest.write(writer, read)
      } else {
        MultiHeader.write(writer, { type: OpCode.create, done: false, err: -1 })
        CreateRequest.write(writer, { path, data, acl, flags: 1 })
        MultiHeader.write(writer, { type: OpCode.check, done: false, err: -1 })
        CheckVersionRequest.write(writer, { path, version: 0 })
      }
      MultiHeader.write(writer, { type: -1, done: true, err: -1 })
    },
    read: () => undefined,
  }
}

/** Server 2, which has no weight in what is committed. */
const learner = 2n

function packet(kind: keyof typeof PacketType, zxid: bigint, body: Uint8Array | null = null): Uint8Array {
  return encode(QuorumPacket, { kind, zxid, data: body, authinfo: null })
}

/** serverId, protocolVersion, configVersion. */
const learnerInfo = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
const followerInfo = packet('FOLLOWERINFO', 0n, learnerInfo)
/** session, number, type, request */
const forwarded = joined(new Uint8Array(12), Uint8Array.from([0, 0, 0, OpCode.create]), clientFrames[1]?.subarray(12) ?? new Uint8Array(0))

const quorumFrames: readonly Uint8Array[] = [
  followerInfo,
  packet('OBSERVERINFO', 0n, learnerInfo),
  packet('ACKEPOCH', 0n, new Uint8Array(4)),
  packet('ACK', 1n),
  packet('ACK', 1n << 32n),
  packet('PING', 0n, new Uint8Array(0)),
  packet('PING', 0n, new Uint8Array(12)),
  packet('REVALIDATE', 0n, new Uint8Array(12)),
  packet('REQUEST', -1n, forwarded),
  packet('REQUEST', -1n, new Uint8Array(16)),
  packet('SYNC', 0n),
  packet('UPTODATE', 0n),
]

function notification(state: 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING', leader: bigint): Uint8Array {
  return framed(
    encodeNotification({
      state,
      leader,
      zxid: 1n << 33n,
      electionEpoch: 9n,
      peerEpoch: 2n,
      version: 2,
      config: 'server.1=127.0.0.1:1:2:participant',
    }),
  )
}

const initialMessage = encodeInitialMessage({ sid: learner, addresses: ['127.0.0.1:1'] })

const electionFrames: readonly Uint8Array[] = [
  initialMessage,
  encodeInitialMessage({ sid: 1n, addresses: ['127.0.0.1:1'] }),
  encodeInitialMessage({ sid: -1n, addresses: [] }),
  notification('LOOKING', 2n),
  notification('LOOKING', 1n),
  notification('FOLLOWING', 2n),
  notification('LEADING', 2n),
  notification('OBSERVING', 1n),
]

const corpus: Readonly<Record<FuzzedPort, { readonly beginning: Uint8Array; readonly frames: readonly Uint8Array[] }>> = {
  client: { beginning: connectRequest, frames: clientFrames },
  quorum: { beginning: joined(followerInfo, packet('ACKEPOCH', 0n, new Uint8Array(4)), packet('ACK', 1n << 32n)), frames: quorumFrames },
  election: { beginning: initialMessage, frames: electionFrames },
}
