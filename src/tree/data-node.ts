import type { Stat, StatPersisted } from '../wire/index.ts'
import { ephemeralType } from './ephemeral-type.ts'

/**
 * One znode. All fields are set in the constructor and in one order, so that the engine keeps a single shape for all nodes;
 * numbers that are equal share one bigint. Source: `DataNode`, `StatPersisted`.
 */
export class DataNode {
  /** Never changed in place: a new value is a new array. */
  data: Uint8Array | null
  /** Number of its access control list in the tree's `AclTable`. */
  aclId: bigint
  readonly czxid: bigint
  mzxid: bigint
  readonly ctime: bigint
  mtime: bigint
  version: number
  /** Raw: how many children have ever been created. Clients are shown creations plus deletions, see {@link copyStat}. */
  cversion: number
  aversion: number
  readonly ephemeralOwner: bigint
  pzxid: bigint
  /** Names of the children; null while there are none, which is what most nodes are like. */
  children: Set<string> | null
  /** The node's part of the tree's digest; 0 when digests are off. */
  digest: number

  constructor(data: Uint8Array | null, aclId: bigint, stat: StatPersisted) {
    this.data = data
    this.aclId = aclId
    this.czxid = stat.czxid
    this.mzxid = stat.mzxid
    this.ctime = stat.ctime
    this.mtime = stat.mtime
    this.version = stat.version
    this.cversion = stat.cversion
    this.aversion = stat.aversion
    this.ephemeralOwner = stat.ephemeralOwner
    this.pzxid = stat.pzxid
    this.children = null
    this.digest = 0
  }
}

/** The stat of a node that a transaction creates. Source: `DataTree.createStat`. */
export function newStat(zxid: bigint, time: bigint, ephemeralOwner: bigint): StatPersisted {
  return { czxid: zxid, mzxid: zxid, ctime: time, mtime: time, version: 0, cversion: 0, aversion: 0, ephemeralOwner, pzxid: zxid }
}

/**
 * What a client sees. Every deleted child was created before, so creations plus deletions are twice the creations minus
 * those that are still there. Containers and nodes with a time to live show no owner. Source: `DataNode.copyStat`.
 */
export function copyStat(node: DataNode): Stat {
  const numChildren = node.children === null ? 0 : node.children.size
  const owner = node.ephemeralOwner
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: (2 * node.cversion - numChildren) | 0,
    aversion: node.aversion,
    ephemeralOwner: ephemeralType(owner) === 'NORMAL' ? owner : 0n,
    dataLength: node.data === null ? 0 : node.data.length,
    numChildren,
    pzxid: node.pzxid,
  }
}

/** What a snapshot stores. */
export function persistedStat(node: DataNode): StatPersisted {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: node.cversion,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    pzxid: node.pzxid,
  }
}
