/**
 * Runs the ensemble through many seeds and says what it found: `npm run simulate -- --seeds 1000 --servers 3 --minutes 1`.
 * With `--seed N` one run; `--verbose` tells its story.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { z } from 'zod'
import {
  addRun,
  type Block,
  type EnsembleOptions,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  isTelling,
  Narrator,
  newBlock,
  type RunResult,
  runEnsemble,
  sequenceDiagram,
  shrinkFaults,
  tellBlock,
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
  schedule: z.string().optional(),
  state: z.string().optional(),
  out: z.string().default('data/simulate'),
  keepGoing: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

const PROGRESS_INTERVAL = 5000
const ROOT = new URL('..', import.meta.url)

// Whoever reads the output may have read enough.
process.stdout.on('error', () => process.exit(0))
main()

function main(): void {
  const command = new Command('simulate')
    .description('runs whole ensembles from seeds, lets things go wrong, and checks what ZooKeeper promises')
    .option('--seeds <n>', 'how many seeds (1000)')
    .option('--from <n>', 'the first seed (1)')
    .option('--state <file>', 'keep the sum of the block in this file, and take it up again where it was broken off')
    .option('--seed <n>', 'this seed alone')
    .option('--servers <n>', 'voting members (3)')
    .option('--observers <n>', 'members without a vote (0)')
    .option('--clients <n>', 'clients that write and read (3)')
    .option('--minutes <n>', 'virtual time with faults, per seed (1)')
    .option('--faults <kinds>', `all, none, or some of ${FAULT_KINDS.join(',')} (all)`)
    .option('--interval <ms>', 'time between two faults, on average (4000)')
    .option('--schedule <file>', 'with --seed: these faults instead of those that the seed draws (JSON)')
    .option('--lie <ms>', 'disks answer a sync this much before it is true: a planted fault, to be caught (0)')
    .option('--out <folder>', 'where schedule, trace and diagram of a violation go (data/simulate)')
    .option('--keep-going', 'go on after a violation')
    .option('--verbose', 'tell the story of the run')
    .option('--trace <file>', 'write the trace (JSON lines)')
    .option('--diagram <file>', 'write a Mermaid sequence diagram')
    .parse()
  const parsed = Options.safeParse(command.opts())
  if (!parsed.success) return command.error(z.prettifyError(parsed.error))
  process.exitCode = parsed.data.seed === undefined ? many(parsed.data) : one(parsed.data, parsed.data.seed)
}

/** A block of seeds: its progress on one line, its sum at the end. */
function many(options: Options): number {
  const block = openBlock(options)
  const commit = commitOfSource()
  const begun = performance.now()
  let lastLine = begun
  let runs = 0
  const end = BigInt(block.from) + BigInt(options.seeds)
  while (BigInt(block.next) < end && (options.keepGoing || block.violated.length === 0)) {
    const seed = BigInt(block.next)
    const result = runEnsemble(worldOf(options, seed), createPeer)
    addRun(block, result, commit)
    runs++
    if (violations(result).length > 0) onViolation(options, seed, result)
    if (performance.now() - lastLine > PROGRESS_INTERVAL) {
      lastLine = performance.now()
      const rate = ((runs * 1000) / (lastLine - begun)).toFixed(1)
      process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${progress(block, rate)}${process.stderr.isTTY ? '' : '\n'}`)
      saveBlock(options, block)
    }
  }
  saveBlock(options, block)
  console.log(`\n${tellBlock(block).join('\n')}`)
  if (runs > 0) console.log(`${((runs * 1000) / (performance.now() - begun)).toFixed(1)} seeds per second.`)
  return block.violated.length > 0 ? 1 : 0
}

function progress({ runs, next, violated }: Block, rate: string): string {
  return `${runs} seeds, next ${next}, ${rate} seeds/s, ${violated.length} with violations`
}

/** Which source runs: the commit, and whether anything under `src/` has been changed since. */
function commitOfSource(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes')
  } catch {
    return 'unknown'
  }
}

/** The block that the state file holds, or a new one. Ends the program when the file holds something else. */
function openBlock({ state, from }: Options): Block {
  if (state === undefined || !existsSync(state)) return newBlock(from)
  try {
    const block = { ...newBlock(from), ...JSON.parse(readFileSync(state, 'utf8')) } as Block
    if (BigInt(block.from) === from) return block
    console.error(`${state} holds the block from seed ${block.from}: say --from ${block.from}, or choose another file`)
  } catch (error) {
    console.error(`${state} holds no block of seeds (${(error as Error).message}): delete it, or choose another file`)
  }
  process.exit(2)
}

function saveBlock({ state }: Options, block: Block): void {
  if (state === undefined) return
  writeFileSync(`${state}.tmp`, JSON.stringify(block))
  renameSync(`${state}.tmp`, state)
}

/** Makes the schedule as small as it gets, keeps what explains the violation, and says how to see it again. */
function onViolation(options: Options, seed: bigint, result: RunResult): void {
  tellVerdicts(result, false)
  const broken = new Set(violations(result).map(({ checker }) => checker))
  const world = worldOf(options, seed)
  const { faults, runs } = shrinkFaults(result.faults, (candidate) =>
    violations(runEnsemble(world, createPeer, { faults: candidate })).some(({ checker }) => broken.has(checker)),
  )
  const folder = join(options.out, `seed-${seed}`)
  mkdirSync(folder, { recursive: true })
  const schedule = join(folder, 'schedule.json')
  writeFileSync(schedule, `${JSON.stringify(faults, null, 2)}\n`)
  record(world, faults, join(folder, 'trace.jsonl'), join(folder, 'diagram.mmd'), false)
  console.log(`Of ${result.faults.length} faults ${faults.length} are needed (${runs} runs):`)
  for (const fault of faults) console.log(`  ${tellFault(fault)}`)
  console.log(`Trace and diagram: ${folder}`)
  console.log(`Replay: ${replayCommand(options, seed)} --schedule ${schedule}`)
}

function one(options: Options, seed: bigint): number {
  const world = worldOf(options, seed)
  const given = options.schedule === undefined ? undefined : (JSON.parse(readFileSync(options.schedule, 'utf8')) as Fault[])
  const result = record(world, given, options.trace, options.diagram, options.verbose)
  console.log(
    `\nSeed ${seed}: ${(result.duration / 60_000).toFixed(1)} virtual minutes, ${result.steps} steps, ${result.acknowledged} acknowledged writes.`,
  )
  console.log('What went wrong, on purpose:')
  for (const fault of result.faults) console.log(`  ${tellFault(fault)}`)
  tellVerdicts(result, true)
  if (violations(result).length === 0) return 0
  const schedule = options.schedule === undefined ? '' : ` --schedule ${options.schedule}`
  console.log(`Replay: ${replayCommand(options, seed)}${schedule}`)
  return 1
}

/** One run that leaves a trace, a diagram, or a story. */
function record(world: EnsembleOptions, faults: readonly Fault[] | undefined, trace: string | undefined, diagram: string | undefined, told: boolean) {
  const hosts = Array.from({ length: world.servers + world.observers }, (_, i) => `s${i + 1}`)
  const narrator = new Narrator({ hosts, width: process.stdout.columns ?? 80, colours: process.stdout.isTTY === true, tells: isTelling })
  const file = trace === undefined ? null : openSync(trace, 'w')
  const steps: TraceRecord[] = []
  if (told) console.log(narrator.head())
  const result = runEnsemble(world, createPeer, {
    ...(faults !== undefined && { faults }),
    ...(file !== null && { trace: (line: string) => writeSync(file, `${line}\n`) }),
    ...((told || diagram !== undefined) && {
      onStep(step: TraceRecord) {
        if (told) for (const line of narrator.tell(step)) console.log(line)
        if (diagram !== undefined) steps.push(structuredClone(step))
      },
    }),
  })
  if (file !== null) closeSync(file)
  if (diagram !== undefined) writeFileSync(diagram, sequenceDiagram(steps, { hosts, tells: isTelling, notes: null }))
  return result
}

function tellVerdicts({ verdicts }: RunResult, all: boolean): void {
  for (const { checker, outcome, sentence, evidence } of verdicts) {
    if (outcome === 'holds' && !all) continue
    console.log(`${outcome.padEnd(9)} ${checker}: ${sentence}`)
    for (const line of evidence) console.log(`            ${line}`)
  }
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
