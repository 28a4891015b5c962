import { describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../../src/kernel/index.ts'
import { DataTree, nodeDigest, ZKDatabase } from '../../src/tree/index.ts'
import { decodeTransaction, OPEN_ACL_UNSAFE, OpCode, type Transaction, type Txn } from '../../src/wire/index.ts'

function database(): ZKDatabase {
  return new ZKDatabase(new DataTree({ digest: true }))
}

function at(zxid: bigint, time: bigint, txn: Txn): Transaction {
  return { header: { clientId: 1n, cxid: 1, zxid, time, type: OpCode[txn.kind] }, txn, digest: null }
}

/** All values were captured from ZooKeeper 3.8.0. */
describe('the digest of the tree', () => {
  it('of a fresh one', () => {
    const none = { czxid: 0n, mzxid: 0n, ctime: 0n, mtime: 0n, version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, pzxid: 0n }
    expect(nodeDigest('', new Uint8Array(0), none)).toBe(0x04128908)
    expect(nodeDigest('/zookeeper', new Uint8Array(0), none)).toBe(0x4db44d58)
    expect(nodeDigest('/zookeeper/config', utf8('x'), none)).toBe(0)
    expect(database().tree.digest).toBe(0x51c6d660n)
  })

  it('after the second record of a log', () => {
    const record = `0100000ecf010000 00000001 0000000000000002 000001a1f8536e3f 00000001 00000002 2f61 00000002 6869
      00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00 00000001 00000002 000000010706f897`
    const transaction = decodeTransaction(fromHex(record))
    const applied = database()
    applied.apply(transaction)
    expect(applied.tree.digest).toBe(transaction.digest?.treeDigest)
    expect(applied.tree.digest).toBe(0x10706f897n)
  })

  it('after a create and a setData in an ensemble', () => {
    const applied = database()
    const create: Txn = { kind: 'create', path: '/a', data: utf8('hello'), acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 1 }
    applied.apply(at(0x100000002n, 0x1a1f84e790cn, create))
    expect(applied.tree.digest).toBe(0x1e79ee692n)
    applied.apply(at(0x100000003n, 0x1a1f84e7914n, { kind: 'setData', path: '/a', data: utf8('w2'), version: 1 }))
    expect(applied.tree.digest).toBe(0x1cf3dfb11n)
  })

  it('is null where it is not kept', () => expect(new DataTree().digest).toBeNull())
})
