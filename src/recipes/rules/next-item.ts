/** Which item of a queue is next. */
import { inOrder, type Waiter } from './turn.ts'

/** How many priorities there are: 0 comes first, 999 last. */
export const PRIORITIES = 1000

/** Of the items that nobody works on the one with the smallest priority, among those the oldest; undefined: there is none. */
export function nextItem(items: readonly Waiter[], claims: readonly string[]): Waiter | undefined {
  const claimed = new Set(claims)
  let next: Waiter | undefined
  for (const item of items) {
    if (!claimed.has(item.name) && (next === undefined || isBefore(item, next))) next = item
  }
  return next
}

function isBefore(a: Waiter, b: Waiter): boolean {
  return a.kind === b.kind ? inOrder(a, b) < 0 : Number(a.kind) < Number(b.kind)
}
