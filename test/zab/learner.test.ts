import { describe, expect, test } from 'vitest'
import { encode } from '../../src/jute/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import { type PacketKind, RevalidateReply } from '../../src/wire/index.ts'
import { LearnerBench, txn } from './machines.ts'

const E1 = 0x100000000n
const E2 = 0x200000000n
const propose = (learner: LearnerBench, zxid: bigint) => learner.receive('PROPOSAL', zxid, txn(zxid).bytes)
const follow = { kind: 'follow', leader: 1n, role: 'FOLLOWING', acceptedEpoch: 1n, currentEpoch: 1n, lastZxid: E1 + 1n } as const

describe('discovery', () => {
  test('tries to reach the leader, at first soon and then every 100 ms', () => {
    const learner = new LearnerBench()
    expect(learner.on(follow)).toEqual(['leaderSilence in 1000', 'connect'])
    for (const delay of [10, 20, 40, 80, 100, 100, 100]) {
      expect(learner.on({ kind: 'disconnected', reason: 'refused' })).toEqual([`connectRetry in ${delay}`])
      expect(learner.on({ kind: 'timeout', timer: 'connectRetry' })).toEqual(['connect'])
    }
    expect(learner.on({ kind: 'disconnected', reason: 'refused' }).at(-1)).toBe('abandon []: the leader cannot be reached: refused')
    expect(learner.on({ kind: 'connected' })).toEqual([])
  })

  test('promises the epoch on disk before it says so', () => {
    const learner = new LearnerBench()
    learner.on(follow)
    expect(learner.on({ kind: 'connected' })).toEqual(['FOLLOWERINFO 0x100000000'])
    expect(learner.receive('LEADERINFO', E2, Uint8Array.of(0, 1, 0, 0))).toEqual(['acceptedEpoch = 2'])
    expect(learner.on({ kind: 'epochWritten', file: 'acceptedEpoch', epoch: 2n })).toEqual(['ACKEPOCH 0x100000001'])
  })

  test('gives the same promise only once, and none to an older leader', () => {
    for (const [accepted, expected] of [
      [2n, ['ACKEPOCH 0x100000001']],
      [3n, ['no leaderSilence', 'no connectRetry', 'abandon []: epoch 0x2 is below 0x3, which was accepted before']],
    ] as const) {
      const learner = new LearnerBench()
      learner.on({ ...follow, acceptedEpoch: accepted })
      learner.on({ kind: 'connected' })
      expect(learner.receive('LEADERINFO', E2, Uint8Array.of(0, 1, 0, 0))).toEqual(expected)
    }
  })

  test.each([
    ['another packet', 'DIFF', Uint8Array.of(0, 1, 0, 0)],
    ['an old protocol', 'LEADERINFO', Uint8Array.of(0, 0, 0, 1)],
    ['no data', 'LEADERINFO', null],
  ] as const)('leaves a leader that answers with %s', (_, kind, data) => {
    const learner = new LearnerBench()
    learner.on(follow)
    learner.on({ kind: 'connected' })
    expect(learner.receive(kind, E2, data).at(-1)).toMatch(/^abandon \[\]: .* instead of a LEADERINFO/)
  })
})

