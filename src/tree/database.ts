import { hexOf, sha1, unreachable, utf8, type Zxid } from '../kernel/index.ts'
import { KeeperErrorCode, type Transaction, type Txn, type TxnHeader } from '../wire/index.ts'
import { copyStat } from './data-node.ts'
import { type ChangeOutcome, DataTree } from './data-tree.ts'
import { containerOwner, ttlOwner } from './ephemeral-type.ts'
import { parentPath } from './paths.ts'
import type { TreeChange, TxnResult } from './txn-result.ts'

const NO_CHANGES: readonly TreeChange[] = []
const { OK, RUNTIMEINCONSISTENCY } = KeeperErrorCode

/**
 * Everything that transactions change: the tree and the table of sessions. There is one way to apply a transaction, whether
 * it comes from the log, from a leader that brings this server up to date, or out of the broadcast. Source: `ZKDatabase`.
 */
export class ZKDatabase {
  readonly tree: DataTree
  /** The timeout in ms of each session whose createSession has been applied and whose closeSession has not. */
  readonly sessions = new Map<bigint, number>()
  /** The last transaction whose effects are all in the database. */
  lastProcessedZxid: Zxid = 0n

  constructor(tree: DataTree = new DataTree()) {
    this.tree = tree
  }

  /**
   * Applies a transaction.
   *
   * `lastProcessedZxid` is raised last: a snapshot that begins at any moment claims no more than it holds.
   * Source: `DataTree.processTxn`, `FileTxnSnapLog.processTransaction`.
   *
   * @param wantStat whether anybody is waiting for the stat of the changed node
   */
  apply({ header, txn }: Transaction, wantStat = true): TxnResult {
    const result = this.applyTxn(header, txn, wantStat)
    if (header.zxid > this.lastProcessedZxid) this.lastProcessedZxid = header.zxid
    return result
  }

  /** Back to the state of a new server. */
  clear(): void {
    this.tree.clear()
    this.sessions.clear()
    this.lastProcessedZxid = 0n
  }

  /** An independent copy. */
  clone(): ZKDatabase {
    const copy = new ZKDatabase(this.tree.clone())
    for (const [session, timeOut] of this.sessions) copy.sessions.set(session, timeOut)
    copy.lastProcessedZxid = this.lastProcessedZxid
    return copy
  }

  /** A text that two databases share only if tree and sessions are the same; the zxid does not count. */
  hash(): string {
    const sessions = Array.from(this.sessions, ([session, timeOut]) => `${session} ${timeOut}`).sort((a, b) => (a < b ? -1 : 1))
    return hexOf(sha1(utf8(`${this.tree.hash()}\n${sessions.join('\n')}`)))
  }

  private applyTxn(header: TxnHeader, txn: Txn, wantStat: boolean): TxnResult {
    switch (txn.kind) {
      case 'create':
      case 'create2':
        return this.onCreate(header, txn, txn.ephemeral ? header.clientId : 0n, wantStat)
      case 'createContainer':
        return this.onCreate(header, txn, containerOwner, wantStat)
      case 'createTTL':
        return this.onCreate(header, txn, ttlOwner(txn.ttl), wantStat)
      case 'delete':
      case 'deleteContainer': {
        const changes: TreeChange[] = []
        return finished(txn.kind, this.deleteNode(txn.path, header.zxid, changes), txn.path, changes)
      }
      case 'setData':
      case 'reconfig':
        return this.onSetData(header, txn, wantStat)
      case 'setACL':
        return this.changed(txn, this.tree.setACL(txn.path, txn.acl, txn.version), wantStat, NO_CHANGES)
      case 'check':
        return finished(txn.kind, OK, txn.path, NO_CHANGES)
      case 'multi':
        return this.onMulti(header, txn.txns, wantStat)
      case 'createSession':
        this.sessions.set(header.clientId, txn.timeOut)
        return finished(txn.kind, OK, null, NO_CHANGES)
      case 'closeSession':
        return this.onCloseSession(header, txn.paths2Delete)
      case 'error':
        return finished(txn.kind, txn.err, null, NO_CHANGES)
      default:
        return unreachable(txn)
    }
  }

