/** A host of the world: who lives on it, its clock and disk, and the life that the process there leads at the moment. */
import type { Prng } from '../../kernel/index.ts'
import type { HostEvent, HostedMachine } from './boundary.ts'
import { HostClock } from './clock.ts'
import { type Outage, SimulatedDisk } from './disk.ts'
import { Timers } from './timers.ts'
import type { WorldOptions } from './world-options.ts'

/** What can be put on a host. */
export interface Inhabitant {
  /** Unique in the world; it is what the trace calls this host. */
  readonly name: string
  /** What others connect to. */
  readonly address: string
  /** What kind of machine it is, for the trace. */
  readonly machine: string
  /** Makes the machine for a new life of the process; `life` counts from 1. */
  boot(life: number): HostedMachine
}

/** A place in the world that outlives the processes on it. `machine` and all below it are of the process that runs now. */
export interface Host {
  readonly inhabitant: Inhabitant
  readonly clock: HostClock
  readonly disk: SimulatedDisk
  readonly timers: Timers
  /** How many processes have run here. */
  life: number
  /** Null: no process runs. */
  machine: HostedMachine | null
  paused: boolean
  /** Crash after this many more disk operations; null: do not. */
  crashAfter: { operations: number; readonly outage: Outage; readonly then: () => void } | null
  inbox: HostEvent[]
  turnPlanned: boolean
}

/** A host on which nothing runs yet, with a clock that is as wrong as the options allow. `wake` plans a look at a timer, in true time. */
export function newHost(inhabitant: Inhabitant, random: Prng, options: WorldOptions, wake: (at: number, timer: string) => void): Host {
  const { driftMax, skewMax } = options.clock
  const around = (max: number) => (2 * random.float() - 1) * max
  const clock = new HostClock(1 + around(driftMax), 1_000_000 + random.below(1_000_000_000), Math.round(around(skewMax)))
  const disk = new SimulatedDisk(random, options.disk)
  const timers = new Timers(clock, wake)
  return { inhabitant, clock, disk, timers, life: 0, machine: null, paused: false, crashAfter: null, inbox: [], turnPlanned: false }
}

/** The process is gone, and with it all that was meant for it. */
export function endLife(host: Host): void {
  Object.assign(host, { machine: null, paused: false, crashAfter: null, inbox: [], turnPlanned: false })
  host.timers.clear()
}
