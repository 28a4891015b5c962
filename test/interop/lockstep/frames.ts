/** Requests as bytes, and what comes back as text that two servers share when they answered alike. */
import { type Codec, JuteError, JuteReader, JuteWriter } from '../../../src/jute/index.ts'
import {
  Create2Response,
  CreateResponse,
  ErrorResponse,
  EventType,
  ExistsResponse,
  GetACLResponse,
  GetAllChildrenNumberResponse,
  GetChildren2Response,
  GetChildrenResponse,
  GetDataResponse,
  GetEphemeralsResponse,
  keeperErrorName,
  MultiHeader,
  OpCode,
  ReplyHeader,
  SetACLResponse,
  SetDataResponse,
  type Stat,
  SyncResponse,
  WatcherEvent,
  WhoAmIResponse,
} from '../../../src/wire/index.ts'
import type { AclEntry, Operation, SubOperation } from './steps.ts'

/** What differs between two servers that did the same, and is taken out of a comparison. */
export interface Normal {
  /** The run's top-level node. */
  readonly root: string
  /** The last zxid before the run. */
  base: bigint
  /** Names of the sessions seen so far. */
  readonly sessions: Map<bigint, string>
}

export function opcodeOf(operation: Operation): number {
  if ('opcode' in operation) return operation.opcode
  return OpCode[operation.op]
}

/** @param seen the last zxid that the client has seen */
export function bodyOf(operation: Operation, { root }: Normal, seen: bigint): Uint8Array {
  const writer = new JuteWriter()
  const path = (text: string | null) => writer.ustring(text === null ? null : place(text, root))
  switch (operation.op) {
    case 'createTTL':
      path(operation.path)
      writer.buffer(bytes(operation.data))
      writeAcl(writer, operation.acl)
      writer.int(operation.flags)
      writer.long(operation.ttl)
      break
    case 'setACL':
      path(operation.path)
      writeAcl(writer, operation.acl)
      writer.int(operation.version)
      break
    case 'path':
      path(operation.path)
      break
    case 'typed':
      path(operation.path)
      writer.int(operation.type)
      break
    case 'auth':
      writer.int(0)
      writer.ustring(operation.scheme)
      writer.buffer(bytes(operation.text))
      break
    case 'multi':
      for (const one of operation.operations) {
        MultiHeader.write(writer, { type: opcodeOf(one), done: false, err: -1 })
        writeSub(writer, one, root)
      }
      MultiHeader.write(writer, { type: -1, done: true, err: -1 })
      break
    case 'setWatches': {
      writer.long(seen - BigInt(operation.back))
      const lists = operation.opcode === OpCode.setWatches ? operation.lists.slice(0, 3) : operation.lists
      for (const list of lists) writer.vector(list, (_, text) => path(text))
      break
    }
    case 'plain':
      writer.raw(operation.body)
      break
    default:
      writeSub(writer, operation, root)
  }
  return writer.finish()
}

function writeSub(writer: JuteWriter, operation: SubOperation, root: string): void {
  writer.ustring(operation.path === null ? null : place(operation.path, root))
  switch (operation.op) {
    case 'create':
      writer.buffer(bytes(operation.data))
      writeAcl(writer, operation.acl)
      writer.int(operation.flags)
      return
    case 'setData':
      writer.buffer(bytes(operation.data))
      writer.int(operation.version)
      return
    case 'delete':
    case 'check':
      writer.int(operation.version)
      return
    case 'read':
      writer.boolean(operation.watch)
  }
}

function writeAcl(writer: JuteWriter, acl: readonly AclEntry[] | null): void {
  writer.vector(acl, (_, { perms, scheme, id }) => {
    writer.int(perms)
    writer.ustring(scheme)
    writer.ustring(id)
  })
}

/** `@` is the run's node, `@top` another one beside it. */
function place(path: string, root: string): string {
  if (path === '@top') return `${root}top`
  return path.startsWith('@') ? root + path.slice(1) : path
}

function bytes(text: string | null): Uint8Array | null {
  return text === null ? null : new TextEncoder().encode(text)
}

