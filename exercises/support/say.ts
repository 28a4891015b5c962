/** Prints what is told to the reader: in a terminal, lines are broken at blanks and go on below where they began. */
/** A mark, or a title and the blanks after it. */
const HEAD = /^ *(?:[✔✗·▸○] |[\w ]+? {2,})?/

/** Prints lines. */
export function say(lines: readonly string[]): void {
  const { columns } = process.stdout
  console.log((columns === undefined ? lines : lines.flatMap((line) => fitted(line, columns))).join('\n'))
}

/** A line as lines of at most so many columns. Commands stay whole: they are to be copied. */
export function fitted(line: string, columns: number): string[] {
  if (line.length <= columns || line.includes('npm run ')) return [line]
  const head = HEAD.exec(line)?.[0] ?? ''
  const parts: string[] = []
  for (const word of line.slice(head.length).split(' ')) {
    const longer = `${parts.at(-1)} ${word}`
    if (parts.length > 0 && head.length + longer.length <= columns) parts[parts.length - 1] = longer
    else parts.push(word)
  }
  return parts.map((part, i) => `${i === 0 ? head : ' '.repeat(head.length)}${part}`)
}
