/** The reader's folder `my/`: one folder per exercise, a `tsconfig.json` for the editor, the progress. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Entry, referenceOf, root, urlOf } from './catalogue.ts'
import { NOT_SOLVED, starterOf } from './cut.ts'
import { fromWorkspace } from './scratch.ts'

const TSCONFIG = {
  extends: '../tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['.'],
}

/** The starter of an exercise: always the same bytes for the same source. */
export function starterFor(entry: Entry): string {
  return starterOf(referenceOf(entry), entry.id, entry, fromWorkspace)
}

/** Puts the starter where the reader works, unless there is something already. Returns whether it was put there. */
export function begin(entry: Entry): boolean {
  const config = join(root, 'my/tsconfig.json')
  mkdirSync(dirname(join(root, entry.mine)), { recursive: true })
  if (!existsSync(config)) writeFileSync(config, `${JSON.stringify(TSCONFIG, null, 2)}\n`)
  if (existsSync(join(root, entry.mine))) return false
  writeFileSync(join(root, entry.mine), starterFor(entry))
  return true
}

/** Puts the starter back. What was there is kept beside it; returns where, null when nothing was lost. */
export function reset(entry: Entry): string | null {
  const file = join(root, entry.mine)
  const written = hasBegun(entry) ? readFileSync(file, 'utf8') : null
  if (written === null || written === starterFor(entry)) {
    begin(entry)
    return null
  }
  let number = 1
  while (existsSync(`${file}.${number}.old`)) number++
  renameSync(file, `${file}.${number}.old`)
  begin(entry)
  return `${entry.mine}.${number}.old`
}

/** Whether the reader has a file for this exercise. */
export function hasBegun(entry: Entry): boolean {
  return existsSync(join(root, entry.mine))
}

/** The text of the reader's file. */
export function mineOf(entry: Entry): string {
  return readFileSync(join(root, entry.mine), 'utf8')
}

/** The address of the reader's file. */
export function mineUrl(entry: Entry): string {
  return urlOf(entry.mine)
}

/** Whether a body is left that the reader has not written. */
export function isUnsolved(entry: Entry): boolean {
  return mineOf(entry).includes(`throw new Error('${NOT_SOLVED}')`)
}