describe('synchronization', () => {
  test('known bugs 1 to 3 (ZOOKEEPER-4643, 4646, 3911): history on disk, then currentEpoch on disk, then the ACK', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    expect(learner.receive('DIFF', E1 + 3n)).toEqual([])
    learner.receiveCommitted(E1 + 2n)
    learner.receiveCommitted(E1 + 3n)
    expect(learner.receive('NEWLEADER', E2)).toEqual(['append 0x100000002', 'apply 0x100000002', 'append 0x100000003', 'apply 0x100000003'])
    expect(learner.on({ kind: 'flushed', upTo: E1 + 2n })).toEqual([])
    expect(learner.on({ kind: 'flushed', upTo: E1 + 3n })).toEqual(['currentEpoch = 2'])
    expect(learner.on({ kind: 'epochWritten', file: 'currentEpoch', epoch: 2n })).toEqual(['leaderSilence in 500', 'ACK 0x200000000'])
    expect(learner.receive('UPTODATE', -1n)).toEqual(['ACK 0x200000000', 'serve'])
  })

  test('nothing is acked one by one before NEWLEADER is (ZOOKEEPER-4785)', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 2n)
    learner.receiveCommitted(E1 + 2n)
    propose(learner, E2 + 1n)
    learner.receive('NEWLEADER', E2)
    expect(learner.on({ kind: 'flushed', upTo: E1 + 2n })).toEqual(['currentEpoch = 2'])
    learner.on({ kind: 'epochWritten', file: 'currentEpoch', epoch: 2n })
    expect(learner.receive('UPTODATE', -1n)).toEqual(['ACK 0x200000000', 'serve', 'append 0x200000001'])
    expect(learner.on({ kind: 'flushed', upTo: E2 + 1n })).toEqual(['ACK 0x200000001'])
  })

  test('known bug 5 (ZOOKEEPER-4394): a COMMIT between NEWLEADER and UPTODATE finds its proposal', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 1n)
    for (const zxid of [E2 + 1n, E2 + 2n]) propose(learner, zxid)
    expect(learner.receive('NEWLEADER', E2)).toEqual(['currentEpoch = 2'])
    expect(learner.receive('COMMIT', E2 + 1n)).toEqual([])
    propose(learner, E2 + 3n)
    learner.on({ kind: 'epochWritten', file: 'currentEpoch', epoch: 2n })
    expect(learner.receive('UPTODATE', -1n)).toEqual([
      'ACK 0x200000000',
      'serve',
      'append 0x200000001',
      'append 0x200000002',
      'append 0x200000003',
      'commit 0x200000001',
    ])
    expect(learner.on({ kind: 'flushed', upTo: E2 + 3n })).toEqual(['ACK 0x200000001', 'ACK 0x200000002', 'ACK 0x200000003'])
    expect(learner.receive('COMMIT', E2 + 2n)).toEqual(['commit 0x200000002'])
  })

  test('known bug 50 c: a COMMIT of what never came ends following, and breaks nothing', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 1n)
    expect(learner.receive('COMMIT', E1 + 2n).at(-1)).toBe('abandon []: COMMIT of 0x100000002, but nothing is next')
  })

  test('a cut needs no snapshot: it is durable, and what follows is logged', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 9n)
    expect(learner.receive('TRUNC', E1 + 1n)).toEqual(['truncate 0x100000001'])
    expect([...learner.receiveCommitted(E1 + 2n), ...learner.receive('NEWLEADER', E2)]).toEqual([])
    expect(learner.on({ kind: 'truncated' })).toEqual(['append 0x100000002', 'apply 0x100000002'])
    expect(learner.on({ kind: 'flushed', upTo: E1 + 2n })).toEqual(['currentEpoch = 2'])
  })

  test('a snapshot is on disk before what follows it, and before the epoch', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    expect(learner.receive('SNAP', E1 + 7n)).toEqual(['receiveSnapshot 0x100000007'])
    expect(learner.on({ kind: 'snapshotInstalled' })).toEqual([])
    // A Java leader may repeat what the snapshot holds.
    learner.receiveCommitted(E1 + 7n)
    learner.receiveCommitted(E1 + 8n)
    expect(learner.receive('NEWLEADER', E2)).toEqual(['takeSnapshot'])
    expect(learner.on({ kind: 'snapshotTaken' })).toEqual(['append 0x100000008', 'apply 0x100000008'])
    expect(learner.on({ kind: 'flushed', upTo: E1 + 8n })).toEqual(['currentEpoch = 2'])
  })

  test.each([
    ['6 (ZOOKEEPER-5094): a cut', 'TRUNC', [], true],
    ['7 (ZOOKEEPER-3642): a snapshot being read', 'SNAP', [], true],
    ['7: a snapshot in memory', 'SNAP', ['snapshotInstalled'], true],
    ['7: a snapshot being written', 'SNAP', ['snapshotInstalled', 'NEWLEADER'], true],
    ['7: a snapshot on disk', 'SNAP', ['snapshotInstalled', 'NEWLEADER', 'snapshotTaken'], false],
    ['6: a cut on disk', 'TRUNC', ['truncated'], false],
    ['a difference', 'DIFF', ['NEWLEADER'], false],
  ] as const)('known bug %s, when interrupted, reloads the database if that is ahead of the disk', (_, kind, events, reload) => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive(kind, E1 + 1n)
    for (const event of events) {
      if (event === 'NEWLEADER') learner.receive('NEWLEADER', E2)
      else learner.on({ kind: event })
    }
    const effects = learner.on({ kind: 'disconnected', reason: 'cut' })
    expect(effects.at(-1)).toBe(`abandon []${reload ? ' and reload' : ''}: the leader's connection is gone: cut`)
    for (const late of ['truncated', 'snapshotInstalled', 'snapshotTaken'] as const) expect(learner.on({ kind: late })).toEqual([])
  })

  test('known bug 16 (ZOOKEEPER-2355): the position is where the log ends, not what DIFF says', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 9n)
    expect(learner.receiveCommitted(E1 + 2n)).toEqual([])
    expect(propose(learner, E1 + 9n).at(-1)).toBe('abandon []: PROPOSAL of 0x100000009 does not follow 0x100000002')
  })

  test.each([
    ['a gap', E1 + 3n],
    ['the same again', E1 + 1n],
    ['a new epoch that does not begin with 1', E2 + 2n],
  ])('refuses %s', (_, zxid) => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 1n)
    expect(propose(learner, zxid).at(-1)).toMatch(/^abandon .*does not follow/)
  })

  test('the first packet must say how; NEWLEADER must be of this epoch; UPTODATE has its place', () => {
    const wrong = (kind: PacketKind, zxid: bigint, ...before: PacketKind[]) => {
      const learner = new LearnerBench()
      learner.register(E1 + 1n)
      for (const earlier of before) learner.receive(earlier, earlier === 'NEWLEADER' ? E2 : E1 + 1n)
      return learner.receive(kind, zxid).at(-1)
    }
    expect(wrong('NEWLEADER', E2)).toBe('abandon []: NEWLEADER instead of DIFF, TRUNC or SNAP')
    expect(wrong('NEWLEADER', 0x300000000n, 'DIFF')).toBe('abandon []: NEWLEADER 0x300000000 in epoch 0x2')
    expect(wrong('UPTODATE', -1n, 'DIFF')).toBe('abandon []: UPTODATE while RECEIVING')
    expect(wrong('NEWLEADER', E2, 'DIFF', 'NEWLEADER')).toBe('abandon []: NEWLEADER comes again while ENTERING')
    expect(wrong('PROPOSAL', E1 + 2n, 'DIFF')).toBe('abandon []: PROPOSAL without a transaction')
    expect(wrong('PING', E2, 'DIFF')).toBeUndefined()
  })

  test('known bug 20 (ZOOKEEPER-1551): an observer logs and commits what came before UPTODATE, and is told of the rest again', () => {
    const learner = new LearnerBench('observer')
    learner.register(E1 + 1n)
    learner.receive('DIFF', E1 + 1n)
    learner.receive('NEWLEADER', E2)
    learner.on({ kind: 'epochWritten', file: 'currentEpoch', epoch: 2n })
    expect(learner.receive('INFORM', E2 + 1n, utf8('a'))).toEqual([])
    propose(learner, E2 + 2n)
    expect(learner.receive('UPTODATE', -1n)).toEqual(['ACK 0x200000000', 'serve', 'append 0x200000001', 'commit 0x200000001'])
    expect(learner.on({ kind: 'flushed', upTo: E2 + 1n })).toEqual([])
    expect(learner.receive('INFORM', E2 + 2n, utf8('b'))).toEqual(['append 0x200000002', 'commit 0x200000002'])
    expect(learner.receive('INFORM', E2 + 4n, utf8('c')).at(-1)).toMatch(/does not follow/)
  })
})

