/**
 * What a line of the code is for, one sees when it is missing. `--broken NAME` plays a demo with a file of `src/`
 * changed, and prints the change and the scenes that come out otherwise. What no demo shows, a unit test does, or a run of
 * the simulator. Nothing is changed on the disk: the changed copy takes the place of the file as a reader's solution of an
 * exercise would.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../exercises/support/catalogue.ts'
import { variantOf } from '../../exercises/support/cut.ts'
import { fromWorkspace, Scratch } from '../../exercises/support/scratch.ts'
import { type Swap, swapEnvironment } from '../../src/cli/swap.ts'
import { scenesOf } from './prose.ts'

/** A rule of the code, broken. */
export interface Broken {
  /** The file that is changed, of `src/` or of the chapter. */
  readonly source: string
  /** Each text must occur exactly once in it; it is replaced by the second one. */
  readonly edits: readonly (readonly [from: string, to: string])[]
  /** Another rule that is broken together with it. */
  readonly and?: Broken
  /** A file of unit tests that notices what the demo does not. */
  readonly test?: string
  /** What notices what neither does: a script of package.json with its options, such as `simulate --seed 3`. */
  readonly script?: string
}

/** Under the names by which `--broken` calls them. */
export type BrokenRules = Readonly<Record<string, Broken>>

/** What a command has printed, and the error with which it ended; null: it ended well. */
interface Run {
  readonly stdout: string
  readonly error: string | null
}

/** A broken demo that has not come to its end by now waits for something that never happens; in milliseconds. */
const PATIENCE = 60_000

/**
 * Plays a demo with a rule broken, in a process of its own, and returns what there is to say about it.
 * @param usual what the demo prints as it is
 * @param file the demo, such as `chapters/01-quorums.ts`
 * @param args its other options
 */
export async function playBroken(broken: Broken, usual: string, file: string, args: readonly string[]): Promise<string> {
  const scratch = new Scratch()
  try {
    const all = [broken, ...(broken.and === undefined ? [] : [broken.and])]
    const env = swapEnvironment(
      all.map((each, i) => swapOf(each, scratch, i)),
      null,
    )
    const changes = all.flatMap((each) => [each.source, ...changesOf(each), ''])
    return [...changes, ...(await seen(broken, usual, [file, ...args], env))].join('\n')
  } finally {
    scratch.close()
  }
}

async function seen({ test, script }: Broken, usual: string, demo: readonly string[], env: Record<string, string>): Promise<string[]> {
  if (test !== undefined) return failures(test, env)
  return script === undefined ? otherScenes(usual, demo, env) : outputOf(script, env)
}

function swapOf({ source, edits }: Broken, scratch: Scratch, number: number): Swap {
  const to = scratch.write(`broken-${number}.ts`, variantOf(textOf(source), source, { name: source, edits }, fromWorkspace))
  return { source, from: pathToFileURL(join(root, source)).href, to, sids: null }
}

/** The lines that are changed, before and after, without the margin that all of them have. */
function changesOf({ source, edits }: Broken): string[] {
  const lines = edits.flatMap(([from, to]) => {
    const [before, after] = wholeLines(textOf(source), from, to)
    const [gone, come] = [before.filter((line) => !after.includes(line)), after.filter((line) => !before.includes(line))]
    return [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)]
  })
  const margin = Math.min(...lines.map((line) => line.slice(2).search(/\S/)))
  return lines.map((line) => line.slice(0, 2) + line.slice(2 + margin))
}

/** The lines in which an edit lies, as they are and as they will be. */
function wholeLines(text: string, from: string, to: string): [before: string[], after: string[]] {
  const at = text.indexOf(from)
  const start = text.lastIndexOf('\n', at) + 1
  const end = text.indexOf('\n', at + from.length)
  const before = text.slice(start, end)
  const lines = (piece: string) => piece.split('\n').filter((line) => line.trim() !== '')
  return [lines(before), lines(before.replace(from, () => to))]
}

function textOf(source: string): string {
  return readFileSync(join(root, source), 'utf8')
}

async function otherScenes(usual: string, demo: readonly string[], env: Record<string, string>): Promise<string[]> {
  const { stdout, error } = await run(['--import', 'tsx', ...demo], env)
  if (error !== null) return [`The demo does not come to its end: ${error}`, '']
  const known = new Set(scenesOf(usual))
  const others = scenesOf(stdout).filter((scene) => !known.has(scene))
  return others.length === 0 ? ['Everything comes out as before.', ''] : [others.join('\n\n'), '']
}

/** The names of the unit tests of a file that fail. */
async function failures(test: string, env: Record<string, string>): Promise<string[]> {
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', '--reporter', 'json', test]
  const { stdout } = await run(vitest, env)
  const { testResults } = JSON.parse(stdout) as { testResults: { assertionResults: { fullName: string; status: string }[] }[] }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.filter(({ status }) => status === 'failed')
  return [`${test}: ${failed.length} of ${results.length} fail`, ...failed.map(({ fullName }) => `✗ ${fullName}`), '']
}

/** What a script prints, which may end with an error. */
async function outputOf(script: string, env: Record<string, string>): Promise<string[]> {
  const [name = '', ...args] = script.split(' ')
  const { stdout } = await run(['--import', 'tsx', `scripts/${name}.ts`, ...args], env)
  return [`── npm run ${name} -- ${args.join(' ')}`, '', stdout.trim(), '']
}

async function run(args: readonly string[], env: Record<string, string>): Promise<Run> {
  // Tests that fail here are meant to: they are none of those that a run of the suites counts.
  const { ZK_RESULTS: _results, ZK_TOTALS: _totals, ...own } = process.env
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...own, ...env }, timeout: PATIENCE })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  }
  const [status] = (await once(child, 'close')) as [number | null]
  const [, error] = /^\w*Error: (.*)$/m.exec(printed.stderr) ?? []
  return { stdout: printed.stdout, error: status === 0 ? null : (error ?? 'it waits for ever') }
}
