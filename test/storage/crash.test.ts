import { describe, expect, it } from 'vitest'
import { newSnapshotWriter, newTruncate, newTxnLog, snapshotWriter, truncate, txnLog } from '../../src/storage/index.ts'
import { MemoryDisk, runOnDisk } from '../support/memory-disk.ts'
import { databaseAt, logOptions, logUp, numbered, recover, recoveredZxid, wholeSnapshot } from './support.ts'

/** What a crash may do to what was not synced: forget all of it or none. */
const aftermaths: readonly [string, (disk: MemoryDisk) => void][] = [
  ['forgotten', (disk) => disk.crash()],
  ['kept', (disk) => disk.keepEverything()],
]

/** Lets the first `count` operations happen. Tells whether that was all of them. */
function budget(count: number) {
  const spent = { left: count, exhausted: false }
  const mayPerform = () => {
    if (spent.left === 0) spent.exhausted = true
    return !spent.exhausted && spent.left-- > 0
  }
  return { spent, mayPerform }
}

/** Runs `attempt` with 0, 1, 2 … operations before the crash until it gets through. Gives how many there are. */
function atEveryOperation(attempt: (count: number, crash: (disk: MemoryDisk) => void) => boolean): number {
  for (let count = 0; ; count++) {
    const through = aftermaths.map(([, crash]) => attempt(count, crash))
    if (through.every(Boolean)) return count
  }
}

function newDisk(): MemoryDisk {
  const disk = new MemoryDisk()
  disk.put('snap/snapshot.0', wholeSnapshot(databaseAt(0n)))
  return disk
}

