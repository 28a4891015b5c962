/**
 * The world: hosts with their machines, one network, virtual time. It keeps the contract of `peer/boundary.ts`: one event at a
 * time, then `turn` when nothing more is ready; effects carried out in their order.
 */
import { type Note, Prng } from '../../kernel/index.ts'
import type { DiskResult } from '../../storage/index.ts'
import type { HostEffect, HostEvent } from './boundary.ts'
import { type HostClock, toMicros } from './clock.ts'
import type { Outage, SimulatedDisk } from './disk.ts'
import { endLife, type Host, type Inhabitant, newHost } from './host.ts'
import { type NetworkWakeup, SimulatedNetwork } from './network.ts'
import { EventQueue } from './queue.ts'
import type { WorldOptions } from './world-options.ts'

/** One step of one machine, as the trace records it. The event's bytes are valid during the call only. */
export interface WorldStep {
  readonly seq: number
  readonly at: number
  readonly host: string
  readonly machine: string
  readonly event: HostEvent
  readonly effects: readonly HostEffect[]
  readonly notes: readonly Note[]
}

/** The end of a process that nobody had ordered: an `exit` of its own, or an error thrown by its machine. */
export interface Ending {
  readonly at: number
  readonly host: string
  readonly code: number
  readonly message: string
  /** The machine threw: a broken assumption of our own. */
  readonly thrown: boolean
}

type Wakeup =
  | { readonly kind: 'turn'; readonly host: Host; readonly life: number }
  | { readonly kind: 'timer'; readonly host: Host; readonly life: number; readonly timer: string }
  | { readonly kind: 'disk'; readonly host: Host; readonly life: number; readonly token: number }
  | { readonly kind: 'network'; readonly wakeup: NetworkWakeup }
  | { readonly kind: 'plan'; readonly action: () => void }

/** Hosts with machines, a network, disks and clocks, and one order of events for all of them: the same seed, the same run. */
export class World {
  readonly network: SimulatedNetwork
  /** How often each note was made: the coverage marks of the run. */
  readonly marks = new Map<string, number>()
  readonly endings: Ending[] = []
  /** Called after each step; null: nobody listens, and it costs nothing. */
  onStep: ((step: WorldStep) => void) | null = null
  /** Called when a process has started or ended, in whatever way. */
  onLife: ((host: string, change: 'started' | 'ended') => void) | null = null
  /** Called when a process has ended by itself, after {@link onLife}. */
  onEnding: ((ending: Ending) => void) | null = null
  /** Steps of machines so far. */
  steps = 0
  private at = 0
  private readonly options: WorldOptions
  private readonly queue = new EventQueue<Wakeup>()
  private readonly hosts = new Map<string, Host>()
  private readonly hostRandom: Prng
  private readonly schedulingRandom: Prng

  constructor(options: WorldOptions) {
    this.options = options
    const random = new Prng(options.seed)
    this.hostRandom = random.split()
    this.schedulingRandom = random.split()
    this.network = new SimulatedNetwork(random.split(), options.network, {
      now: () => this.at,
      wake: (at, wakeup) => this.queue.add(at, { kind: 'network', wakeup }),
      deliver: (host, event) => this.deliver(this.host(host), event),
    })
  }

  /** True time in milliseconds since the world began. */
  get now(): number {
    return this.at
  }

  /** Settles an inhabitant; it does not run before {@link start}. */
  add(inhabitant: Inhabitant): void {
    const host = newHost(inhabitant, this.hostRandom.split(), this.options, (at, timer) => {
      this.queue.add(at, { kind: 'timer', host, life: host.life, timer })
    })
    this.hosts.set(inhabitant.name, host)
    this.network.attach(inhabitant.name, inhabitant.address)
  }

  /** Starts the process on a host; nothing happens when it runs already. */
  start(name: string): void {
    const host = this.host(name)
    if (host.machine !== null) return
    host.life++
    host.machine = host.inhabitant.boot(host.life)
    this.network.boot(name)
    this.onLife?.(name, 'started')
    this.deliver(host, { kind: 'start' })
  }