describe('broadcast', () => {
  test('acks each transaction, in order, when it is on disk; commits in order, flushed or not', () => {
    const learner = new LearnerBench().serve(E1 + 1n)
    for (const zxid of [E2 + 1n, E2 + 2n, E2 + 3n]) expect(propose(learner, zxid)).toEqual([`append 0x${zxid.toString(16)}`])
    expect(learner.receive('COMMIT', E2 + 1n)).toEqual(['commit 0x200000001'])
    expect(learner.on({ kind: 'flushed', upTo: E2 + 2n })).toEqual(['ACK 0x200000001', 'ACK 0x200000002'])
    expect(learner.on({ kind: 'flushed', upTo: E2 + 2n })).toEqual([])
    expect(learner.on({ kind: 'disconnected', reason: 'cut' }).at(-1)).toMatch(/^abandon \[0x200000002 0x200000003\]: /)
  })

  test('a COMMIT that does not match ends following', () => {
    const learner = new LearnerBench().serve(E1 + 1n)
    propose(learner, E2 + 1n)
    expect(learner.receive('COMMIT', E2 + 2n).at(-1)).toBe('abandon [0x200000001]: COMMIT of 0x200000002, but 0x200000001 is next')
  })

  test('pings, syncs, sessions and requests pass through', () => {
    const learner = new LearnerBench().serve(E1 + 1n)
    expect(learner.receive('PING', E2)).toEqual(['sendTouches'])
    expect(learner.receive('SYNC', 0n)).toEqual(['synced'])
    expect(learner.receive('REVALIDATE', -1n, encode(RevalidateReply, { sessionId: 5n, valid: true }))).toEqual(['revalidated'])
    expect(learner.on({ kind: 'revalidate', sessionId: 5n, timeout: 4000 })).toEqual(['REVALIDATE -1'])
    const request = { sessionId: 5n, cxid: 1, type: 1, payload: new Uint8Array() }
    expect(learner.on({ kind: 'request', request, authInfo: null })).toEqual(['REQUEST -1'])
    expect(learner.receive('INFORM', E2 + 1n, utf8('a'))).toEqual([])
    expect(learner.receive('DIFF', 0n)).toEqual([])
    expect(learner.receive('REVALIDATE', -1n, new Uint8Array(3)).at(-1)).toMatch(/^abandon/)
  })

  test('an observer is not interested in proposals and commits', () => {
    const learner = new LearnerBench('observer').serve(E1 + 1n)
    expect(propose(learner, E2 + 1n)).toEqual([])
    expect(learner.receive('COMMIT', E2 + 1n)).toEqual([])
  })
})

