/** Looks after everything that learning needs, and says what to do about what is missing. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, root } from './catalogue.ts'
import { bodiesOf } from './cut.ts'
import { changedChecks } from './record.ts'
import { hasBegun, mineOf, starterFor } from './workspace.ts'

/** What was found, line by line. */
export interface Examination {
  readonly lines: readonly string[]
  readonly healthy: boolean
}

/** Examines the installation, the exercises, and the reader's files. */
export function examine(entries: readonly Entry[]): Examination {
  const findings = [node(), packages(), ...entries.flatMap(ofExercise)]
  const faults = findings.filter((finding) => finding.startsWith('✗'))
  const last = faults.length === 0 ? 'Everything is in order.' : `${faults.length} ${faults.length === 1 ? 'thing is' : 'things are'} to be mended.`
  return { lines: [...findings.map((finding) => `  ${finding}`), '', `  ${last}`], healthy: faults.length === 0 }
}

function node(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 19)
  return fits ? `✔ Node ${process.versions.node}` : `✗ Node ${process.versions.node} is too old: 20.19 or later is needed`
}

function packages(): string {
  const missing = ['tsx', 'typescript'].filter((name) => !existsSync(join(root, 'node_modules', name, 'package.json')))
  return missing.length === 0 ? '✔ packages are installed' : `✗ ${missing.join(' and ')} not installed: npm ci`
}

function ofExercise(entry: Entry): string[] {
  const changed = changedChecks(entry)
  const findings = changed === null ? [] : [`✗ ${changed}`]
  if (!hasBegun(entry)) return findings
  const stale = surroundingsOf(mineOf(entry), entry) !== surroundingsOf(starterFor(entry), entry)
  const told = stale
    ? `▸ ${entry.mine}: what is around your code is not what the starter has now. That may be meant; npm run learn -- reset ${entry.id} keeps yours beside a new one`
    : `✔ ${entry.mine}`
  return [...findings, told]
}

/** A file without the bodies that the reader writes; null when they are not to be found. */
function surroundingsOf(text: string, { cut }: Entry): string | null {
  try {
    let rest = text
    for (const { start, end } of bodiesOf(text, cut).toSorted((a, b) => b.start - a.start)) rest = rest.slice(0, start) + rest.slice(end)
    return rest.replaceAll('\r\n', '\n')
  } catch {
    return null
  }
}

/** The version of the course that is installed. */
export function courseVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}
