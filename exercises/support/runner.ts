/** Runs the checks of an exercise on a file, in a worker that is ended when a check does not end by itself. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Entry, urlOf } from './catalogue.ts'
import type { Job, Outcome, Report } from './run-checks.ts'

/** How a check of a run ended. */
export interface Result {
  readonly name: string
  readonly outcome: Outcome
}

/** What came of a run. */
export interface Verdict {
  readonly results: readonly Result[]
  /** Why nothing ran. */
  readonly broken: { readonly message: string; readonly line: number | null } | null
  /** From the order to the last word, in ms. */
  readonly duration: number
}

export interface RunOptions {
  /** Only checks whose names contain this. */
  readonly only?: string
  readonly untilFailure?: boolean
  /** How long one check may take, in ms. */
  readonly patience?: number
}

/** How long a check may take, in ms. On a quick machine each takes less than a tenth of a second. */
export const PATIENCE = 5000
/** Runs per worker: modules of runs that are over stay in memory. */
const RUNS_PER_WORKER = 200

/** One worker at a time, started before it is needed. Runs one thing after the other. */
export class Runner {
  private worker: Worker | null = null
  private runs = 0

  /** Starts a worker and lets it load the modules that the checks of this exercise need. */
  async warm(entry: Entry): Promise<void> {
    await this.run(entry, urlOf(entry.source), { only: '\0' })
  }

  /** Runs the checks with `file` (an address) in the place of the reference. */
  async run(entry: Entry, file: string, { only = '', untilFailure = false, patience = PATIENCE }: RunOptions = {}): Promise<Verdict> {
    const begun = performance.now()
    const worker = await this.ready()
    const job: Job = { checks: urlOf(`${entry.folder}/checks.ts`), from: urlOf(entry.source), to: file, run: this.runs++, only, untilFailure }
    const verdict = await follow(worker, job, patience)
    if (verdict.results.at(-1)?.outcome.kind === 'endless' || this.runs >= RUNS_PER_WORKER) await this.close()
    return { ...verdict, duration: performance.now() - begun }
  }

  async close(): Promise<void> {
    const { worker } = this
    this.worker = null
    this.runs = 0
    await worker?.terminate()
  }

  private async ready(): Promise<Worker> {
    if (this.worker !== null) return this.worker
    const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 1024 } })
    this.worker = worker
    await once(worker, 'message')
    return worker
  }
}

/** Gives a worker a job and listens until it is done, or too slow, or dead. */
function follow(worker: Worker, job: Job, patience: number): Promise<Omit<Verdict, 'duration'>> {
  const results: Result[] = []
  let broken: Verdict['broken'] = null
  let running = ''
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('error', die)
      resolve({ results, broken })
    }
    const stop = (why: string): void => {
      if (running === '') broken = { message: `${why} while it was loaded`, line: null }
      else results.push({ name: running, outcome: { kind: 'endless', told: why } })
      end()
    }
    // Loading is not the reader's doing, most of the time; and a busy machine is not either, so what counts is the time that was worked.
    const wait = (since = worked(), checks = 0): NodeJS.Timeout =>
      setTimeout(() => {
        const allowance = running === '' ? 6 * patience : patience
        if (worked() - since < allowance && checks < 20) timer = wait(since, checks + 1)
        else stop(`stopped after ${patience / 1000} s`)
      }, patience)
    const die = (error: Error) => stop(`stopped: ${error.message}`)
    const hear = (report: Report): void => {
      clearTimeout(timer)
      if (report.kind === 'done') return end()
      if (report.kind === 'begun') running = report.name
      if (report.kind === 'ended') results.push({ name: report.name, outcome: report.outcome })
      if (report.kind === 'broken') broken = { message: report.message, line: report.line }
      timer = wait()
    }
    let timer = wait()
    worker.on('message', hear).on('error', die)
    worker.postMessage(job)
  })
}

/** How long this process has been at work, in ms: nearly all of it is the worker's. */
function worked(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
