/** What an explorer does to the state of a machine: copy it, and write it down so that equal states have equal texts. */
import { hexOf, type Sid } from '../../../kernel/index.ts'

/** How servers and connections are called in a text. A text that swaps two servers everywhere tells of a symmetric state. */
export interface Naming {
  sid(sid: Sid): string
  /** The name of a connection at the leader. */
  connection(connection: number): string
}

/** Never changed once it is made, so copies may share it. */
const SHARED: ReadonlySet<string> = new Set(['configuration', 'configurationData', 'verifiers', 'bytes'])

/**
 * What does not decide what a machine does next, here where no time passes: settings are the same for all, and the clocks of
 * a leader count silence.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['settings', 'configurationData', 'verifiers', 'syncLimitCheck'])

/** A copy that shares nothing which may change: class instances keep their class, and what was one object twice is one object again. */
export function copyState<T>(value: T, copies = new Map<object, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known as T
  const copy = emptyLike(value)
  copies.set(value, copy)
  if (value instanceof Map) for (const [key, item] of value) (copy as Map<unknown, unknown>).set(key, copyState(item, copies))
  else if (value instanceof Set) for (const item of value) (copy as Set<unknown>).add(item)
  else for (const [key, item] of Object.entries(value)) (copy as Record<string, unknown>)[key] = SHARED.has(key) ? item : copyState(item, copies)
  return copy as T
}

/** The state as text: the same for states that differ only in the order of a set, or in where a queue keeps its head. */
export function textOf(value: unknown, naming: Naming, key = ''): string {
  if (typeof value === 'bigint') return key === 'leader' || key === 'sid' || key === 'acks' ? naming.sid(value as Sid) : value.toString(16)
  if (typeof value === 'number')
    return key === 'connection' || key.endsWith('Followers') || key.endsWith('Learners') ? naming.connection(value) : `${value}`
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '' : String(value)
  if (value instanceof Uint8Array) return hexOf(value)
  if (value instanceof Map) return `{${[...value].map(([name, item]) => `${naming.connection(name)}${textOf(item, naming)}`).sort(byText)}}`
  if (value instanceof Set) return `{${[...value].map((item) => textOf(item, naming, key)).sort(byText)}}`
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, naming, key))}]`
  if ('toArray' in value) return textOf((value as { toArray(): unknown[] }).toArray(), naming, key)
  const fields = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name))
  return `(${fields.map(([name, item]) => textOf(item, naming, name)).join(' ')})`
}

function emptyLike(value: object): object {
  if (Array.isArray(value)) return []
  if (value instanceof Map) return new Map()
  return value instanceof Set ? new Set() : Object.create(Object.getPrototypeOf(value))
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