  private onCreate(header: TxnHeader, txn: CreatingTxn, owner: bigint, wantStat: boolean): TxnResult {
    const { path, data, acl, parentCVersion } = txn
    const err = this.tree.createNode(path, data, acl, owner, parentCVersion, header.zxid, header.time)
    if (err !== OK) return finished(txn.kind, err, path, NO_CHANGES)
    return this.changed(txn, err, wantStat, [{ type: 'NodeCreated', path, acl, parentAcl: this.aclOf(parentPath(path)) }])
  }

  private onSetData(header: TxnHeader, txn: Extract<Txn, { kind: 'setData' | 'reconfig' }>, wantStat: boolean): TxnResult {
    const { path, data, version } = txn
    const err = this.tree.setData(path, data, version, header.zxid, header.time)
    if (err !== OK) return finished(txn.kind, err, path, NO_CHANGES)
    return this.changed(txn, err, wantStat, [{ type: 'NodeDataChanged', path, acl: this.aclOf(path), parentAcl: null }])
  }

  /**
   * The nodes that the leader listed go in its order, even if this tree lacks some, since their parents must learn the zxid;
   * then any other ephemeral of the session that this tree has. Source: `DataTree.killSession`.
   */
  private onCloseSession({ clientId, zxid }: TxnHeader, paths2Delete: readonly string[] | null): TxnResult {
    const changes: TreeChange[] = []
    for (const path of paths2Delete ?? []) this.deleteNode(path, zxid, changes)
    for (const path of [...this.tree.ephemeralsOf(clientId)]) this.deleteNode(path, zxid, changes)
    this.sessions.delete(clientId)
    return finished('closeSession', OK, null, changes)
  }

  /** All or nothing: a multi that failed while it was prepared is logged with its error, and applying it changes nothing. */
  private onMulti(header: TxnHeader, entries: readonly Txn[], wantStat: boolean): TxnResult {
    const failure = entries.findIndex(({ kind }) => kind === 'error')
    const results = failure === -1 ? entries.map((entry) => this.applyTxn(header, entry, wantStat)) : failedMulti(entries, failure)
    const err = results.find((result) => result.err !== OK)?.err ?? OK
    return { kind: 'multi', err, path: null, stat: null, results, changes: results.flatMap(({ changes }) => changes) }
  }

  private deleteNode(path: string, zxid: bigint, changes: TreeChange[]): ChangeOutcome {
    const node = this.tree.getNode(path)
    const acl = node === undefined ? [] : this.tree.getAcl(node)
    const err = this.tree.deleteNode(path, zxid)
    if (err === OK) changes.push({ type: 'NodeDeleted', path, acl, parentAcl: this.aclOf(parentPath(path)) })
    return err
  }

  private aclOf(path: string): TreeChange['acl'] {
    const node = this.tree.getNode(path)
    return node === undefined ? [] : this.tree.getAcl(node)
  }

  /** The result of a change to a node that may still be there, with the stat if it is wanted. */
  private changed({ kind, path }: { kind: Txn['kind']; path: string }, err: number, wantStat: boolean, changes: readonly TreeChange[]): TxnResult {
    const node = wantStat && err === OK ? this.tree.getNode(path) : undefined
    return { kind, err, path, stat: node === undefined ? null : copyStat(node), results: null, changes }
  }
}

type CreatingTxn = Extract<Txn, { kind: 'create' | 'create2' | 'createContainer' | 'createTTL' }>

function finished(kind: Txn['kind'], err: number, path: string | null, changes: readonly TreeChange[]): TxnResult {
  return { kind, err, path, stat: null, results: null, changes }
}

/** Those before the failure would have succeeded and carry 0; those after it were not tried. */
function failedMulti(entries: readonly Txn[], failure: number): TxnResult[] {
  return entries.map((entry, i) => {
    const err = entry.kind === 'error' ? entry.err : i < failure ? OK : RUNTIMEINCONSISTENCY
    return finished('error', err, null, NO_CHANGES)
  })
}
