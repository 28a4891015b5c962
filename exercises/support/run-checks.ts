/** Inside the worker: runs the checks of an exercise on a file, each time with modules of their own. */
import { parentPort } from 'node:worker_threads'
import type { Checks } from './exercise.ts'

/** What the worker is told to do. */
export interface Job {
  /** Address of the `checks.ts`. */
  readonly checks: string
  /** What takes the place of what: addresses of files. */
  readonly from: string
  readonly to: string
  /** Distinguishes this run's modules from all others'. */
  readonly run: number
  /** Only checks whose names contain this; all, if empty. */
  readonly only: string
  /** Whether to stop at the first check that fails. */
  readonly untilFailure: boolean
}

/** How a check ended. */
export type Outcome =
  | { readonly kind: 'passed' }
  /** The answer is wrong; the picture shows the case. */
  | { readonly kind: 'wrong'; readonly picture: string }
  | { readonly kind: 'unsolved' }
  /** The solution threw; where, in the reader's file, if it is there. */
  | { readonly kind: 'threw'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'endless'; readonly told: string }

/** What the worker tells. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun'; readonly name: string }
  | { readonly kind: 'ended'; readonly name: string; readonly outcome: Outcome }
  /** There is nothing to run: the file cannot be loaded, or lacks what it must have. */
  | { readonly kind: 'broken'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'done' }

const port = parentPort
if (port === null) throw new Error('run-checks.ts runs in a worker')
const tell = (report: Report) => port.postMessage(report)

port.on('message', (job: Job) => void run(job))
tell({ kind: 'ready' })

async function run(job: Job): Promise<void> {
  const checks = await load(job)
  for (const [name, check] of Object.entries(checks ?? {})) {
    if (!name.includes(job.only)) continue
    tell({ kind: 'begun', name })
    const outcome = outcomeOf(check, job.to)
    tell({ kind: 'ended', name, outcome })
    if (job.untilFailure && outcome.kind !== 'passed') break
  }
  tell({ kind: 'done' })
}

async function load({ checks, from, to, run }: Job): Promise<Checks | null> {
  const url = new URL(checks)
  url.searchParams.set('swap', `${from}>${to}`)
  url.searchParams.set('run', String(run))
  try {
    return ((await import(url.href)) as { checks: Checks }).checks
  } catch (error) {
    tell({ kind: 'broken', message: messageOf(error), line: lineIn(to, error) })
    return null
  }
}

function outcomeOf(check: () => void, file: string): Outcome {
  try {
    check()
    return { kind: 'passed' }
  } catch (error) {
    if (error instanceof Error && error.name === 'WrongAnswer') return { kind: 'wrong', picture: error.message }
    if (error instanceof Error && error.message.startsWith('not solved yet')) return { kind: 'unsolved' }
    return { kind: 'threw', message: messageOf(error), line: lineIn(file, error) }
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}, which is no Error`
  const [, name] = /does not provide an export named '(\w+)'/.exec(error.message) ?? []
  if (name !== undefined) return `it no longer exports ${name}`
  const [, syntax] = /ERROR: (.*)/.exec(error.message) ?? []
  return syntax ?? error.message.replace(/\n[\s\S]*/, '').replaceAll(/\?swap=\S*/g, '')
}

/** The line of the file at which an error happened: the innermost of its stack that lies in the file. */
function lineIn(file: string, error: unknown): number | null {
  const { stack = '', message = '' } = error instanceof Error ? error : {}
  const path = decodeURI(file).replace('file://', '')
  for (const line of `${stack}\n${message}`.split('\n')) {
    const at = line.indexOf(path)
    const [, number] = at < 0 ? [] : (/^[^:]*?:(\d+)/.exec(line.slice(at + path.length)) ?? [])
    if (number !== undefined) return Number(number)
  }
  return null
}
