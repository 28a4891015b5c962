/** A question to answer before going on: computed from a seed, so that there is always another one. */
import { wrapped } from './story.ts'

export interface Question {
  /** What is given, by paragraphs. Lines that begin with a blank are kept as they are, such as those of a table. */
  readonly situation: string
  readonly question: string
  /** What there is to choose from; unless given, the answer is typed. */
  readonly choices?: readonly string[]
  /** The right answer: one of the choices, if there are any. */
  readonly answer: string
  /** Why it is the right one. */
  readonly because: string
}

export interface Verdict {
  readonly right: boolean
  readonly text: string
}

/** The question as it is asked: all but the answer. */
export function asked({ situation, question, choices = [] }: Question): string {
  const offered = choices.map((choice, i) => `  ${letter(i)}) ${choice}`)
  return [filled(situation), filled(question), offered.join('\n')].filter((part) => part !== '').join('\n\n')
}

/**
 * Whether an answer is right, and why. It may be a choice, in any case, or its letter.
 * Null: there are choices and it is none of them.
 */
export function judged({ choices, answer, because }: Question, given: string): Verdict | null {
  const meant = choices?.[choices.findIndex((choice, i) => same(choice, given) || same(letter(i), given))] ?? given
  if (choices && !choices.includes(meant)) return null
  const right = same(meant, answer)
  return { right, text: filled(`${right ? 'Right:' : 'Not so: the answer is'} ${answer}. ${because}`) }
}

function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index)
}

function same(one: string, other: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase()
  return plain(one) === plain(other)
}

/** Breaks all lines to the width of the terminal but those that begin with a blank. */
function filled(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith(' ') ? [line] : wrapped(line)))
    .join('\n')
}
