/**
 * One run from beginning to end: start, load and faults, heal, stop the load, restart every server from its disk once more,
 * read everything back from each, judge. Many bugs show only after that last restart.
 */
import { type Millis, type TraceRecord, traceHeaderToJson, traceRecordToJson } from '../../kernel/index.ts'
import { allCheckers, type Checker, expectationsOf, type FinishedRun, type Verdict } from './checkers/index.ts'
import { type CreateServer, Ensemble, type EnsembleOptions, type Member } from './ensemble.ts'
import type { Fault } from './fault.ts'
import { drawFaults, heal, planFaults } from './faults.ts'
import type { Operation } from './history.ts'
import { ListedWorkload, SHARED } from './workload.ts'

/** How long a healed ensemble may take to serve again. */
const LIVENESS_BOUND: Millis = 120_000
/** How long one server may take to answer everything it is asked in the end. */
const AUDIT_BOUND: Millis = 60_000

/** What a run has shown. */
export interface RunResult {
  readonly options: EnsembleOptions
  readonly faults: readonly Fault[]
  readonly verdicts: readonly Verdict[]
  /** How often each note was made. */
  readonly marks: ReadonlyMap<string, number>
  /** Virtual time, in ms. */
  readonly duration: Millis
  /** Steps of machines. */
  readonly steps: number
  readonly operations: number
  /** How many requests the load had made when everything was healed. */
  readonly requests: number
  readonly acknowledged: number
}

/** What is not as the seed draws it, and who looks on. */
export interface RunOptions {
  /** The faults, if not those that the seed draws. */
  readonly faults?: readonly Fault[]
  readonly checkers?: readonly Checker[]
  /** Gets the trace, line by line. */
  readonly trace?: (line: string) => void
  /** Gets every step as it happens. */
  readonly onStep?: (step: TraceRecord) => void
}

/** The verdicts that say `violated`. */
export function violations({ verdicts }: RunResult): Verdict[] {
  return verdicts.filter(({ outcome }) => outcome === 'violated')
}

/** Runs an ensemble from its options alone; the same options give the same run. */
export function runEnsemble(
  options: EnsembleOptions,
  createServer: CreateServer,
  { faults, checkers = allCheckers(), trace, onStep }: RunOptions = {},
): RunResult {
  const ensemble = new Ensemble(options, createServer)
  const { world } = ensemble
  const schedule = faults ?? drawFaults(ensemble)
  watch(ensemble, checkers)
  trace?.(traceHeaderToJson(options.seed, { ...options }))
  if (trace !== undefined || onStep !== undefined) {
    world.onStep = (step) => {
      trace?.(traceRecordToJson(step))
      onStep?.(step)
    }
  }
  ensemble.start()
  planFaults(ensemble, schedule)
  world.runUntil(options.duration)
  return conclude(ensemble, checkers, schedule)
}

/** Lets the checkers see everything that is observed in an ensemble from now on. */
export function watch(ensemble: Ensemble, checkers: readonly Checker[]): void {
  const observing = checkers.filter((checker) => checker.observe !== undefined)
  ensemble.onObserved = (observed) => {
    for (const checker of observing) checker.observe?.(observed)
  }
}

/** Ends a run: heals everything, waits, restarts every server from its disk, reads everything back, and lets the checkers judge. */
export function conclude(ensemble: Ensemble, checkers: readonly Checker[], faults: readonly Fault[]): RunResult {
  const { world, history, options } = ensemble
  const healedAt = world.now
  const requests = history.operations.length
  heal(ensemble)
  for (const { workload } of ensemble.load) workload.calm()
  const servedAgainAt = untilServing(ensemble)
  const allWrote = untilAllWrite(ensemble)
  const loadEnded = stopLoad(ensemble) && allWrote
  restartAll(ensemble)
  const servedAfterRestartAt = untilServing(ensemble)
  const sessionsOver = untilSessionsOver(ensemble)
  const audits = servedAfterRestartAt === null ? new Map<string, Operation[]>() : audit(ensemble)
  const run: FinishedRun = {
    history,
    servers: ensemble.members.map(({ name }) => name),
    faults,
    healedAt,
    servedAgainAt,
    loadEnded,
    servedAfterRestartAt,
    sessionsOver,
    audits,
    endings: world.endings,
  }
  return {
    options,
    faults,
    verdicts: checkers.map((checker) => checker.judge(run)),
    marks: world.marks,
    duration: world.now,
    steps: world.steps,
    operations: history.operations.length,
    requests,
    acknowledged: history.acknowledged().length,
  }
}

