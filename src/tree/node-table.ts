import type { DataNode } from './data-node.ts'
import { nodeDigest, updateDigest } from './digest.ts'
import { ephemeralType } from './ephemeral-type.ts'
import { nameOf } from './paths.ts'
import { cloneNodes } from './whole-tree.ts'

/** All nodes by path, and what is known of them as a whole: which of them go by themselves, their size, their digest. */
export class NodeTable {
  readonly nodes: Map<string, DataNode>
  /** Paths of the ephemeral nodes of each session that has any. */
  readonly ephemerals = new Map<bigint, Set<string>>()
  /** Paths of the container nodes. */
  readonly containers = new Set<string>()
  /** Paths of the nodes with a time to live. */
  readonly ttls = new Set<string>()
  /** Characters of all paths plus bytes of all data. */
  dataSize = 0
  /** Meaningless unless {@link digesting}. */
  digestSum = 0n
  readonly digesting: boolean

  /** @param digesting whether to keep the digest; off, it costs nothing */
  constructor(digesting: boolean, nodes = new Map<string, DataNode>()) {
    this.digesting = digesting
    this.nodes = nodes
  }

  /** Puts a node under its path and into everything that is counted; the root alone has no parent. */
  add(path: string, node: DataNode, parent: DataNode | null): void {
    if (parent !== null) {
      parent.children ??= new Set()
      parent.children.add(nameOf(path))
    }
    this.nodes.set(path, node)
    this.dataSize += path.length + lengthOf(node.data)
    this.recomputeDigest(path, node)
    const owner = node.ephemeralOwner
    if (owner === 0n) return
    const type = ephemeralType(owner)
    if (type === 'CONTAINER') this.containers.add(path)
    else if (type === 'TTL') this.ttls.add(path)
    else {
      const paths = this.ephemerals.get(owner)
      if (paths === undefined) this.ephemerals.set(owner, new Set([path]))
      else paths.add(path)
    }
  }

  /** The opposite of {@link add}; its parent and its access control list are the caller's business. */
  remove(path: string, node: DataNode): void {
    this.nodes.delete(path)
    this.dataSize -= path.length + lengthOf(node.data)
    if (this.digesting) this.digestSum = updateDigest(this.digestSum, node.digest, 0)
    const owner = node.ephemeralOwner
    if (owner === 0n) return
    this.containers.delete(path)
    this.ttls.delete(path)
    const paths = this.ephemerals.get(owner)
    if (paths?.delete(path) && paths.size === 0) this.ephemerals.delete(owner)
  }

  /** The node has changed: brings the digest up to date. */
  recomputeDigest(path: string, node: DataNode): void {
    if (!this.digesting) return
    const digest = nodeDigest(path, node.data, node)
    this.digestSum = updateDigest(this.digestSum, node.digest, digest)
    node.digest = digest
  }

  /** An independent copy; data, which never change in place, are shared. */
  clone(): NodeTable {
    const copy = new NodeTable(this.digesting, cloneNodes(this.nodes))
    for (const [session, paths] of this.ephemerals) copy.ephemerals.set(session, new Set(paths))
    for (const path of this.containers) copy.containers.add(path)
    for (const path of this.ttls) copy.ttls.add(path)
    copy.dataSize = this.dataSize
    copy.digestSum = this.digestSum
    return copy
  }
}

/** How many bytes; none where there are no data. */
export function lengthOf(data: Uint8Array | null): number {
  return data === null ? 0 : data.length
}
