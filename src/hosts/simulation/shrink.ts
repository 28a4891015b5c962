/**
 * Makes a run smaller while it still breaks the promise: what is left is what the bug needs. The load is made quieter, the end
 * comes earlier, and faults are left out, half of them, a quarter, … one by one (Zeller's delta debugging); then those that last
 * are made to last half as long.
 */
import type { Millis } from '../../kernel/index.ts'
import type { CreateServer, EnsembleOptions } from './ensemble.ts'
import type { Fault } from './fault.ts'
import { type RunResult, runEnsemble } from './run.ts'
import type { Pace } from './workload.ts'

/** The smallest schedule found, and how many runs it took. */
export interface Shrunk {
  readonly faults: readonly Fault[]
  readonly runs: number
}

/** What a small run has instead of what its seed drew. Plain data, for JSON. */
export interface SmallRun {
  readonly clients: number
  readonly pace: Pace
  /** How long load and faults last. */
  readonly duration: Millis
  readonly faults: readonly Fault[]
  /** How many clients, requests and faults there are: all that happens to the servers from outside. */
  readonly events: number
}

/** The loads to be tried, the quietest first. */
const QUIETER: readonly (Pick<SmallRun, 'clients'> & { readonly pace: Pace })[] = [10_000, 3000, 800].flatMap((restMax) =>
  [1, 3].flatMap((clients) => [1, 3, 8].map((burstMax) => ({ clients, pace: { thinkMax: 5, restMax, burstMax } }))),
)

/** Clients would not even have a session in less. */
const SHORTEST: Millis = 1000

/**
 * Makes a run as small as it gets.
 *
 * @param result what the options gave
 * @param stillFails whether a run breaks the same promise
 * @param budget at most so many runs
 */
export function shrinkRun(
  options: EnsembleOptions,
  result: RunResult,
  createServer: CreateServer,
  stillFails: (result: RunResult) => boolean,
  budget = 80,
): SmallRun {
  const { clients, pace, duration } = options
  const { faults } = result
  let small: SmallRun = { clients, pace, duration, faults, events: eventsOf(result) }
  let runs = 0
  const attempt = (change: Partial<SmallRun>): boolean => {
    if (runs++ >= budget) return false
    const changed = { ...small, ...change }
    const candidate = { ...changed, faults: changed.faults.filter(({ at }) => at < changed.duration) }
    const again = runSmall(options, candidate, createServer)
    const events = eventsOf(again)
    if (events > small.events || !stillFails(again)) return false
    small = { ...candidate, events }
    return true
  }
  const endEarlier = () => {
    while (small.duration > SHORTEST && attempt({ duration: Math.floor(small.duration * 0.7) }));
  }
  endEarlier()
  for (const quieter of QUIETER) if (attempt(quieter)) break
  shrinkFaults(small.faults, (fewer) => attempt({ faults: fewer }), budget)
  endEarlier()
  return small
}

/** Runs what {@link shrinkRun} has left, under the options that it was made from. */
export function runSmall(options: EnsembleOptions, small: Omit<SmallRun, 'events'>, createServer: CreateServer): RunResult {
  const { clients, pace, duration, faults } = small
  return runEnsemble({ ...options, clients, pace, duration }, createServer, { faults })
}

/** How much happened to the servers of a run from outside: clients, requests and faults. */
export function eventsOf({ options, requests, faults }: RunResult): number {
  return options.clients + requests + faults.length
}

/**
 * Makes a schedule of faults smaller.
 *
 * @param stillFails runs the world with this schedule; whether the same promise is broken again
 * @param budget at most so many runs
 */
export function shrinkFaults(faults: readonly Fault[], stillFails: (faults: readonly Fault[]) => boolean, budget = 200): Shrunk {
  let runs = 0
  const fails = (candidate: readonly Fault[]) => runs < budget && ++runs > 0 && stillFails(candidate)
  let smallest = faults
  for (let size = Math.ceil(smallest.length / 2); size > 0 && runs < budget; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const without = [...smallest.slice(0, at), ...smallest.slice(at + size)]
      if (fails(without)) smallest = without
      else at += size
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    for (let fault = smallest[at] as Fault; fault.lasts > 1; ) {
      fault = { ...fault, lasts: Math.floor(fault.lasts / 2) }
      const shorter = smallest.with(at, fault)
      if (!fails(shorter)) break
      smallest = shorter
    }
  }
  return { faults: smallest, runs }
}