/** Waits until every server serves and a probe has written. Returns when; null: not within the bound. */
function untilServing(ensemble: Ensemble): Millis | null {
  const { world } = ensemble
  const probe = new ListedWorkload([{ kind: 'sync', path: '/' }, { kind: 'closeSession' }])
  ensemble.addClient(`probe-${Math.floor(world.now)}`, probe)
  return world.runWhile(() => !(probe.finished && ensemble.isWhole()), LIVENESS_BOUND) ? world.now : null
}

/** Waits until each client has written once more: it is not enough that the ensemble serves somebody. */
function untilAllWrite({ world, load }: Ensemble): boolean {
  const before = load.map(({ workload }) => workload.writes)
  return world.runWhile(() => load.some(({ workload }, i) => workload.writes === before[i]), AUDIT_BOUND)
}

/** Lets the clients finish what they have asked. All but the first close their sessions. False: they could not, within the bound. */
function stopLoad({ world, load }: Ensemble): boolean {
  for (const [i, { workload }] of load.entries()) workload.finish(i > 0)
  const ended = world.runWhile(() => load.some(({ client }, i) => (i === 0 ? client()?.isBusy : !client()?.isDone)), AUDIT_BOUND)
  for (const { name } of load) world.crash(name, 'kill')
  return ended
}

/** Power off and on again, everywhere. */
function restartAll({ world, members }: Ensemble): void {
  world.onEnding = null
  for (const { name } of members) world.crash(name, 'power')
  world.runUntil(world.now + 1000)
  for (const { name } of members) world.start(name)
}

/** Waits until one leader has had the time to end every session whose client is gone: no ephemeral may be left then. */
function untilSessionsOver({ world, members, options }: Ensemble): boolean {
  const { tickTime } = (members[0] as Member).settings
  const enough = 1.1 * options.sessionTimeout + 4 * tickTime
  const leaderSince = () => members.reduce((since, { serving }) => (isPreparing(serving) ? Math.max(since, serving.since) : since), -1)
  return world.runWhile(() => leaderSince() === -1 || world.now - leaderSince() < enough, AUDIT_BOUND)
}

function isPreparing(serving: Member['serving']): serving is NonNullable<Member['serving']> {
  return serving?.role === 'leader' || serving?.role === 'standalone'
}

/** Asks every server for every znode that the clients know of. */
function audit(ensemble: Ensemble): Map<string, Operation[]> {
  const { world, history, members } = ensemble
  const paths = new Set([SHARED, ...expectationsOf(history).keys()])
  const audits = new Map<string, Operation[]>()
  for (const { name, address } of members) {
    const reads = [...paths].map((path) => ({ kind: 'getData', path }) as const)
    const workload = new ListedWorkload([{ kind: 'sync', path: '/' }, ...reads])
    const auditor = `audit-${name}`
    ensemble.addClient(auditor, workload, [address], 64)
    if (!world.runWhile(() => !workload.finished, AUDIT_BOUND)) continue
    const answers = new Map<string, Operation>()
    for (const operation of history.operations) {
      const { client, request, outcome } = operation
      if (client === auditor && request.kind === 'getData' && outcome !== 'unknown') answers.set(request.path, operation)
    }
    audits.set(
      name,
      [...paths].map((path) => answers.get(path) as Operation),
    )
    world.crash(auditor, 'kill')
  }
  return audits
}
