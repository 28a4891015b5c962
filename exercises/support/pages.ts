/** What the reader is shown besides verdicts: the list, a task, hints, solutions. Lines of text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, referenceOf, root, variantsOf } from './catalogue.ts'
import { bodiesOf } from './cut.ts'
import type { Progress } from './progress.ts'
import { hasBegun, mineOf } from './workspace.ts'

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
    `  ${passed} of ${entries.length} exercises passed`,
    ...lines,
    '',
    '  npm run learn -- 01a begins one, npm run learn -- next goes on, --help has the rest',
  ]
}

/** What is to be done, in a few lines. */
export function tellTask({ id, title, minutes, task, folder, mine }: Entry): string[] {
  return [`${id} · ${title} (about ${minutes} minutes)`, '', task, '', `  the whole task   ${folder}/README.md`, `  you write in     ${mine}`]
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

/** What the reader wrote, what stands in `src/`, and in which other ways it can be done. */
export async function tellSolution(entry: Entry): Promise<string[]> {
  const { right } = await variantsOf(entry)
  const lines: string[] = []
  if (hasBegun(entry)) lines.push(`── yours: ${entry.mine}`, '', ...bodies(mineOf(entry), entry), '')
  lines.push(`── the reference: ${entry.source}`, '', ...bodies(referenceOf(entry), entry), '', '── other ways that are right', '')
  return [...lines, ...right.map(({ how }) => `  - ${how}`)]
}

function bodies(text: string, { cut }: Entry): string[] {
  try {
    return bodiesOf(text, cut).flatMap(({ start, end }) => {
      const line = text.lastIndexOf('\n', start) + 1
      return [...text.slice(line, end).split('\n'), '']
    })
  } catch (error) {
    return [`  (${(error as Error).message})`]
  }
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))
}
