import { type ACL, OPEN_ACL_UNSAFE } from '../wire/index.ts'

/** Stands for {@link OPEN_ACL_UNSAFE}, which has no entry in the table. Source: `ReferenceCountedACLCache.OPEN_UNSAFE_ACL_ID`. */
export const OPEN_ACL_ID = -1n

/** The list of a number that is not in the table: nobody but a super user gets past it. */
const NOBODY: readonly ACL[] = [{ perms: 0, id: { scheme: 'world', id: 'anyone' } }]

interface Entry {
  readonly acl: readonly ACL[]
  readonly key: string
  uses: number
}

/**
 * Access control lists by number: thousands of nodes share a few lists, so a node stores a number, and so does a snapshot.
 * A list lives while a node uses it; its number is never given to another. Source: `ReferenceCountedACLCache`; departs from
 * it in giving the open list -1 always, which Java reads but writes only for nodes without a list.
 */
export class AclTable {
  private readonly byId = new Map<bigint, Entry>()
  private readonly idByKey = new Map<string, bigint>()
  private highestId = 0n

  /** How many lists there are, the open one not counted. */
  get size(): number {
    return this.byId.size
  }

  /** The number of a list for one more node, a new number if the list is new. Source: `convertAcls`. */
  intern(acl: readonly ACL[]): bigint {
    if (isOpen(acl)) return OPEN_ACL_ID
    const key = aclKey(acl)
    let id = this.idByKey.get(key)
    if (id === undefined) {
      id = ++this.highestId
      this.byId.set(id, { acl, key, uses: 0 })
      this.idByKey.set(key, id)
    }
    this.use(id)
    return id
  }

  /** The list of a number; one that lets nobody in when there is none. Source: `convertLong`. */
  get(id: bigint): readonly ACL[] {
    return id === OPEN_ACL_ID ? OPEN_ACL_UNSAFE : (this.byId.get(id)?.acl ?? NOBODY)
  }

  /**
   * One more node has the number. In a fuzzy snapshot a node may be younger than the table and have a number that is not in
   * it; the replay brings its list. Until then the number must not be given away. Source: `addUsage`.
   */
  use(id: bigint): void {
    const entry = this.byId.get(id)
    if (entry !== undefined) entry.uses++
    else if (id > this.highestId) this.highestId = id
  }

  /** One node fewer has the number. Source: `removeUsage`. */
  release(id: bigint): void {
    const entry = this.byId.get(id)
    if (entry === undefined || --entry.uses > 0) return
    this.byId.delete(id)
    if (this.idByKey.get(entry.key) === id) this.idByKey.delete(entry.key)
  }

  /** The table as a snapshot stores it. */
  entries(): [bigint, readonly ACL[]][] {
    return Array.from(this.byId, ([id, { acl }]) => [id, acl])
  }

  /** Puts an entry of a snapshot into the table, used by no node yet. Source: `deserialize`. */
  restore(id: bigint, acl: readonly ACL[]): void {
    const key = aclKey(acl)
    this.byId.set(id, { acl, key, uses: 0 })
    this.idByKey.set(key, id)
    if (id > this.highestId) this.highestId = id
  }

  /** Drops the lists that no node of the snapshot uses. Source: `purgeUnused`. */
  purgeUnused(): void {
    for (const [id, { uses }] of this.byId) if (uses === 0) this.release(id)
  }

  /** A copy that can change by itself. */
  clone(): AclTable {
    const copy = new AclTable()
    for (const [id, entry] of this.byId) copy.byId.set(id, { ...entry })
    for (const [key, id] of this.idByKey) copy.idByKey.set(key, id)
    copy.highestId = this.highestId
    return copy
  }
}

/** A text that two lists share only if they are equal: lengths keep apart what is written by clients. */
export function aclKey(acl: readonly ACL[]): string {
  let key = ''
  for (const { perms, id } of acl) key += `${perms},${lengthAndText(id.scheme)},${lengthAndText(id.id)};`
  return key
}

function lengthAndText(text: string | null): string {
  return text === null ? '-1' : `${text.length}:${text}`
}

function isOpen(acl: readonly ACL[]): boolean {
  const entry = acl[0]
  return acl.length === 1 && entry !== undefined && entry.perms === 31 && entry.id.scheme === 'world' && entry.id.id === 'anyone'
}
