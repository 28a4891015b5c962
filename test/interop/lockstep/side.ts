/** One of the two sides: its clients and what they saw. */
import { decode, encode } from '../../../src/jute/index.ts'
import { ConnectRequest, ConnectResponse, OpCode, ReplyHeader, XID_PING } from '../../../src/wire/index.ts'
import { Connection, isEvent } from './connection.ts'
import { bodyOf, describeFrame, framed, header, type Normal, opcodeOf } from './frames.ts'
import type { Operation, Step } from './steps.ts'

interface Client {
  connection: Connection
  /** The number of the server that it is connected to. */
  server: number
  /** 0 when it has none. */
  session: bigint
  password: Uint8Array
  /** The last zxid seen in a reply. */
  seen: bigint
}

/** What happened to each client in one step: a line per frame, in order of arrival. */
export type Observation = readonly (readonly string[])[]

/** A session that was left may not expire on one side while the other is looked at: its end is a transaction. In ms. */
export const SESSION_TIMEOUT = 3_600_000

/** A server has taken a request and says nothing, neither yes nor no. */
export class Silence extends Error {}

export class Side {
  readonly #ports: readonly number[]
  readonly #clients: Client[] = []
  readonly #normal: Normal
  #sessionCount = 0

  private constructor(ports: readonly number[], root: string) {
    this.#ports = ports
    this.#normal = { root, base: 0n, sessions: new Map() }
  }

