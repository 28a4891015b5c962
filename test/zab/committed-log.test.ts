import { expect, test } from 'vitest'
import { AssertionError, makeZxid, utf8, type Zxid } from '../../src/kernel/index.ts'
import { CommittedLog } from '../../src/zab/index.ts'

const txn = (zxid: Zxid) => ({ zxid, bytes: utf8(String(zxid)) })

test('keeps the newest', () => {
  const log = new CommittedLog(500)
  for (let counter = 1n; counter <= 3000n; counter++) {
    log.add(txn(makeZxid(1n, counter)))
    expect(log.size).toBe(Math.min(500, Number(counter)))
    expect(log.max).toBe(makeZxid(1n, counter))
  }
  expect(log.min).toBe(makeZxid(1n, 2501n))
  expect([...log.from(makeZxid(1n, 2999n))].map(({ zxid }) => zxid)).toEqual([makeZxid(1n, 2999n), makeZxid(1n, 3000n)])
})

test('finds the first transaction at or above a zxid', () => {
  const log = new CommittedLog()
  const zxids = [0x100000002n, 0x100000003n, 0x300000001n, 0x300000002n]
  for (const zxid of zxids) log.add(txn(zxid))
  for (const zxid of [0n, 0x100000002n, 0x100000004n, 0x200000000n, 0x300000001n, 0x300000002n, 0x300000003n]) {
    const slow = zxids.findIndex((mine) => mine >= zxid)
    expect(log.indexFrom(zxid)).toBe(slow < 0 ? zxids.length : slow)
  }
})

test.each([
  ['a gap', 0x100000003n],
  ['the same again', 0x100000001n],
  ['a later epoch that does not begin with 1', 0x200000002n],
  ['an earlier epoch', 0x000000001n],
])('refuses %s (ZOOKEEPER-4925)', (_, zxid) => {
  const log = new CommittedLog()
  log.add(txn(0x100000001n))
  expect(() => log.add(txn(zxid))).toThrow(AssertionError)
})

test('a clone goes its own way; equal logs have equal hashes', () => {
  const log = new CommittedLog()
  log.add(txn(1n))
  const copy = log.clone()
  expect(copy.hash()).toBe(log.hash())
  copy.add(txn(2n))
  expect(log.size).toBe(1)
  expect(copy.hash()).not.toBe(log.hash())
  copy.clear()
  expect([copy.min, copy.max, copy.size]).toEqual([null, null, 0])
})
