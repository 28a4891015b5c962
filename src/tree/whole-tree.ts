import { hexOf, sha1, toHex, utf8 } from '../kernel/index.ts'
import type { StatPersisted } from '../wire/index.ts'
import { type AclTable, aclKey } from './acl-table.ts'
import { DataNode, persistedStat } from './data-node.ts'
import { isQuotaStats } from './quota.ts'

/** One node as a snapshot stores it; the root's path is empty. */
export interface TreeEntry {
  readonly path: string
  readonly data: Uint8Array | null
  readonly aclId: bigint
  readonly stat: StatPersisted
}

/** The children of one node that are still to be visited. */
interface Level {
  /** What goes before a name: `/` or `/a/`. */
  readonly prefix: string
  readonly names: readonly string[]
  next: number
}

/**
 * Walks over a subtree, one node at a call, depth first. Between two calls the tree may change: a node is reported as it is
 * when its turn comes, one that has gone is left out, one that is new may or may not be met. So what the walk reports is no
 * state that the tree ever had, but replaying the transactions since its start makes it one. Source: `DataTree.serializeNode`.
 */
export class TreeCursor {
  private readonly nodes: ReadonlyMap<string, DataNode>
  private readonly levels: Level[] = []

  /** @param top path of the node to begin with, `/` for the root */
  constructor(nodes: ReadonlyMap<string, DataNode>, top: string) {
    this.nodes = nodes
    this.levels.push({ prefix: '', names: [top], next: 0 })
  }

  /** The next node; `undefined` when all have been visited. */
  next(): TreeEntry | undefined {
    for (let level = this.levels.at(-1); level !== undefined; level = this.levels.at(-1)) {
      const name = level.names[level.next++]
      if (name === undefined) {
        this.levels.pop()
        continue
      }
      const path = level.prefix + name
      const node = this.nodes.get(path)
      if (node === undefined) continue
      if (node.children !== null) this.levels.push({ prefix: path === '/' ? '/' : `${path}/`, names: [...node.children], next: 0 })
      return { path: path === '/' ? '' : path, data: node.data, aclId: node.aclId, stat: persistedStat(node) }
    }
    return undefined
  }
}

/** A copy of all nodes. Data, which never change in place, are shared. */
export function cloneNodes(nodes: ReadonlyMap<string, DataNode>): Map<string, DataNode> {
  const copies = new Map<string, DataNode>()
  for (const [path, node] of nodes) {
    const copy = new DataNode(node.data, node.aclId, node)
    copy.children = node.children === null ? null : new Set(node.children)
    copy.digest = node.digest
    copies.set(path, copy)
  }
  return copies
}

/**
 * SHA-1 over everything that servers with the same history must have in common: paths, data, stats, access control lists.
 * Left out are what each server writes for itself, the node `local` and the counts of quotas, and the numbers of the lists.
 */
export function hashNodes(nodes: ReadonlyMap<string, DataNode>, acls: AclTable, local: string): string {
  const lines: string[] = []
  for (const [path, node] of nodes) {
    if (path === local) continue
    const numbers = [node.czxid, node.mzxid, node.ctime, node.mtime, node.ephemeralOwner, node.pzxid].map(toHex)
    const data = isQuotaStats(path) ? 'local' : node.data === null ? 'null' : hexOf(node.data)
    const children = [...(node.children ?? [])].sort(byCodeUnits)
    lines.push([path, ...numbers, node.version, node.cversion, node.aversion, data, aclKey(acls.get(node.aclId)), ...children].join('\n'))
  }
  return hexOf(sha1(utf8(lines.sort(byCodeUnits).join('\n\n'))))
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
