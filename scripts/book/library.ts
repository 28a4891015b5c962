/** The files of the checkout that the book is made of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Exercise } from '../../chapters/support/prose.ts'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The names of the chapters that have a text or a demo, such as `04-zab`, in their order. */
export function chapters(extension: '.md' | '.ts'): string[] {
  return readdirSync(join(root, 'chapters'))
    .filter((name) => /^\d\d-/.test(name) && name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort((a, b) => (a < b ? -1 : 1))
}

/** The text of a file, by its path in the checkout. */
export function fileAt(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The exercises of a chapter, by the first line, the time and the first paragraph of their pages. */
export function exercisesOf(chapter: string): Exercise[] {
  return readdirSync(join(root, 'exercises'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(chapter) && existsSync(join(root, 'exercises', entry.name, 'README.md')))
    .map(({ name }) => exerciseOf(name, fileAt(`exercises/${name}/README.md`)))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function exerciseOf(id: string, text: string): Exercise {
  const [title = '', time = '', task = ''] = text.trim().split(/\n\s*\n/, 3)
  const [, named] = /^# \S+ · (.+)$/.exec(title) ?? []
  const [, minutes] = /^Time: about (\d+) minutes/.exec(time) ?? []
  if (named === undefined || minutes === undefined || task === '') {
    throw new Error(`exercises/${id}/README.md: wanted are "# ${id} · Title", "Time: about N minutes" and a paragraph with the task`)
  }
  return { id, title: named, minutes: Number(minutes), task: task.replace(/\s*\n\s*/g, ' ') }
}
