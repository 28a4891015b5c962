import { type ACL, KeeperErrorCode, READ_ACL_UNSAFE, type StatPersisted } from '../wire/index.ts'
import { AclTable, OPEN_ACL_ID } from './acl-table.ts'
import { DataNode, newStat } from './data-node.ts'
import { lengthOf, NodeTable } from './node-table.ts'
import { nameOf, parentPath } from './paths.ts'
import { Quotas, type QuotaTree } from './quota.ts'
import { hashNodes, TreeCursor } from './whole-tree.ts'

/** The node that shows the ensemble's configuration. Each server writes it for itself. Source: `ZooDefs.CONFIG_NODE`. */
export const CONFIG_NODE = '/zookeeper/config'

const NO_BYTES = new Uint8Array(0)
const NO_PATHS: ReadonlySet<string> = new Set()
const { OK, NONODE, NODEEXISTS } = KeeperErrorCode

/** How one of the four changes ended: NONODE and NODEEXISTS happen only while a log is replayed. */
export type ChangeOutcome = typeof OK | typeof NONODE | typeof NODEEXISTS

/**
 * All znodes of a server, by path, with the four changes that transactions are made of. Each change may be applied to a tree
 * that contains it already: absolute values are written again, counters only rise (see `index.ts`). Source: `DataTree`.
 */
export class DataTree implements QuotaTree {
  /** The subtrees with limits, and their counts. */
  readonly quotas: Quotas
  private table: NodeTable
  private aclTable = new AclTable()
  private restoring = false

  /** @param options.digest whether to keep {@link digest}; off, it costs nothing */
  constructor(options: { readonly digest?: boolean; readonly quotas?: Quotas } = {}) {
    this.table = new NodeTable(options.digest ?? false)
    this.quotas = options.quotas?.clone(this) ?? new Quotas(this)
    this.addFixedNodes()
  }

  /** The node of a path; `/` and the empty path are both the root. */
  getNode(path: string): DataNode | undefined {
    return this.table.nodes.get(path === '' ? '/' : path)
  }

  /** How many nodes there are, the root counted twice as Java does, which has it under two names. Source: `getNodeCount`. */
  get nodeCount(): number {
    return this.table.nodes.size + 1
  }

  /** Characters of all paths plus bytes of all data. Source: `DataTree.approximateDataSize`. */
  get approximateDataSize(): number {
    return this.table.dataSize
  }

  /** The digest of the whole tree, a signed 64-bit number; null when the tree keeps none. */
  get digest(): bigint | null {
    return this.table.digesting ? this.table.digestSum : null
  }

  /** The lists that nodes refer to by number. For a snapshot, to be written before a {@link cursor} is taken. */
  get acls(): AclTable {
    return this.aclTable
  }

  /** Who may do what with a node. */
  getAcl(node: DataNode): readonly ACL[] {
    return this.aclTable.get(node.aclId)
  }

  /** The ephemeral nodes of a session, in the order in which they were created. */
  ephemeralsOf(session: bigint): ReadonlySet<string> {
    return this.table.ephemerals.get(session) ?? NO_PATHS
  }

  /** Paths of the ephemeral nodes of each session that has any. */
  get ephemerals(): ReadonlyMap<bigint, ReadonlySet<string>> {
    return this.table.ephemerals
  }

  /** Paths of the container nodes. */
  get containers(): ReadonlySet<string> {
    return this.table.containers
  }

  /** Paths of the nodes with a time to live. */
  get ttls(): ReadonlySet<string> {
    return this.table.ttls
  }

  /** How many nodes there are below a path. Source: `DataTree.getAllChildrenNumber`. */
  countDescendants(path: string): number {
    const cursor = new TreeCursor(this.table.nodes, path === '' ? '/' : path)
    let count = -1
    while (cursor.next() !== undefined) count++
    return Math.max(count, 0)
  }

