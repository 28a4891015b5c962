/** What has changed between two looks at the same nodes: how a cache finds out what it has missed. */

/** What is compared of a node: `czxid` tells one life of a path from the next, `mzxid` one content from the next. */
export interface Version {
  readonly czxid: bigint
  readonly mzxid: bigint
}

/** What has become of one node. */
export type Change = { readonly kind: 'added' | 'changed' | 'removed'; readonly path: string }

/** The changes, in the order of `after`, the removed ones last. A node that was deleted and made anew has changed. */
export function difference(before: ReadonlyMap<string, Version>, after: ReadonlyMap<string, Version>): Change[] {
  const changes: Change[] = []
  for (const [path, { czxid, mzxid }] of after) {
    const known = before.get(path)
    if (known === undefined) changes.push({ kind: 'added', path })
    else if (known.czxid !== czxid || known.mzxid !== mzxid) changes.push({ kind: 'changed', path })
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ kind: 'removed', path })
  return changes
}
