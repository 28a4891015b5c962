import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logFilesFrom, purgeable, snapshotFiles } from '../../src/storage/index.ts'

const listing = (snapshots: readonly number[], logs: readonly number[]) =>
  [...snapshots.map((zxid) => `snap/snapshot.${zxid.toString(16)}`), ...logs.map((zxid) => `log/log.${zxid.toString(16)}`)].map((name) => ({
    name,
    size: 100,
  }))

describe('purging', () => {
  it('keeps the newest snapshots and the logs that go on behind the oldest of them', () => {
    const files = listing([1, 5, 10, 20, 30], [1, 4, 9, 12, 25])
    expect(purgeable(files, () => true, 3)).toEqual(['snap/snapshot.1', 'snap/snapshot.5', 'log/log.1', 'log/log.4'])
    expect(purgeable(files, () => true, 9)).toEqual([])
    expect(purgeable(files, () => false, 3)).toEqual([])
  })

  it('does not count snapshots that do not look whole, and deletes old ones of them too', () => {
    const files = listing([1, 5, 10, 20, 30], [1, 4, 9, 12, 25])
    expect(purgeable(files, (name) => !/\.(14|5)$/.test(name), 3)).toEqual([])
    expect(purgeable(files, (name) => !/\.(14|1)$/.test(name), 3)).toEqual(['snap/snapshot.1', 'log/log.1'])
  })

  it('leaves foreign files alone', () => {
    const files = [
      ...listing([10, 20, 30], [10, 20]),
      { name: 'log/log.xyz', size: 1 },
      { name: 'snap/currentEpoch', size: 1 },
      { name: 'snap/myid', size: 1 },
    ]
    expect(purgeable(files, () => true, 1)).toEqual(['snap/snapshot.a', 'snap/snapshot.14', 'log/log.a'])
  })

  it('never deletes what the recovery of a kept snapshot reads', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 8 })
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 3, max: 5 }), (snapshots, logs, retain) => {
        const files = listing(snapshots, logs)
        const doomed = new Set(purgeable(files, () => true, retain))
        const kept = snapshotFiles(files).slice(-retain)
        for (const { name, zxid } of kept) {
          expect(doomed.has(name)).toBe(false)
          for (const log of logFilesFrom(files, zxid + 1n)) expect(doomed.has(log.name)).toBe(false)
        }
      }),
    )
  })
})
