/** What a checker says, and what it is told. */
import type { Millis } from '../../../kernel/index.ts'
import type { Observed } from '../ensemble.ts'
import type { Fault } from '../fault.ts'
import type { History, Operation } from '../history.ts'
import type { Ending } from '../world.ts'

/** `unknown`: what was seen does not suffice to say, for instance because the run was cut short. */
export type Outcome = 'holds' | 'violated' | 'unknown'

/** What one checker says of one run. */
export interface Verdict {
  readonly checker: string
  readonly outcome: Outcome
  /** One sentence. */
  readonly sentence: string
  /** The events that show it, one line each. */
  readonly evidence: readonly string[]
}

/** A run that is over. */
export interface FinishedRun {
  readonly history: History
  /** Every server's name. */
  readonly servers: readonly string[]
  /** What went wrong, on purpose. */
  readonly faults: readonly Fault[]
  /** When the faults were ended, and when after that every server served and a write was acknowledged; null: not in time. */
  readonly healedAt: Millis
  readonly servedAgainAt: Millis | null
  /** Whether every client could write then and finish its work, and all but the first could close their session. */
  readonly loadEnded: boolean
  /** The same after the last restart of all servers from their disks. */
  readonly servedAfterRestartAt: Millis | null
  /** Whether after that a leader was waited for until every session without a client must have expired. */
  readonly sessionsOver: boolean
  /** What every server answered after that restart: a read of each path, in the same order; missing when it was not asked to the end. */
  readonly audits: ReadonlyMap<string, readonly Operation[]>
  readonly endings: readonly Ending[]
}

/** Watches a run from outside and judges it at the end. It never throws, whatever it sees. */
export interface Checker {
  readonly name: string
  /** Called for each fact that a server lets be known, while the run goes on. */
  observe?(observed: Observed): void
  /** Called once, at the end. */
  judge(run: FinishedRun): Verdict
}

/** The promise was kept. */
export function holds(checker: string, sentence: string): Verdict {
  return { checker, outcome: 'holds', sentence, evidence: [] }
}

/** Nobody can say; the sentence tells why. */
export function unknown(checker: string, sentence: string): Verdict {
  return { checker, outcome: 'unknown', sentence, evidence: [] }
}

/** The first few pieces of evidence are enough. */
export function violated(checker: string, sentence: string, evidence: readonly string[]): Verdict {
  return { checker, outcome: 'violated', sentence, evidence: evidence.slice(0, 8) }
}