describe('a crash between any two operations', () => {
  it('of the log loses nothing that was called flushed, and leaves no hole', () => {
    const operations = atEveryOperation((count, crash) => {
      const disk = newDisk()
      const { spent, mayPerform } = budget(count)
      const log = newTxnLog(0n, logOptions)
      let flushed = 0n
      for (let zxid = 1n; zxid <= 9n && !spent.exhausted; zxid++) {
        runOnDisk(disk, txnLog, log, { kind: 'append', zxid, bytes: numbered(zxid) })
        if (zxid % 4n === 0n) runOnDisk(disk, txnLog, log, { kind: 'roll' })
        if (zxid % 2n === 1n) {
          for (const effect of runOnDisk(disk, txnLog, log, { kind: 'turn' }, mayPerform)) if (effect.kind === 'flushed') flushed = effect.upTo
        }
      }
      crash(disk)
      const found = recoveredZxid(disk)
      expect(found).toBeGreaterThanOrEqual(flushed)
      const outcome = recover(disk)
      expect(outcome.kind === 'recovered' && outcome.database.hash()).toBe(databaseAt(found).hash())
      logUp(disk, found + 1n, found + 2n)
      expect(recoveredZxid(disk)).toBe(found + 2n)
      return !spent.exhausted
    })
    expect(operations).toBeGreaterThan(12)
  })

  it('of the log leaves a readable prefix when only part of the last write reached the disk', () => {
    const before = newDisk()
    logUp(before, 1n, 3n)
    for (const from of [4n, 1n]) {
      const disk = from === 1n ? newDisk() : before.clone()
      const after = disk.clone()
      logUp(after, from, from + 2n, 3)
      const name = `log/log.${from}`
      const whole = after.get(name) as Uint8Array
      for (let length = 0; length < 400; length++) {
        const torn = disk.clone()
        torn.put(name, whole.slice(0, length))
        const found = recoveredZxid(torn)
        expect(found >= from - 1n && found <= from + 2n, `length ${length}`).toBe(true)
      }
    }
  })

  it('of a snapshot leaves the history as it was', () => {
    const operations = atEveryOperation((count, crash) => {
      const disk = newDisk()
      logUp(disk, 1n, 6n)
      const { spent, mayPerform } = budget(count)
      const effects = runOnDisk(disk, snapshotWriter, newSnapshotWriter(databaseAt(6n), false), { kind: 'start' }, mayPerform)
      crash(disk)
      expect(recoveredZxid(disk)).toBe(6n)
      const written = effects.some(({ kind }) => kind === 'snapshotWritten')
      const outcome = recover(disk)
      if (written) expect(outcome.kind === 'recovered' && outcome.recent).toEqual([])
      expect(outcome.kind === 'recovered' && outcome.database.hash()).toBe(databaseAt(6n).hash())
      expect(disk.names().some((name) => name.includes('unfinished'))).toBe(false)
      return !spent.exhausted
    })
    expect(operations).toBeGreaterThan(3)
  })

  it('of a snapshot that came by SNAP leaves the former history or the new one', () => {
    const operations = atEveryOperation((count, crash) => {
      const disk = newDisk()
      logUp(disk, 1n, 6n)
      disk.put('snap/snapshot.4', wholeSnapshot(databaseAt(4n)))
      const { spent, mayPerform } = budget(count)
      const received = databaseAt(9n)
      const effects = runOnDisk(disk, snapshotWriter, newSnapshotWriter(received, true), { kind: 'start' }, mayPerform)
      crash(disk)
      expect([6n, 9n]).toContain(recoveredZxid(disk))
      if (effects.some(({ kind }) => kind === 'snapshotWritten')) {
        expect(recoveredZxid(disk)).toBe(9n)
        expect(disk.names()).toEqual(['snap/snapshot.9'])
      }
      return !spent.exhausted
    })
    expect(operations).toBeGreaterThan(5)
  })

  it('of a snapshot that came by SNAP never mixes the new history with the former one, of which a newer snapshot exists', () => {
    atEveryOperation((count, crash) => {
      const disk = newDisk()
      for (const from of [1n, 5n, 9n]) logUp(disk, from, from + 3n, 2)
      disk.put('snap/snapshot.b', wholeSnapshot(databaseAt(11n)))
      const { spent, mayPerform } = budget(count)
      const received = databaseAt(5n)
      received.lastProcessedZxid = 9n
      runOnDisk(disk, snapshotWriter, newSnapshotWriter(received, true), { kind: 'start' }, mayPerform)
      crash(disk)
      const outcome = recover(disk)
      if (outcome.kind === 'failed') throw new Error(outcome.message)
      const expected = outcome.lastZxid === 9n ? received : databaseAt(outcome.lastZxid)
      expect(outcome.database.hash(), `after ${count} operations`).toBe(expected.hash())
      if (!spent.exhausted) expect(outcome.lastZxid).toBe(9n)
      return !spent.exhausted
    })
  })

  for (const snapshots of [[3n, 7n, 11n], [3n], [1n], [7n]]) {
    for (const zxid of [1n, 2n, 4n, 6n]) {
      it(`of a truncation to ${zxid} with snapshots at 0, ${snapshots.join(', ')} leaves a beginning of the history that is long enough`, () => {
        const operations = atEveryOperation((count, crash) => {
          const disk = newDisk()
          for (const from of [1n, 5n, 9n]) logUp(disk, from, from + 3n, 2)
          for (const each of snapshots) disk.put(`snap/snapshot.${each.toString(16)}`, wholeSnapshot(databaseAt(each)))
          const { spent, mayPerform } = budget(count)
          const effects = runOnDisk(disk, truncate, newTruncate(zxid), { kind: 'start' }, mayPerform)
          crash(disk)
          const outcome = recover(disk)
          if (outcome.kind === 'failed') throw new Error(outcome.message)
          expect(outcome.lastZxid).toBeGreaterThanOrEqual(zxid)
          expect(outcome.database.hash()).toBe(databaseAt(outcome.lastZxid).hash())
          if (effects.some(({ kind }) => kind === 'truncated')) expect(outcome.lastZxid).toBe(zxid)
          return !spent.exhausted
        })
        expect(operations).toBeGreaterThan(4)
      })
    }
  }
})
