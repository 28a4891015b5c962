/**
 * What servers say to each other on the election port: one {@link InitialMessage} by whoever opened the connection, then
 * {@link Notification}s in both directions, each behind a 4-byte length.
 * Source: `QuorumCnxManager.InitialMessage`, `FastLeaderElection.buildMsg`, `FastLeaderElection.Messenger.WorkerReceiver`.
 */

import { JuteError, JuteReader, JuteWriter } from '../../jute/index.ts'
import { fromUtf8, utf8 } from '../../kernel/index.ts'

/** Roles of a server; the index is its number on the wire. Source: `QuorumPeer.ServerState`. */
export const serverStates = ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'] as const
/** The role of a server, as it tells it to others. */
export type ServerState = (typeof serverStates)[number]

/** One vote, told to others. `electionEpoch` is the sender's round, `peerEpoch` the epoch of the server voted for. */
export interface Notification {
  state: ServerState
  leader: bigint
  zxid: bigint
  electionEpoch: bigint
  peerEpoch: bigint
  /** 0 in what servers before 3.5 send; 2 since then. */
  version: number
  /** The sender's committed configuration as text; `null` in the short forms. */
  config: string | null
}

/** The longest body that is accepted, in bytes. Source: `QuorumCnxManager.PACKETMAXSIZE`. */
export const MAX_NOTIFICATION_LENGTH = 524288

/** The body of a notification, version 2, without its length. */
export function encodeNotification(notification: Notification): Uint8Array {
  const writer = new JuteWriter(256)
  writer.int(serverStates.indexOf(notification.state))
  writer.long(notification.leader)
  writer.long(notification.zxid)
  writer.long(notification.electionEpoch)
  writer.long(notification.peerEpoch)
  writer.int(2)
  writer.buffer(utf8(notification.config ?? ''))
  return writer.finish()
}

/** Reads every form that is in use. Returns null for a body to be skipped: too short, or with a state that is none. */
export function decodeNotification(body: Uint8Array): Notification | null {
  if (body.length < 28) return null
  try {
    const reader = new JuteReader(body)
    const state = serverStates[reader.int()]
    if (state === undefined) return null
    const vote = { state, leader: reader.long(), zxid: reader.long(), electionEpoch: reader.long() }
    if (body.length === 28) return { ...vote, peerEpoch: vote.zxid >> 32n, version: 0, config: null }
    const peerEpoch = reader.long()
    if (body.length === 40) return { ...vote, peerEpoch, version: 0, config: null }
    const version = reader.int()
    if (version < 2) return { ...vote, peerEpoch, version, config: null }
    const config = reader.buffer()
    return config === null ? null : { ...vote, peerEpoch, version, config: fromUtf8(config) }
  } catch (error) {
    if (error instanceof JuteError) return null
    throw error
  }
}

/** Who calls, and at which election addresses (`host:port`) it can be called back. */
export interface InitialMessage {
  sid: bigint
  addresses: readonly string[]
}

const PROTOCOL_V1 = -65536n
const PROTOCOL_V2 = -65535n
const MAX_ADDRESS_LENGTH = 2048

/** The first message, form V1 (one address), which every server since 3.5 understands. Must be sent in one write. */
export function encodeInitialMessage({ sid, addresses }: InitialMessage): Uint8Array {
  const writer = new JuteWriter(64)
  writer.long(PROTOCOL_V1)
  writer.long(sid)
  writer.buffer(utf8(addresses[0] ?? ''))
  return writer.finish()
}

/** Reads V1, V2 and the bare sid of servers before 3.5. Throws `JuteError`, `incomplete` when more bytes are needed. */
export function readInitialMessage(reader: JuteReader): InitialMessage {
  const first = reader.long()
  if (first >= 0n) return { sid: first, addresses: [] }
  if (first !== PROTOCOL_V1 && first !== PROTOCOL_V2) throw new JuteError(`unknown protocol version ${first}`)
  const sid = reader.long()
  const length = reader.int()
  if (length <= 0 || length > MAX_ADDRESS_LENGTH) throw new JuteError(`unreasonable length ${length} of the address`)
  if (reader.remaining < length) throw new JuteError('the address is cut short', true)
  const text = fromUtf8(reader.bytes.subarray(reader.position, reader.position + length))
  reader.position += length
  return { sid, addresses: text.split('|') }
}
