/**
 * The client's host in the world: programs made of promises, such as recipes, run on hosts of the world as processes do.
 *
 *     const programs = new Programs(ensemble)
 *     programs.add('app', async (host) => {
 *       await using zk = createClient(host, { servers: ensemble.connectString })
 *       await zk.create('/seat-1')
 *     })
 *     await programs.runUntil(10_000)
 *
 * The world itself is synchronous. It stops whenever a program has got an event; {@link Programs} hands the events over one by
 * one, as an event loop does, and lets all promises run that they settle, before anything else happens. Virtual time stands
 * still meanwhile. A run with programs repeats itself as exactly as one without, provided that they await nothing but their
 * client's calls and its `sleep`. A world without programs never waits for a promise.
 *
 * Such a process can be crashed, started again and cut off like any other, and {@link World.pause} holds it as SIGSTOP does: its
 * timers, too, are noticed only when it goes on.
 */
import type { ClientConnection, ClientHost, ConnectionHandlers } from '../../client/index.ts'
import type { Millis, Note, Now, Prng } from '../../kernel/index.ts'
import type { HostEffect, HostEvent, HostedMachine } from './boundary.ts'
import { clientAddress, type Ensemble } from './ensemble.ts'
import type { World } from './world.ts'

/**
 * What runs in a process: it makes its clients on `host`, and awaits only their calls and their `sleep`. When it rejects, the
 * process ends (`World.endings` has the reason); when it resolves, what it has left running goes on. `life` counts from 1.
 */
export type Program = (host: ClientHost, life: number) => Promise<void>

/**
 * After so many turns of the queue of promises in which no program has asked anything of its host, all of them wait. Longer
 * chains of promises go on with the next event, like a process that got no processor in between.
 */
const QUIET_TURNS = 64

/** Longer than any client waits for a connection: it has a timer of its own. */
const CONNECT_TIMEOUT: Millis = 60_000

/** All programs of an ensemble's world. Whoever has programs drives the world through this. */
export class Programs {
  private readonly world: World
  private readonly random: Prng
  private readonly desk: Desk = { arrived: [], asking: new Set(), asked: 0 }

  constructor({ world, random }: Ensemble) {
    this.world = world
    this.random = random.split()
  }

  /** Puts a program on a host of this name and starts it; every later `World.start` begins it anew, as another life. */
  add(name: string, program: Program): void {
    const { world, desk } = this
    const random = this.random.split()
    world.add({
      name,
      address: clientAddress(name),
      machine: 'client',
      boot: (life) => new Process(program, life, desk, random, () => world.clockOf(name).now(world.now), name),
    })
    world.start(name)
  }

  /** Lets everything happen up to and including this time. */
  async runUntil(at: Millis): Promise<void> {
    await this.runWhile(() => true, at - this.world.now)
  }

  /** Runs until the condition no longer holds, which is looked at after each happening. False: it still holds after `limit` ms. */
  async runWhile(condition: () => boolean, limit: Millis): Promise<boolean> {
    const { world, desk } = this
    const end = world.now + limit
    await this.settle()
    while (condition()) {
      const inTime = world.runWhile(() => condition() && desk.arrived.length === 0, end - world.now)
      if (!inTime) return !condition()
      await this.settle()
    }
    return true
  }

  /** Hands over what has arrived, one event at a time, each with all that follows from it. */
  private async settle(): Promise<void> {
    const { world, desk } = this
    do {
      desk.arrived.shift()?.()
      await this.untilQuiet()
      // What was asked for outside of a step is collected in the next one.
      for (const name of desk.asking) world.tell(name, { kind: 'turn' })
      desk.asking.clear()
    } while (desk.arrived.length > 0)
  }

  private async untilQuiet(): Promise<void> {
    const { desk } = this
    for (let quiet = 0, { asked } = desk; quiet < QUIET_TURNS; quiet++) {
      await null
      if (desk.asked !== asked) quiet = 0
      asked = desk.asked
    }
  }
}

/** What passes between the processes and whoever drives them. */
interface Desk {
  /** Events that processes have got, in order: to be called one by one. */
  readonly arrived: (() => void)[]
  /** Processes with effects that nobody has collected yet. */
  readonly asking: Set<string>
  /** How much was ever asked for. */
  asked: number
}

/** One life of a program. */
class Process implements HostedMachine, ClientHost {
  private readonly program: Program
  private readonly life: number
  private readonly desk: Desk
  private readonly prng: Prng
  private readonly clock: () => Now
  private readonly name: string
  private effects: HostEffect[] = []
  private readonly connections = new Map<number, ConnectionHandlers>()
  private readonly timers = new Map<string, () => void>()
  private count = 0

  constructor(program: Program, life: number, desk: Desk, random: Prng, clock: () => Now, name: string) {
    this.program = program
    this.life = life
    this.desk = desk
    this.prng = random
    this.clock = clock
    this.name = name
  }

  /** Takes the event to the desk, and what has been asked for since the last step back to the world. */
  step(event: HostEvent): readonly HostEffect[] {
    const { effects } = this
    this.effects = []
    if (event.kind !== 'turn') {
      const kept = event.kind === 'data' ? { ...event, bytes: event.bytes.slice() } : event
      this.desk.arrived.push(() => this.handle(kept))
    }
    return effects
  }

  private handle(event: HostEvent): void {
    switch (event.kind) {
      case 'start':
        void this.program(this, this.life).catch((error: unknown) => this.ask({ kind: 'exit', code: 1, message: tell(error) }))
        return
      case 'connected':
        return this.connections.get(event.connection)?.connected()
      case 'data':
        return this.connections.get(event.connection)?.data(event.bytes)
      case 'closed': {
        const handlers = this.connections.get(event.connection)
        this.connections.delete(event.connection)
        return handlers?.closed(event.reason)
      }
      case 'timeout': {
        const fire = this.timers.get(event.timer)
        this.timers.delete(event.timer)
        return fire?.()
      }
      default:
        return
    }
  }

  connect(host: string, port: number, handlers: ConnectionHandlers): ClientConnection {
    const connection = -++this.count
    this.connections.set(connection, handlers)
    this.ask({ kind: 'connect', connection, host, port, timeout: CONNECT_TIMEOUT })
    return {
      send: (bytes) => this.ask({ kind: 'send', connection, bytes }),
      close: () => {
        this.connections.delete(connection)
        this.ask({ kind: 'close', connection, reason: 'the client leaves' })
      },
    }
  }

  now(): Now {
    return this.clock()
  }

  setTimer(delay: Millis, fire: () => void): () => void {
    const timer = `timer ${++this.count}`
    this.timers.set(timer, fire)
    this.ask({ kind: 'setTimer', timer, delay })
    return () => {
      if (this.timers.delete(timer)) this.ask({ kind: 'cancelTimer', timer })
    }
  }

  random(): number {
    return this.prng.next()
  }

  note(note: Note): void {
    this.ask(note)
  }

  private ask(effect: HostEffect): void {
    this.effects.push(effect)
    this.desk.asking.add(this.name)
    this.desk.asked++
  }
}

function tell(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
