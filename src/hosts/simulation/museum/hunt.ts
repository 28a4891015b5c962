/** Hunts an exhibit through the seeds, makes what was found small, and runs it again. */
import type { CreateServer } from '../ensemble.ts'
import { type RunResult, runEnsemble, violations } from '../run.ts'
import { eventsOf, runSmall, type SmallRun, shrinkRun } from '../shrink.ts'
import { type Exhibit, huntingGround, withBug } from './exhibit.ts'

/** Where an exhibit was found. Plain data, for JSON. */
export interface Finding {
  readonly seed: string
  /** The checker that caught it. */
  readonly checker: string
  readonly small: SmallRun
}

/** Who caught an exhibit in a run, if anybody did, and how much happened in it. */
export interface Catch {
  readonly checker: string | null
  readonly events: number
}

/** How many runs it may take to make one small. */
const SHRINKING = 48

/** The first seed from `from` on, of at most `seeds`, that shows the exhibit; null: none does. */
export function hunt(exhibit: Exhibit, from: bigint, seeds: bigint): Finding | null {
  const createServer = withBug(exhibit)
  for (let seed = from; seed < from + seeds; seed++) {
    const options = huntingGround(exhibit, seed)
    const result = runEnsemble(options, createServer)
    const { checker } = caught(exhibit, result)
    if (checker === null) continue
    const isSame = (candidate: RunResult) => caught(exhibit, candidate).checker === checker
    return { seed: String(seed), checker, small: shrinkRun(options, result, createServer, isSame, SHRINKING) }
  }
  return null
}

/** Runs what was found again, as the seed has it or made small. */
export function replay(exhibit: Exhibit, { seed, small }: Finding, which: 'seed' | 'small', createServer: CreateServer = withBug(exhibit)): Catch {
  const options = huntingGround(exhibit, BigInt(seed))
  return caught(exhibit, which === 'seed' ? runEnsemble(options, createServer) : runSmall(options, small, createServer))
}

function caught({ checkers }: Exhibit, result: RunResult): Catch {
  const checker = violations(result).find((verdict) => checkers.includes(verdict.checker))?.checker ?? null
  return { checker, events: eventsOf(result) }
}
