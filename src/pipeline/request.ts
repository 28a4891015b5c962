import type { Millis, SessionId, Zxid } from '../kernel/index.ts'
import { type Id, OpCode, type Transaction } from '../wire/index.ts'

/** The owner of sessions whose clients are connected to this very server. Learners' connections are numbered from 1. */
export const LOCAL_OWNER = 0

/** One client's request on its way through the processors. Source: `org.apache.zookeeper.server.Request`. */
export interface Request {
  readonly sessionId: SessionId
  /** The client's number of the request. */
  readonly cxid: number
  /** An `OpCode`, or a number that is none. */
  readonly type: number
  /** The record of the operation, without header. */
  readonly payload: Uint8Array
  /** Whom the client has proved to be. */
  readonly authInfo: readonly Id[]
  /** The client's connection to this server; 0 when the request came from elsewhere (a learner, the server itself). */
  readonly connection: number
  /** When it arrived, on the clock of `Now.elapsed`. */
  readonly createTime: Millis
  /** Who answers for the session: {@link LOCAL_OWNER} or a learner's connection. */
  readonly owner: number
  /** An error found before the request was carried out; 0 for none. It is what the client gets. */
  error: number
  /** Concerns a session that only this server knows: no transaction is made of it. Source: `Request.isLocalSession`. */
  isLocal: boolean
  /** Set on a sync that the leader has answered. */
  synced: boolean
}

/** Makes a request that has not failed yet. */
export function newRequest(
  sessionId: SessionId,
  cxid: number,
  type: number,
  payload: Uint8Array,
  authInfo: readonly Id[],
  connection: number,
  createTime: Millis,
  owner: number = LOCAL_OWNER,
): Request {
  return { sessionId, cxid, type, payload, authInfo, connection, createTime, owner, error: 0, isLocal: false, synced: false }
}

/** A transaction and the bytes that are proposed, logged and sent. */
export interface PreparedTxn {
  readonly zxid: Zxid
  readonly bytes: Uint8Array
  readonly transaction: Transaction
}

/** Whether the request goes the way of a transaction: it changes something, and nothing speaks against it so far. */
export function needsQuorum({ type, error, isLocal }: Request): boolean {
  return error === 0 && !isLocal && isWrite(type)
}

/** Whether the request changes something, and so becomes a transaction. Source: `Request.isQuorum`. */
export function isWrite(type: number): boolean {
  switch (type) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createTTL:
    case OpCode.createContainer:
    case OpCode.delete:
    case OpCode.deleteContainer:
    case OpCode.setData:
    case OpCode.setACL:
    case OpCode.multi:
    case OpCode.reconfig:
    case OpCode.createSession:
    case OpCode.closeSession:
      return true
    default:
      return false
  }
}
