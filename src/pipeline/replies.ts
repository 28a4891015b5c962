import { type Codec, JuteWriter } from '../jute/index.ts'
import type { Zxid } from '../kernel/index.ts'
import { EventType, type EventTypeName, KeeperState, ReplyHeader, WatcherEvent, XID_NOTIFICATION } from '../wire/index.ts'

const writer = new JuteWriter(4096)

/** A frame: a reply header and, unless `body` is left out, the record of the answer. */
export function replyFrame(xid: number, zxid: Zxid, err: number): Uint8Array
export function replyFrame<T>(xid: number, zxid: Zxid, err: number, codec: Codec<T>, body: T): Uint8Array
export function replyFrame<T>(xid: number, zxid: Zxid, err: number, codec?: Codec<T>, body?: T): Uint8Array {
  writer.reset()
  writer.int(0)
  ReplyHeader.write(writer, { xid, zxid, err })
  if (codec !== undefined) codec.write(writer, body as T)
  writer.patchInt(0, writer.length - 4)
  return writer.finish()
}

/**
 * The frame that tells a client that a watch has fired. In its header is the zxid of the transaction that has caused it, -1 if
 * it isn't known. Source: `NIOServerCnxn.process` (3.9; -1 always before).
 */
export function notificationFrame(type: EventTypeName, path: string, zxid: Zxid): Uint8Array {
  const event = { type: EventType[type], state: KeeperState.SyncConnected, path }
  return replyFrame(XID_NOTIFICATION, zxid, 0, WatcherEvent, event)
}
