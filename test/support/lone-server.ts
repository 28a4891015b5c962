/**
 * A standalone server without a host: events go in by hand, the disk answers when it is told to. Time stands still unless it
 * is moved.
 */
import { type Codec, decode, encode, JuteReader, JuteWriter } from '../../src/jute/index.ts'
import { createPeer, DEFAULT_CLIENT_SETTINGS, type Peer, type PeerEffect, type PeerEvent, type PeerSettings } from '../../src/peer/index.ts'
import type { DiskEffect } from '../../src/storage/index.ts'
import { ConnectRequest, ConnectResponse, CreateRequest, OPEN_ACL_UNSAFE, OpCode, ReplyHeader } from '../../src/wire/index.ts'
import { MemoryDisk } from './memory-disk.ts'

export const settings: PeerSettings = {
  ...DEFAULT_CLIENT_SETTINGS,
  myid: 1n,
  ensemble: null,
  tickTime: 2000,
  initLimit: 10,
  syncLimit: 5,
  minSessionTimeout: 4000,
  maxSessionTimeout: 40_000,
  clientPort: 2181,
  clientPortAddress: '',
  maxClientCnxns: 60,
  snapCount: 100_000,
  preAllocSize: 65_536,
  commitLogCount: 500,
  snapshotSizeFactor: 0.33,
  juteMaxBuffer: 0xfffff,
  forceSync: true,
  fsyncWarningThreshold: 1000,
  extendedTypesEnabled: false,
  quorumListenOnAllIPs: false,
  seed: 1n,
}

export interface Reply {
  readonly xid: number
  readonly zxid: bigint
  readonly err: number
  readonly body: Uint8Array
}

export class LoneServer {
  readonly peer: Peer
  readonly disk: MemoryDisk
  /** While true the disk answers each operation at once; otherwise when {@link answerDisk} is called. */
  diskIsPrompt = true
  elapsed = 1000
  /** Effects other than those on connections and the disk. */
  readonly effects: PeerEffect[] = []
  readonly closed = new Set<number>()
  private readonly waiting: DiskEffect[] = []
  private readonly sent = new Map<number, Uint8Array[]>()
  private lastConnection = 0

  constructor(disk = new MemoryDisk(), changed: Partial<PeerSettings> = {}) {
    this.disk = disk
    this.peer = createPeer({ ...settings, ...changed })
    this.event({ kind: 'start' })
  }

  /** One event and the end of its turn. */
  event(event: PeerEvent): void {
    for (const one of [event, { kind: 'turn' } as const]) {
      for (const effect of this.peer.step(one, { elapsed: this.elapsed, wall: 1_700_000_000_000 + this.elapsed })) this.carryOut(effect)
    }
  }

  answerDisk(): void {
    for (const { token, operation } of this.waiting.splice(0)) this.event({ kind: 'disk', token, result: this.disk.perform(operation) })
  }

  /** Moves time to the next tick and lets it happen. */
  tick(): void {
    this.elapsed += 1000
    this.event({ kind: 'timeout', timer: 'tick' })
  }

  accept(remoteAddress = '127.0.0.1'): number {
    const connection = ++this.lastConnection
    this.event({ kind: 'accepted', connection, port: 'client', remoteAddress, remotePort: 40_000 + connection })
    return connection
  }

  send(connection: number, bytes: Uint8Array): void {
    this.event({ kind: 'data', connection, bytes })
  }

  /** The frames that have come on a connection since the last call, without their lengths. */
  frames(connection: number): Uint8Array[] {
    const frames = this.sent.get(connection) ?? []
    this.sent.delete(connection)
    return frames.map((frame) => frame.subarray(4))
  }

  replies(connection: number): Reply[] {
    return this.frames(connection).map((frame) => ({ ...decode(ReplyHeader, frame), body: frame.subarray(16) }))
  }

  connect(request: Partial<ConnectRequest> = {}): { connection: number; response: ConnectResponse | undefined } {
    const connection = this.accept()
    const hello = { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 10_000, sessionId: 0n, passwd: new Uint8Array(16), readOnly: false, ...request }
    this.send(connection, frame(encode(ConnectRequest, hello)))
    const [answer] = this.frames(connection)
    return { connection, response: answer && decode(ConnectResponse, answer) }
  }

  /** Sends a request and gives its reply; undefined when there is none yet. */
  request<T>(connection: number, xid: number, type: number, codec?: Codec<T>, body?: T): Reply | undefined {
    this.send(connection, requestFrame(xid, type, codec, body))
    return this.replies(connection).find((reply) => reply.xid === xid)
  }

  create(connection: number, xid: number, path: string, flags = 0, data = ''): Reply | undefined {
    return this.request(connection, xid, OpCode.create, CreateRequest, createRequest(path, flags, data))
  }

  private carryOut(effect: PeerEffect): void {
    switch (effect.kind) {
      case 'send': {
        const frames = this.sent.get(effect.connection)
        if (frames === undefined) this.sent.set(effect.connection, [effect.bytes])
        else frames.push(effect.bytes)
        return
      }
      case 'close':
        this.closed.add(effect.connection)
        return
      case 'disk':
        this.waiting.push(effect)
        if (this.diskIsPrompt) this.answerDisk()
        return
      default:
        this.effects.push(effect)
    }
  }
}

export function createRequest(path: string, flags = 0, data = ''): CreateRequest {
  return { path, data: new TextEncoder().encode(data), acl: OPEN_ACL_UNSAFE, flags }
}

export function frame(body: Uint8Array): Uint8Array {
  const writer = new JuteWriter()
  writer.buffer(body)
  return writer.finish()
}

export function requestFrame<T>(xid: number, type: number, codec?: Codec<T>, body?: T): Uint8Array {
  const writer = new JuteWriter()
  writer.int(xid)
  writer.int(type)
  if (codec !== undefined) codec.write(writer, body as T)
  return frame(writer.finish())
}

export function pathOf({ body }: Reply): string | null {
  return new JuteReader(body).ustring()
}
