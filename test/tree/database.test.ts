import { beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../src/kernel/index.ts'
import { copyStat, type DataNode, type TxnResult, ZKDatabase } from '../../src/tree/index.ts'
import { KeeperErrorCode, OPEN_ACL_UNSAFE, READ_ACL_UNSAFE, type Txn } from '../../src/wire/index.ts'
import { transaction } from './history.ts'

const SESSION = 0x100000000000000n
let database: ZKDatabase
let zxid: bigint

beforeEach(() => {
  database = new ZKDatabase()
  zxid = 0n
})

function apply(txn: Txn, wantStat = true): TxnResult {
  return database.apply(transaction(++zxid, SESSION, txn), wantStat)
}

function create(path: string, parentCVersion: number, more: Partial<Extract<Txn, { kind: 'create' }>> = {}): Txn {
  return { kind: 'create', path, data: utf8('x'), acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion, ...more }
}

function node(path: string): DataNode {
  return database.tree.getNode(path) as DataNode
}

function changesOf(result: TxnResult): string[] {
  return result.changes.map(({ type, path }) => `${type} ${path}`)
}

describe('a fresh database', () => {
  it('has the four fixed nodes', () => {
    const { tree } = database
    expect([tree.nodeCount, tree.approximateDataSize]).toEqual([5, 44])
    expect(tree.getNode('')).toBe(tree.getNode('/'))
    expect(copyStat(node('/'))).toMatchObject({ czxid: 0n, cversion: -1, numChildren: 1, aversion: 0, pzxid: 0n })
    expect(copyStat(node('/zookeeper'))).toMatchObject({ cversion: -2, numChildren: 2 })
    expect(copyStat(node('/zookeeper/config'))).toMatchObject({ version: 0, aversion: -1, dataLength: 0 })
    expect(tree.getAcl(node('/zookeeper/config'))).toEqual(READ_ACL_UNSAFE)
    expect(tree.acls.entries()).toEqual([[1n, READ_ACL_UNSAFE]])
  })

  it('is what clear leads back to', () => {
    const fresh = database.hash()
    apply({ kind: 'createSession', timeOut: 1000 })
    apply(create('/a', 1))
    expect(database.hash()).not.toBe(fresh)
    database.clear()
    expect(database.hash()).toBe(fresh)
    expect(database.lastProcessedZxid).toBe(0n)
  })
})

describe('transactions', () => {
  it('create gives the stat right after it', () => {
    const result = apply(create('/a', 1))
    const stat = { czxid: 1n, mzxid: 1n, ctime: 1001n, mtime: 1001n, version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, pzxid: 1n }
    expect(result).toMatchObject({ kind: 'create', err: 0, path: '/a', stat: { ...stat, dataLength: 1, numChildren: 0 } })
    expect(changesOf(result)).toEqual(['NodeCreated /a'])
    expect(copyStat(node('/'))).toMatchObject({ cversion: 0, numChildren: 2, pzxid: 1n })
    expect(apply(create('/b', 2), false).stat).toBeNull()
  })

  it('setData and setACL write absolute values', () => {
    apply(create('/a', 1))
    expect(apply({ kind: 'setData', path: '/a', data: null, version: 7 }).stat).toMatchObject({ version: 7, mzxid: 2n, mtime: 1002n, dataLength: 0 })
    expect(apply({ kind: 'setACL', path: '/a', acl: READ_ACL_UNSAFE, version: 3 })).toMatchObject({ stat: { aversion: 3, mzxid: 2n }, changes: [] })
    expect(database.tree.getAcl(node('/a'))).toEqual(READ_ACL_UNSAFE)
  })

  it('delete is seen in the parent as one more change of its children', () => {
    apply(create('/a', 1))
    expect(changesOf(apply({ kind: 'delete', path: '/a' }))).toEqual(['NodeDeleted /a'])
    expect(copyStat(node('/'))).toMatchObject({ cversion: 1, numChildren: 1, pzxid: 2n })
    expect(apply({ kind: 'delete', path: '/a' })).toMatchObject({ err: KeeperErrorCode.NONODE, changes: [] })
  })

  it('container and TTL nodes show no owner', () => {
    apply({ kind: 'createContainer', path: '/c', data: null, acl: OPEN_ACL_UNSAFE, parentCVersion: 1 })
    apply({ kind: 'createTTL', path: '/t', data: null, acl: OPEN_ACL_UNSAFE, parentCVersion: 2, ttl: 60_000n })
    expect(BigInt.asUintN(64, node('/c').ephemeralOwner)).toBe(0x8000000000000000n)
    expect(BigInt.asUintN(64, node('/t').ephemeralOwner)).toBe(0xff0000000000ea60n)
    expect([copyStat(node('/c')).ephemeralOwner, copyStat(node('/t')).ephemeralOwner]).toEqual([0n, 0n])
    expect([...database.tree.containers, ...database.tree.ttls]).toEqual(['/c', '/t'])
  })

  it('errors change nothing but the zxid', () => {
    const before = database.hash()
    expect(apply({ kind: 'error', err: -110 })).toMatchObject({ err: -110, path: null, changes: [] })
    expect(database.hash()).toBe(before)
    expect(database.lastProcessedZxid).toBe(1n)
  })

  it('closeSession deletes what the leader listed, in its order, then what else is left', () => {
    apply({ kind: 'createSession', timeOut: 4000 })
    expect(database.sessions.get(SESSION)).toBe(4000)
    for (const [i, path] of ['/a', '/b', '/c'].entries()) apply(create(path, i + 1, { ephemeral: true }))
    expect([...database.tree.ephemeralsOf(SESSION)]).toEqual(['/a', '/b', '/c'])
    expect(changesOf(apply({ kind: 'closeSession', paths2Delete: ['/c', '/gone', '/a'] }))).toEqual([
      'NodeDeleted /c',
      'NodeDeleted /a',
      'NodeDeleted /b',
    ])
    expect([database.sessions.size, database.tree.ephemerals.size]).toEqual([0, 0])
  })

  it('closeSession of an old server deletes all that the tree knows', () => {
    apply(create('/a', 1, { ephemeral: true }))
    expect(changesOf(apply({ kind: 'closeSession', paths2Delete: null }))).toEqual(['NodeDeleted /a'])
  })

  it('changes carry the lists that say who may hear of them', () => {
    apply(create('/a', 1, { acl: READ_ACL_UNSAFE }))
    const [created] = apply(create('/a/b', 1)).changes
    expect(created).toMatchObject({ acl: OPEN_ACL_UNSAFE, parentAcl: READ_ACL_UNSAFE })
    const [deleted] = apply({ kind: 'delete', path: '/a/b' }).changes
    expect(deleted).toMatchObject({ acl: OPEN_ACL_UNSAFE, parentAcl: READ_ACL_UNSAFE })
    const [changed] = apply({ kind: 'setData', path: '/a', data: null, version: 1 }).changes
    expect(changed).toMatchObject({ acl: READ_ACL_UNSAFE, parentAcl: null })
  })
})

describe('multi', () => {
  it('applies its operations in order, with one zxid', () => {
    const txns = [create('/m', 1), create('/m/n', 1), { kind: 'check', path: '/m', version: 1 } as const, { kind: 'delete', path: '/m/n' } as const]
    const result = apply({ kind: 'multi', txns })
    expect(result).toMatchObject({
      err: 0,
      results: [{ kind: 'create', path: '/m' }, { path: '/m/n' }, { kind: 'check', err: 0 }, { kind: 'delete' }],
    })
    expect(changesOf(result)).toEqual(['NodeCreated /m', 'NodeCreated /m/n', 'NodeDeleted /m/n'])
    expect(copyStat(node('/m'))).toMatchObject({ czxid: 1n, pzxid: 1n, cversion: 2, numChildren: 0 })
  })

  it('that failed changes nothing and says why', () => {
    const before = database.hash()
    const errors = [KeeperErrorCode.BADVERSION, KeeperErrorCode.RUNTIMEINCONSISTENCY].map((err): Txn => ({ kind: 'error', err }))
    const result = apply({ kind: 'multi', txns: [create('/m', 1), ...errors] })
    expect(result).toMatchObject({ kind: 'multi', err: -103, results: [{ kind: 'error', err: 0 }, { err: -103 }, { err: -2 }], changes: [] })
    expect(database.hash()).toBe(before)
  })
})

describe('the tree as a whole', () => {
  it('keeps its own copy of data that is part of a larger array', () => {
    const frame = utf8('....data....')
    apply(create('/a', 1, { data: frame.subarray(4, 8) }))
    frame.fill(0)
    expect(node('/a').data).toEqual(utf8('data'))
    expect(node('/a').data?.buffer.byteLength).toBe(4)
  })

  it('clones are independent', () => {
    apply(create('/a', 1))
    const copy = database.clone()
    const before = copy.hash()
    expect(before).toBe(database.hash())
    apply(create('/a/b', 1, { ephemeral: true, acl: READ_ACL_UNSAFE }))
    apply({ kind: 'setData', path: '/a', data: null, version: 1 })
    apply({ kind: 'createSession', timeOut: 1 })
    expect(copy.hash()).toBe(before)
  })

  it('the configuration is written by each server for itself', () => {
    const before = database.hash()
    database.tree.setConfigData(utf8('version=100000000'), 0x100000000n, 5n)
    expect(copyStat(node('/zookeeper/config'))).toMatchObject({ version: -1, mzxid: 0x100000000n, mtime: 5n, czxid: 0n, dataLength: 17 })
    expect(database.hash()).toBe(before)
  })

  it('refuses snapshots that are no tree', () => {
    const { tree } = database
    const stat = { czxid: 1n, mzxid: 1n, ctime: 0n, mtime: 0n, version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, pzxid: 1n }
    expect(tree.restoreNode('/a', null, -1n, stat)).toBe('unable to find parent / of path /a')
    tree.clear()
    expect(tree.restoreNode('', null, -1n, stat)).toBeUndefined()
    expect(tree.restoreNode('/a/b', null, -1n, stat)).toBe('unable to find parent /a of path /a/b')
    expect(tree.restoreNode('a', null, -1n, stat)).toBe('unable to find parent / of path a')
    expect(tree.restoreNode('', null, -1n, stat)).toBe('path / occurs twice')
    tree.clear()
    expect(tree.finishRestore()).toBe('the snapshot has no root node')
  })

  it('a snapshot without /zookeeper/config gets one', () => {
    const { tree } = database
    const stat = { czxid: 0n, mzxid: 0n, ctime: 0n, mtime: 0n, version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, pzxid: 0n }
    tree.restoreNode('', null, -1n, stat)
    tree.restoreNode('/zookeeper', null, -1n, stat)
    expect(tree.finishRestore()).toBeUndefined()
    tree.setConfigData(utf8('x'), 1n, 0n)
    expect(database.tree.getAcl(node('/zookeeper/config'))).toEqual(READ_ACL_UNSAFE)
  })
})
