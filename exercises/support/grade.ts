/** Judges folders of solutions, as an instructor gets them. The checks are those of this checkout, whatever was handed in. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allExercises, type Entry } from './catalogue.ts'
import { courseVersion } from './doctor.ts'
import { objectionsTo } from './guard.ts'
import { Runner } from './runner.ts'
import { Scratch } from './scratch.ts'
import { typeErrors } from './types.ts'
import { isPassed } from './verdict.ts'

/** How one solution was found. */
export interface Grade {
  readonly id: string
  readonly title: string
  readonly status: 'passed' | 'failed' | 'missing'
  /** Promises kept, of all. */
  readonly kept: number
  readonly promises: number
  /** What is wrong: names of promises, or sentences. */
  readonly faults: readonly string[]
}

/** The report on some folders. */
export interface GradeReport {
  readonly course: string
  readonly folders: readonly { readonly folder: string; readonly passed: number; readonly exercises: readonly Grade[] }[]
}

/** Judges each folder, which holds what a reader's `my/` holds. */
export async function grade(folders: readonly string[]): Promise<GradeReport> {
  const entries = await allExercises()
  const runner = new Runner()
  const scratch = new Scratch()
  const report: GradeReport['folders'][number][] = []
  for (const folder of folders) {
    const exercises: Grade[] = []
    for (const entry of entries) exercises.push(await gradeOne(entry, folder, runner, scratch))
    report.push({ folder, passed: exercises.filter(({ status }) => status === 'passed').length, exercises })
  }
  scratch.close()
  await runner.close()
  return { course: courseVersion(), folders: report }
}

/** A report in lines: a row for each folder, a column for each exercise. */
export function tellGrades({ folders }: GradeReport): string[] {
  const width = Math.max(...folders.map(({ folder }) => folder.length))
  const marks = { passed: '✔', failed: '✗', missing: '·' } as const
  const head = `${''.padEnd(width)}  ${folders[0]?.exercises.map(({ id }) => id).join(' ') ?? ''}`
  const rows = folders.map(({ folder, exercises, passed }) => {
    const cells = exercises.map(({ status, id }) => marks[status].padEnd(id.length))
    return `${folder.padEnd(width)}  ${cells.join(' ')}  ${passed} of ${exercises.length}`
  })
  return [head, ...rows]
}

async function gradeOne(entry: Entry, folder: string, runner: Runner, scratch: Scratch): Promise<Grade> {
  const { id, title } = entry
  const file = resolve(folder, entry.mine.slice('my/'.length))
  if (!existsSync(file)) return { id, title, status: 'missing', kept: 0, promises: 0, faults: [] }
  const text = readFileSync(file, 'utf8')
  const copy = scratch.write(basename(entry.mine), text)
  const verdict = await runner.run(entry, copy)
  const failed = verdict.results.filter(({ outcome }) => outcome.kind !== 'passed').map(({ name }) => name)
  const objections = objectionsTo(text, entry)
  const errors = isPassed(verdict) ? typeErrors(join(fileURLToPath(copy))) : []
  const faults = [...failed, ...[...objections, ...errors].map(({ line, message }) => `line ${line}: ${message}`)]
  if (verdict.broken !== null) faults.push(verdict.broken.message)
  const promises = verdict.results.length
  return { id, title, status: faults.length === 0 ? 'passed' : 'failed', kept: promises - failed.length, promises, faults }
}
