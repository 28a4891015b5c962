import { limitPath, StatsTrack, statPath } from '../../tree/index.ts'
import type { PrepContext } from './context.ts'
import { refuse } from './failure.ts'

/**
 * A write must not take its subtree beyond a hard limit. It is compared with what the tree holds now, as Java does it: writes
 * that are in flight together may overshoot together, and so may the operations of one multi. Source: `ZooKeeperServer.checkQuota`.
 *
 * @param nodes how many nodes the write adds
 * @param bytes how many bytes of data it adds, negative when it takes some away
 */
export function requireQuota({ rules, database }: PrepContext, path: string, nodes: number, bytes: number): void {
  if (!rules.enforceQuota) return
  const { tree } = database
  const limited = tree.quotas.prefixOf(path)
  if (limited === null) return
  const stats = tree.getNode(statPath(limited))
  if (stats === undefined) return
  const limits = new StatsTrack(tree.getNode(limitPath(limited))?.data)
  const used = new StatsTrack(stats.data)
  if (nodes !== 0 && exceeds(used.get('count') + BigInt(nodes), limits.get('countHardLimit'))) refuse('QUOTAEXCEEDED')
  if (bytes !== 0 && exceeds(used.get('bytes') + BigInt(bytes), limits.get('byteHardLimit'))) refuse('QUOTAEXCEEDED')
}

function exceeds(value: bigint, limit: bigint): boolean {
  return limit > -1n && value > limit
}
