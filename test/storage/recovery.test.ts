import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adler32, utf8 } from '../../src/kernel/index.ts'
import { newRecovery, newSnapshotWriter, newTxnLog, recovery, snapshotWriter, txnLog } from '../../src/storage/index.ts'
import { MemoryDisk, runOnDisk } from '../support/memory-disk.ts'
import { create, databaseAt, encoded, logOptions, logUp, newDatabase, recover, recoveredZxid, SESSION, wholeSnapshot } from './support.ts'

/** A disk with a snapshot after each of `snapshots` and the log 1..`to`, a new file after each snapshot. */
function diskWith(to: bigint, ...snapshots: bigint[]): MemoryDisk {
  const disk = new MemoryDisk()
  const log = logUp(disk, 1n, 0n)
  for (const end of [...snapshots, to]) {
    for (const [file, bytes] of filesOf(log.lastZxid + 1n, end)) disk.put(file, bytes)
    log.lastZxid = end
  }
  for (const zxid of snapshots) disk.put(`snap/snapshot.${zxid.toString(16)}`, wholeSnapshot(databaseAt(zxid)))
  return disk
}

function filesOf(from: bigint, to: bigint): [string, Uint8Array][] {
  const disk = new MemoryDisk()
  logUp(disk, from, to)
  return disk.names().map((name) => [name, disk.get(name) as Uint8Array])
}

const failure = (disk: MemoryDisk) => {
  const outcome = recover(disk)
  return outcome.kind === 'failed' ? outcome.message : outcome
}

