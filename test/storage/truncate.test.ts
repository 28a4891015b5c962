import { describe, expect, it } from 'vitest'
import { newTruncate, newTxnLog, type TruncateEffect, truncate, txnLog } from '../../src/storage/index.ts'
import { MemoryDisk, runOnDisk } from '../support/memory-disk.ts'
import { databaseAt, logOptions, logUp, numbered, recover, recoveredZxid, wholeSnapshot } from './support.ts'

/** Log 1..12 in files of four transactions, and a snapshot after each of `snapshots`. */
function diskWith(...snapshots: bigint[]): MemoryDisk {
  const disk = new MemoryDisk()
  for (const from of [1n, 5n, 9n]) logUp(disk, from, from + 3n, 2)
  for (const zxid of snapshots) disk.put(`snap/snapshot.${zxid.toString(16)}`, wholeSnapshot(databaseAt(zxid)))
  return disk
}

const cut = (disk: MemoryDisk, zxid: bigint): TruncateEffect | undefined => runOnDisk(disk, truncate, newTruncate(zxid), { kind: 'start' }).at(-1)

describe('truncation', () => {
  it('to any transaction leaves the history up to it, and writing can go on (ZOOKEEPER-1489, -1156)', () => {
    for (let zxid = 1n; zxid <= 12n; zxid++) {
      const disk = diskWith(0n)
      expect(cut(disk, zxid)).toEqual({ kind: 'truncated', zxid })
      disk.crash()
      expect(recoveredZxid(disk)).toBe(zxid)
      const log = newTxnLog(12n, logOptions)
      txnLog.step(log, { kind: 'reset', lastZxid: zxid }, { elapsed: 0, wall: 0 })
      for (let next = zxid + 1n; next <= zxid + 3n; next++) runOnDisk(disk, txnLog, log, { kind: 'append', zxid: next, bytes: numbered(next) })
      runOnDisk(disk, txnLog, log, { kind: 'turn' })
      disk.crash()
      expect(recoveredZxid(disk)).toBe(zxid + 3n)
    }
  })

  it('deletes the snapshots of what is cut off (ZOOKEEPER-4837)', () => {
    const disk = diskWith(0n, 3n, 6n, 11n)
    cut(disk, 6n)
    expect(disk.names()).toEqual(['log/log.1', 'log/log.5', 'snap/snapshot.0', 'snap/snapshot.3', 'snap/snapshot.6'])
    const outcome = recover(disk)
    expect(outcome.kind === 'recovered' && outcome.database.hash()).toBe(databaseAt(6n).hash())
  })

  it('to a transaction that this server never had changes nothing', () => {
    for (const zxid of [13n, 0x100000000n, 0n]) {
      const disk = diskWith(zxid === 0n ? 1n : 0n)
      const before = disk.names()
      expect(cut(disk, zxid)).toMatchObject({ kind: 'failed', damaged: false })
      expect(disk.names()).toEqual(before)
      expect(recoveredZxid(disk)).toBe(12n)
    }
  })

  it('needs a snapshot to begin with that looks whole', () => {
    const disk = diskWith(8n)
    expect(cut(disk, 6n)).toEqual({ kind: 'failed', message: 'there is no snapshot at or below 0x6', damaged: false })
    disk.put('snap/snapshot.2', new Uint8Array(100))
    expect(cut(disk, 6n)).toMatchObject({ kind: 'failed' })
    disk.put('snap/snapshot.1', wholeSnapshot(databaseAt(1n)))
    expect(cut(disk, 6n)).toMatchObject({ kind: 'truncated' })
    expect(recoveredZxid(disk)).toBe(6n)
  })

  it('to the snapshot with which the history begins keeps no record after it', () => {
    const disk = new MemoryDisk()
    disk.put('snap/snapshot.8', wholeSnapshot(databaseAt(8n)))
    logUp(disk, 9n, 12n)
    expect(cut(disk, 8n)).toEqual({ kind: 'truncated', zxid: 8n })
    expect(disk.names()).toEqual(['snap/snapshot.8'])
    expect(recoveredZxid(disk)).toBe(8n)
  })

  it('passes on damage in the log, and a failure of the disk as what it is', () => {
    const disk = diskWith(0n)
    const bytes = disk.get('log/log.5') as Uint8Array
    bytes[40] = 0xff
    disk.put('log/log.5', bytes)
    expect(cut(disk, 6n)).toEqual({ kind: 'failed', message: 'log/log.5: CRC check failed at offset 16', damaged: false })
    const state = newTruncate(6n)
    const failed = truncate.step(state, { kind: 'disk', token: 0, result: { kind: 'failed', message: 'EIO' } }, { elapsed: 0, wall: 0 })
    expect(failed).toEqual([{ kind: 'failed', message: 'the log cannot be cut: EIO', damaged: true }])
  })
})
