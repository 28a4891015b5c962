import { type DiskFile, logFilesFrom, snapshotFiles } from '../../src/storage/index.ts'
import { purgeable } from '../../src/storage/purge.ts'
import { combinations, same, subsets } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const hex = (zxid: number) => zxid.toString(16)

export const checks: Checks = {
  'the newest snapshots stay, with the logs that go on behind the oldest of them'() {
    goes([1, 5, 8], [1, 4, 6], 2, ['snap/snapshot.1', 'log/log.1'], 'snapshot 5 is the oldest that stays, and log 4 may hold record 6')
    goes(
      [1, 5, 8],
      [1, 4, 6],
      1,
      ['snap/snapshot.1', 'snap/snapshot.5', 'log/log.1', 'log/log.4'],
      'snapshot 8 stays alone, and log 6 goes on behind it',
    )
    goes([9], [1, 2, 3], 1, ['log/log.1', 'log/log.2'], 'log 3 may be the one that is being written')
  },

  'a log that begins with the snapshot is enough'() {
    goes([1, 5], [1, 5], 1, ['snap/snapshot.1', 'log/log.1'], 'log 5 holds record 5 and what comes after it')
    goes([1, 5], [1, 6], 1, ['snap/snapshot.1'], 'log 1 may hold more than record 5: a log ends where the next one begins, or a little before')
  },

  'there are not more snapshots than are to stay'() {
    goes([5], [3], 3, [], 'one of at most three')
    goes([5, 6, 7], [3, 5], 3, ['log/log.3'], 'three of three, but the first log has had its time')
    goes([], [1, 2], 3, [], 'no snapshot at all: the logs are all there is')
  },

  'a snapshot that is not whole does not count'() {
    goes([1, 5, 8], [1, 4, 6], 2, [], 'snapshot 8 broke off: 1 and 5 are the two that are whole', [8])
    goes([1, 5, 8], [1, 4, 6], 1, ['snap/snapshot.1', 'log/log.1'], 'snapshot 8 broke off: 5 is the newest whole one', [8])
    goes([1, 5, 8], [1, 4, 6], 2, [], 'none of them is whole', [1, 5, 8])
  },

  'a broken snapshot that is older goes too'() {
    goes([1, 5, 8], [1, 4], 1, ['snap/snapshot.1', 'snap/snapshot.5', 'log/log.1'], 'snapshot 5 is broken, and nobody will ever read it', [5])
  },

  'files with other names stay'() {
    const files = [
      ...listing([1, 8], [1, 6]),
      ...['snap/myid', 'snap/currentEpoch', 'log/log.note', 'snap/snapshot.old'].map((name) => ({ name, size: 1 })),
    ]
    same(
      purgeable(files, () => true, 1),
      ['snap/snapshot.1', 'log/log.1'],
      { given: draw(files, 1, []) },
    )
  },

  'a server can start from every snapshot that stays'() {
    for (const [snapshots, logs, retain] of combinations(subsets([1, 2, 4, 6]), subsets([1, 2, 3, 5, 6]), [1, 2, 3])) {
      const files = listing(snapshots, logs)
      const doomed = new Set(purgeable(files, () => true, retain))
      for (const { name, zxid } of snapshotFiles(files).slice(-retain)) {
        const needed = [name, ...logFilesFrom(files, zxid + 1n).map((log) => log.name)]
        same(
          needed.filter((one) => doomed.has(one)),
          [],
          { given: [...draw(files, retain, []), `what of that which ${name} needs is deleted?`], because: 'it needs itself and the log behind it' },
        )
      }
    }
  },
}

function goes(
  snapshots: readonly number[],
  logs: readonly number[],
  retain: number,
  expected: readonly string[],
  because: string,
  broken: readonly number[] = [],
): void {
  const files = listing(snapshots, logs)
  const looksValid = (name: string) => !broken.some((zxid) => name === `snap/snapshot.${hex(zxid)}`)
  same(purgeable(files, looksValid, retain), [...expected], { given: draw(files, retain, broken), because }, (names) => names.join(' ') || 'nothing')
}

/** In the order of the names, as a folder lists them. */
function listing(snapshots: readonly number[], logs: readonly number[]): DiskFile[] {
  return [...logs.map((zxid) => `log/log.${hex(zxid)}`), ...snapshots.map((zxid) => `snap/snapshot.${hex(zxid)}`)].map((name) => ({
    name,
    size: 100,
  }))
}

function draw(files: readonly DiskFile[], retain: number, broken: readonly number[]): string[] {
  const told = files.map(({ name }) => (broken.some((zxid) => name === `snap/snapshot.${hex(zxid)}`) ? `${name} (broken)` : name))
  return [told.join(' ') || 'no files', `${retain} snapshots are to stay: what goes?`]
}
