/** How a check says that something is wrong: not with a stack trace but with a picture of the case. */

/** One case, in the words of the domain. */
export interface Picture {
  /** What the situation is: a sentence, or lines, drawn as they are. */
  readonly given: string | readonly string[]
  /** Why the expected answer is the right one. */
  readonly because?: string
  /** A command that shows more. */
  readonly replay?: string
}

/** A wrong answer. Its message is the picture, line by line. */
export class WrongAnswer extends Error {
  override name = 'WrongAnswer'

  constructor(expected: string | readonly string[], seen: string | readonly string[], { given, because, replay }: Picture) {
    const rows = [row('given', given), row('expected', expected), row('seen', seen)]
    if (because !== undefined) rows.push(row('because', because))
    if (replay !== undefined) rows.push(row('more', replay))
    super(rows.flat().join('\n'))
  }
}

/** Demands that two answers are equal. Lists and plain objects are equal when their parts are. `tell` says an answer in words. */
export function same<T>(seen: T, expected: T, picture: Picture | (() => Picture), tell: (answer: T) => string | readonly string[] = show): void {
  if (areEqual(seen, expected)) return
  const [told, toldSeen] = [tell(expected), tell(seen)]
  const unlike = JSON.stringify(told) === JSON.stringify(toldSeen) ? `${show(seen)} (${kindOf(seen)})` : toldSeen
  throw new WrongAnswer(told, unlike, typeof picture === 'function' ? picture() : picture)
}

/** An answer as a text: ids and zxids as numbers, sets and maps by their members. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return value > 0xffffn || value < -0xffffn ? `0x${BigInt.asUintN(64, value).toString(16)}` : String(value)
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (value instanceof Set || Array.isArray(value))
    return value instanceof Set || value.length > 0 ? `[${[...value].map(show).join(', ')}]` : 'nothing'
  if (value instanceof Map) return `{ ${[...value].map(([key, one]) => `${show(key)}: ${show(one)}`).join(', ')} }`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${show(one)}`)
      .join(', ')} }`
  }
  return String(value)
}

/** Whether two values are the same, part by part. */
export function areEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (a instanceof Set || a instanceof Map) return areEqual([...a], [...(b as Set<unknown>)])
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => areEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

/** Every subset of a list, the smaller ones first. For exhaustive checks: of `n` members there are `2 ** n`. */
export function subsets<T>(members: readonly T[]): T[][] {
  const all = Array.from({ length: 2 ** members.length }, (_, bits) => members.filter((_member, i) => (bits >> i) & 1))
  return all.sort((a, b) => a.length - b.length)
}

/** Every order of a list. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}

/** Every way to take one of each list, the first list varying slowest. */
export function* combinations<T extends readonly unknown[]>(...choices: { readonly [K in keyof T]: readonly T[K][] }): IterableIterator<T> {
  const [first, ...rest] = choices as unknown as readonly (readonly unknown[])[]
  if (first === undefined) {
    yield [] as unknown as T
    return
  }
  for (const one of first) for (const others of combinations(...rest)) yield [one, ...others] as unknown as T
}

function row(title: string, lines: string | readonly string[]): string[] {
  return (typeof lines === 'string' ? lines.split('\n') : lines).map((line, i) => `${(i === 0 ? title : '').padEnd(9)} ${line}`)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
