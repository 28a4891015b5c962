import { fromUtf8, utf8 } from '../kernel/index.ts'
import type { DataNode } from './data-node.ts'
import { nameOf, parentPath } from './paths.ts'

const QUOTA = '/zookeeper/quota'
const LIMITS = 'zookeeper_limits'
const STATS = 'zookeeper_stats'

/** Where the limits of a subtree stand. Source: `Quotas.limitPath`. */
export function limitPath(path: string): string {
  return `${QUOTA}${path}/${LIMITS}`
}

/** Where the server keeps count of a subtree. Source: `Quotas.statPath`. */
export function statPath(path: string): string {
  return `${QUOTA}${path}/${STATS}`
}

/** Whether each server writes the data of this node for itself. */
export function isQuotaStats(path: string): boolean {
  return path.startsWith(`${QUOTA}/`) && path.endsWith(`/${STATS}`)
}

/**
 * What the data of a limits or stats node say: numbers by name, `count` and `bytes` and the hard limits `countHardLimit` and
 * `byteHardLimit`. What is missing or no number is -1: no limit. Source: `StatsTrack`; departs from it in that Java's server ends
 * on a text that cannot be read, which any client may write.
 */
export class StatsTrack {
  private readonly values = new Map<string, bigint>()

  constructor(data: Uint8Array | null = null) {
    for (const pair of data === null ? [] : fromUtf8(data).split(/[,;]+/)) {
      const [key = '', value = ''] = pair.split('=')
      if (key !== '' && /^[+-]?\d{1,19}$/.test(value)) this.values.set(key, BigInt.asIntN(64, BigInt(value.replace('+', ''))))
    }
  }

  /** The number of this name, -1 when it is missing. */
  get(key: 'count' | 'bytes' | 'countHardLimit' | 'byteHardLimit'): bigint {
    return this.values.get(key) ?? -1n
  }

  /** Changes one of the two numbers that are counted. */
  set(key: 'count' | 'bytes', value: bigint): void {
    this.values.set(key, value)
  }

  /** `count` and `bytes` in the form of old servers; then, behind an `=` at which those stop reading, everything else. */
  format(): Uint8Array {
    const others = [...this.values].filter(([key]) => key !== 'count' && key !== 'bytes').sort(([a], [b]) => (a < b ? -1 : 1))
    const text = `count=${this.get('count')},bytes=${this.get('bytes')}`
    return utf8(others.length === 0 ? text : `${text}=${others.map(([key, value]) => `;${key}=${value}`).join('')}`)
  }
}

/** What quotas need of the tree. */
export interface QuotaTree {
  /** The node at a path; undefined when there is none. */
  getNode(path: string): DataNode | undefined
  /** Nodes of a subtree with its top, and bytes of their data. */
  measure(path: string): { readonly count: bigint; readonly bytes: bigint }
  /** Changes data without version, zxid or watch. */
  overwrite(node: DataNode, data: Uint8Array): void
  /** Paths of all nodes of the subtree. */
  pathsBelow(path: string): Iterable<string>
}

/**
 * Keeps the counts of subtrees that have a quota. A quota is two nodes below `/zookeeper/quota`: the limits, which an operator
 * writes, and the stats, which every server writes for itself, with each change of the subtree and anew after a start. It begins
 * with the creation of the limits node. Counting refuses nothing: that is the business of who prepares writes.
 * Source: `DataTree.updateQuotaStat`, `PathTrie`.
 */
export class Quotas {
  /** The subtrees that have limits. */
  private readonly paths = new Set<string>()
  private readonly tree: QuotaTree

  constructor(tree: QuotaTree) {
    this.tree = tree
  }

  /** The nearest quota that covers the path; quotas do not add up. One for the root is never looked at. Source: `getMaxPrefixWithQuota`. */
  prefixOf(path: string): string | null {
    if (this.paths.size === 0) return null
    for (let prefix = path; prefix.length > 1; prefix = parentPath(prefix)) if (this.paths.has(prefix)) return prefix
    return null
  }

  /** A node was created: it counts, and begins a quota if it is the limits of one. */
  created(path: string, bytes: number): void {
    if (path.startsWith(`${QUOTA}/`)) {
      const limited = parentPath(path).slice(QUOTA.length)
      if (nameOf(path) === LIMITS) this.paths.add(limited)
      if (nameOf(path) === STATS) this.recount(limited)
    }
    this.count(path, 1, bytes)
  }

  /** A node was deleted, which had so many bytes; with its limits a quota ends. */
  deleted(path: string, bytes: number): void {
    if (path.startsWith(`${QUOTA}/`) && nameOf(path) === LIMITS) this.paths.delete(parentPath(path).slice(QUOTA.length))
    this.count(path, -1, -bytes)
  }

  /**
   * The data of a node were replaced.
   * @param growth by how many bytes they have grown
   */
  changed(path: string, growth: number): void {
    this.count(path, 0, growth)
  }

  /** The tree was read from a snapshot, and what its stats say may be of another moment. Source: `setupQuota`. */
  rebuild(): void {
    this.paths.clear()
    for (const path of this.tree.pathsBelow(QUOTA)) {
      if (nameOf(path) !== LIMITS) continue
      const limited = parentPath(path).slice(QUOTA.length)
      this.paths.add(limited)
      this.recount(limited)
    }
  }

  /** Forgets all quotas: the tree is about to be replaced. */
  clear(): void {
    this.paths.clear()
  }

  /** The same quotas over a copy of the tree. */
  clone(tree: QuotaTree): Quotas {
    const copy = new Quotas(tree)
    for (const path of this.paths) copy.paths.add(path)
    return copy
  }

  private count(path: string, nodes: number, bytes: number): void {
    const limited = this.prefixOf(path)
    const node = limited === null ? undefined : this.tree.getNode(statPath(limited))
    if (node === undefined) return
    const track = new StatsTrack(node.data)
    track.set('count', track.get('count') + BigInt(nodes))
    track.set('bytes', track.get('bytes') + BigInt(bytes))
    this.tree.overwrite(node, track.format())
  }

  private recount(limited: string): void {
    const node = this.tree.getNode(statPath(limited))
    if (node === undefined) return
    const { count, bytes } = this.tree.measure(limited)
    const track = new StatsTrack()
    track.set('count', count)
    track.set('bytes', bytes)
    this.tree.overwrite(node, track.format())
  }
}
