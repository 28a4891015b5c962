/** What the committed transactions did to every znode: not the tree of `src/tree`, but a second, slower opinion. */
import type { SessionId, Zxid } from '../../../kernel/index.ts'
import type { Transaction, Txn } from '../../../wire/index.ts'

/** A znode as of one transaction. */
export interface NodeState {
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly version: number
  readonly data: Uint8Array | null
  /** The session that it lives as long as; 0 for none. */
  readonly owner: SessionId
}

/** What a transaction did to a path. `children`: it created or deleted one of its children. */
export type ChangeKind = 'created' | 'changed' | 'deleted' | 'children'

/** One transaction as one path saw it. */
interface Change {
  readonly zxid: Zxid
  readonly kind: ChangeKind
  /** What it is from then on; null: not there. */
  readonly state: NodeState | null
}

/** Every znode's life, from the committed transactions. */
export class TreeHistory {
  private readonly changes = new Map<string, Change[]>()

  /** @param transactions the committed ones, in order */
  constructor(transactions: readonly Transaction[]) {
    for (const { header, txn } of transactions) this.apply(txn, header.zxid, header.clientId)
  }

  /** The znode after exactly the transactions up to `zxid`; null when there was none. */
  stateAt(path: string, zxid: Zxid): NodeState | null {
    const changes = this.changes.get(path) ?? []
    const count = firstAfter(changes, zxid)
    return count === 0 ? null : (changes[count - 1] as Change).state
  }

  /** The first transaction after `zxid` that did one of these things to the path; undefined: none did. */
  firstChange(path: string, kinds: readonly ChangeKind[], zxid: Zxid): Zxid | undefined {
    const changes = this.changes.get(path) ?? []
    for (let i = firstAfter(changes, zxid); i < changes.length; i++) {
      const { kind, zxid: at } = changes[i] as Change
      if (kinds.includes(kind)) return at
    }
    return undefined
  }

  /** The names below a path after exactly the transactions up to `zxid`. */
  childrenAt(path: string, zxid: Zxid): Set<string> {
    const names = new Set<string>()
    for (const child of this.changes.keys()) {
      if (child !== '/' && parentOf(child) === path && this.stateAt(child, zxid) !== null) names.add(child.slice(child.lastIndexOf('/') + 1))
    }
    return names
  }

  private apply(txn: Txn, zxid: Zxid, sessionId: SessionId): void {
    switch (txn.kind) {
      case 'create':
      case 'create2':
      case 'createContainer':
      case 'createTTL': {
        const owner = 'ephemeral' in txn && txn.ephemeral ? sessionId : 0n
        this.add(txn.path, { zxid, kind: 'created', state: { czxid: zxid, mzxid: zxid, version: 0, data: txn.data, owner } })
        return this.touchParent(txn.path, zxid)
      }
      case 'setData': {
        const state = this.stateAt(txn.path, zxid)
        if (state !== null) this.add(txn.path, { zxid, kind: 'changed', state: { ...state, mzxid: zxid, version: txn.version, data: txn.data } })
        return
      }
      case 'delete':
      case 'deleteContainer':
        return this.remove(txn.path, zxid)
      case 'closeSession':
        for (const path of txn.paths2Delete ?? this.ownedBy(sessionId, zxid)) this.remove(path, zxid)
        return
      case 'multi':
        if (txn.txns.some(({ kind }) => kind === 'error')) return
        for (const part of txn.txns) this.apply(part, zxid, sessionId)
        return
      default:
        return
    }
  }

  /** The paths of the ephemeral znodes of a session after the transactions up to `zxid`. */
  ownedBy(sessionId: SessionId, zxid: Zxid): string[] {
    return [...this.changes.keys()].filter((path) => this.stateAt(path, zxid)?.owner === sessionId)
  }

  private remove(path: string, zxid: Zxid): void {
    this.add(path, { zxid, kind: 'deleted', state: null })
    this.touchParent(path, zxid)
  }

  private touchParent(path: string, zxid: Zxid): void {
    const parent = parentOf(path)
    this.add(parent, { zxid, kind: 'children', state: this.stateAt(parent, zxid) })
  }

  private add(path: string, change: Change): void {
    const changes = this.changes.get(path)
    if (changes === undefined) this.changes.set(path, [change])
    else changes.push(change)
  }
}

/** How many of the changes, which are in order, come up to and including `zxid`. */
function firstAfter(changes: readonly Change[], zxid: Zxid): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle] as Change).zxid <= zxid) low = middle + 1
    else high = middle
  }
  return low
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
