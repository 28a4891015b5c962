/**
 * What was measured of each exercise, kept in `exercises/record.json`: which checks each wrong solution fails, and how many mutants of
 * the solution its checks notice. It says of which texts it was measured, so that only what has changed is measured again.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, root } from './catalogue.ts'

/** What was measured of one exercise. */
export interface Measured {
  /** Of `checks.ts`, so that a reader's copy can be compared. */
  readonly checks: string
  /** Of everything that the measurement depends on. */
  readonly inputs: string
  /** For each wrong solution the checks that fail on it, as numbers in the order of the checks. */
  readonly caught: Readonly<Record<string, readonly number[]>>
  readonly mutants: number
  readonly killed: number
  readonly equivalent: number
}

const FILE = join(root, 'exercises/record.json')

/** All that was recorded, by id. */
export function loadRecord(): Readonly<Record<string, Measured>> {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Measured>) : {}
}

/** What the share of noticed mutants is, of those that can be noticed; 1 when there is none. */
export function scoreOf({ mutants, killed, equivalent }: Measured): number {
  return mutants === equivalent ? 1 : killed / (mutants - equivalent)
}

/** A digest of the checks of an exercise. */
export function checksDigest({ folder }: Entry): string {
  return digestOf([`${folder}/checks.ts`])
}

/** A digest of all that a measurement depends on: the exercise, its source, and what judges. */
export function inputsDigest({ folder, source }: Entry): string {
  const support = readdirSync(join(root, 'exercises/support')).map((name) => `exercises/support/${name}`)
  const judging = support.filter((path) => /\/(check|cut|mutate|run-checks|worlds?)[^/]*\.ts$/.test(path))
  return digestOf([source, `${folder}/exercise.ts`, `${folder}/checks.ts`, `${folder}/variants.ts`, ...judging])
}

/** Why a pass would mean nothing: the checks are not those that were published. Null when they are, or when there is no record of them. */
export function changedChecks(entry: Entry): string | null {
  const recorded = loadRecord()[entry.id]
  if (recorded === undefined || recorded.checks === checksDigest(entry)) return null
  return `${entry.folder}/checks.ts is not what it was: git checkout ${entry.folder} brings the checks back`
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of [...paths].sort((a, b) => (a < b ? -1 : 1)))
    hash.update(`${path}\n`).update(readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n'))
  return hash.digest('hex').slice(0, 16)
}
