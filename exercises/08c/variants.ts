import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const OLDEST = 'snapshots.filter(({ name }) => looksValid(name)).slice(-retain)[0]'
const OLD = 'file.zxid < oldest.zxid && file !== bridge'
const FOUND = 'const bridge = logs.findLast(({ zxid }) => zxid <= oldest.zxid)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'older-is-older',
    tempts: 'What is older than the oldest snapshot that stays has had its time, logs and all. The log that began before goes on behind it.',
    caughtBy: 'the newest snapshots stay, with the logs that go on behind the oldest of them',
    edits: [[OLD, 'file.zxid < oldest.zxid']],
  },
  {
    name: 'as-many-logs-as-snapshots',
    tempts: 'Snapshots and logs look like pairs, so as many of each stay. They begin when they like.',
    caughtBy: 'a server can start from every snapshot that stays',
    bodies: {
      purgeable: `
        const snapshots = snapshotFiles(files).filter(({ name }) => looksValid(name))
        const old = [...snapshots.slice(0, -retain), ...logFiles(files).slice(0, -retain)]
        return snapshots.length === 0 ? [] : old.map(({ name }) => name)`,
    },
  },
  {
    name: 'the-newest-is-enough',
    tempts:
      'A server starts from its newest snapshot, so the logs behind that one are enough. The others are kept for the day on which it is damaged.',
    caughtBy: 'a server can start from every snapshot that stays',
    edits: [
      [
        FOUND,
        'const newest = snapshots.at(-1) ?? oldest\n  const bridge = logs.findLast(({ zxid }) => zxid <= newest.zxid)\n  if (bridge) return [...snapshots.filter((file) => file.zxid < oldest.zxid), ...logs.filter((file) => file.zxid < newest.zxid && file !== bridge)].map(({ name }) => name)',
      ],
    ],
  },
  {
    name: 'broken-ones-count',
    tempts: 'A snapshot is a snapshot. If the newest ones broke off, those that are deleted were the last whole ones.',
    caughtBy: 'a snapshot that is not whole does not count',
    edits: [[OLDEST, 'snapshots.slice(-retain).filter(({ name }) => looksValid(name))[0]']],
  },
  {
    name: 'broken-ones-stay',
    tempts: 'What does not count is left alone, for ever.',
    caughtBy: 'a broken snapshot that is older goes too',
    edits: [['[...snapshots, ...logs].filter', '[...snapshots.filter(({ name }) => looksValid(name)), ...logs].filter']],
  },
  {
    name: 'two-bridges',
    tempts: 'To be on the safe side one log more is kept than needed. It is never read.',
    caughtBy: 'the newest snapshots stay, with the logs that go on behind the oldest of them',
    edits: [[OLD, 'file.zxid < oldest.zxid && file !== bridge && file !== logs[logs.findIndex((log) => log === bridge) - 1]']],
  },
  {
    name: 'begins-before',
    tempts: 'The bridge begins before the snapshot. It may begin with the very record that the snapshot ends with.',
    caughtBy: 'a log that begins with the snapshot is enough',
    edits: [[FOUND, FOUND.replace('<=', '<')]],
  },
  {
    name: 'nothing-to-keep',
    tempts: 'Without a snapshot that is whole everything is old.',
    caughtBy: 'there are not more snapshots than are to stay',
    edits: [['if (oldest === undefined) return []', 'if (oldest === undefined) return logFiles(files).slice(0, -1).map(({ name }) => name)']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'what-is-needed',
    how: 'The other way round: what a start from the oldest snapshot needs is collected, and the rest of the old goes.',
    bodies: {
      purgeable: `
        const snapshots = snapshotFiles(files)
        const whole = snapshots.filter(({ name }) => looksValid(name))
        const kept = whole.slice(Math.max(0, whole.length - retain))
        const [oldest] = kept
        if (oldest === undefined) return []
        const logs = logFiles(files)
        const needed = logs.filter((log, i) => (logs[i + 1]?.zxid ?? oldest.zxid + 1n) > oldest.zxid)
        return [...snapshots.filter(({ zxid }) => zxid < oldest.zxid), ...logs.filter((log) => !needed.includes(log))].map(({ name }) => name)`,
    },
  },
  {
    name: 'by-the-next-one',
    how: 'No bridge: a log has had its time when the next one begins early enough.',
    bodies: {
      purgeable: `
        const whole = snapshotFiles(files).filter(({ name }) => looksValid(name)).map(({ zxid }) => zxid)
        const limit = whole.at(-retain) ?? whole[0]
        if (limit === undefined) return []
        const snapshots = snapshotFiles(files).filter(({ zxid }) => zxid < limit)
        const logs = logFiles(files).filter((_, i, all) => (all[i + 1]?.zxid ?? limit + 1n) <= limit)
        return [...snapshots, ...logs].map(({ name }) => name)`,
    },
  },
]
