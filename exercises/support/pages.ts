/** What the reader is shown besides verdicts: the list, a task, hints. Lines of text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, root } from './catalogue.ts'
import type { Progress } from './progress.ts'

const CHAPTERS: Readonly<Record<string, string>> = {
  '01': 'quorums',
  '02': 'paxos',
  '03': 'election',
  '04': 'zab',
  '05': 'znodes',
  '06': 'sessions',
  '07': 'watches',
  '08': 'storage',
  '09': 'recipes',
}

const MARKS = { passed: '✔', started: '▸', 'gave-up': '○' } as const

/** All exercises by chapter, with what is known of each. */
export function tellList(entries: readonly Entry[], { standings }: Progress): string[] {
  const lines: string[] = []
  let chapter = ''
  for (const { id, title, minutes } of entries) {
    if (!id.startsWith(chapter) || chapter === '') {
      chapter = id.slice(0, 2)
      lines.push('', `  chapter ${chapter} · ${CHAPTERS[chapter] ?? ''}`)
    }
    const standing = standings.get(id)
    const told = standing === undefined ? '' : standing.state === 'gave-up' ? '  solution seen' : standing.state === 'started' ? '  begun' : ''
    const hints = standing === undefined || standing.hints === 0 ? '' : `  hints: ${standing.hints}`
    lines.push(
      `  ${standing === undefined ? ' ' : MARKS[standing.state]} ${id}  ${title.padEnd(44)} ${String(minutes).padStart(4)} min${told}${hints}`,
    )
  }
  const passed = entries.filter(({ id }) => standings.get(id)?.state === 'passed').length
  return [
    ...lines.slice(1),
    '',
    `  ${passed} of ${entries.length} exercises passed`,
    '  begin: npm run learn -- 01a   go on: npm run learn -- next   more: -- --help',
  ]
}

/** What is to be done, in a few lines. */
export function tellTask({ id, title, minutes, task, folder, mine }: Entry): string[] {
  return [
    `${id} · ${title} (about ${minutes} minutes)`,
    '',
    task.replaceAll('\n', ' '),
    '',
    `  the whole task   ${folder}/README.md`,
    `  you write in     ${mine}`,
  ]
}

/** The next hint after the first `read` ones; the last one again when there are no more. */
export function tellHint({ id, folder }: Entry, read: number): { readonly lines: string[]; readonly number: number } {
  const hints = readFileSync(join(root, folder, 'hints.md'), 'utf8')
    .trim()
    .split(/\n+---\n+/)
  const number = Math.min(read + 1, hints.length)
  const more = number < hints.length ? '' : ' (the last one)'
  return { lines: ['', `  hint ${number} of ${hints.length} for ${id}${more}`, '', ...indent(hints[number - 1] ?? '')], number }
}

/** Indented, each paragraph of prose as one line: how long lines are is the terminal's business. */
function indent(text: string): string[] {
  const paragraphs = text
    .split(/\n\n+/)
    .map((paragraph) => (/^[ \-`\d]/m.test(paragraph) ? paragraph.split('\n') : [paragraph.replaceAll('\n', ' ')]))
  return paragraphs.flatMap((lines, i) => [...(i === 0 ? [] : ['']), ...lines.map((line) => `  ${line}`)])
}
