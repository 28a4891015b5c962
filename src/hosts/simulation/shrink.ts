/**
 * Makes a schedule of faults smaller while it still breaks the promise: what is left is what the bug needs. First entries are
 * left out, half of them, a quarter, … one by one (Zeller's delta debugging), then those that last are made to last half as long.
 */
import type { Fault } from './fault.ts'

/** The smallest schedule found, and how many runs it took. */
export interface Shrunk {
  readonly faults: readonly Fault[]
  readonly runs: number
}

/**
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