describe('the leader’s silence', () => {
  test('initLimit while synchronising, syncLimit while serving; each word counts', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.elapsed = 999
    learner.receive('DIFF', E1 + 1n)
    learner.elapsed = 1000
    expect(learner.on({ kind: 'timeout', timer: 'leaderSilence' })).toEqual(['leaderSilence in 999'])
    learner.elapsed = 1999
    expect(learner.on({ kind: 'timeout', timer: 'leaderSilence' }).at(-1)).toBe('abandon []: nothing from the leader for 1000 ms')
    const serving = new LearnerBench().serve(E1 + 1n)
    serving.elapsed = 500
    expect(serving.on({ kind: 'timeout', timer: 'leaderSilence' }).at(-1)).toBe('abandon []: nothing from the leader for 500 ms')
  })

  test('a long snapshot is no silence, nor is the own disk', () => {
    const learner = new LearnerBench()
    learner.register(E1 + 1n)
    learner.receive('SNAP', E1 + 2n)
    learner.elapsed = 900
    learner.on({ kind: 'snapshotBytes' })
    learner.elapsed = 1000
    expect(learner.on({ kind: 'timeout', timer: 'leaderSilence' })).toEqual(['leaderSilence in 900'])
    learner.on({ kind: 'snapshotInstalled' })
    learner.receive('NEWLEADER', E2)
    learner.elapsed = 9000
    expect(learner.on({ kind: 'timeout', timer: 'leaderSilence' })).toEqual(['leaderSilence in 1000'])
  })
})
