/** What a reader sees of a run: which promises are kept, and a picture of the first one that is not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, root } from './catalogue.ts'
import type { Objection } from './guard.ts'
import type { Outcome } from './run-checks.ts'
import type { Verdict } from './runner.ts'

/** Whether every check passed. */
export function isPassed({ broken, results }: Verdict): boolean {
  return broken === null && results.length > 0 && results.every(({ outcome }) => outcome.kind === 'passed')
}

/** The verdict in lines of text. */
export function tellVerdict(entry: Entry, verdict: Verdict): string[] {
  const { broken, results, duration } = verdict
  const lines = [`${entry.id} · ${entry.title}`, '']
  if (broken !== null) return [...lines, `  ✗ it cannot be loaded: ${broken.message}`, ...quote(entry, broken.line)]
  let told = false
  for (const { name, outcome } of results) {
    lines.push(`  ${MARKS[outcome.kind]} ${name}`)
    if (told || outcome.kind === 'passed' || outcome.kind === 'unsolved') continue
    told = true
    lines.push('', ...tellOutcome(entry, outcome), '')
    if (outcome.kind === 'wrong') lines.push(`      again     npm run learn -- check ${entry.id} --only "${name}"`, '')
  }
  const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length
  const unsolved = results.some(({ outcome }) => outcome.kind === 'unsolved') ? `, not solved yet: ${entry.mine}` : ''
  if (results.at(-1)?.outcome.kind === 'endless') return [...lines, '  The promises after it were not looked at.']
  if (lines.at(-1) !== '') lines.push('')
  return [...lines, `  ${passed} of ${results.length} promises are kept${unsolved} (${Math.round(duration)} ms)`]
}

/** What does not belong into the reader's file. */
export function tellObjections(entry: Entry, objections: readonly Objection[]): string[] {
  return objections.flatMap(({ line, message }) => [`  ✗ ${message}`, ...quote(entry, line)])
}

const MARKS: Readonly<Record<Outcome['kind'], string>> = { passed: '✔', wrong: '✗', unsolved: '·', threw: '✗', endless: '✗' }

function tellOutcome(entry: Entry, outcome: Outcome): string[] {
  switch (outcome.kind) {
    case 'wrong':
      return outcome.picture.split('\n').map((line) => `      ${line}`.trimEnd())
    case 'threw':
      return [`      it threw: ${outcome.message}`, ...quote(entry, outcome.line)]
    case 'endless':
      return [`      ${outcome.told}: does it end?`]
    default:
      return []
  }
}

/** A line of the reader's file, with its place. */
function quote({ mine }: Entry, line: number | null): string[] {
  if (line === null) return []
  const text = readFileSync(join(root, mine), 'utf8').split('\n')[line - 1] ?? ''
  return [`      ${mine}:${line}`, `      ${text.trim()}`]
}
