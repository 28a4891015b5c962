import type { ACL, Stat, TxnKind } from '../wire/index.ts'

/** One change of the tree that watches may wait for. */
export interface TreeChange {
  readonly type: 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged'
  readonly path: string
  /** Who may see the node's events: its list for this change, and that of its parent (null when data changed). */
  readonly acl: readonly ACL[]
  readonly parentAcl: readonly ACL[] | null
}

/** What became of a transaction. Source: `DataTree.ProcessTxnResult`. */
export interface TxnResult {
  readonly kind: TxnKind
  /** 0, or the KeeperException code of an error transaction, of a failed multi, or of a replay that found no node. */
  readonly err: number
  /** The node that was changed; null for sessions, errors and multis. */
  readonly path: string | null
  /** The node right after the change, if it was asked for and there is one. */
  readonly stat: Stat | null
  /** Of a multi: the result of each operation. */
  readonly results: readonly TxnResult[] | null
  /** In the order in which watches fire. */
  readonly changes: readonly TreeChange[]
}