  /** Connects the clients, client `i` to server `i`, and makes the run's own node. */
  static async begin(ports: readonly number[], clients: number, root: string): Promise<Side> {
    const side = new Side(ports, root)
    for (let i = 0; i < clients; i++) await side.#newSession(i, i)
    await side.#request(0, 1, {
      ...{ op: 'create', opcode: OpCode.create, path: '@', data: '', flags: 0 },
      acl: [{ perms: 31, scheme: 'world', id: 'anyone' }],
    })
    await side.#settle()
    side.#normal.base = latest(side.#clients.map(({ seen }) => seen))
    return side
  }

  /** Carries out a step and says what the clients saw; null when a request is not answered. A client without connection gets one first. */
  async perform(step: Step): Promise<Observation | null> {
    try {
      const index = step.client % this.#clients.length
      const before = step.kind === 'resume' ? [] : await this.#revive(index)
      const own = [...before, ...(await this.#act(index, step))]
      const others = await this.#settle()
      return others.map((lines, i) => (i === index ? [...own, ...lines] : lines)).map((lines) => ordered(step, lines))
    } catch (error) {
      if (!(error instanceof Silence)) throw error
      // Whoever is silent now is not asked again.
      for (const { connection } of this.#clients) connection.destroy()
      return null
    }
  }

  /** Deletes what the run has made and ends its sessions. */
  async end(): Promise<void> {
    for (const [index, client] of this.#clients.entries()) {
      if (client.session !== 0n) await this.#revive(index)
      if (!client.connection.closed) await this.#request(index, 1, { op: 'plain', opcode: OpCode.closeSession, body: new Uint8Array(0) })
      client.connection.destroy()
    }
    // Sessions without a connection, and nodes that only their makers may touch, go with a super user.
    await this.#newSession(0, 0)
    await this.#request(0, 1, { op: 'auth', scheme: 'digest', text: 'super:test' })
    await this.#deleteAll('/')
    await this.#request(0, 1, { op: 'plain', opcode: OpCode.closeSession, body: new Uint8Array(0) })
    this.#clients[0]?.connection.destroy()
  }

  async #deleteAll(path: string): Promise<void> {
    const [reply] = await this.#exchange(0, [{ op: 'read', opcode: OpCode.getChildren, path, watch: false }], 1)
    if (reply === undefined || decode(ReplyHeader, reply).err !== 0) return
    const below = path === '/' ? '' : path
    for (const child of childrenIn(reply)) if (child !== 'zookeeper') await this.#deleteAll(`${below}/${child}`)
    if (path !== '/') await this.#exchange(0, [{ op: 'delete', path, version: -1 }], 1)
  }

  async #revive(index: number): Promise<string[]> {
    const client = this.#client(index)
    if (!client.connection.closed) return []
    const resumed = client.session === 0n ? [] : await this.#resume(index, index, { how: 'again' })
    if (client.session !== 0n) return resumed
    return [...resumed, ...(await this.#newSession(index, index))]
  }

  async #act(index: number, step: Step): Promise<string[]> {
    switch (step.kind) {
      case 'request':
        return this.#request(index, step.xid, step.operation)
      case 'burst':
        return this.#send(index, step.operations, 1)
      case 'resume':
        return this.#resume(index, step.server, step)
      case 'frame': {
        const { connection } = this.#client(index)
        connection.send(step.bytes)
        await connection.until(() => false)
        return connection.closed ? ['closed'] : ['not closed']
      }
    }
  }

  async #request(index: number, xid: number, operation: Operation): Promise<string[]> {
    return this.#send(index, [operation], xid)
  }

  /** Sends operations at once and, behind them, a ping: its answer says that no more is to come. */
  async #send(index: number, operations: readonly Operation[], xid: number): Promise<string[]> {
    const client = this.#client(index)
    const types = operations.map(opcodeOf)
    const lines: string[] = []
    for (const frame of await this.#exchange(index, operations, xid)) {
      const type = isEvent(frame) ? undefined : types.shift()
      this.#learn(client, frame)
      lines.push(describeFrame(frame, type, this.#normal))
      if (type === OpCode.closeSession && decode(ReplyHeader, frame).err === 0) client.session = 0n
    }
    if (client.connection.closed) lines.push('closed')
    else if (types.length > 0) lines.push(`${types.length} without a reply`)
    return lines
  }

  /** What comes back for operations, without the answer to the ping behind them. */
  async #exchange(index: number, operations: readonly Operation[], xid: number): Promise<Uint8Array[]> {
    const { connection, seen } = this.#client(index)
    const requests = operations.map((operation, i) => framed(header(xid + i, opcodeOf(operation)), bodyOf(operation, this.#normal, seen)))
    connection.send(Buffer.concat([...requests, marker]))
    const answered = await connection.until((frames) => frames.filter((frame) => !isEvent(frame)).length > operations.length)
    if (!answered) throw new Silence(`no answer to ${operations.map(opcodeOf)}`)
    const frames = connection.takeFrames()
    // A request may have the number of a ping, and the last one may have closed the connection.
    const complete = frames.filter((frame) => !isEvent(frame)).length > operations.length
    const last = frames.findLastIndex((frame) => !isEvent(frame) && isMarker(frame))
    if (complete && last !== -1) frames.splice(last, 1)
    return frames
  }

  /** Waits until every client has been told of what has happened so far. */
  async #settle(): Promise<string[][]> {
    const reached = latest(this.#clients.map(({ seen }) => seen))
    return Promise.all(this.#clients.map((client) => this.#settleOne(client, reached)))
  }

  /** A leader answers its followers' clients before it has applied a write itself, so one ping may be too early. */
  async #settleOne(client: Client, reached: bigint): Promise<string[]> {
    const { connection } = client
    const lines: string[] = []
    if (connection.closed) return lines
    for (let attempt = 0; attempt < 1000; attempt++) {
      connection.send(marker)
      if (!(await connection.until((frames) => frames.some((frame) => !isEvent(frame))))) throw new Silence('no answer to a ping')
      const frames = connection.takeFrames()
      const answer = frames.find((frame) => !isEvent(frame))
      lines.push(...frames.filter(isEvent).map((frame) => describeFrame(frame, undefined, this.#normal)))
      if (answer === undefined) return [...lines, 'closed']
      this.#learn(client, answer)
      if (client.seen >= reached) return [...lines, `settled: ${describeFrame(answer, OpCode.ping, this.#normal)}`]
    }
    return [...lines, 'never settled']
  }

  async #newSession(index: number, server: number): Promise<string[]> {
    return this.#shakeHands(index, server, { lastZxidSeen: 0n, sessionId: 0n, passwd: new Uint8Array(16), readOnly: false })
  }

  async #resume(index: number, server: number, { how }: Pick<Extract<Step, { kind: 'resume' }>, 'how'>): Promise<string[]> {
    const client = this.#client(index)
    const former = client.connection
    // 3.8.0 disconnects a session's owner for a wrong password, too.
    if (how !== 'again' && how !== 'old') former.destroy()
    // Another server does not learn of it before the client writes.
    const held = !former.closed && client.server === server % this.#ports.length
    const session = client.session
    const wrong = how === 'wrong password'
    const passwd = wrong ? new Uint8Array(16).fill(7) : client.password
    const lastZxidSeen = how === 'ahead' ? client.seen + 1_000_000n : client.seen
    const lines = await this.#shakeHands(index, server, { lastZxidSeen, sessionId: session, passwd, readOnly: how === 'old' ? undefined : false })
    if (wrong) client.session = session
    if (!held) {
      former.destroy()
      return lines
    }
    await former.until(() => false)
    const told = former.closed ? 'its former connection is closed' : 'its former connection stays'
    former.destroy()
    return [...lines, told]
  }

  async #shakeHands(index: number, server: number, hello: Omit<ConnectRequest, 'protocolVersion' | 'timeOut'>, attempts = 200): Promise<string[]> {
    const number = server % this.#ports.length
    const connection = new Connection(this.#ports[number] as number)
    const client = this.#clients[index] ?? { connection, server: number, session: 0n, password: new Uint8Array(16), seen: 0n }
    this.#clients[index] = client
    client.connection = connection
    client.server = number
    connection.send(framed(encode(ConnectRequest, { protocolVersion: 0, timeOut: SESSION_TIMEOUT, ...hello })))
    if (!(await connection.until((frames) => frames.length > 0))) throw new Silence('no answer to a ConnectRequest')
    const [frame] = connection.takeFrames()
    if (frame === undefined) {
      // A server that is behind the client sends it away, and nobody says how soon it has caught up.
      if (this.#ports.length === 1 || hello.lastZxidSeen > client.seen || attempts === 0) return ['closed instead of a session']
      await new Promise((resolve) => setTimeout(resolve, 20))
      return this.#shakeHands(index, server, hello, attempts - 1)
    }
    const { timeOut, sessionId, passwd, readOnly, protocolVersion } = decode(ConnectResponse, frame)
    if (!this.#normal.sessions.has(sessionId) && sessionId !== 0n) this.#normal.sessions.set(sessionId, `session ${++this.#sessionCount}`)
    client.session = timeOut > 0 ? sessionId : 0n
    if (timeOut > 0) client.password = passwd ?? new Uint8Array(16)
    if (timeOut <= 0) await connection.until(() => false)
    // A new session has a zxid that its answer does not tell.
    await this.#settleOne(client, 0n)
    const name = this.#normal.sessions.get(sessionId) ?? sessionId
    const password = passwd === null ? 'no password' : `${passwd.length} bytes of password${passwd.every((byte) => byte === 0) ? ', all 0' : ''}`
    return [`version ${protocolVersion} timeout ${timeOut} ${name} ${password} readOnly ${readOnly}${connection.closed ? ', closed' : ''}`]
  }

  #learn(client: Client, frame: Uint8Array): void {
    if (isEvent(frame) || frame.length < 16) return
    const { zxid } = decode(ReplyHeader, frame)
    if (zxid > client.seen) client.seen = zxid
  }

  #client(index: number): Client {
    return this.#clients[index] as Client
  }
}

/** A request that changes nothing: its answer tells that everything before it has arrived. */
const marker = framed(header(XID_PING, OpCode.ping))

function isMarker(frame: Uint8Array): boolean {
  return new DataView(frame.buffer, frame.byteOffset).getInt32(0) === XID_PING
}

/** A closing session's nodes go in no particular order. */
function ordered(step: Step, lines: readonly string[]): readonly string[] {
  if (step.kind !== 'request' || step.operation.op !== 'plain' || step.operation.opcode !== OpCode.closeSession) return lines
  return lines.toSorted((a, b) => (a < b ? -1 : 1))
}

function childrenIn(reply: Uint8Array): string[] {
  const bytes = Buffer.from(reply)
  const children: string[] = []
  let at = 20
  for (let count = bytes.readInt32BE(16); count > 0; count--) {
    const length = bytes.readInt32BE(at)
    children.push(bytes.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return children
}

function latest(zxids: readonly bigint[]): bigint {
  return zxids.reduce((a, b) => (a > b ? a : b))
}