  /** Ends the process on a host at once; nothing happens when it does not run. */
  crash(name: string, outage: Outage): void {
    const host = this.host(name)
    if (host.machine === null) return
    endLife(host)
    host.disk.crash(outage, this.at)
    this.network.kill(name, outage === 'power' ? 'dark' : 'down')
    this.onLife?.(name, 'ended')
  }

  /** Crashes a host when it has finished `operations` more disk operations, before it learns that the last one is done. */
  crashAtDisk(name: string, operations: number, outage: Outage, then: () => void): void {
    this.host(name).crashAfter = { operations, outage, then }
  }

  /** Takes back {@link crashAtDisk}. */
  cancelCrash(name: string): void {
    this.host(name).crashAfter = null
  }

  /** Holds a process (SIGSTOP, a long garbage collection): nothing reaches it until {@link resume}. */
  pause(name: string): void {
    this.host(name).paused = true
  }

  /** Lets a paused process go on with all that has come meanwhile. */
  resume(name: string): void {
    const host = this.host(name)
    if (!host.paused) return
    host.paused = false
    this.planTurn(host)
  }

  /** Gives a machine an event that comes from outside its boundary's traffic, such as `stop`. */
  tell(name: string, event: HostEvent): void {
    this.deliver(this.host(name), event)
  }

  /** Whether the host's process runs, paused or not. */
  isUp(name: string): boolean {
    return this.host(name).machine !== null
  }

  /** The disk of a host. */
  diskOf(name: string): SimulatedDisk {
    return this.host(name).disk
  }

  /** The clock of a host, which may be wrong. */
  clockOf(name: string): HostClock {
    return this.host(name).clock
  }

  /** Does something at a time to come. */
  plan(at: number, action: () => void): void {
    this.queue.add(Math.max(at, this.at), { kind: 'plan', action })
  }

  /** Jumps to the next thing that happens and lets it happen. False: nothing will ever happen again. */
  next(): boolean {
    const { nextAt } = this.queue
    const wakeup = this.queue.take()
    if (nextAt === undefined || wakeup === undefined) return false
    this.at = nextAt
    this.wake(wakeup)
    return true
  }

  /** Lets everything happen up to and including this time. */
  runUntil(at: number): void {
    while ((this.queue.nextAt ?? Number.POSITIVE_INFINITY) <= at) this.next()
    this.at = Math.max(this.at, at)
  }

  /** Runs until the condition holds, which is looked at after each happening. False: it did not hold within `limit` ms. */
  runWhile(condition: () => boolean, limit: number): boolean {
    const end = this.at + limit
    while (condition()) {
      if ((this.queue.nextAt ?? Number.POSITIVE_INFINITY) > end) {
        this.at = end
        return !condition()
      }
      this.next()
    }
    return true
  }

  private wake(wakeup: Wakeup): void {
    switch (wakeup.kind) {
      case 'network':
        return this.network.wake(wakeup.wakeup)
      case 'plan':
        return wakeup.action()
      case 'turn':
        if (isOfThisLife(wakeup)) this.turn(wakeup.host)
        return
      case 'timer':
        if (isOfThisLife(wakeup)) this.onTimer(wakeup.host, wakeup.timer)
        return
      case 'disk':
        if (isOfThisLife(wakeup)) this.onDisk(wakeup.host, wakeup.token)
        return
    }
  }

  private deliver(host: Host, event: HostEvent): void {
    if (host.machine === null) return
    host.inbox.push(event)
    this.planTurn(host)
  }

  private planTurn(host: Host): void {
    if (host.turnPlanned || host.paused || host.machine === null || host.inbox.length === 0) return
    host.turnPlanned = true
    const wait = this.schedulingRandom.float() * this.options.schedulingMax
    this.queue.add(toMicros(this.at + wait), { kind: 'turn', host, life: host.life })
  }

