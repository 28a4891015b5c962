/** A leader in memory, all three ports of which can be written to, and a client that watches over it. */
import { decode } from '../../src/jute/index.ts'
import { parseConfiguration } from '../../src/quorum/index.ts'
import type { DiskOperation, DiskResult } from '../../src/storage/disk.ts'
import { CreateRequest, GetDataResponse, OpCode, PathWatchRequest } from '../../src/wire/index.ts'
import { createRequest, LoneServer } from '../support/lone-server.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import type { FuzzedPort } from './frames.ts'

/** The log is not read again, and would be most of the memory in use. */
class ForgetfulDisk extends MemoryDisk {
  override perform(operation: DiskOperation): DiskResult {
    const forgets = operation.kind === 'write' || operation.kind === 'resize' || operation.kind === 'sync'
    return forgets && operation.file.startsWith('log/') ? { kind: 'done' } : super.perform(operation)
  }
}

/** The only vote that weighs is its own, so it elects itself; the fuzzed connections pretend to be the other server. */
const ensemble = parseConfiguration(`server.1=127.0.0.1:2888:3888:participant
server.2=127.0.0.1:2889:3889:participant
group.1=1:2
weight.1=1
weight.2=0`)

export class Target {
  readonly server = new LoneServer(new ForgetfulDisk(), { ensemble, clientPortAddress: '127.0.0.1', maxClientCnxns: 0, extendedTypesEnabled: true })
  /** When each timer is due. */
  readonly #timers = new Map<string, number>()
  #lastConnection = 1_000_000
  /** The connection of the other client. */
  readonly #client: number
  #xid = 0

  constructor() {
    this.#carryOut()
    while (!this.server.peer.serving) this.#letPass(100)
    this.#client = this.server.connect({ timeOut: 40_000 }).connection
    this.server.create(this.#client, ++this.#xid, '/untouched', 1, 'as it was')
  }

  /** Everything that somebody writes to a port until one of the two hangs up. Returns how many pieces were taken. */
  converse(port: FuzzedPort, pieces: readonly Uint8Array[]): number {
    const connection = ++this.#lastConnection
    this.server.event({ kind: 'accepted', connection, port, remoteAddress: '127.0.0.1', remotePort: 50_000 })
    let taken = 0
    for (const bytes of pieces) {
      if (this.server.closed.has(connection)) break
      this.server.event({ kind: 'data', connection, bytes })
      taken++
    }
    if (!this.server.closed.has(connection)) this.server.event({ kind: 'closed', connection, reason: 'broken off' })
    this.#carryOut()
    this.server.frames(connection)
    this.server.closed.clear()
    return taken
  }

  /** Lets time go by, with all that is due in it; the other client keeps its session. */
  pass(milliseconds: number): void {
    this.#letPass(milliseconds)
    this.server.request(this.#client, -2, OpCode.ping)
  }

  #letPass(milliseconds: number): void {
    const end = this.server.elapsed + milliseconds
    for (;;) {
      const next = [...this.#timers].sort(([, a], [, b]) => a - b)[0]
      if (next === undefined || next[1] > end) break
      const [timer, due] = next
      this.#timers.delete(timer)
      this.server.elapsed = Math.max(this.server.elapsed, due)
      this.server.event({ kind: 'timeout', timer: timer as 'tick' })
      this.#carryOut()
    }
    this.server.elapsed = end
  }

  /** What another client reads meanwhile; undefined when it is not answered. */
  read(path: string): string | undefined {
    const reply = this.server.request(this.#client, ++this.#xid, OpCode.getData, PathWatchRequest, { path, watch: false })
    if (reply === undefined || reply.err !== 0) return undefined
    return new TextDecoder().decode(decode(GetDataResponse, reply.body).data ?? new Uint8Array(0))
  }

  /** Whether another client can write meanwhile. */
  canWrite(): boolean {
    const reply = this.server.request(this.#client, ++this.#xid, OpCode.create, CreateRequest, createRequest('/untouched-', 3))
    return reply?.err === 0
  }

  /** The timers that are set anew, and what must never be: the end of the server. */
  #carryOut(): void {
    for (const effect of this.server.effects.splice(0)) {
      if (effect.kind === 'setTimer') this.#timers.set(effect.timer, this.server.elapsed + effect.delay)
      else if (effect.kind === 'cancelTimer') this.#timers.delete(effect.timer)
      else if (effect.kind === 'exit') throw new Error(`the server has ended: ${effect.message}`)
      else if (effect.kind === 'adminCommand') this.server.event({ kind: 'closed', connection: effect.connection, reason: 'answered' })
      else if (effect.kind === 'connect') this.server.event({ kind: 'closed', connection: effect.connection, reason: 'nobody is there' })
    }
  }
}
