import { crc32, utf8 } from '../kernel/index.ts'
import type { StatPersisted } from '../wire/index.ts'

/**
 * The digest of a tree is the sum of the digests of its nodes, modulo 2^64. A sum can be kept up to date without looking at
 * the rest of the tree: take away the old value of a node, add the new one (the idea is called AdHash). Two servers that have
 * applied the same transactions have the same sum; the leader writes it into each transaction, so that each server can notice
 * on the spot that its tree has gone astray.
 */
export const DIGEST_VERSION = 2

const SUBTREE_OF_THE_SERVER = '/zookeeper/'
const stats = new DataView(new ArrayBuffer(60))
const statBytes = new Uint8Array(stats.buffer)

/**
 * A node's part of the sum: CRC-32 of path, data and stat, an unsigned 32-bit number. The root's path is empty. What is below
 * `/zookeeper` counts nothing, since servers change it on their own. Source: `DigestCalculator.calculateDigest`.
 *
 * @param stat the stored one, with the raw cversion
 */
export function nodeDigest(path: string, data: Uint8Array | null, stat: Readonly<StatPersisted>): number {
  if (path.startsWith(SUBTREE_OF_THE_SERVER)) return 0
  let crc = path === '/' ? 0 : crc32(utf8(path))
  if (data !== null) crc = crc32(data, crc)
  stats.setBigInt64(0, stat.czxid)
  stats.setBigInt64(8, stat.mzxid)
  stats.setBigInt64(16, stat.pzxid)
  stats.setBigInt64(24, stat.ctime)
  stats.setBigInt64(32, stat.mtime)
  stats.setInt32(40, stat.version)
  stats.setInt32(44, stat.cversion)
  stats.setInt32(48, stat.aversion)
  stats.setBigInt64(52, stat.ephemeralOwner)
  return crc32(statBytes, crc)
}

/** The sum after one node has changed; a node that is not there counts 0. Signed, as jute writes it. */
export function updateDigest(sum: bigint, before: number, after: number): bigint {
  return BigInt.asIntN(64, sum + BigInt(after - before))
}
