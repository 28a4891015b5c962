/**
 * Runs the ensemble through many seeds and says what it found: `npm run simulate -- --seeds 1000 --servers 3 --minutes 1`.
 * With `--seed N` one run; `--verbose` tells its story.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { addRun, type Block, FAULT_KINDS, newBlock, type RunResult, runEnsemble, tellBlock, violations } from '../src/hosts/simulation/index.ts'
import { createPeer } from '../src/peer/index.ts'
import { checkedOptions, withFiles } from './command-line.ts'
import { explain, type Run, readRun, runOnce, tellRun } from './simulate/one-run.ts'
import { commandOf, Options, worldOf } from './simulate/options.ts'
import { Watchdog } from './simulate/watchdog.ts'

const PROGRESS_INTERVAL = 5000
/** The most work that one run of a virtual minute may take, in ms: ten times what it does take. */
const MINUTE_OF_WORK = 20_000
const ROOT = new URL('..', import.meta.url)

// Whoever reads the output may have read enough.
process.stdout.on('error', () => process.exit(0))
withFiles(main)

function main(): void {
  const command = new Command('simulate')
    .description('runs whole ensembles from seeds, lets things go wrong, and checks what ZooKeeper promises')
    .option('--seeds <n>', 'how many seeds (1000)')
    .option('--for <minutes>', 'as many seeds as there is time for, by the clock on the wall')
    .option('--from <n>', 'the first seed (1; with --for a fresh one)')
    .option('--state <file>', 'keep the sum of the block in this file, and take it up again where it was broken off')
    .option('--seed <n>', 'this seed alone')
    .option('--replay <file>', 'the run in this file alone: a violation leaves one')
    .option('--servers <n>', 'voting members (3)')
    .option('--observers <n>', 'members without a vote (0)')
    .option('--clients <n>', 'clients that write and read (3)')
    .option('--minutes <n>', 'virtual time with faults, per seed (1)')
    .option('--faults <kinds>', `all, none, or some of ${FAULT_KINDS.join(',')} (all)`)
    .option('--interval <ms>', 'time between two faults, on average (4000)')
    .option('--lie <ms>', 'disks answer a sync this much before it is true: a planted fault, to be caught (0)')
    .option('--out <folder>', 'where the small run of a violation goes, with trace and diagram (data/simulate)')
    .option('--keep-going', 'go on after a violation')
    .option('--no-picture', 'a violation is found, and not made smaller and explained')
    .option('--verbose', 'with one run: tell its story')
    .option('--trace <file>', 'with one run: write its trace (JSON lines)')
    .option('--diagram <file>', 'with one run: write a Mermaid sequence diagram')
    .parse()
  const options = checkedOptions(command, Options)
  const { minutes, servers, observers } = options
  const watchdog = new Watchdog(MINUTE_OF_WORK * Math.max(1, minutes) * Math.max(1, (servers + observers) / 3))
  if (options.seeds !== undefined && options.for !== undefined) return command.error('error: say --seeds or --for, not both')
  if (options.replay !== undefined) process.exitCode = one(runOf(options.replay), options, watchdog)
  else if (options.seed !== undefined) process.exitCode = one({ options: worldOf(options, options.seed), faults: null }, options, watchdog)
  else process.exitCode = many(options, watchdog)
}

function one(run: Run, options: Options, watchdog: Watchdog): number {
  watchdog.begin(run.options.seed)
  return tellRun(run, runOnce(run, options))
}

function runOf(file: string): Run {
  try {
    return readRun(file)
  } catch (error) {
    console.error(`${file} holds no run (${(error as Error).message}): give the run.json that a violation has left`)
    process.exit(2)
  }
}

/** A block of seeds: its progress on one line, its sum at the end, and then what explains the violation that has ended it. */
function many(options: Options, watchdog: Watchdog): number {
  const block = openBlock(options)
  const commit = commitOfSource()
  const begun = performance.now()
  const isOver = ends(options, block, begun)
  let lastLine = begun
  let runs = 0
  let found: { readonly seed: bigint; readonly result: RunResult } | null = null
  if (options.for !== undefined) console.log(`Seeds from ${block.next} on, for ${options.for} minutes.`)
  while (!isOver() && (options.keepGoing || found === null)) {
    const seed = BigInt(block.next)
    watchdog.begin(seed)
    const result = runEnsemble(worldOf(options, seed), createPeer)
    addRun(block, result, commit)
    runs++
    if (violations(result).length > 0) {
      found = { seed, result }
      if (options.keepGoing && options.picture) explain(result, commandOf(options, seed), options.out, watchdog)
    }
    if (performance.now() - lastLine > PROGRESS_INTERVAL) {
      lastLine = performance.now()
      const rate = ((runs * 1000) / (lastLine - begun)).toFixed(1)
      process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${progress(block, rate)}${process.stderr.isTTY ? '' : '\n'}`)
      saveBlock(options, block)
    }
  }
  saveBlock(options, block)
  const explained = options.keepGoing || !options.picture ? null : found
  const told = tellBlock(block)
  // Where one seed is to be explained, the statistics of the others would only stand in the way.
  console.log(`\n${(explained === null ? told : told.slice(0, 1)).join('\n')}`)
  if (runs > 0) console.log(`${((runs * 1000) / (performance.now() - begun)).toFixed(1)} seeds per second.`)
  if (explained !== null) explain(explained.result, commandOf(options, explained.seed), options.out, watchdog)
  return block.violated.length > 0 ? 1 : 0
}

/** When a block has all its seeds, or its time is over. */
function ends({ seeds = 1000, for: minutes }: Options, block: Block, begun: number): () => boolean {
  if (minutes !== undefined) return () => performance.now() - begun > minutes * 60_000
  const end = BigInt(block.from) + BigInt(seeds)
  return () => BigInt(block.next) >= end
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
function openBlock({ state, from: first, for: minutes }: Options): Block {
  const from = first ?? (minutes === undefined ? 1n : BigInt(Date.now()) * 1000n)
  if (state === undefined || !existsSync(state)) return newBlock(from)
  try {
    const block = { ...newBlock(from), ...JSON.parse(readFileSync(state, 'utf8')) } as Block
    if (first === undefined || BigInt(block.from) === first) return block
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
