/** TypeScript in colours: keywords, strings, numbers and comments, by TypeScript's own classifier. */
import ts from 'typescript'
import { escaped } from './layout.ts'

const classifier = ts.createClassifier()

const NAMES: Partial<Record<ts.TokenClass, string>> = {
  [ts.TokenClass.Keyword]: 'keyword',
  [ts.TokenClass.StringLiteral]: 'string',
  [ts.TokenClass.NumberLiteral]: 'number',
  [ts.TokenClass.BigIntLiteral]: 'number',
  [ts.TokenClass.RegExpLiteral]: 'string',
  [ts.TokenClass.Comment]: 'comment',
}

/** The text as HTML, line by line as it was. */
export function coloured(text: string): string {
  let state = ts.EndOfLineState.None
  const lines = text.split('\n').map((line) => {
    const { entries, finalLexState } = classifier.getClassificationsForLine(line, state, true)
    state = finalLexState
    let at = 0
    return entries
      .map(({ length, classification }) => {
        const piece = escaped(line.slice(at, at + length))
        at += length
        const name = NAMES[classification]
        return name === undefined ? piece : `<i class="${name}">${piece}</i>`
      })
      .join('')
  })
  return lines.join('\n')
}
