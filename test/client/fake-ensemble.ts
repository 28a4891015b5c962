/**
 * An ensemble small enough to trust, for the client's tests: real bytes over in-memory pipes, a virtual clock, no quorum. Its
 * servers share one tree and one table of sessions; each can be down, mute, or break its connections.
 */

import type { ClientHost, ConnectionHandlers } from '../../src/client/index.ts'
import { type Codec, decode, JuteReader, JuteWriter } from '../../src/jute/index.ts'
import { Prng } from '../../src/kernel/index.ts'
import {
  AddWatchRequest,
  AuthPacket,
  ConnectRequest,
  ConnectResponse,
  Create2Response,
  CreateRequest,
  DeleteRequest,
  EventType,
  type EventTypeName,
  GetDataResponse,
  KeeperErrorCode,
  OpCode,
  PathWatchRequest,
  ReplyHeader,
  RequestHeader,
  SetDataRequest,
  SetDataResponse,
  SetWatches,
  SetWatches2,
  type Stat,
  WatcherEvent,
  WatchesRequest,
} from '../../src/wire/index.ts'

/** The virtual world: time passes only in `run`. */
export class World {
  elapsed = 0
  readonly servers = new Map<number, FakeServer>()
  readonly notes: string[] = []
  readonly random: Prng
  private tasks: { at: number; order: number; run: () => void }[] = []
  private order = 0

  constructor(seed = 1n) {
    this.random = new Prng(seed)
  }

  after(delay: number, run: () => void): () => void {
    const task = { at: this.elapsed + delay, order: this.order++, run }
    this.tasks.push(task)
    return () => {
      this.tasks = this.tasks.filter((other) => other !== task)
    }
  }

