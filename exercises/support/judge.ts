/** The whole judgement of a reader's file: what it may not do, what its checks say, what the compiler says. */
import { join } from 'node:path'
import { type Entry, root } from './catalogue.ts'
import { objectionsTo } from './guard.ts'
import { changedChecks } from './record.ts'
import type { Runner, RunOptions } from './runner.ts'
import { typeErrors } from './types.ts'
import { isPassed, tellObjections, tellVerdict } from './verdict.ts'
import { hasBegun, mineOf, mineUrl } from './workspace.ts'

/** What is said to the reader. */
export interface Judgement {
  readonly passed: boolean
  readonly lines: readonly string[]
}

/** Judges the reader's file. `say` gets the verdict of the checks at once; the compiler is asked only when all of them pass. */
export async function judge(entry: Entry, runner: Runner, options: RunOptions = {}): Promise<Judgement> {
  if (!hasBegun(entry)) return failed([`  ✗ ${entry.mine} is gone: leave, and npm run learn -- ${entry.id} puts a fresh one there`])
  const text = mineOf(entry)
  const objections = objectionsTo(text, entry)
  if (text.trim() === '') return failed(objections.map(({ message }) => `  ✗ ${message}`))
  const verdict = await runner.run(entry, mineUrl(entry), options)
  const lines = tellVerdict(entry, verdict)
  const changed = changedChecks(entry)
  if (changed !== null) lines.push('', `  ✗ ${changed}`)
  if (objections.length > 0) lines.push('', ...tellObjections(entry, objections))
  return { passed: isPassed(verdict) && objections.length === 0 && changed === null, lines }
}

/** What the compiler says of a file that passes: nothing, or its errors. */
export function judgeTypes(entry: Entry): string[] {
  return tellObjections(entry, typeErrors(join(root, entry.mine)))
}

function failed(lines: readonly string[]): Judgement {
  return { passed: false, lines }
}
