/** Requests and transactions in the words of the chapters, and on their way into the code. */
import { type Codec, encode, JuteWriter } from '../../src/jute/index.ts'
import { fromUtf8, utf8 } from '../../src/kernel/index.ts'
import {
  type ACL,
  CreateMode,
  CreateRequest,
  CreateTTLRequest,
  DeleteRequest,
  keeperErrorName,
  MultiHeader,
  OPEN_ACL_UNSAFE,
  OpCode,
  SetACLRequest,
  SetDataRequest,
  type Txn,
} from '../../src/wire/index.ts'

/** What a client may ask for. Data are text; null is no data at all. */
export type Wish =
  | {
      readonly op: 'create'
      readonly path: string
      readonly data: string | null
      readonly mode?: keyof typeof CreateMode
      /** How long the node may go unchanged, in ms; for the modes with TTL. */
      readonly ttl?: number
      readonly acl?: readonly ACL[]
    }
  | { readonly op: 'setData'; readonly path: string; readonly data: string; readonly version: number }
  | { readonly op: 'delete'; readonly path: string; readonly version: number }
  | { readonly op: 'setACL'; readonly path: string; readonly acl: readonly ACL[]; readonly version: number }
  /** Of the server itself: a container or a node with a time to live has had its time. */
  | { readonly op: 'deleteContainer'; readonly path: string }
  | { readonly op: 'closeSession' }
  | { readonly op: 'multi'; readonly of: readonly Exclude<Wish, { op: 'multi' }>[] }

/** The operation's number and its record. */
export function encodeWish(wish: Wish): { readonly type: number; readonly payload: Uint8Array } {
  switch (wish.op) {
    case 'create': {
      const { path, mode = 'PERSISTENT', acl = OPEN_ACL_UNSAFE } = wish
      const request = { path, data: wish.data === null ? null : utf8(wish.data), acl, flags: CreateMode[mode] }
      if (wish.ttl !== undefined) return of(OpCode.createTTL, CreateTTLRequest, { ...request, ttl: BigInt(wish.ttl) })
      return of(mode === 'CONTAINER' ? OpCode.createContainer : OpCode.create2, CreateRequest, request)
    }
    case 'setData':
      return of(OpCode.setData, SetDataRequest, { ...wish, data: utf8(wish.data) })
    case 'delete':
      return of(OpCode.delete, DeleteRequest, wish)
    case 'setACL':
      return of(OpCode.setACL, SetACLRequest, wish)
    case 'deleteContainer':
      return { type: OpCode.deleteContainer, payload: utf8(wish.path) }
    case 'closeSession':
      return { type: OpCode.closeSession, payload: new Uint8Array(0) }
    case 'multi':
      return { type: OpCode.multi, payload: encodeMulti(wish.of.map(encodeWish)) }
  }
}

/** A request in a few words. */
export function tellWish(wish: Wish): string {
  switch (wish.op) {
    case 'create':
      return `create ${wish.path}${quoted(wish.data)}${kindOf(wish.mode)}`
    case 'setData':
      return `setData ${wish.path}${quoted(wish.data)}${ifVersion(wish.version)}`
    case 'delete':
      return `delete ${wish.path}${ifVersion(wish.version)}`
    case 'setACL':
    case 'deleteContainer':
      return `${wish.op} ${wish.path}`
    case 'closeSession':
      return wish.op
    case 'multi':
      return `multi (${wish.of.map(tellWish).join('; ')})`
  }
}

/** A transaction in a few words. */
export function tellTxn(txn: Txn): string {
  switch (txn.kind) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return `${txn.kind} ${txn.path}${quoted(textOf(txn.data))}`
    case 'setData':
      return `setData ${txn.path}${quoted(textOf(txn.data))}, version ${txn.version}`
    case 'multi':
      return `multi (${txn.txns.map(tellTxn).join('; ')})`
    case 'error':
      return `error ${keeperErrorName(txn.err) ?? txn.err}`
    default:
      return 'path' in txn ? `${txn.kind} ${txn.path}` : txn.kind
  }
}

/** Bytes as text; null for none. */
export function textOf(data: Uint8Array | null): string | null {
  return data === null ? null : fromUtf8(data)
}

/** What a client is told: `ok`, or the name of the KeeperException. */
export function tellCode(code: number): string {
  return code === 0 ? 'ok' : (keeperErrorName(code) ?? `error ${code}`)
}

function of<T>(type: number, codec: Codec<T>, record: T): { readonly type: number; readonly payload: Uint8Array } {
  return { type, payload: encode(codec, record) }
}

function encodeMulti(parts: readonly { readonly type: number; readonly payload: Uint8Array }[]): Uint8Array {
  const writer = new JuteWriter()
  for (const { type, payload } of parts) {
    MultiHeader.write(writer, { type, done: false, err: -1 })
    writer.raw(payload)
  }
  MultiHeader.write(writer, { type: -1, done: true, err: -1 })
  return writer.finish()
}

function quoted(text: string | null): string {
  return text === null || text === '' ? '' : ` "${text}"`
}

function ifVersion(version: number): string {
  return version === -1 ? '' : `, if version ${version}`
}

function kindOf(mode: keyof typeof CreateMode = 'PERSISTENT'): string {
  return mode === 'PERSISTENT' ? '' : `, ${mode.toLowerCase().replaceAll('_', ' ').replace('persistent ', '')}`
}
