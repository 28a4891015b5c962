/**
 * A network of ordered byte streams. A connection never loses, doubles or reorders a byte while it lives: loss means a broken
 * connection, and reordering happens only between connections, because each has a delay of its own. What a network may do:
 * delay, stall one direction (bytes wait and arrive later), refuse a connection, let an attempt run into its timeout, and break.
 */
import { concatBytes, copyBytes, type Prng } from '../../kernel/index.ts'
import type { ConnectionId, Port } from '../../peer/index.ts'
import type { HostEvent } from './boundary.ts'
import { toMicros } from './clock.ts'
import { type End, newEnd, type Segment } from './connection-end.ts'
import { Ways } from './ways.ts'

/** Times in milliseconds. */
export interface NetworkOptions {
  /** The shortest and longest delay that a connection draws for itself. */
  readonly delayMin: number
  readonly delayMax: number
  /** What every segment may take longer than its connection's delay. */
  readonly jitterMax: number
  /** How long it may take until an end hears that its connection has broken. */
  readonly breakMax: number
  /** Of this share of the segments the receiver gets two halves at different times: 0 to 1. */
  readonly splitShare: number
}

/** What the network wants to be woken for. */
export type NetworkWakeup =
  | { readonly kind: 'syn'; readonly end: End; readonly address: string; readonly port: number; readonly deadline: number }
  | { readonly kind: 'connectFailed'; readonly end: End; readonly reason: string }
  | { readonly kind: 'arrive'; readonly end: End }
  | { readonly kind: 'reset'; readonly end: End; readonly reason: string }

/** What the network needs of the world around it. */
export interface Surroundings {
  /** True time now, in milliseconds. */
  now(): number
  /** Asks to be called back with `wakeup` at this time. */
  wake(at: number, wakeup: NetworkWakeup): void
  /** Hands an event to the machine on a host. */
  deliver(host: string, event: HostEvent): void
}

interface Station {
  readonly name: string
  /** `dark`: without power, it does not even refuse. */
  state: 'up' | 'down' | 'dark'
  nextAccepted: number
  /** Something was written in this turn. */
  hasWritten: boolean
  readonly listeners: Map<number, Port>
  readonly ends: Map<ConnectionId, End>
  /** Far ends of connections that died with the power; they find out when this station is back. */
  orphans: End[]
}

const SYN_RETRY = 1000

/** All connections of a world. */
export class SimulatedNetwork {
  private readonly stations = new Map<string, Station>()
  private readonly names = new Map<string, string>()
  private readonly ways = new Ways()
  private readonly random: Prng
  private readonly options: NetworkOptions
  private readonly world: Surroundings

  constructor(random: Prng, options: NetworkOptions, world: Surroundings) {
    this.random = random
    this.options = options
    this.world = world
  }

  /** Makes a host known under its address. */
  attach(host: string, address: string): void {
    this.names.set(address, host)
    this.stations.set(host, { name: host, state: 'down', nextAccepted: 1, hasWritten: false, listeners: new Map(), ends: new Map(), orphans: [] })
  }

  // What machines ask for.

  /** Opens a port; the host hears `listening` or `listenFailed`. */
  listen(host: string, port: Port, number: number): void {
    const { listeners } = this.station(host)
    if (listeners.has(number)) return this.world.deliver(host, { kind: 'listenFailed', port, message: `port ${number}: address already in use` })
    listeners.set(number, port)
    this.world.deliver(host, { kind: 'listening', port })
  }

  /** Stops listening; connections stay. */
  unlisten(host: string, port: Port): void {
    const { listeners } = this.station(host)
    for (const [number, listening] of listeners) if (listening === port) listeners.delete(number)
  }

  /** Opens a connection within `timeout` ms; the host hears `connected` or `closed`. */
  connect(host: string, id: ConnectionId, address: string, port: number, timeout: number): void {
    const end = newEnd(host, id, 'opening', this.drawDelay())
    this.station(host).ends.set(id, end)
    const now = this.world.now()
    this.world.wake(now + timeout, { kind: 'connectFailed', end, reason: 'connect timed out' })
    this.world.wake(toMicros(now + end.delay), { kind: 'syn', end, address, port, deadline: now + timeout })
  }

  /** Bytes to the far end; they go on their way at the end of the turn. */
  send(host: string, id: ConnectionId, bytes: Uint8Array): void {
    const station = this.station(host)
    station.ends.get(id)?.outgoing.push(bytes)
    station.hasWritten = true
  }

