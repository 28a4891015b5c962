/**
 * Runs the ensemble through many seeds and says what it found: `npm run simulate -- --seeds 1000 --servers 3 --minutes 1`.
 * With `--seed N` one run; `--verbose` tells its story.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import {
  type EnsembleOptions,
  FAULT_KINDS,
  type FaultKind,
  isTelling,
  Narrator,
  type RunResult,
  runEnsemble,
  sequenceDiagram,
  tellFault,
  variedOptions,
  violations,
} from '../src/hosts/simulation/index.ts'
import type { TraceRecord } from '../src/kernel/index.ts'
import { createPeer } from '../src/peer/index.ts'

const count = z.coerce.number().int().min(0)

const Options = z.object({
  seeds: count.default(1000),
  from: z.coerce.bigint().default(1n),
  seed: z.coerce.bigint().optional(),
  servers: count.min(1).default(3),
  observers: count.default(0),
  clients: count.default(3),
  minutes: z.coerce.number().positive().default(1),
  faults: z.string().default('all').transform(faultKinds),
  interval: count.min(1).default(4000),
  lie: count.default(0),
  verbose: z.boolean().default(false),
  trace: z.string().optional(),
  diagram: z.string().optional(),
  keepGoing: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

// Whoever reads the output may have read enough.
process.stdout.on('error', () => process.exit(0))
main()

function main(): void {
  const command = new Command('simulate')
    .description('runs whole ensembles from seeds, lets things go wrong, and checks what ZooKeeper promises')
    .option('--seeds <n>', 'how many seeds (1000)')
    .option('--from <n>', 'the first seed (1)')
    .option('--seed <n>', 'this seed alone')
    .option('--servers <n>', 'voting members (3)')
    .option('--observers <n>', 'members without a vote (0)')
    .option('--clients <n>', 'clients that write and read (3)')
    .option('--minutes <n>', 'virtual time with faults, per seed (1)')
    .option('--faults <kinds>', `all, none, or some of ${FAULT_KINDS.join(',')} (all)`)
    .option('--interval <ms>', 'time between two faults, on average (4000)')
    .option('--lie <ms>', 'disks answer a sync this much before it is true: a planted fault, to be caught (0)')
    .option('--keep-going', 'go on after a violation')
    .option('--verbose', 'tell the story of the run')
    .option('--trace <file>', 'write the trace (JSON lines)')
    .option('--diagram <file>', 'write a Mermaid sequence diagram')
    .parse()
  const parsed = Options.safeParse(command.opts())
  if (!parsed.success) return command.error(z.prettifyError(parsed.error))
  process.exitCode = parsed.data.seed === undefined ? many(parsed.data) : one(parsed.data, parsed.data.seed)
}

function many(options: Options): number {
  const begun = performance.now()
  const totals = { seeds: 0, hours: 0, steps: 0, operations: 0, acknowledged: 0, violations: 0, unknown: 0 }
  const marks = new Map<string, number>()
  let lastLine = begun
  for (let seed = options.from; seed < options.from + BigInt(options.seeds); seed++) {
    const result = runEnsemble(worldOf(options, seed), createPeer)
    totals.seeds++
    totals.hours += result.duration / 3_600_000
    totals.steps += result.steps
    totals.operations += result.operations
    totals.acknowledged += result.acknowledged
    totals.unknown += result.verdicts.some(({ outcome }) => outcome === 'unknown') ? 1 : 0
    for (const mark of result.marks.keys()) marks.set(mark, (marks.get(mark) ?? 0) + 1)
    if (violations(result).length > 0) {
      totals.violations++
      report(options, seed, result)
      if (!options.keepGoing) break
    }
    if (performance.now() - lastLine > 5000) {
      lastLine = performance.now()
      console.error(`${totals.seeds} seeds, ${rate(totals.seeds, begun)} seeds/s, ${totals.violations} with violations`)
    }
  }
  console.log(
    `\nSeeds ${options.from} to ${options.from + BigInt(totals.seeds) - 1n}: ${totals.violations} with violations, ${totals.unknown} undecided.`,
  )
  console.log(
    `${totals.seeds} runs, ${totals.hours.toFixed(1)} virtual hours, ${totals.steps} steps, ` +
      `${totals.operations} requests, ${totals.acknowledged} acknowledged writes, ${rate(totals.seeds, begun)} seeds/s.`,
  )
  console.log('Marks, and in how many runs each was reached:')
  for (const [mark, runs] of [...marks].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${mark.padEnd(40)} ${runs}`)
  return totals.violations > 0 ? 1 : 0
}

function one(options: Options, seed: bigint): number {
  const world = worldOf(options, seed)
  const hosts = Array.from({ length: world.servers + world.observers }, (_, i) => `s${i + 1}`)
  const narrator = new Narrator({ hosts, width: process.stdout.columns ?? 80, colours: process.stdout.isTTY === true, tells: isTelling })
  const file = options.trace === undefined ? null : openSync(options.trace, 'w')
  const steps: TraceRecord[] = []
  if (options.verbose) console.log(narrator.head())
  const result = runEnsemble(world, createPeer, {
    ...(file !== null && { trace: (line: string) => writeSync(file, `${line}\n`) }),
    ...((options.verbose || options.diagram !== undefined) && {
      onStep(step: TraceRecord) {
        if (options.verbose) for (const line of narrator.tell(step)) console.log(line)
        if (options.diagram !== undefined) steps.push(structuredClone(step))
      },
    }),
  })
  if (file !== null) closeSync(file)
  if (options.diagram !== undefined) writeFileSync(options.diagram, sequenceDiagram(steps, { hosts, tells: isTelling, notes: null }))
  console.log(
    `\nSeed ${seed}: ${(result.duration / 60_000).toFixed(1)} virtual minutes, ${result.steps} steps, ${result.acknowledged} acknowledged writes.`,
  )
  console.log('What went wrong, on purpose:')
  for (const fault of result.faults) console.log(`  ${tellFault(fault)}`)
  report(options, seed, result)
  return violations(result).length > 0 ? 1 : 0
}

function report(options: Options, seed: bigint, { verdicts }: RunResult): void {
  for (const { checker, outcome, sentence, evidence } of verdicts) {
    if (outcome === 'holds' && options.seed === undefined) continue
    console.log(`${outcome.padEnd(9)} ${checker}: ${sentence}`)
    for (const line of evidence) console.log(`            ${line}`)
  }
  if (verdicts.some(({ outcome }) => outcome === 'violated')) console.log(`Replay: ${replayCommand(options, seed)}`)
}

function replayCommand({ servers, observers, clients, minutes, faults, interval, lie }: Options, seed: bigint): string {
  const rest = [`--servers ${servers}`, `--observers ${observers}`, `--clients ${clients}`, `--minutes ${minutes}`]
  rest.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`, `--interval ${interval}`)
  if (lie > 0) rest.push(`--lie ${lie}`)
  return `npm run simulate -- --seed ${seed} --verbose ${rest.join(' ')}`
}

function worldOf({ servers, observers, clients, minutes, faults, interval, lie }: Options, seed: bigint): EnsembleOptions {
  const fixed = { servers, observers, clients, duration: minutes * 60_000, faults: { kinds: faults, interval } }
  const options = variedOptions(seed, fixed)
  return { ...options, disk: { ...options.disk, lieFor: lie } }
}

function faultKinds(text: string, context: z.RefinementCtx): readonly FaultKind[] {
  if (text === 'all') return FAULT_KINDS
  if (text === 'none') return []
  const kinds = text.split(',')
  for (const kind of kinds) {
    if (!FAULT_KINDS.some((known) => known === kind))
      context.addIssue({ code: 'custom', message: `there is no fault ‘${kind}’; there are ${FAULT_KINDS.join(', ')}` })
  }
  return kinds as FaultKind[]
}

function rate(seeds: number, begun: number): string {
  return ((seeds * 1000) / (performance.now() - begun)).toFixed(1)
}
