import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataTree, nodeDigest, type TreeEntry, ZKDatabase } from '../../src/tree/index.ts'
import { KeeperErrorCode, OPEN_ACL_UNSAFE } from '../../src/wire/index.ts'
import { Leader, transaction, type Wish, wish } from './history.ts'

const history = fc.array(wish, { minLength: 20, maxLength: 60, size: 'max' })

/** A database that is put together from a walk during which `steps[i]` nodes were visited after the i-th transaction. */
function fuzzyCopy(leader: Leader, wishes: readonly Wish[], steps: readonly number[]): ZKDatabase {
  const { database } = leader
  const copy = new ZKDatabase(new DataTree({ digest: true }))
  const zxid = database.lastProcessedZxid
  const sessions = [...database.sessions]
  const acls = database.tree.acls.entries()
  const cursor = database.tree.cursor()
  const entries: TreeEntry[] = []
  wishes.forEach((wanted, i) => {
    for (let step = steps[i % steps.length] ?? 0; step > 0; step--) {
      const entry = cursor.next()
      if (entry !== undefined) entries.push(entry)
    }
    leader.propose(wanted)
  })
  for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) entries.push(entry)

  for (const [id, timeOut] of sessions) copy.sessions.set(id, timeOut)
  for (const [id, acl] of acls) copy.tree.restoreAcl(id, acl)
  for (const { path, data, aclId, stat } of entries) expect(copy.tree.restoreNode(path, data, aclId, stat)).toBeUndefined()
  expect(copy.tree.finishRestore()).toBeUndefined()
  copy.lastProcessedZxid = zxid
  return copy
}

describe('replay', () => {
  it('of the transactions since its start turns a fuzzy snapshot into the exact tree', () => {
    fc.assert(
      fc.property(history, history, fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), (before, during, steps) => {
        const leader = new Leader()
        for (const wanted of before) leader.propose(wanted)
        const copy = fuzzyCopy(leader, during, steps)
        for (const transaction of leader.transactions) if (transaction.header.zxid > copy.lastProcessedZxid) copy.apply(transaction)
        expectSame(copy, leader.database)
      }),
      { numRuns: 1000 },
    )
  })

  it('of any suffix over the tree that it led to changes nothing', () => {
    fc.assert(
      fc.property(history, fc.nat(), (wishes, from) => {
        const leader = new Leader()
        for (const wanted of wishes) leader.propose(wanted)
        const again = leader.database.clone()
        for (const transaction of leader.transactions.slice(from % wishes.length)) again.apply(transaction)
        expectSame(again, leader.database)
      }),
      { numRuns: 1000 },
    )
  })

  it('tells the parent of a node that is gone already when it was deleted (ZOOKEEPER-3125, 3145)', () => {
    const leader = new Leader()
    leader.propose({ kind: 'create', path: '/a', how: 'persistent', acl: 0, session: 0 })
    const database = new ZKDatabase(leader.database.tree.clone())
    const header = { clientId: 7n, cxid: 0, zxid: 9n, time: 0n, type: -11 }
    database.apply({ header, txn: { kind: 'closeSession', paths2Delete: ['/a/gone'] }, digest: null })
    expect(database.tree.getNode('/a')?.pzxid).toBe(9n)
  })
})

describe('counters over a tree that is ahead', () => {
  function ahead(): ZKDatabase {
    const leader = new Leader()
    leader.propose({ kind: 'create', path: '/a', how: 'persistent', acl: 0, session: 0 })
    leader.propose({ kind: 'create', path: '/a/a', how: 'persistent', acl: 0, session: 0 })
    leader.propose({ kind: 'delete', path: '/a/a' })
    leader.propose({ kind: 'create', path: '/a/b', how: 'persistent', acl: 0, session: 0 })
    return leader.database
  }

  it('do not go back when a creation is applied again (ZOOKEEPER-3249)', () => {
    const database = ahead()
    const fields = { kind: 'create2' as const, data: null, acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 1 }
    database.apply(transaction(2n, 1n, { ...fields, path: '/a/a' }))
    database.apply(transaction(2n, 1n, { ...fields, path: '/a/b' }))
    expect(database.tree.getNode('/a')).toMatchObject({ cversion: 2, pzxid: 4n })
    expect(database.lastProcessedZxid).toBe(4n)
  })

  it('are raised by a creation that finds its node already there, whatever the kind of create', () => {
    for (const kind of ['create', 'create2', 'createContainer'] as const) {
      const database = ahead()
      const fields = { path: '/a/b', data: null, acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 9 }
      expect(database.apply(transaction(20n, 1n, { kind, ...fields })).err).toBe(KeeperErrorCode.NODEEXISTS)
      expect(database.tree.getNode('/a')).toMatchObject({ cversion: 9, pzxid: 20n })
    }
  })
})

describe('the running figures', () => {
  it('digest, size and counts are those that counting anew gives', () => {
    fc.assert(
      fc.property(history, (wishes) => {
        const leader = new Leader()
        for (const wanted of wishes) leader.propose(wanted)
        const { tree } = leader.database
        let digest = 0n
        let size = 0
        let count = 0
        const cursor = tree.cursor()
        for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) {
          digest += BigInt(nodeDigest(entry.path, entry.data, entry.stat))
          size += (entry.path || '/').length + (entry.data?.length ?? 0)
          count++
        }
        expect(tree.digest).toBe(BigInt.asIntN(64, digest))
        expect(tree.approximateDataSize).toBe(size)
        expect(tree.nodeCount).toBe(count + 1)
        expect(tree.countDescendants('/')).toBe(count - 1)
      }),
    )
  })

  it('the sets of special nodes and the table of lists hold what the nodes say', () => {
    fc.assert(
      fc.property(history, (wishes) => {
        const leader = new Leader()
        for (const wanted of wishes) leader.propose(wanted)
        const { tree } = leader.database
        const paths: Record<string, string[]> = { ephemeral: [], container: [], ttl: [] }
        const lists = new Set<bigint>()
        const cursor = tree.cursor()
        for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) {
          const owner = entry.stat.ephemeralOwner
          if (owner > 0n) paths['ephemeral']?.push(entry.path)
          else if (owner !== 0n) paths[BigInt.asUintN(64, owner) === 1n << 63n ? 'container' : 'ttl']?.push(entry.path)
          if (entry.aclId !== -1n) lists.add(entry.aclId)
        }
        expect(new Set([...tree.ephemerals.values()].flatMap((each) => [...each]))).toEqual(new Set(paths['ephemeral']))
        expect(tree.containers).toEqual(new Set(paths['container']))
        expect(tree.ttls).toEqual(new Set(paths['ttl']))
        expect(new Set(tree.acls.entries().map(([id]) => id))).toEqual(lists)
      }),
    )
  })
})

function expectSame(actual: ZKDatabase, expected: ZKDatabase): void {
  expect(actual.tree.digest).toBe(expected.tree.digest)
  expect(actual.hash()).toBe(expected.hash())
  expect(actual.lastProcessedZxid).toBe(expected.lastProcessedZxid)
}