describe('recovery', () => {
  it('of nothing is an empty database, whose snapshot is on disk at once', () => {
    const disk = new MemoryDisk()
    expect(recover(disk)).toMatchObject({ lastZxid: 0n, recent: [], currentEpoch: null, acceptedEpoch: null, currentEpochTmp: null })
    disk.crash()
    expect(disk.names()).toEqual(['snap/snapshot.0'])
    expect(recover(disk)).toMatchObject({ lastZxid: 0n })
  })

  it('takes the newest snapshot and every record after it, whatever the layout of the files', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 }),
        (to, snapshots) => {
          const ascending = snapshots.filter((zxid) => zxid <= to).sort((a, b) => a - b)
          if (ascending[0] === undefined) return
          const outcome = recover(diskWith(BigInt(to), ...ascending.map(BigInt)))
          if (outcome.kind === 'failed') throw new Error(outcome.message)
          expect(outcome.lastZxid).toBe(BigInt(to))
          expect(outcome.database.hash()).toBe(databaseAt(BigInt(to)).hash())
          const newest = ascending.at(-1) as number
          expect(outcome.recent.map(({ zxid }) => Number(zxid))).toEqual(Array.from({ length: to - newest }, (_, i) => newest + 1 + i))
        },
      ),
    )
  })

  it('keeps the last commitLogCount transactions', () => {
    for (const count of [1, 3, 50]) {
      const outcome = recover(diskWith(20n, 0n), count)
      const expected = Array.from({ length: 20 }, (_, i) => BigInt(i + 1)).slice(-count)
      expect(outcome.kind === 'recovered' && outcome.recent.map(({ zxid }) => zxid)).toEqual(expected)
    }
  })

  it('falls back to the next older snapshot when one is torn or corrupted, and nothing of it is left', () => {
    const expected = databaseAt(9n).hash()
    const bytes = wholeSnapshot(databaseAt(6n))
    for (let length = 0; length < bytes.length; length += 7) {
      const disk = diskWith(9n, 3n, 6n)
      disk.put('snap/snapshot.6', bytes.slice(0, length))
      const outcome = recover(disk)
      expect(outcome.kind === 'recovered' && outcome.database.hash(), `length ${length}`).toBe(expected)
    }
    for (let at = 0; at < bytes.length - 18; at += 5) {
      const disk = diskWith(9n, 3n, 6n)
      const bad = bytes.slice()
      bad[at] = (bad[at] as number) ^ 0x20
      disk.put('snap/snapshot.6', bad)
      const outcome = recover(disk)
      expect(outcome.kind === 'recovered' && outcome.recent[0]?.zxid, `byte ${at}`).toBe(4n)
      expect(outcome.kind === 'recovered' && outcome.database.hash(), `byte ${at}`).toBe(expected)
    }
  })

  it('accepts snapshots of other versions: without a digest, or with more behind it', () => {
    const bytes = wholeSnapshot(databaseAt(6n))
    for (const file of [bytes.slice(0, -33), new Uint8Array([...bytes, 0, 0, 0, 0, 0, 0, 0, 6, ...bytes.slice(-13)])]) {
      const disk = diskWith(9n, 6n)
      disk.put('snap/snapshot.6', file)
      expect(recoveredZxid(disk)).toBe(9n)
    }
  })

  it('refuses a log without a snapshot, and snapshots of which none can be read', () => {
    expect(failure(diskWith(5n))).toBe('No snapshot found, but there are log entries. Something is broken!')
    const disk = diskWith(5n, 2n)
    const bad = wholeSnapshot(databaseAt(2n))
    bad[30] = 0xff
    disk.put('snap/snapshot.2', bad)
    expect(failure(disk)).toMatch(/^Not able to find valid snapshots/)
    const compressed = diskWith(5n, 2n)
    compressed.put('snap/snapshot.3.gz', new Uint8Array([0x1f, 0x8b]))
    expect(failure(compressed)).toMatch(/snapshot\.3\.gz is compressed/)
  })

  it('refuses files in the wrong folder', () => {
    const swapped = diskWith(5n, 2n)
    swapped.put('snap/log.9', new Uint8Array(16))
    expect(failure(swapped)).toBe('Snapshot directory has log files. Check if dataLogDir and dataDir configuration is correct.')
    const other = diskWith(5n, 2n)
    other.put('log/snapshot.9', new Uint8Array(16))
    expect(failure(other)).toBe('Log directory has snapshot files. Check if dataLogDir and dataDir configuration is correct.')
  })

  it('names file and offset of a corrupted record, and does not look at files that it does not need', () => {
    const disk = diskWith(9n, 0n, 6n)
    const old = disk.get('log/log.1') as Uint8Array
    const recent = disk.get('log/log.7') as Uint8Array
    old[40] = 0xff
    disk.put('log/log.1', old)
    expect(recoveredZxid(disk)).toBe(9n)
    recent[40] = 0xff
    disk.put('log/log.7', recent)
    expect(failure(disk)).toBe('log/log.7: CRC check failed at offset 16')
  })

  it('refuses a transaction that it does not understand', () => {
    const disk = diskWith(5n, 0n)
    const bytes = encoded(6n, { kind: 'delete', path: '/n2' })
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(28, 99)
    const log = newTxnLog(5n, logOptions)
    runOnDisk(disk, txnLog, log, { kind: 'append', zxid: 6n, bytes })
    runOnDisk(disk, txnLog, log, { kind: 'turn' })
    expect(failure(disk)).toBe('log/log.6: transaction 0x6 cannot be understood: unsupported transaction type 99')
  })

  it('goes on after a torn tail, which the next transaction replaces', () => {
    const disk = diskWith(5n, 0n)
    const log = disk.get('log/log.1') as Uint8Array
    disk.put('log/log.1', log.slice(0, log.lastIndexOf(0x42) - 3))
    expect(recoveredZxid(disk)).toBe(4n)
    logUp(disk, 5n, 7n)
    expect(recoveredZxid(disk)).toBe(7n)
  })

  it('deletes a newest log file that never got its header, since the next one may have another name (ZOOKEEPER-2332)', () => {
    for (const length of [0, 7, 8192]) {
      const disk = diskWith(5n, 0n)
      disk.put('log/log.6', new Uint8Array(length))
      expect(recoveredZxid(disk)).toBe(5n)
      expect(disk.names()).toEqual(['log/log.1', 'snap/snapshot.0'])
    }
  })

  it('reads the epoch files, and refuses one that holds no number', () => {
    const disk = diskWith(2n, 0n)
    disk.put('snap/currentEpoch', utf8('3'))
    disk.put('snap/acceptedEpoch', utf8('4\n'))
    disk.put('snap/currentEpoch.tmp', utf8('5'))
    expect(recover(disk)).toMatchObject({ currentEpoch: 3n, acceptedEpoch: 4n, currentEpochTmp: 5n })
    disk.put('snap/currentEpoch.tmp', utf8(''))
    expect(recover(disk)).toMatchObject({ currentEpoch: 3n, currentEpochTmp: null })
    disk.put('snap/acceptedEpoch', utf8('four'))
    expect(failure(disk)).toBe('the file acceptedEpoch holds "four", which is no number')
  })

  it('removes the remains of an unfinished snapshot', () => {
    const disk = diskWith(2n, 0n)
    disk.put('snap/unfinished.2', new Uint8Array(10))
    expect(recoveredZxid(disk)).toBe(2n)
    expect(disk.names()).not.toContain('snap/unfinished.2')
  })

  it('removes ephemeral nodes whose session is in no table, at the last zxid', () => {
    const database = newDatabase()
    const disk = new MemoryDisk()
    disk.put('snap/snapshot.0', wholeSnapshot(database))
    const log = newTxnLog(0n, logOptions)
    runOnDisk(disk, txnLog, log, { kind: 'append', zxid: 1n, bytes: encoded(1n, create('/e', '', true)) })
    runOnDisk(disk, txnLog, log, { kind: 'turn' })
    const outcome = recover(disk)
    if (outcome.kind === 'failed') throw new Error(outcome.message)
    expect(outcome.database.tree.getNode('/e')).toBeUndefined()
    expect(outcome.database.tree.ephemerals.has(SESSION)).toBe(false)
    expect(outcome.lastZxid).toBe(1n)
  })

  it('notes a tree whose digest is not the one that the snapshot states', () => {
    const database = databaseAt(3n)
    const bytes = wholeSnapshot(database)
    const other = databaseAt(3n)
    other.tree.setData('/n2', utf8('changed'), 0, 2n, 1002n)
    const disk = new MemoryDisk()
    const cheat = wholeSnapshot(other)
    expect(cheat).not.toEqual(bytes)
    disk.put('snap/snapshot.3', cheat)
    expect(notesOf(disk)).not.toContain('digest-mismatch')
    disk.put('snap/snapshot.3', withDigestOf(cheat, bytes))
    expect(notesOf(disk)).toContain('digest-mismatch')
  })

  it('says that the disk failed', () => {
    const state = newRecovery(newDatabase(), 500)
    const now = { elapsed: 0, wall: 0 }
    recovery.step(state, { kind: 'start' }, now)
    expect(recovery.step(state, { kind: 'disk', token: 1, result: { kind: 'failed', message: 'EIO' } }, now)).toEqual([
      { kind: 'failed', message: 'EIO' },
    ])
  })

  it('brings back what a snapshot writer wrote beside a running log', () => {
    const disk = diskWith(8n, 0n)
    expect(runOnDisk(disk, snapshotWriter, newSnapshotWriter(databaseAt(8n), false), { kind: 'start' }).at(-1)).toMatchObject({ zxid: 8n })
    for (const name of disk.names()) if (name.startsWith('log/')) disk.perform({ kind: 'delete', file: name })
    const outcome = recover(disk)
    expect(outcome.kind === 'recovered' && outcome.database.hash()).toBe(databaseAt(8n).hash())
  })
})

function notesOf(disk: MemoryDisk): string[] {
  const effects = runOnDisk(disk, recovery, newRecovery(newDatabase(), 500), { kind: 'start' })
  return effects.flatMap((effect) => (effect.kind === 'note' ? [effect.name] : []))
}

/** A snapshot with the digest that another one states: the last 33 bytes are digest (20) and seal (13). */
function withDigestOf(snapshot: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array([...snapshot.slice(0, -33), ...other.slice(-33, -13), ...snapshot.slice(-13)])
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 9, adler32(bytes.slice(0, -13)))
  return bytes
}
