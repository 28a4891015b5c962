/** All exercises, found by their folders, and where their files lie. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Exercise, Variants } from './exercise.ts'

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** An exercise with what its folder says. */
export interface Entry extends Exercise {
  /** Chapter and letter, such as `03b`; stable. */
  readonly id: string
  readonly title: string
  /** How long it takes, in minutes, roughly. */
  readonly minutes: number
  /** The first paragraph of the task. */
  readonly task: string
  /** Its folder, from the root of the checkout. */
  readonly folder: string
  /** The reader's file, from the root of the checkout. */
  readonly mine: string
}

/** The ids of all exercises, in the order of the course. */
export function allIds(): string[] {
  return readdirSync(join(root, 'exercises'))
    .filter((name) => /^\d\d[a-z]$/.test(name))
    .sort((a, b) => (a < b ? -1 : 1))
}

/** Reads one exercise; undefined when there is none of this id. */
export async function findExercise(id: string): Promise<Entry | undefined> {
  const folder = `exercises/${id}`
  if (!/^\d\d[a-z]$/.test(id) || !existsSync(join(root, folder))) return undefined
  const { exercise } = (await import(pathToFileURL(join(root, folder, 'exercise.ts')).href)) as { exercise: Exercise }
  const readme = readFileSync(join(root, folder, 'README.md'), 'utf8')
  const [, title = ''] = new RegExp(`^# ${id} · (.+)\n`).exec(readme) ?? []
  const [, minutes = ''] = /^Time: about (\d+) minutes$/m.exec(readme) ?? []
  const [, task = ''] = /^Time: .*\n\n((?:.+\n)+)/m.exec(readme) ?? []
  const file = exercise.source.slice(exercise.source.lastIndexOf('/') + 1)
  return {
    ...exercise,
    id,
    title,
    minutes: Number(minutes),
    task: task.trim(),
    folder,
    mine: `my/${id}-${exercise.name}/${file}`,
  }
}

/** Reads all exercises. */
export async function allExercises(): Promise<Entry[]> {
  return Promise.all(allIds().map(async (id) => (await findExercise(id)) as Entry))
}

/** The wrong and right solutions of an exercise. */
export async function variantsOf({ folder }: Entry): Promise<Variants> {
  return (await import(pathToFileURL(join(root, folder, 'variants.ts')).href)) as Variants
}

/** The reference: what the reader's file takes the place of. */
export function referenceOf({ source }: Entry): string {
  return readFileSync(join(root, source), 'utf8')
}

/** Whether servers run on it: what belongs to Paxos, to clients or to the reader's own tests, they never load. */
export function isOfServers({ source }: Entry): boolean {
  return /^src\/(?!paxos|client|recipes)/.test(source)
}

/** The address of a file of the checkout, as modules have it. */
export function urlOf(path: string): string {
  return pathToFileURL(join(root, path)).href
}
