/** A learner that lacks more than committedLog holds: the leader reads its log files for it, piece by piece. */
import { describe, expect, test } from 'vitest'
import type { Zxid } from '../../src/kernel/index.ts'
import { LeaderBench, txn } from './machines.ts'

const at = (counter: number) => (0x100000000n + BigInt(counter)) as Zxid
const LOG = Array.from({ length: 9 }, (_, i) => at(i + 1))
const committed = (connection: number, ...zxids: Zxid[]) =>
  zxids.flatMap((zxid) => [`${connection}: PROPOSAL 0x${zxid.toString(16)}`, `${connection}: COMMIT 0x${zxid.toString(16)}`])

/** A leader whose log begins with transaction 1 and whose memory begins with 7. */
function leaderWithLog(): LeaderBench {
  const leader = new LeaderBench(3, LOG, { accepted: 1n, current: 1n }, 0, at(1))
  leader.committedLog.clear()
  for (const zxid of LOG.slice(6)) leader.committedLog.add(txn(zxid))
  return leader.serve()
}

const read = (...counters: number[]) => ({ kind: 'logRead', connection: 3, txns: counters.map((counter) => txn(at(counter))) }) as const
const end = { kind: 'logEnd', connection: 3 } as const

describe('a learner older than committedLog', () => {
  test('gets what it lacks from the log, then from memory, in one stream', () => {
    const leader = leaderWithLog()
    expect(leader.join(3, 3n, at(3))).toEqual(['readLog'])
    expect(leader.on(read(3, 4, 5))).toEqual(['3: DIFF 0x100000004', ...committed(3, at(4), at(5))])
    expect(leader.on(read(6, 7))).toEqual(committed(3, at(6), at(7)))
    expect(leader.on(end)).toEqual([...committed(3, at(8), at(9)), '3: NEWLEADER 0x200000000'])
  })

  test('is read for once more when memory has moved on in the meantime', () => {
    const leader = leaderWithLog()
    leader.join(3, 3n, at(3))
    leader.on(read(3, 4, 5, 6, 7))
    leader.committedLog.clear()
    leader.committedLog.add(txn(at(9)))
    expect(leader.on(end)).toEqual(['readLog'])
    expect(leader.on(read(7, 8, 9))).toEqual(committed(3, at(8), at(9)))
    expect(leader.on(end)).toEqual(['3: NEWLEADER 0x200000000'])
  })

  test('gets a snapshot when the log lacks its last transaction, or is of no use', () => {
    const stranger = leaderWithLog()
    expect(stranger.join(3, 3n, at(3))).toEqual(['readLog'])
    expect(stranger.on(read(4, 5))).toEqual(['3: SNAP 0x200000000', 'sendSnapshot', '3: NEWLEADER 0x200000000'])
    expect(stranger.on(read(6, 7))).toEqual([])
    const leader = leaderWithLog()
    leader.join(3, 3n, at(3))
    expect(leader.on({ kind: 'logUnusable', connection: 3, reason: 'too long' })).toContain('3: SNAP 0x200000000')
    const short = leaderWithLog()
    short.join(3, 3n, at(3))
    short.on(read(3))
    expect(short.on(end)).toContain('3: SNAP 0x200000000')
  })

  test('has to come again when the log fails after a part of it was sent', () => {
    const leader = leaderWithLog()
    leader.join(3, 3n, at(3))
    leader.on(read(3, 4))
    expect(leader.on({ kind: 'logUnusable', connection: 3, reason: 'CRC check failed' })).toEqual([
      'close 3: its history cannot be read: CRC check failed',
    ])
    expect(leader.on(end)).toEqual([])
  })

  test('may go while the log is read', () => {
    const leader = leaderWithLog()
    leader.join(3, 3n, at(3))
    leader.on({ kind: 'learnerClosed', connection: 3 })
    expect(leader.on(read(3, 4))).toEqual([])
    expect(leader.on(end)).toEqual([])
  })
})