  /**
   * Creates a node. On a tree that has it already only the list is set, and the parent's counters are raised if they are
   * behind, never lowered: the tree may be ahead of the transaction. Source: `DataTree.createNode`, `setCversionPzxid`.
   *
   * @param parentCversion the parent's new raw counter; -1 adds one to what it is
   */
  createNode(
    path: string,
    data: Uint8Array | null,
    acl: readonly ACL[],
    ephemeralOwner: bigint,
    parentCversion: number,
    zxid: bigint,
    time: bigint,
  ): ChangeOutcome {
    const parent = this.parentOf(path)
    if (parent === undefined) return NONODE
    const raised = parentCversion === -1 ? (parent.cversion + 1) | 0 : parentCversion
    if (raised > parent.cversion) {
      parent.cversion = raised
      parent.pzxid = zxid
      this.table.recomputeDigest(parentPath(path), parent)
    }
    const existing = this.table.nodes.get(path)
    if (existing !== undefined) {
      this.changeAcl(existing, acl)
      return NODEEXISTS
    }
    this.table.add(path, new DataNode(ownCopy(data), this.aclTable.intern(acl), newStat(zxid, time, ephemeralOwner)), parent)
    this.quotas.created(path, lengthOf(data))
    return OK
  }

  /**
   * Deletes a node. Its parent is told the zxid even if the node is gone already. When a replay meets a later node of the
   * same path, all below it goes too: those records are still to come. Source: `DataTree.deleteNode`.
   */
  deleteNode(path: string, zxid: bigint): ChangeOutcome {
    const parent = this.parentOf(path)
    if (parent === undefined) return NONODE
    if (zxid > parent.pzxid) {
      parent.pzxid = zxid
      this.table.recomputeDigest(parentPath(path), parent)
    }
    const node = this.table.nodes.get(path)
    if (node === undefined) return NONODE
    if (parent.children !== null) {
      parent.children.delete(nameOf(path))
      if (parent.children.size === 0) parent.children = null
    }
    if (node.children !== null) this.removeBelow(path)
    this.remove(path, node)
    this.quotas.deleted(path, lengthOf(node.data))
    return OK
  }

  /** Replaces the data. `version` is the version after the change. Source: `DataTree.setData`. */
  setData(path: string, data: Uint8Array | null, version: number, zxid: bigint, time: bigint): ChangeOutcome {
    const node = this.getNode(path)
    if (node === undefined) return NONODE
    const growth = lengthOf(data) - lengthOf(node.data)
    this.table.dataSize += growth
    node.data = ownCopy(data)
    node.version = version
    node.mzxid = zxid
    node.mtime = time
    this.table.recomputeDigest(path, node)
    this.quotas.changed(path, growth)
    return OK
  }

  /** Replaces the access control list. `version` is the aversion after the change. Source: `DataTree.setACL`. */
  setACL(path: string, acl: readonly ACL[], version: number): ChangeOutcome {
    const node = this.getNode(path)
    if (node === undefined) return NONODE
    this.changeAcl(node, acl)
    node.aversion = version
    this.table.recomputeDigest(path, node)
    return OK
  }

  /**
   * Writes the ensemble's configuration into this server's own `/zookeeper/config`, outside of any transaction.
   * Source: `ZKDatabase.initConfigInZKDatabase`.
   *
   * @param version the version of the configuration, which becomes the node's mzxid
   * @param time milliseconds since 1970
   */
  setConfigData(data: Uint8Array, version: bigint, time: bigint): void {
    if (this.getNode(CONFIG_NODE) === undefined) this.addConfigNode()
    this.setData(CONFIG_NODE, data, -1, version, time)
  }

  /** Walks over all nodes, parents before children, while the tree may go on changing: what a fuzzy snapshot is made from. */
  cursor(): TreeCursor {
    return new TreeCursor(this.table.nodes, '/')
  }

  /** Begins or goes on with a restore: an entry of a snapshot's ACL table. All of them come before the nodes. */
  restoreAcl(id: bigint, acl: readonly ACL[]): void {
    this.beginRestore()
    this.aclTable.restore(id, acl)
  }

  /**
   * A node of a snapshot, after its parent; the root's path is empty. Returns why the node cannot be, `undefined` when it is
   * in the tree. After a refusal the tree is good for {@link clear} only. Source: `DataTree.deserialize`.
   */
  restoreNode(path: string, data: Uint8Array | null, aclId: bigint, stat: StatPersisted): string | undefined {
    this.beginRestore()
    const parent = path === '' ? null : this.parentOf(path)
    if (parent === undefined) return `unable to find parent ${parentPath(path)} of path ${path}`
    if (this.getNode(path) !== undefined) return `path ${path === '' ? '/' : path} occurs twice`
    this.aclTable.use(aclId)
    this.table.add(path === '' ? '/' : path, new DataNode(ownCopy(data), aclId, stat), parent)
    return undefined
  }

