/**
 * The whole of a lock, and of everything that is one underneath: whom do I wait for? Source: "Locks" and "Shared Locks" in
 * ZooKeeper's recipes; Curator, `StandardLockInternalsDriver.getsTheLock`.
 */

/** One who stands in line, as its znode's name tells. */
export interface Waiter {
  readonly name: string
  /** The word before the number, such as `lock`, `read` or `write`. */
  readonly kind: string
  /** The number that the server gave to it: a signed 32-bit number. */
  readonly sequence: number
}

/**
 * Given those who came before me in their order, whom I wait for; undefined: it is my turn. Waiting for one, and not for the
 * whole line, is what keeps a hundred from waking up for one (the herd).
 */
export type Rule = (before: readonly Waiter[], me: Waiter) => Waiter | undefined

/** One at a time: each waits for the one just before it. */
export const exclusive: Rule = (before) => before.at(-1)

/** Readers together, writers alone: a reader waits for the last writer before it, a writer for whoever is just before it. */
export const readersTogether: Rule = (before, me) => (me.kind === 'write' ? before.at(-1) : before.findLast(({ kind }) => kind === 'write'))

/** Those who stand in line, in order; names without a number are nobody's. */
export function lineOf(children: readonly string[]): Waiter[] {
  return children.flatMap(waiterOf).sort(inOrder)
}

/** First come, first served. The number wraps around after 2^31 creates, hence the difference in 32 bits. */
export function inOrder(a: Waiter, b: Waiter): number {
  return (a.sequence - b.sequence) | 0
}

function waiterOf(name: string): Waiter[] {
  const [, label, digits] = /^(.*?)-(-?\d{9,10})$/.exec(name) ?? []
  if (label === undefined || digits === undefined) return []
  return [{ name, kind: label.slice(label.lastIndexOf('-') + 1), sequence: Number(digits) }]
}
