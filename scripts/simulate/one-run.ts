/** One run: recorded, told, made smaller, kept in a file and taken from there. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type EnsembleOptions,
  eventsOf,
  type Fault,
  isTelling,
  Narrator,
  type RunResult,
  runEnsemble,
  sequenceDiagram,
  shrinkRun,
  tellFault,
  type Verdict,
  violations,
} from '../../src/hosts/simulation/index.ts'
import type { TraceRecord } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { CALLED } from './options.ts'
import { pictureOf } from './picture.ts'
import type { Watchdog } from './watchdog.ts'

/** So many steps of machines may go into making a run smaller: a minute or two. */
const PATIENCE = 2_000_000

/** All that a run depends on besides the source. The faults: null for those that the seed draws. */
export interface Run {
  readonly options: EnsembleOptions
  readonly faults: readonly Fault[] | null
}

/** What a run shall leave: a trace, a diagram (names of files), a story. */
export interface Records {
  readonly trace?: string | undefined
  readonly diagram?: string | undefined
  readonly verbose?: boolean
}

export function runOnce({ options, faults }: Run, { trace, diagram, verbose = false }: Records): RunResult {
  const hosts = Array.from({ length: options.servers + options.observers }, (_, i) => `s${i + 1}`)
  const narrator = new Narrator({ hosts, width: process.stdout.columns ?? 80, colours: process.stdout.isTTY === true, tells: isTelling })
  const file = trace === undefined ? null : openSync(trace, 'w')
  const steps: TraceRecord[] = []
  if (verbose) console.log(narrator.head())
  const result = runEnsemble(options, createPeer, {
    ...(faults !== null && { faults }),
    ...(file !== null && { trace: (line: string) => writeSync(file, `${line}\n`) }),
    ...((verbose || diagram !== undefined) && {
      onStep(step: TraceRecord) {
        if (verbose) for (const line of narrator.tell(step)) console.log(line)
        if (diagram !== undefined) steps.push(structuredClone(step))
      },
    }),
  })
  if (file !== null) closeSync(file)
  if (diagram !== undefined) writeFileSync(diagram, sequenceDiagram(steps, { hosts, tells: isTelling, notes: null }))
  return result
}

/** Tells what a run has shown, the first broken promise as a picture. Returns the code to end with. */
export function tellRun(run: Run, result: RunResult): number {
  const { options, faults } = result
  const minutes = (result.duration / 60_000).toFixed(1)
  console.log(`\nSeed ${options.seed}: ${minutes} virtual minutes, ${result.steps} steps, ${result.acknowledged} acknowledged writes.`)
  console.log(faults.length === 0 ? 'Nothing went wrong on purpose.' : 'What went wrong, on purpose:')
  for (const fault of faults) console.log(`  ${tellFault(fault)}`)
  tellVerdicts(result)
  const [verdict] = violations(result)
  if (verdict === undefined) return 0
  console.log(`\n${pictureOf({ ...run, faults }, verdict).lines.join('\n')}`)
  return 1
}

/** Makes a run with a violation smaller, keeps it, and shows what it is about. `again` is the command that runs its seed. */
export function explain(result: RunResult, again: string, out: string, watchdog: Watchdog): void {
  const { options } = result
  const broken = new Set(violations(result).map(({ checker }) => checker))
  const brokenIn = (candidate: RunResult) => {
    watchdog.begin(options.seed)
    return violations(candidate).find(({ checker }) => broken.has(checker))
  }
  const budget = Math.min(80, Math.ceil(PATIENCE / result.steps))
  watchdog.begin(options.seed)
  const { events, faults, ...quieter } = shrinkRun(options, result, createPeer, (candidate) => brokenIn(candidate) !== undefined, budget)
  const small = { options: { ...options, ...quieter }, faults }
  const folder = join(out, `seed-${options.seed}`)
  mkdirSync(folder, { recursive: true })
  const [file, trace, diagram] = ['run.json', 'trace.jsonl', 'diagram.mmd'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(file, `${JSON.stringify({ ...small, options: { ...small.options, seed: String(options.seed) } }, null, 2)}\n`)
  const verdict = brokenIn(runOnce(small, { trace })) as Verdict
  const { lines, mermaid } = pictureOf(small, verdict)
  writeFileSync(diagram, mermaid)
  console.log(`\n${lines.join('\n')}\n`)
  console.log(`    smaller   ${events} of ${eventsOf(result)} events (clients, requests, faults) are left; all of them: ${again}`)
  console.log(`    again     ${CALLED} --replay ${file}, and the whole story with --verbose`)
  console.log(`    Mermaid   ${diagram}; trace ${trace}`)
}

/** The run that a file holds. Throws when it holds none. */
export function readRun(file: string): Run {
  const { options, faults } = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof options?.seed !== 'string' || !Array.isArray(faults)) throw new Error('it has no options with a seed, or no list of faults')
  return { options: { ...options, seed: BigInt(options.seed) }, faults }
}

function tellVerdicts({ verdicts }: RunResult): void {
  for (const { checker, outcome, sentence, evidence } of verdicts) {
    console.log(`${outcome.padEnd(9)} ${checker}: ${sentence}`)
    for (const line of evidence) console.log(`            ${line}`)
  }
}