  /** Ends a restore. Returns why there is no tree, `undefined` when there is one. */
  finishRestore(): string | undefined {
    this.beginRestore()
    this.restoring = false
    this.aclTable.purgeUnused()
    this.quotas.rebuild()
    return this.table.nodes.has('/') ? undefined : 'the snapshot has no root node'
  }

  /** Makes the tree a fresh one. A {@link cursor} that is under way goes on over the old nodes. */
  clear(): void {
    this.removeAll()
    this.restoring = false
    this.addFixedNodes()
  }

  /** An independent copy; data, which never change in place, are shared. */
  clone(): DataTree {
    const copy = new DataTree({ digest: this.table.digesting, quotas: this.quotas })
    copy.table = this.table.clone()
    copy.aclTable = this.aclTable.clone()
    return copy
  }

  /** A text that two trees share only if they hold the same; see `hashNodes` for what counts. */
  hash(): string {
    return hashNodes(this.table.nodes, this.aclTable, CONFIG_NODE)
  }

  private parentOf(path: string): DataNode | undefined {
    return path.charCodeAt(0) === 0x2f && path.length > 1 ? this.table.nodes.get(parentPath(path)) : undefined
  }

  /** The opposite of adding; the parent is the caller's business. */
  private remove(path: string, node: DataNode): void {
    this.table.remove(path, node)
    this.aclTable.release(node.aclId)
  }

  private removeBelow(path: string): void {
    const below = [...this.pathsBelow(path)].filter((each) => each !== path)
    for (const each of below) {
      const node = this.table.nodes.get(each) as DataNode
      this.remove(each, node)
      this.quotas.deleted(each, lengthOf(node.data))
    }
  }

  /** For {@link quotas}. */
  measure(path: string): { readonly count: bigint; readonly bytes: bigint } {
    const cursor = new TreeCursor(this.table.nodes, path)
    let [count, bytes] = [0, 0]
    for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) {
      count++
      bytes += lengthOf(entry.data)
    }
    return { count: BigInt(count), bytes: BigInt(bytes) }
  }

  /** For {@link quotas}. */
  overwrite(node: DataNode, data: Uint8Array): void {
    this.table.dataSize += data.length - lengthOf(node.data)
    node.data = data
  }

  /** The paths of a subtree, its top first. */
  *pathsBelow(path: string): Iterable<string> {
    const cursor = new TreeCursor(this.table.nodes, path)
    for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) yield entry.path
  }

  private changeAcl(node: DataNode, acl: readonly ACL[]): void {
    const former = node.aclId
    node.aclId = this.aclTable.intern(acl)
    this.aclTable.release(former)
  }

  private beginRestore(): void {
    if (this.restoring) return
    this.removeAll()
    this.restoring = true
  }

  private removeAll(): void {
    this.table = new NodeTable(this.table.digesting)
    this.aclTable = new AclTable()
    this.quotas.clear()
  }

  /** What every database has from its birth: nodes that no transaction made, all their numbers 0. Source: `DataTree` (constructor). */
  private addFixedNodes(): void {
    const root = new DataNode(NO_BYTES, OPEN_ACL_ID, newStat(0n, 0n, 0n))
    const zookeeper = new DataNode(NO_BYTES, OPEN_ACL_ID, newStat(0n, 0n, 0n))
    this.table.add('/', root, null)
    this.table.add('/zookeeper', zookeeper, root)
    this.table.add('/zookeeper/quota', new DataNode(NO_BYTES, OPEN_ACL_ID, newStat(0n, 0n, 0n)), zookeeper)
    this.addConfigNode()
  }

  /** Everybody may read it and nobody may write it, which keeps reconfig for those whom an administrator lets in. */
  private addConfigNode(): void {
    const node = new DataNode(NO_BYTES, this.aclTable.intern(READ_ACL_UNSAFE), newStat(0n, 0n, 0n))
    node.aversion = -1
    this.table.add(CONFIG_NODE, node, this.table.nodes.get('/zookeeper') ?? null)
  }
}

/** Bytes that are a view of something larger, such as a received frame, are copied: they would keep all of it in memory. */
function ownCopy(data: Uint8Array | null): Uint8Array | null {
  if (data === null || data.byteLength === data.buffer.byteLength) return data
  return data.length === 0 ? NO_BYTES : new Uint8Array(data)
}
