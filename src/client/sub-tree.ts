/** A node and everything below it, from many requests: what no single operation of ZooKeeper does. Source: `ZKUtil`. */
import type { ZooKeeper } from './client.ts'
import type { CallOptions } from './options.ts'

/** How many deletions go into one transaction. */
const BATCH = 1000

/**
 * The paths of a node and of everything below it, level by level. It is no snapshot: a node that comes meanwhile may be
 * missing, and one that goes makes it reject with NONODE. Source: `ZKUtil.listSubTreeBFS`.
 */
export async function listSubTree(client: ZooKeeper, root: string, options: CallOptions = {}): Promise<string[]> {
  const paths = [root]
  for (const path of paths) {
    const { children } = await client.getChildren(path, options)
    for (const child of children) paths.push(path === '/' ? `/${child}` : `${path}/${child}`)
  }
  return paths
}

export interface DeleteSubTreeOptions extends CallOptions {
  /** How many deletions go into one transaction (1000); each happens as a whole or not at all. */
  readonly batch?: number | undefined
}

/**
 * Deletes a node and everything below it, leaves first. Rejects with a MultiError when a node has come, gone or is protected;
 * the batches before are done by then. Source: `ZKUtil.deleteRecursive`.
 */
export async function deleteSubTree(client: ZooKeeper, root: string, options: DeleteSubTreeOptions = {}): Promise<void> {
  const batch = Math.max(options.batch ?? BATCH, 1)
  const paths = (await listSubTree(client, root, options)).reverse()
  for (let i = 0; i < paths.length; i += batch) {
    const ops = paths.slice(i, i + batch).map((path) => ({ op: 'delete', path }) as const)
    await client.multi(ops, options)
  }
}
