/**
 * What the reader has done, in a text file that people can read and mend: one exercise a line,
 *
 *     01a passed 2026-11-25 hints 1
 *
 * Ids are stable, words that are not known are kept, and so an update of the course loses nothing.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './catalogue.ts'

/** How far somebody is with one exercise. */
export interface Standing {
  readonly state: 'started' | 'passed' | 'gave-up'
  /** The day of the last change of the state, as in 2026-11-25. */
  readonly day: string
  /** How many hints have been read. */
  readonly hints: number
}

/** The parts of the file that say something of an exercise, and all its other lines. */
export interface Progress {
  readonly standings: ReadonlyMap<string, Standing>
  readonly others: readonly string[]
}

const FILE = join(root, 'my/progress.txt')
const LINE = /^(\d\d[a-z]) (started|passed|gave-up) (\d{4}-\d\d-\d\d)(?: hints (\d+))?\s*$/

/** Reads the text of a progress file. */
export function parseProgress(text: string): Progress {
  const standings = new Map<string, Standing>()
  const others: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, id, state, day, hints = '0'] = LINE.exec(line) ?? []
    if (id !== undefined && day !== undefined) standings.set(id, { state: state as Standing['state'], day, hints: Number(hints) })
    else if (line.trim() !== '') others.push(line)
  }
  return { standings, others }
}

/** Writes a progress file: the lines that are not understood first, then the exercises in order. */
export function formatProgress({ standings, others }: Progress): string {
  const lines = [...standings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { state, day, hints }]) => `${id} ${state} ${day}${hints > 0 ? ` hints ${hints}` : ''}`)
  return `${[...others, ...lines].join('\n')}\n`
}

/** Reads the reader's progress; there is none at the beginning. */
export function loadProgress(): Progress {
  return existsSync(FILE) ? parseProgress(readFileSync(FILE, 'utf8')) : { standings: new Map(), others: [] }
}

/** Changes what is known of one exercise. What was passed stays passed. */
export function recordProgress(id: string, change: Partial<Pick<Standing, 'state' | 'hints'>>): void {
  const { standings, others } = loadProgress()
  const former = standings.get(id)
  const state = former?.state === 'passed' ? 'passed' : (change.state ?? former?.state ?? 'started')
  const day = former?.state === state ? former.day : new Date().toISOString().slice(0, 10)
  const next = new Map(standings).set(id, { state, day, hints: Math.max(former?.hints ?? 0, change.hints ?? 0) })
  mkdirSync(join(root, 'my'), { recursive: true })
  writeFileSync(`${FILE}.tmp`, formatProgress({ standings: next, others }))
  renameSync(`${FILE}.tmp`, FILE)
}
