/** A solution to compare with, as lines of text. */
import { type Entry, referenceOf, variantsOf } from './catalogue.ts'
import { bodiesOf } from './cut.ts'
import { hasBegun, mineOf } from './workspace.ts'

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