  /** Ends a connection after what was sent on it. */
  close(host: string, id: ConnectionId): void {
    const end = this.station(host).ends.get(id)
    if (end === undefined) return
    this.flushEnd(end)
    this.drop(end)
    if (end.other !== null) this.dispatch(end.other, { kind: 'end', at: 0, reason: 'connection closed by peer' }, end.delay)
  }

  /** Stops reading from a connection, or goes on: what arrives meanwhile waits. */
  setPaused(host: string, id: ConnectionId, paused: boolean): void {
    const end = this.station(host).ends.get(id)
    if (end === undefined) return
    end.paused = paused
    if (!paused) this.world.wake(this.world.now(), { kind: 'arrive', end })
  }

  /** The turn has ended: what was written goes on its way. */
  flush(host: string): void {
    const station = this.station(host)
    if (!station.hasWritten) return
    station.hasWritten = false
    for (const end of station.ends.values()) if (end.outgoing.length > 0) this.flushEnd(end)
  }

  // What happens to hosts.

  /** A process starts: whoever had a connection to an earlier life that ended in a power cut hears of it now. */
  boot(host: string): void {
    const station = this.station(host)
    station.state = 'up'
    for (const end of station.orphans) this.world.wake(this.soon(), { kind: 'reset', end, reason: 'connection reset by peer' })
    station.orphans = []
  }

  /** A process dies. With the power on, the operating system closes its connections; otherwise nobody is told. */
  kill(host: string, state: 'down' | 'dark'): void {
    const station = this.station(host)
    station.state = state
    station.listeners.clear()
    for (const end of [...station.ends.values()]) {
      this.drop(end)
      if (end.other === null) continue
      if (state === 'dark') station.orphans.push(end.other)
      else this.dispatch(end.other, { kind: 'end', at: 0, reason: 'connection reset by peer' }, end.delay)
    }
  }

  // Faults.

  /** Nothing passes from one host to the other; bytes wait. Counted: as many `unblock`s undo it. */
  block(from: string, to: string): void {
    this.ways.block(from, to)
  }

  /** Takes back one {@link block}; after the last one, what has waited goes on its way. */
  unblock(from: string, to: string): void {
    this.ways.unblock(from, to)
    if (!this.ways.isBlocked(from, to)) this.release(from, to)
  }

  /** Segments from one host to the other take this many times as long; 1 is normal. */
  slow(from: string, to: string, factor: number): void {
    this.ways.slow(from, to, factor)
  }

  /** Breaks every connection between two hosts. A part of what was under way still arrives. */
  breakConnections(a: string, b: string): void {
    for (const end of this.station(a).ends.values()) {
      if (end.other === null || end.other.host !== b) continue
      for (const side of [end, end.other]) {
        side.incoming.length = this.random.below(side.incoming.length + 1)
        side.outgoing = []
        this.world.wake(this.soon(), { kind: 'reset', end: side, reason: 'connection reset' })
      }
      end.other.other = null
      end.other = null
    }
  }

  /** Every connection between two hosts stalls in the direction to `to` until this time. */
  clog(from: string, to: string, until: number): void {
    for (const end of this.station(to).ends.values()) {
      if (end.other?.host !== from) continue
      end.cloggedUntil = until
      this.world.wake(until, { kind: 'arrive', end })
    }
  }

  /** Ends all blocks and slowness. */
  heal(): void {
    for (const [from, to] of this.ways.heal()) this.release(from, to)
  }

  /** Carries out what the network had itself woken for. */
  wake(wakeup: NetworkWakeup): void {
    const { end } = wakeup
    switch (wakeup.kind) {
      case 'syn':
        return this.onSyn(end, wakeup)
      case 'connectFailed':
        if (end.state !== 'opening') return
        if (end.other !== null) this.dispatch(end.other, { kind: 'end', at: 0, reason: 'connection reset by peer' }, end.delay)
        return this.tellClosed(end, wakeup.reason)
      case 'arrive':
        return this.handOver(end)
      case 'reset':
        end.incoming = []
        return this.tellClosed(end, wakeup.reason)
    }
  }

  // How it works.

