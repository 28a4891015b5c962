/** A client of a simulated ensemble that does what a test tells it, frame by frame, and nothing by itself. */

import { Ensemble, ensembleOptions, type HostEffect, type HostEvent, type HostedMachine, type Member } from '../../src/hosts/simulation/index.ts'
import { type Codec, decode, encode } from '../../src/jute/index.ts'
import { concatBytes } from '../../src/kernel/index.ts'
import { createPeer, type PeerSettings } from '../../src/peer/index.ts'
import { ConnectRequest, ConnectResponse, ReplyHeader } from '../../src/wire/index.ts'
import { frame, type Reply, requestFrame } from './lone-server.ts'

/** A whole ensemble without load: its leader serves, and so do all others. */
export function wholeEnsemble(seed: bigint, settings: Partial<Omit<PeerSettings, 'myid' | 'ensemble' | 'seed'>> = {}): Ensemble {
  const ensemble = new Ensemble(ensembleOptions(seed, { clients: 0, settings }), createPeer)
  ensemble.start()
  if (ensemble.world.runWhile(() => !ensemble.isWhole(), 60_000)) return ensemble
  throw new Error('the ensemble does not become whole')
}

/** Any server that follows; the one at `index` of them. */
export function follower(ensemble: Ensemble, index = 0): Member {
  return ensemble.members.filter(({ serving }) => serving?.role === 'follower')[index] as Member
}

export class HandClient implements HostedMachine {
  private readonly ensemble: Ensemble
  private readonly name: string
  private readonly effects: HostEffect[] = []
  private readonly received = new Map<number, Uint8Array>()
  private readonly open = new Set<number>()
  private readonly closedConnections = new Set<number>()
  private lastConnection = 0

  constructor(ensemble: Ensemble, name = 'hand') {
    this.ensemble = ensemble
    this.name = name
    ensemble.world.add({ name, address: `client-${name}`, machine: 'client', boot: () => this })
    ensemble.world.start(name)
  }

  step(event: HostEvent): readonly HostEffect[] {
    if (event.kind === 'connected') this.open.add(event.connection)
    if (event.kind === 'closed') this.closedConnections.add(event.connection)
    if (event.kind === 'data') {
      this.received.set(event.connection, concatBytes([this.received.get(event.connection) ?? new Uint8Array(0), event.bytes.slice()]))
    }
    return this.effects.splice(0)
  }

  /** Opens a connection and asks for a session; no response when the server closes instead. */
  connect({ address }: Member, request: Partial<ConnectRequest> = {}): { connection: number; response: ConnectResponse | undefined; bytes: number } {
    const connection = --this.lastConnection
    this.act({ kind: 'connect', connection, host: address.host, port: address.port, timeout: 5000 })
    this.wait(() => this.open.has(connection) || this.closedConnections.has(connection))
    const hello = { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 10_000, sessionId: 0n, passwd: new Uint8Array(16), readOnly: false, ...request }
    this.send(connection, frame(encode(ConnectRequest, hello)))
    const answer = this.nextFrame(connection)
    return { connection, response: answer && answer.length > 16 ? decode(ConnectResponse, answer) : undefined, bytes: answer?.length ?? 0 }
  }

  send(connection: number, bytes: Uint8Array): void {
    this.act({ kind: 'send', connection, bytes })
  }

  /** Sends a request and waits for what comes back; undefined when the connection is closed instead. */
  request<T>(connection: number, xid: number, type: number, codec?: Codec<T>, body?: T): Reply | undefined {
    this.send(connection, requestFrame(xid, type, codec, body))
    for (;;) {
      const answer = this.nextFrame(connection)
      if (answer === undefined) return undefined
      const reply = { ...decode(ReplyHeader, answer), body: answer.subarray(16) }
      if (reply.xid === xid) return reply
    }
  }

  isClosed(connection: number): boolean {
    return this.closedConnections.has(connection)
  }

  /** Leaves without a word. */
  drop(connection: number): void {
    this.act({ kind: 'close', connection, reason: 'dropped' })
  }

  private act(effect: HostEffect): void {
    this.effects.push(effect)
    this.ensemble.world.tell(this.name, { kind: 'timeout', timer: 'act' })
  }

  private nextFrame(connection: number): Uint8Array | undefined {
    this.wait(() => this.whole(connection) !== null || this.closedConnections.has(connection))
    const answer = this.whole(connection)
    if (answer === null) return undefined
    this.received.set(connection, (this.received.get(connection) as Uint8Array).subarray(4 + answer.length))
    return answer
  }

  private whole(connection: number): Uint8Array | null {
    const bytes = this.received.get(connection)
    if (bytes === undefined || bytes.length < 4) return null
    const length = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0)
    return bytes.length < 4 + length ? null : bytes.subarray(4, 4 + length)
  }

  private wait(condition: () => boolean): void {
    if (!this.ensemble.world.runWhile(() => !condition(), 30_000)) throw new Error('nothing comes')
  }
}
