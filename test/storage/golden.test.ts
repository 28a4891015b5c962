import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, hexOf } from '../../src/kernel/index.ts'
import { encodeLogRecord, LogReader, SnapshotReader, SnapshotSerializer } from '../../src/storage/index.ts'
import { copyStat, type ZKDatabase } from '../../src/tree/index.ts'
import { decodeTransaction, encodeTransaction } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { newDatabase, recover } from './support.ts'

const read = (name: string) => new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)))
const text = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8')

function records(name: string): Uint8Array[] {
  const reader = new LogReader(name, true)
  reader.push(read(name))
  reader.finish()
  const found: Uint8Array[] = []
  for (let item = reader.next(); item.kind !== 'end'; item = reader.next()) {
    if (item.kind !== 'record') throw new Error(JSON.stringify(item))
    found.push(item.bytes)
  }
  return found
}

/** The tree in the form of expected.json. */
function described(database: ZKDatabase) {
  const nodes: Record<string, unknown> = {}
  const cursor = database.tree.cursor()
  for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) {
    const node = database.tree.getNode(entry.path)
    if (node === undefined) throw new Error(entry.path)
    const stat = copyStat(node)
    const ids = { czxid: hex(stat.czxid), mzxid: hex(stat.mzxid), ephemeralOwner: hex(stat.ephemeralOwner), pzxid: hex(stat.pzxid) }
    nodes[entry.path || '/'] = {
      ...stat,
      ...ids,
      ctime: Number(stat.ctime),
      mtime: Number(stat.mtime),
      data: node.data === null ? null : hexOf(node.data),
      acl: database.tree.getAcl(node).map(({ perms, id }) => `${perms}:${id.scheme}:${id.id}`),
    }
  }
  return nodes
}

const hex = (value: bigint) => `0x${value.toString(16)}`

function javaDisk(...names: string[]): MemoryDisk {
  const disk = new MemoryDisk()
  for (const name of names) disk.put(`${name.startsWith('log') ? 'log' : 'snap'}/${name}`, read(name))
  return disk
}

describe('files written by ZooKeeper 3.8.0', () => {
  for (const names of [
    ['snapshot.0', 'log.1', 'snapshot.16', 'log.17'],
    ['snapshot.16', 'log.17'],
    ['snapshot.0', 'log.1', 'log.17'],
  ]) {
    it(`${names.join(', ')} give the tree that its clients saw`, () => {
      const outcome = recover(javaDisk(...names))
      if (outcome.kind === 'failed') throw new Error(outcome.message)
      expect(described(outcome.database)).toEqual(JSON.parse(text('expected.json')))
    })
  }

  it('each transaction of the logs leads to the digest that is written beside it', () => {
    const database = newDatabase()
    let compared = 0
    for (const bytes of [...records('log.1'), ...records('log.17')]) {
      const transaction = decodeTransaction(bytes)
      database.apply(transaction)
      if (transaction.digest === null) continue
      compared++
      expect(database.tree.digest).toBe(transaction.digest.treeDigest)
    }
    expect(compared).toBeGreaterThan(15)
  })

  it('transactions and records are encoded to the same bytes again', () => {
    for (const name of ['log.1', 'log.17']) {
      const bytes = read(name)
      let at = 16
      for (const txn of records(name)) {
        expect(encodeTransaction(decodeTransaction(txn))).toEqual(txn)
        expect(encodeLogRecord(txn)).toEqual(bytes.slice(at, at + txn.length + 13))
        at += txn.length + 13
      }
      expect(at).toBe(bytes.length - 64)
    }
  })

  it('a restored snapshot has the digest that it states, and survives being written again', () => {
    const database = newDatabase()
    const reader = new SnapshotReader(database, 'file')
    expect(reader.push(read('snapshot.16'))).toEqual({ kind: 'more' })
    expect(reader.finish()).toEqual({ kind: 'done', leftover: 0 })
    expect(reader.digest).toEqual({ zxid: 0x16n, digest: database.tree.digest })
    expect(database.sessions.size).toBeGreaterThan(0)
    database.lastProcessedZxid = 0x16n
    const again = newDatabase()
    new SnapshotReader(again, 'file').push(new SnapshotSerializer(database, 'file').next() as Uint8Array)
    expect(again.hash()).toBe(database.hash())
  })

  it('any changed byte of a snapshot is noticed', () => {
    const good = read('snapshot.0')
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice()
      bad[at] = (bad[at] as number) ^ 1
      const reader = new SnapshotReader(newDatabase(), 'file')
      const reading = reader.push(bad)
      const verdict = reading.kind === 'more' ? reader.finish() : reading
      // Version and dbid of the header and the texts behind the checksums are not looked at, but all of them are summed up but the last.
      if (at < good.length - 5) expect(verdict.kind, `byte ${at}`).toBe('failed')
    }
  })

  it('the empty snapshot is the one of the reference', () => {
    const bytes = read('snapshot.0')
    expect(bytes.length).toBe(457)
    expect(hexOf(bytes.slice(424 - 13, 424))).toBe(hexOf(fromHex('00000000b8a23b49 00000001 2f')))
    expect(hexOf(bytes.slice(457 - 13, 457))).toBe(hexOf(fromHex('0000000095b93d59 00000001 2f')))
  })
})