  private onSyn(end: End, syn: Extract<NetworkWakeup, { kind: 'syn' }>): void {
    if (end.state !== 'opening') return
    const now = this.world.now()
    const target = this.names.get(syn.address)
    const station = target === undefined ? undefined : this.stations.get(target)
    if (station === undefined)
      return this.world.wake(toMicros(now + end.delay), { kind: 'connectFailed', end, reason: `unknown host ${syn.address}` })
    if (station.state === 'dark' || this.ways.isBlocked(end.host, station.name) || this.ways.isBlocked(station.name, end.host)) {
      if (now + SYN_RETRY < syn.deadline) this.world.wake(now + SYN_RETRY, syn)
      return
    }
    const port = station.listeners.get(syn.port)
    if (port === undefined) return this.world.wake(toMicros(now + end.delay), { kind: 'connectFailed', end, reason: 'connection refused' })
    const far = newEnd(station.name, station.nextAccepted++, 'open', end.delay)
    far.other = end
    end.other = far
    station.ends.set(far.id, far)
    const remoteAddress = [...this.names].find(([, host]) => host === end.host)?.[0] ?? end.host
    this.world.deliver(station.name, { kind: 'accepted', connection: far.id, port, remoteAddress, remotePort: 40_000 + (-end.id % 20_000) })
    this.dispatch(end, { kind: 'connected', at: 0 }, end.delay)
  }

  private flushEnd(end: End): void {
    const { outgoing } = end
    end.outgoing = []
    if (end.other === null) return
    const bytes = outgoing.length === 1 ? copyBytes(outgoing[0] as Uint8Array) : concatBytes(outgoing)
    if (bytes.length === 0) return
    if (bytes.length > 1 && this.random.float() < this.options.splitShare) {
      const cut = 1 + this.random.below(bytes.length - 1)
      this.dispatch(end.other, { kind: 'bytes', at: 0, bytes: bytes.subarray(0, cut) }, end.delay)
      this.dispatch(end.other, { kind: 'bytes', at: 0, bytes: bytes.subarray(cut) }, end.delay)
    } else {
      this.dispatch(end.other, { kind: 'bytes', at: 0, bytes }, end.delay)
    }
  }

  /** Puts a segment on its way to an end, behind what is on its way already. */
  private dispatch(to: End, segment: Segment, delay: number): void {
    if (to.state === 'closed') return
    const factor = to.other === null ? 1 : this.ways.slowness(to.other.host, to.host)
    const at = Math.max(to.lastArrival, toMicros(this.world.now() + delay * factor + this.random.float() * this.options.jitterMax))
    to.lastArrival = at
    segment.at = at
    to.incoming.push(segment)
    this.world.wake(at, { kind: 'arrive', end: to })
  }

  /** Hands over what has arrived, unless the way is blocked or the receiver does not read. */
  private handOver(end: End): void {
    const now = this.world.now()
    if (end.other !== null && this.ways.isBlocked(end.other.host, end.host)) return
    while (end.state !== 'closed' && !end.paused && end.cloggedUntil <= now) {
      const segment = end.incoming[0]
      if (segment === undefined || segment.at > now) return
      end.incoming.shift()
      switch (segment.kind) {
        case 'connected':
          end.state = 'open'
          this.world.deliver(end.host, { kind: 'connected', connection: end.id })
          break
        case 'bytes':
          this.world.deliver(end.host, { kind: 'data', connection: end.id, bytes: segment.bytes })
          break
        case 'end':
          this.tellClosed(end, segment.reason)
          break
      }
    }
  }

  private tellClosed(end: End, reason: string): void {
    if (end.state === 'closed') return
    this.drop(end)
    this.world.deliver(end.host, { kind: 'closed', connection: end.id, reason })
  }

  private drop(end: End): void {
    end.state = 'closed'
    end.incoming = []
    end.outgoing = []
    const { ends } = this.station(end.host)
    if (ends.get(end.id) === end) ends.delete(end.id)
  }

  /** A way is free again: after a moment, what waited goes through. */
  private release(from: string, to: string): void {
    for (const end of this.station(to).ends.values()) if (end.other?.host === from) this.world.wake(this.soon(), { kind: 'arrive', end })
  }

  private soon(): number {
    return toMicros(this.world.now() + this.random.float() * this.options.breakMax)
  }

  private drawDelay(): number {
    const { delayMin, delayMax } = this.options
    return delayMin + this.random.float() * (delayMax - delayMin)
  }

  private station(host: string): Station {
    return this.stations.get(host) as Station
  }
}
