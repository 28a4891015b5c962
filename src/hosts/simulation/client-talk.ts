/** What a client and a server say to each other on one connection, in words. */
import { type Codec, JuteReader } from '../../jute/index.ts'
import { formatId, fromUtf8 } from '../../kernel/index.ts'
import {
  ConnectRequest,
  ConnectResponse,
  CreateMode,
  CreateRequest,
  EventType,
  GetChildren2Response,
  GetDataResponse,
  keeperErrorName,
  OpCode,
  PathWatchRequest,
  ReplyHeader,
  RequestHeader,
  SetDataRequest,
  SetWatches,
  SetWatches2,
  WatcherEvent,
  XID_NOTIFICATION,
  XID_PING,
} from '../../wire/index.ts'

/** The name of a packet and what it says. */
export type Said = readonly [name: string, text: string]

/** The longest data that are told. */
const DATA_MAX = 24

const opNames = new Map<number, string>(Object.entries(OpCode).map(([name, code]) => [code, name]))
const eventNames = new Map<number, string>(Object.entries(EventType).map(([name, code]) => [code, name]))
const modeNames = new Map<number, string>(Object.entries(CreateMode).map(([name, code]) => [code, name]))

/** Operations without a path, or with one that says nothing. */
const PATHLESS = new Set<number>([OpCode.ping, OpCode.closeSession, OpCode.multi, OpCode.auth, OpCode.whoAmI])
const READS = new Set<number>([OpCode.exists, OpCode.getData, OpCode.getChildren, OpCode.getChildren2])

export class ClientTalk {
  /** What was asked and not answered, by the number of the request. */
  private readonly asked = new Map<number, number>()
  private greeted = false
  private welcomed = false

  /** What these frames of the client say. */
  requests(frames: readonly Uint8Array[]): Said[] {
    return frames.map((frame): Said => {
      const reader = new JuteReader(frame)
      if (!this.greeted) {
        this.greeted = true
        const { sessionId } = ConnectRequest.read(reader)
        return ['CONNECT', sessionId === 0n ? 'opens a session' : `comes with session ${formatId(sessionId)}`]
      }
      const { xid, type } = RequestHeader.read(reader)
      this.asked.set(xid, type)
      const name = opNames.get(type) ?? 'unknown'
      return [name, `${name}${details(type, reader)}`]
    })
  }

  /** What these frames of the server say. */
  replies(frames: readonly Uint8Array[]): Said[] {
    return frames.map((frame): Said => {
      const reader = new JuteReader(frame)
      if (!this.welcomed) {
        this.welcomed = true
        return ConnectResponse.read(reader).timeOut > 0 ? ['CONNECTED', 'session is open'] : ['EXPIRED', 'there is no such session']
      }
      const { xid, zxid, err } = ReplyHeader.read(reader)
      if (xid === XID_PING) return ['ping', 'pong']
      if (xid === XID_NOTIFICATION) {
        const { type, path } = WatcherEvent.read(reader)
        return ['notification', `event ${eventNames.get(type) ?? type} ${path}`]
      }
      const type = this.asked.get(xid)
      this.asked.delete(xid)
      return ['reply', err === 0 ? `ok${answer(type, reader)}, zxid ${formatId(zxid)}` : `error ${keeperErrorName(err) ?? err}`]
    })
  }
}

function details(type: number, reader: JuteReader): string {
  if (PATHLESS.has(type)) return ''
  const read = <T>(codec: Codec<T>) => codec.read(reader)
  if (READS.has(type)) {
    const { path, watch } = read(PathWatchRequest)
    return ` ${path}${watch ? ', with a watch' : ''}`
  }
  if (type === OpCode.create2) {
    const { path, flags } = read(CreateRequest)
    return ` ${path}${flags === CreateMode.PERSISTENT ? '' : `, ${modeNames.get(flags)?.toLowerCase().replaceAll('_', ' ')}`}`
  }
  if (type === OpCode.setData) {
    const { path, data, version } = read(SetDataRequest)
    return ` ${path}${quoted(data)}${version === -1 ? '' : `, if version ${version}`}`
  }
  if (type === OpCode.setWatches || type === OpCode.setWatches2) {
    const { relativeZxid, ...lists } = type === OpCode.setWatches ? read(SetWatches) : read(SetWatches2)
    return ` since ${formatId(relativeZxid)}: ${Object.values(lists).flat().join(' ')}`
  }
  return ` ${reader.ustring() ?? ''}`
}

/** What an answer says besides that all is well. */
function answer(type: number | undefined, reader: JuteReader): string {
  if (type === OpCode.getData) return quoted(GetDataResponse.read(reader).data)
  if (type === OpCode.getChildren2) return ` [${GetChildren2Response.read(reader).children.join(' ')}]`
  return ''
}

function quoted(data: Uint8Array | null): string {
  if (data === null || data.length === 0) return ''
  const text = fromUtf8(data.subarray(0, DATA_MAX))
  return ` "${text}${data.length > DATA_MAX ? '…' : ''}"`
}