  /** Lets `duration` ms pass; after each task the promises that it settled go on. */
  async run(duration: number): Promise<void> {
    const end = this.elapsed + duration
    await drain()
    for (;;) {
      const due = this.tasks.filter((task) => task.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (due === undefined) break
      this.tasks = this.tasks.filter((task) => task !== due)
      this.elapsed = Math.max(this.elapsed, due.at)
      due.run()
      await drain()
    }
    this.elapsed = end
  }

  host(): ClientHost {
    return {
      connect: (_host, port, handlers) => this.connect(port, handlers),
      now: () => ({ elapsed: this.elapsed, wall: this.elapsed }),
      setTimer: (delay, fire) => this.after(delay, fire),
      random: () => this.random.next(),
      note: (note) => this.notes.push(note.name),
    }
  }

  private connect(port: number, handlers: ConnectionHandlers) {
    const pipe = new Pipe(this, handlers)
    this.after(1, () => {
      const server = this.servers.get(port)
      if (server === undefined || server.down) return pipe.breakNow('connection refused')
      if (pipe.open) server.accept(pipe)
    })
    return { send: (bytes: Uint8Array) => pipe.toServer(bytes), close: () => pipe.closeByClient() }
  }
}

async function drain(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** One connection; each direction takes 1 ms. */
class Pipe {
  open = true
  onBytes: (bytes: Uint8Array) => void = () => undefined
  onClose: () => void = () => undefined
  private readonly world: World
  private readonly handlers: ConnectionHandlers

  constructor(world: World, handlers: ConnectionHandlers) {
    this.world = world
    this.handlers = handlers
  }

  connected(): void {
    this.handlers.connected()
  }

  toServer(bytes: Uint8Array): void {
    this.world.after(1, () => this.open && this.onBytes(bytes))
  }

  toClient(bytes: Uint8Array): void {
    this.world.after(1, () => this.open && this.handlers.data(bytes))
  }

  closeByClient(): void {
    this.open = false
    this.onClose()
  }

  /** The server closes after what it has sent. */
  closeByServer(): void {
    this.world.after(1, () => this.breakNow('closed by the server'))
  }

  /** The connection breaks: what is under way in either direction is lost. */
  breakNow(reason: string): void {
    if (!this.open) return
    this.open = false
    this.onClose()
    this.handlers.closed(reason)
  }
}

interface Node {
  data: Uint8Array | null
  czxid: bigint
  mzxid: bigint
  version: number
}

/** What all servers share. */
export class Ensemble {
  zxid = 1n
  nextSession = 100n
  readonly nodes = new Map<string, Node>()
  readonly sessions = new Set<bigint>()
  readonly servers: FakeServer[] = []

  fire(type: EventTypeName, path: string): void {
    for (const server of this.servers) server.fire(type, path)
  }
}

type Connection = { pipe: Pipe; data: Set<string>; persistent: Set<string>; recursive: Set<string>; session: bigint }

export class FakeServer {
  down = false
  /** Takes connections and requests, answers nothing. */
  mute = false
  /** Has lost its quorum. */
  readOnly = false
  /** Refuses every auth packet. */
  refusesAuth = false
  /** Names of the requests in the order they came in, over all connections. */
  readonly log: string[] = []
  readonly lengths: number[] = []
  private readonly world: World
  private readonly ensemble: Ensemble
  private readonly connections = new Set<Connection>()

  constructor(world: World, port: number, ensemble: Ensemble) {
    this.world = world
    this.ensemble = ensemble
    ensemble.servers.push(this)
    world.servers.set(port, this)
  }

  get connectionCount(): number {
    return this.connections.size
  }

  /** Breaks every connection. */
  drop(): void {
    for (const { pipe } of [...this.connections]) pipe.breakNow('broken by the test')
  }

  accept(pipe: Pipe): void {
    const connection: Connection = { pipe, data: new Set(), persistent: new Set(), recursive: new Set(), session: 0n }
    this.connections.add(connection)
    pipe.onClose = () => this.connections.delete(connection)
    let buffer = new Uint8Array(0)
    pipe.onBytes = (bytes) => {
      const joined = new Uint8Array(buffer.length + bytes.length)
      joined.set(buffer)
      joined.set(bytes, buffer.length)
      buffer = joined
      if (new TextDecoder().decode(buffer) === 'isro') return this.onIsro(pipe)
      while (buffer.length >= 4) {
        const length = new DataView(buffer.buffer, buffer.byteOffset).getInt32(0)
        if (buffer.length < 4 + length) return
        const frame = buffer.slice(4, 4 + length)
        buffer = buffer.slice(4 + length)
        if (connection.session === 0n) this.onConnect(connection, frame)
        else this.onRequest(connection, frame)
      }
    }
    pipe.connected()
  }

  fire(type: EventTypeName, path: string): void {
    for (const connection of this.connections) {
      const hears =
        connection.data.delete(path) ||
        connection.persistent.has(path) ||
        [...connection.recursive].some((above) => `${path}/`.startsWith(`${above}/`))
      if (hears) this.notify(connection, type, path)
    }
  }

  private notify(connection: Connection, type: EventTypeName, path: string): void {
    this.reply(connection, { xid: -1, zxid: -1n, err: 0 }, WatcherEvent, { type: EventType[type], state: 3, path })
  }

  private onIsro(pipe: Pipe): void {
    this.log.push(`isro at ${this.world.elapsed}`)
    if (this.mute) return
    pipe.toClient(new TextEncoder().encode(this.readOnly ? 'ro\n' : 'rw\n'))
    pipe.closeByServer()
  }

  private onConnect(connection: Connection, frame: Uint8Array): void {
    const request = decode(ConnectRequest, frame)
    this.log.push(`connect ${request.sessionId} ${request.lastZxidSeen}`)
    if (this.mute) return
    const known = request.sessionId === 0n || this.ensemble.sessions.has(request.sessionId)
    const sessionId = request.sessionId === 0n ? this.ensemble.nextSession++ : request.sessionId
    if (known) this.ensemble.sessions.add(sessionId)
    const passwd = new Uint8Array(16).fill(Number(sessionId))
    const accepted = { protocolVersion: 0, timeOut: request.timeOut, sessionId, passwd, readOnly: this.readOnly }
    this.send(connection, ConnectResponse, known ? accepted : { ...accepted, timeOut: 0, sessionId: 0n })
    if (known) connection.session = sessionId
    else connection.pipe.closeByServer()
  }

  private onRequest(connection: Connection, frame: Uint8Array): void {
    const reader = new JuteReader(frame)
    const { xid, type } = RequestHeader.read(reader)
    const name = Object.entries(OpCode).find(([, code]) => code === type)?.[0] ?? `${type}`
    this.log.push(name)
    this.lengths.push(frame.length)
    if (this.mute) return
    if (!this.ensemble.sessions.has(connection.session)) return connection.pipe.breakNow('session expired')
    const ok = () => this.reply(connection, { xid, zxid: this.ensemble.zxid, err: 0 })
    const fail = (code: number) => this.reply(connection, { xid, zxid: this.ensemble.zxid, err: code })
    switch (type) {
      case OpCode.ping:
        return ok()
      case OpCode.auth:
        AuthPacket.read(reader)
        return this.refusesAuth ? fail(KeeperErrorCode.AUTHFAILED) : ok()
      case OpCode.create2:
        return this.onCreate(connection, xid, CreateRequest.read(reader))
      case OpCode.setData:
        return this.onSetData(connection, xid, SetDataRequest.read(reader))
      case OpCode.delete: {
        const { path } = DeleteRequest.read(reader)
        if (!this.ensemble.nodes.delete(path)) return fail(KeeperErrorCode.NONODE)
        this.ensemble.zxid++
        this.ensemble.fire('NodeDeleted', path)
        return ok()
      }
      case OpCode.exists:
      case OpCode.getData: {
        const { path, watch } = PathWatchRequest.read(reader)
        const node = this.ensemble.nodes.get(path)
        if (watch && (node !== undefined || type === OpCode.exists)) connection.data.add(path)
        if (node === undefined) return fail(KeeperErrorCode.NONODE)
        return this.reply(connection, { xid, zxid: this.ensemble.zxid, err: 0 }, GetDataResponse, { data: node.data, stat: statOf(node) })
      }
      case OpCode.addWatch: {
        const { path, mode } = AddWatchRequest.read(reader)
        ;(mode === 0 ? connection.persistent : connection.recursive).add(path)
        return this.reply(connection, { xid, zxid: this.ensemble.zxid, err: 0 }, ErrCodec, 0)
      }
      case OpCode.removeWatches: {
        const { path } = WatchesRequest.read(reader)
        for (const table of [connection.data, connection.persistent, connection.recursive]) table.delete(path)
        return ok()
      }
      case OpCode.setWatches:
        return this.onSetWatches(connection, xid, { ...SetWatches.read(reader), persistentWatches: [], persistentRecursiveWatches: [] })
      case OpCode.setWatches2:
        return this.onSetWatches(connection, xid, SetWatches2.read(reader))
      case OpCode.closeSession:
        this.ensemble.sessions.delete(connection.session)
        return ok()
      default:
        return fail(KeeperErrorCode.UNIMPLEMENTED)
    }
  }

  private onCreate(connection: Connection, xid: number, { path, data, flags }: CreateRequest): void {
    const zxid = ++this.ensemble.zxid
    const name = (flags & 2) === 0 ? path : path + String(zxid).padStart(10, '0')
    if (this.ensemble.nodes.has(name)) return this.reply(connection, { xid, zxid, err: KeeperErrorCode.NODEEXISTS })
    const node = { data: data?.slice() ?? null, czxid: zxid, mzxid: zxid, version: 0 }
    this.ensemble.nodes.set(name, node)
    this.ensemble.fire('NodeCreated', name)
    this.reply(connection, { xid, zxid, err: 0 }, Create2Response, { path: name, stat: statOf(node) })
  }

  private onSetData(connection: Connection, xid: number, { path, data }: SetDataRequest): void {
    const node = this.ensemble.nodes.get(path)
    const zxid = ++this.ensemble.zxid
    if (node === undefined) return this.reply(connection, { xid, zxid, err: KeeperErrorCode.NONODE })
    Object.assign(node, { data: data?.slice() ?? null, mzxid: zxid, version: node.version + 1 })
    this.ensemble.fire('NodeDataChanged', path)
    this.reply(connection, { xid, zxid, err: 0 }, SetDataResponse, { stat: statOf(node) })
  }

  private onSetWatches(connection: Connection, xid: number, request: SetWatches2): void {
    for (const path of request.dataWatches) {
      const node = this.ensemble.nodes.get(path)
      if (node === undefined) this.notify(connection, 'NodeDeleted', path)
      else if (node.mzxid > request.relativeZxid) this.notify(connection, 'NodeDataChanged', path)
      else connection.data.add(path)
    }
    for (const path of request.existWatches) {
      if (this.ensemble.nodes.has(path)) this.notify(connection, 'NodeCreated', path)
      else connection.data.add(path)
    }
    for (const path of request.persistentWatches) connection.persistent.add(path)
    for (const path of request.persistentRecursiveWatches) connection.recursive.add(path)
    this.reply(connection, { xid, zxid: this.ensemble.zxid, err: 0 })
  }

  private reply<T>(connection: Connection, header: ReplyHeader, codec?: Codec<T>, value?: T): void {
    this.send(connection, { write: writeReply, read: () => undefined } as Codec<unknown>, undefined)

    function writeReply(writer: JuteWriter): void {
      ReplyHeader.write(writer, header)
      codec?.write(writer, value as T)
    }
  }

  private send<T>(connection: Connection, codec: Codec<T>, value: T): void {
    const writer = new JuteWriter()
    writer.int(0)
    codec.write(writer, value)
    writer.patchInt(0, writer.length - 4)
    connection.pipe.toClient(writer.finish())
  }
}

const ErrCodec: Codec<number> = { write: (writer, value) => writer.int(value), read: (reader) => reader.int() }

function statOf(node: Node): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: 0n,
    mtime: 0n,
    version: node.version,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: node.data?.length ?? 0,
    numChildren: 0,
    pzxid: node.czxid,
  }
}
