/** What to do at a double barrier. Source: "Double Barriers" in ZooKeeper's recipes. */
/** Whether the gate opens: everybody is there. It stays open, or who is late to look would find that others have left already. */
export function opens(members: readonly string[], size: number): boolean {
  return members.length >= size
}

/** The next step of one who leaves. */
export type Leaving =
  /** Everybody has left. */
  | { readonly kind: 'done' }
  /** Delete one's own node, if it is there, and wait for this one. */
  | { readonly kind: 'waitFor'; readonly other: string; readonly deleteMine: boolean }
  /** Delete one's own node: it is the last. */
  | { readonly kind: 'deleteMine' }

/**
 * All wait for the first, and the first for the last of the others: each deletion wakes one, and the first's wakes all.
 * @param members their names, in an order that is the same for all
 * @param mine one's own name, which may be gone already
 */
export function leaving(members: readonly string[], mine: string): Leaving {
  const [first] = members
  const last = members.at(-1)
  if (first === undefined || last === undefined) return { kind: 'done' }
  if (first !== mine) return { kind: 'waitFor', other: first, deleteMine: true }
  return last === mine ? { kind: 'deleteMine' } : { kind: 'waitFor', other: last, deleteMine: false }
}
