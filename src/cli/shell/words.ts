/** From a line to words, and from words to options: the rules of zkCli.sh. */

/**
 * The words of a line: split at blanks, single or double quotes keep blanks together and are taken off.
 * Source: `ZooKeeperMain.MyCommandOptions.parseCommand`.
 */
export function splitWords(line: string): readonly string[] {
  const words: string[] = []
  for (const match of line.matchAll(/\s*([^"']\S*|"[^"]*"|'[^']*')\s*/g)) {
    const word = match[1] as string
    words.push(/^(['"]).*\1$/s.test(word) && word.length > 1 ? word.slice(1, -1) : word)
  }
  // A line of blanks alone matches as one blank word.
  return words.filter((word) => word.trim() !== '' || word === '')
}

/** A command line that cannot be understood: printed as it is. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export interface Options {
  /** Letters that were given; with their value when they take one. */
  readonly flags: ReadonlyMap<string, string>
  readonly args: readonly string[]
}

/**
 * Tells options from arguments, wherever they stand. Letters may be joined (`-sw`), a value may follow at once (`-v3`); after
 * `--` all is argument, and `-1` is one, since it is a number. Throws a UsageError. Source: commons-cli's `DefaultParser`.
 *
 * @param known the letters, each followed by `:` when it takes a value, such as `sv:`
 * @param knownWords options of more than one letter; each takes a value
 */
export function parseOptions(words: readonly string[], known: string, knownWords: readonly string[] = []): Options {
  const flags = new Map<string, string>()
  const args: string[] = []
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      args.push(...rest.splice(0))
    } else if (!word.startsWith('-') || word === '-' || isNegativeNumber(word)) {
      args.push(word)
    } else if (knownWords.includes(word.slice(1))) {
      flags.set(word.slice(1), valueOf(word.slice(1), rest.shift()))
    } else {
      takeLetters(word.slice(1), word, known, rest, flags)
    }
  }
  return { flags, args }
}

function isNegativeNumber(word: string): boolean {
  return /^-\d+(\.\d+)?$/.test(word)
}

function takeLetters(letters: string, word: string, known: string, rest: string[], flags: Map<string, string>): void {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string
    const at = letter === ':' ? -1 : known.indexOf(letter)
    if (at < 0) throw new UsageError(`Unrecognized option: ${word}`)
    if (known[at + 1] !== ':') {
      flags.set(letter, '')
      continue
    }
    flags.set(letter, valueOf(letter, letters.slice(i + 1) || rest.shift()))
    return
  }
}

function valueOf(option: string, value: string | undefined): string {
  if (value === undefined || (value.startsWith('-') && !isNegativeNumber(value))) throw new UsageError(`Missing argument for option: ${option}`)
  return value
}

/** A whole number of 32 bits, as versions are. Throws a UsageError. */
export function parseInt32(text: string, what: string): number {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= -(2 ** 31) && number < 2 ** 31)) throw new UsageError(`${what} argument must be an int value`)
  return number
}