  /** Everything that is ready, and then the turn. */
  private turn(host: Host): void {
    host.turnPlanned = false
    if (host.paused) return
    const ready = host.inbox
    host.inbox = []
    for (const event of ready) if (!this.step(host, event)) return
    if (!this.step(host, { kind: 'turn' })) return
    this.network.flush(host.inhabitant.name)
    this.planTurn(host)
  }

  /** One step of a machine. False: the process has ended. */
  private step(host: Host, event: HostEvent): boolean {
    const { machine } = host
    if (machine === null) return false
    const { life } = host
    let effects: readonly HostEffect[]
    try {
      effects = machine.step(event, host.clock.now(this.at))
    } catch (error) {
      this.end(host, 1, error instanceof Error ? (error.stack ?? error.message) : String(error), true)
      return false
    }
    this.steps++
    if (this.onStep !== null) this.record(host, event, effects)
    for (const effect of effects) {
      this.carryOut(host, effect)
      if (host.machine === null || host.life !== life) return false
    }
    // The bytes were the machine's only during the step: if it kept them, it finds rubbish.
    if (event.kind === 'data' && this.options.reusesBuffers) event.bytes.fill(0xdd)
    return true
  }

  private carryOut(host: Host, effect: HostEffect): void {
    const { name } = host.inhabitant
    switch (effect.kind) {
      case 'listen':
        return this.network.listen(name, effect.port, effect.number)
      case 'unlisten':
        return this.network.unlisten(name, effect.port)
      case 'connect':
        return this.network.connect(name, effect.connection, effect.host, effect.port, effect.timeout)
      case 'send':
        return this.network.send(name, effect.connection, effect.bytes)
      case 'close':
      case 'adminCommand':
        return this.network.close(name, effect.connection)
      case 'pause':
      case 'resume':
        return this.network.setPaused(name, effect.connection, effect.kind === 'pause')
      case 'setTimer':
        return host.timers.set(effect.timer, this.at, effect.delay)
      case 'cancelTimer':
        return host.timers.cancel(effect.timer)
      case 'disk': {
        const doneAt = toMicros(host.disk.submit(effect.operation, effect.token, this.at) + 0.001)
        return this.queue.add(doneAt, { kind: 'disk', host, life: host.life, token: effect.token })
      }
      case 'exit':
        return this.end(host, effect.code, effect.message, false)
      case 'note':
        this.marks.set(effect.name, (this.marks.get(effect.name) ?? 0) + 1)
        return
      case 'log':
        return
    }
  }

  private onTimer(host: Host, timer: string): void {
    if (host.timers.look(timer, this.at)) this.deliver(host, { kind: 'timeout', timer })
  }

  private onDisk(host: Host, token: number): void {
    const result: DiskResult = host.disk.finish(token, this.at)
    const { crashAfter } = host
    if (crashAfter !== null && --crashAfter.operations <= 0) {
      this.crash(host.inhabitant.name, crashAfter.outage)
      return crashAfter.then()
    }
    if (token !== 0 || result.kind === 'failed') this.deliver(host, { kind: 'disk', token, result })
  }

  /** A process has ended by itself. */
  private end(host: Host, code: number, message: string, thrown: boolean): void {
    const { name } = host.inhabitant
    this.network.flush(name)
    this.crash(name, 'kill')
    const ending = { at: this.at, host: name, code, message, thrown }
    this.endings.push(ending)
    this.onEnding?.(ending)
  }

  private record(host: Host, event: HostEvent, all: readonly HostEffect[]): void {
    const effects = all.filter(({ kind }) => kind !== 'note')
    const notes = all.filter((effect) => effect.kind === 'note')
    const { name, machine } = host.inhabitant
    this.onStep?.({ seq: this.steps, at: this.at, host: name, machine, event, effects, notes })
  }

  private host(name: string): Host {
    return this.hosts.get(name) as Host
  }
}

/** What was planned for a process does not concern the next one. */
function isOfThisLife({ host, life }: { readonly host: Host; readonly life: number }): boolean {
  return host.machine !== null && host.life === life
}
