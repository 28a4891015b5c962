import type { Zxid } from '../kernel/index.ts'
import type { DataTree } from '../tree/index.ts'
import type { ACL } from '../wire/index.ts'

/** What a znode will be once everything prepared so far is applied; `exists` false once it will be deleted. Source: `ZooKeeperServer.ChangeRecord`. */
export interface ChangeRecord {
  readonly zxid: Zxid
  readonly path: string
  readonly exists: boolean
  readonly acl: readonly ACL[]
  readonly version: number
  /** Raw counter of child creations. */
  readonly cversion: number
  readonly aversion: number
  readonly ephemeralOwner: bigint
  readonly childCount: number
  /** Bytes. */
  readonly dataLength: number
}

/** The root's path as parent of `/a`; clients say `/`. */
const ROOT = ''

interface Entry {
  readonly record: ChangeRecord
  /** What stood in the table for this path before: needed to take the entry back. */
  readonly previous: ChangeRecord | undefined
}

/**
 * The difference between the tree and the tree as it will be when all prepared transactions are applied. Many writes are in
 * flight at once, and each must be checked against the state that its predecessors will leave behind, not against the state
 * of now. Source: `ZooKeeperServer.outstandingChanges` and `outstandingChangesForPath`.
 */
export class OutstandingChanges {
  private readonly tree: DataTree
  private readonly byPath = new Map<string, ChangeRecord>()
  private queue: Entry[] = []
  private head = 0

  constructor(tree: DataTree) {
    this.tree = tree
  }

  /** How many records wait for their transaction to be applied. */
  get size(): number {
    return this.queue.length - this.head
  }

  /** The znode as it will be, or undefined when it will not exist. Source: `PrepRequestProcessor.getRecordForPath`. */
  get(wanted: string): ChangeRecord | undefined {
    const path = wanted === '/' ? ROOT : wanted
    const outstanding = this.byPath.get(path)
    if (outstanding !== undefined) return outstanding.exists ? outstanding : undefined
    const node = this.tree.getNode(path)
    if (node === undefined) return undefined
    return {
      zxid: -1n,
      path,
      exists: true,
      acl: this.tree.getAcl(node),
      version: node.version,
      cversion: node.cversion,
      aversion: node.aversion,
      ephemeralOwner: node.ephemeralOwner,
      childCount: node.children === null ? 0 : node.children.size,
      dataLength: node.data === null ? 0 : node.data.length,
    }
  }

  /** Notes how the transaction being prepared will leave a znode. */
  add(record: ChangeRecord): void {
    this.queue.push({ record, previous: this.byPath.get(record.path) })
    this.byPath.set(record.path, record)
  }

  /** The records in the order in which they were added. */
  *records(): Iterable<ChangeRecord> {
    for (let i = this.head; i < this.queue.length; i++) yield (this.queue[i] as Entry).record
  }

  /** A point to which {@link rollBack} can return. */
  mark(): number {
    return this.size
  }

  /** Takes back everything added since the mark: a multi has failed. Source: `PrepRequestProcessor.rollbackPendingChanges`. */
  rollBack(mark: number): void {
    while (this.size > mark) {
      const { record, previous } = this.queue.pop() as Entry
      if (previous === undefined) this.byPath.delete(record.path)
      else this.byPath.set(record.path, previous)
    }
  }

  /** The transaction is in the tree now: its records, and all before, have done their duty. */
  applied(zxid: Zxid): void {
    while (this.head < this.queue.length) {
      const { record } = this.queue[this.head] as Entry
      if (record.zxid > zxid) break
      if (this.byPath.get(record.path) === record) this.byPath.delete(record.path)
      this.head++
    }
    if (this.head === this.queue.length) {
      this.queue = []
      this.head = 0
    } else if (this.head > 4096) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
  }
}
