import type { DataNode } from './data-node.ts'
import type { DataTree } from './data-tree.ts'
import { ttlOf } from './ephemeral-type.ts'

/**
 * The nodes that have had their time, in the order in which they were created: the server deletes them, nobody asks for it.
 *
 * A *container* goes when its last child has gone. One that never had a child stays, or a client that has just made it would
 * lose it before it could use it; `maxNeverUsed` sets an end to that. A node with a *time to live* goes when it has no children
 * and its data have not been changed for that long; children that come and go do not count as a change. Time is the wall clock
 * of whoever leads, against a time stamp made by the wall clock of whoever led then: with clocks that disagree, such nodes live
 * longer or shorter, and nothing else depends on it. Source: `ContainerManager.getCandidates`.
 *
 * @param wall milliseconds since 1970
 * @param maxNeverUsed milliseconds a container may go without ever having had a child; 0 for ever
 */
export function containerCandidates(tree: DataTree, wall: number, maxNeverUsed: number): string[] {
  const candidates: string[] = []
  for (const path of tree.containers) {
    const node = tree.getNode(path)
    if (node !== undefined && isAbandoned(node, wall, maxNeverUsed)) candidates.push(path)
  }
  for (const path of tree.ttls) {
    const node = tree.getNode(path)
    if (node !== undefined && hasOutlived(node, wall)) candidates.push(path)
  }
  return candidates
}

function isAbandoned(node: DataNode, wall: number, maxNeverUsed: number): boolean {
  if (node.children !== null) return false
  return node.cversion > 0 || (maxNeverUsed !== 0 && age(node, wall) > maxNeverUsed)
}

function hasOutlived(node: DataNode, wall: number): boolean {
  return node.children === null && age(node, wall) > ttlOf(node.ephemeralOwner)
}

/** Since the data were last changed. */
function age(node: DataNode, wall: number): bigint {
  return BigInt(wall) - node.mtime
}