/** A frame with its length. */
export function framed(...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

export function header(xid: number, type: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32BE(xid)
  bytes.writeInt32BE(type, 4)
  return bytes
}

/** A reply or an event as one line. @param type the opcode of the request that it answers; undefined for an event */
export function describeFrame(frame: Uint8Array, type: number | undefined, normal: Normal): string {
  const reader = new JuteReader(frame)
  try {
    const { xid, zxid, err } = ReplyHeader.read(reader)
    if (type === undefined) {
      const event = WatcherEvent.read(reader)
      const name = Object.entries(EventType).find(([, code]) => code === event.type)?.[0] ?? event.type
      // Its zxid is -1 in 3.8.0, that of the write in later releases and here.
      return `event ${name} ${shortened(event.path, normal)} state ${event.state} err ${err}${rest(reader)}`
    }
    // Whether an empty list follows the refusal of a multiRead depends on where in it the first write stood.
    if (type === OpCode.multiRead && err !== 0) return `xid ${xid} zxid ${describeZxid(zxid, normal)} ${keeperErrorName(err) ?? err}`
    const body = reader.remaining > 0 ? ` ${describeBody(reader, type, normal)}` : ''
    return `xid ${xid} zxid ${describeZxid(zxid, normal)} ${err === 0 ? 'OK' : (keeperErrorName(err) ?? err)}${body}${rest(reader)}`
  } catch (error) {
    if (!(error instanceof JuteError)) throw error
    return `no reply to ${type}: ${Buffer.from(frame).toString('hex')}`
  }
}

function rest(reader: JuteReader): string {
  return reader.remaining === 0 ? '' : ` and then ${Buffer.from(reader.bytes.subarray(reader.position)).toString('hex')}`
}

const bodies: ReadonlyMap<number, Codec<unknown>> = new Map<number, Codec<unknown>>([
  [OpCode.create, CreateResponse],
  [OpCode.create2, Create2Response],
  [OpCode.createContainer, Create2Response],
  [OpCode.createTTL, Create2Response],
  [OpCode.exists, ExistsResponse],
  [OpCode.getData, GetDataResponse],
  [OpCode.setData, SetDataResponse],
  [OpCode.getACL, GetACLResponse],
  [OpCode.setACL, SetACLResponse],
  [OpCode.getChildren, GetChildrenResponse],
  [OpCode.getChildren2, GetChildren2Response],
  [OpCode.sync, SyncResponse],
  [OpCode.getEphemerals, GetEphemeralsResponse],
  [OpCode.getAllChildrenNumber, GetAllChildrenNumberResponse],
  [OpCode.whoAmI, WhoAmIResponse],
  [OpCode.addWatch, ErrorResponse],
  [OpCode.error, ErrorResponse],
])

function describeBody(reader: JuteReader, type: number, normal: Normal): string {
  if (type !== OpCode.multi && type !== OpCode.multiRead) {
    const codec = bodies.get(type)
    return codec === undefined ? '' : describeRecord(codec.read(reader) as Record<string, unknown>, normal)
  }
  const results: string[] = []
  for (let one = MultiHeader.read(reader); !one.done; one = MultiHeader.read(reader)) {
    const codec = bodies.get(one.type)
    const result = codec === undefined || one.type === OpCode.delete ? '' : describeRecord(codec.read(reader) as Record<string, unknown>, normal)
    results.push(`[${one.type} ${one.err}${result === '' ? '' : ` ${result}`}]`)
  }
  return results.join(' ')
}

/** The order of children, ephemerals and identities is nobody's promise. */
function describeRecord(record: Record<string, unknown>, normal: Normal): string {
  return Object.entries(record)
    .map(([key, value]) => {
      if (key === 'stat') return describeStat(value as Stat, normal)
      if (Array.isArray(value)) {
        const lines = value.map((one) => (typeof one === 'string' ? shortened(one, normal) : JSON.stringify(one)))
        return `${key} {${lines.sort((a, b) => (a < b ? -1 : 1)).join(' ')}}`
      }
      if (value instanceof Uint8Array) return `${key} ${value.length}:${Buffer.from(value.subarray(0, 20)).toString()}`
      return `${key} ${typeof value === 'string' ? shortened(value, normal) : value}`
    })
    .join(' ')
}

function describeStat(stat: Stat, normal: Normal): string {
  const zxids = (['czxid', 'mzxid', 'pzxid'] as const).map((name) => `${name} ${describeZxid(stat[name], normal)}`)
  const times = (['ctime', 'mtime'] as const).map((name) => `${name} ${describeTime(stat[name])}`)
  const numbers = (['version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const).map((name) => `${name} ${stat[name]}`)
  const owner = normal.sessions.get(stat.ephemeralOwner) ?? `0x${BigInt.asUintN(64, stat.ephemeralOwner).toString(16)}`
  return `(${[...zxids, ...times, ...numbers].join(' ')} ephemeralOwner ${owner})`
}

/** Zxids count from the run's begin; what is older is just old. */
function describeZxid(zxid: bigint, { base }: Normal): string {
  if (zxid <= 0n) return String(zxid)
  return zxid > base ? `+${zxid - base}` : 'old'
}

/** Two servers do not act in the same millisecond: that it is about now must do. */
function describeTime(time: bigint): string {
  if (time === 0n) return '0'
  return Math.abs(Date.now() - Number(time)) < 3_600_000 ? 'recent' : String(time)
}

function shortened(path: string, { root }: Normal): string {
  return JSON.stringify(path).replaceAll(root, '@')
}
