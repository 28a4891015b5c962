import { describe, expect, test } from 'vitest'
import { encode } from '../../src/jute/index.ts'
import { AssertionError, utf8 } from '../../src/kernel/index.ts'
import { LearnerInfo, quorumPacket } from '../../src/wire/index.ts'
import { ackEpoch, LeaderBench, learnerInfo, packet, TICK } from './machines.ts'

const E1 = 0x100000000n

describe('discovery', () => {
  test('the epoch is above everything reported, and on the own disk before anybody hears of it (known bug 25)', () => {
    const leader = new LeaderBench(3, [], { accepted: 3n, current: 3n })
    expect(leader.on(leader.lead)).toEqual(['halfTick in 50', 'initLimit in 1000'])
    expect(leader.connect(2, 2n, 7n)).toEqual(['acceptedEpoch = 8', 'initLimit in 1000'])
    expect(leader.connect(3, 3n, 20n)).toEqual([])
    expect(leader.written('acceptedEpoch')).toEqual(['2: LEADERINFO 0x800000000', '3: LEADERINFO 0x800000000'])
    expect(leader.connect(4, 4n, 1n)).toEqual(['4: LEADERINFO 0x800000000'])
  })

  test('known bug 26 (ZOOKEEPER-1343): the second to report the same epoch raises the proposal no further, but is above it', () => {
    const leader = new LeaderBench(5, [], { accepted: 3n, current: 3n })
    leader.on(leader.lead)
    leader.connect(2, 2n, 4n)
    expect(leader.connect(3, 3n, 5n)).toContain('acceptedEpoch = 6')
  })

  test('known bugs 26 and 31 (ZOOKEEPER-2959): observers raise the epoch, and are counted nowhere', () => {
    const leader = new LeaderBench(3, [], { accepted: 0n, current: 0n }, 3)
    leader.on(leader.lead)
    for (const sid of [4n, 5n, 6n]) expect(leader.connect(Number(sid), sid, sid, 'OBSERVERINFO')).toEqual([])
    expect(leader.connect(2, 2n, 0n)).toContain('acceptedEpoch = 7')
    leader.written('acceptedEpoch')
    for (const connection of [4, 5, 6]) expect(leader.from(connection, ackEpoch(0n, 0))).toEqual([])
    expect(leader.from(2, ackEpoch(0n, 0))).toContain('currentEpoch = 7')
    leader.written('currentEpoch')
    for (const connection of [4, 5, 6]) expect(leader.from(connection, packet('ACK', 7n << 32n))).toEqual([])
    expect(leader.state.zabState).toBe('SYNCHRONIZATION')
  })

  test('a server with a vote that follows as an observer is not counted: it owes nobody durability', () => {
    const leader = new LeaderBench()
    leader.on(leader.lead)
    expect(leader.connect(2, 2n, 0n, 'OBSERVERINFO')).toEqual([])
  })

  test('an epoch promised before (-1) is no vote; a learner that is ahead is turned away', () => {
    const leader = new LeaderBench(3, [E1 + 1n], { accepted: 1n, current: 1n })
    leader.on(leader.lead)
    leader.connect(2, 2n, 1n)
    leader.connect(3, 3n, 1n)
    leader.written('acceptedEpoch')
    expect(leader.from(2, ackEpoch(E1 + 1n, -1))).toEqual([])
    expect(leader.from(3, ackEpoch(E1 + 2n, 1))).toEqual(['close 3: it is ahead of the leader: epoch 0x1, zxid 0x100000002'])
    expect(leader.state.historiesChecked).toBe(false)
    leader.connect(4, 3n, 1n)
    expect(leader.from(4, ackEpoch(0n, 2))).toEqual(['close 4: it is ahead of the leader: epoch 0x2, zxid 0x0'])
  })

  test('a learner that comes late may be ahead: it is truncated', () => {
    const leader = new LeaderBench(3, [E1 + 1n], { accepted: 1n, current: 1n }).serve()
    expect(leader.join(3, 3n, E1 + 2n)).toEqual(['3: TRUNC 0x100000001', '3: NEWLEADER 0x200000000'])
  })

  test('known bug 35 (ZOOKEEPER-1191): whoever is faster than the leader is not missed', () => {
    const leader = new LeaderBench()
    expect(leader.connect(2, 2n, 0n)).toEqual([])
    expect(leader.on(leader.lead)).toContain('acceptedEpoch = 1')
    leader.written('acceptedEpoch')
    expect(leader.from(2, ackEpoch(0n, 0))).toEqual(['currentEpoch = 1', 'initLimit in 1000', '2: DIFF 0x0', '2: NEWLEADER 0x100000000'])
    expect(leader.from(2, packet('ACK', E1))).toEqual([])
    expect(leader.written('currentEpoch')).toEqual(['no initLimit', 'serve', '2: UPTODATE -1'])
  })

  test('without a quorum in initLimit the leader gives up, whatever it waits for', () => {
    const reasons = [
      (leader: LeaderBench) => void leader,
      (leader: LeaderBench) => void leader.connect(2, 2n, 0n),
      (leader: LeaderBench) => {
        leader.connect(2, 2n, 0n)
        leader.written('acceptedEpoch')
        leader.from(2, ackEpoch(0n, 0))
      },
    ].map((prepare) => {
      const leader = new LeaderBench()
      leader.on(leader.lead)
      prepare(leader)
      const effects = leader.on({ kind: 'timeout', timer: 'initLimit' })
      expect(leader.connect(9, 3n, 0n)).toEqual([])
      return effects.at(-1)
    })
    expect(reasons).toEqual([
      'abdicate []: no quorum of epochs within initLimit',
      'abdicate []: no quorum of promises of the new epoch within initLimit',
      'abdicate []: no quorum of acknowledgements of NEWLEADER within initLimit',
    ])
  })

  test('known bug 19 (ZOOKEEPER-790): the epoch’s start is no position before a quorum has acked NEWLEADER', () => {
    const leader = new LeaderBench(3, [E1 + 1n], { accepted: 1n, current: 1n })
    leader.on(leader.lead)
    leader.connect(2, 2n, 1n)
    leader.written('acceptedEpoch')
    leader.from(2, ackEpoch(E1 + 1n, 1))
    expect(leader.written('currentEpoch')).toEqual([])
    expect(leader.state.lastProcessed).toBe(E1 + 1n)
    expect(leader.from(2, packet('ACK', 0x200000000n))).toContain('serve')
    expect(leader.state.lastProcessed).toBe(0x200000000n)
  })
})

describe('synchronization joins the broadcast without a seam (known bug 14)', () => {
  test('committed but unapplied ones with COMMIT, outstanding ones without, then everything to come', () => {
    const leader = new LeaderBench().serve()
    for (const zxid of [E1 + 1n, E1 + 2n, E1 + 3n]) leader.propose(zxid)
    leader.on({ kind: 'flushed', upTo: E1 + 3n })
    leader.from(2, packet('ACK', E1 + 1n))
    leader.from(2, packet('ACK', E1 + 2n))
    leader.apply(E1 + 1n)
    const stream = ['3: PROPOSAL 0x100000002', '3: COMMIT 0x100000002', '3: PROPOSAL 0x100000003']
    expect(leader.join(3, 3n, E1)).toEqual(['3: SNAP 0x100000001', 'sendSnapshot', ...stream, '3: NEWLEADER 0x100000000'])
    expect(leader.from(2, packet('ACK', E1 + 3n))).toEqual(['2+3: COMMIT 0x100000003', 'commit 0x100000003'])
    expect(leader.propose(E1 + 4n)).toEqual(['2+3: PROPOSAL 0x100000004', 'append 0x100000004'])
  })

  test.each([true, false])('whichever comes first, committedLog or `applied` (committedLog first: %s)', (logFirst) => {
    const leader = new LeaderBench(3, [1n]).serve()
    leader.propose(E1 + 1n)
    leader.propose(E1 + 2n)
    leader.on({ kind: 'flushed', upTo: E1 + 2n })
    leader.from(2, packet('ACK', E1 + 1n))
    leader.from(2, packet('ACK', E1 + 2n))
    if (logFirst) leader.committedLog.add({ zxid: E1 + 1n, bytes: utf8('') })
    else leader.on({ kind: 'applied', zxid: E1 + 1n })
    const effects = leader.join(3, 3n, 1n).filter((effect) => !effect.includes('DIFF'))
    const pairs = [E1 + 1n, E1 + 2n].flatMap((zxid) => [`3: PROPOSAL 0x${zxid.toString(16)}`, `3: COMMIT 0x${zxid.toString(16)}`])
    expect(effects).toEqual([...pairs, '3: NEWLEADER 0x100000000'])
  })

  test('known bug 20 (ZOOKEEPER-1551): an observer gets no outstanding proposal, and INFORM when it is committed', () => {
    const leader = new LeaderBench(3, [], { accepted: 0n, current: 0n }, 1).serve()
    leader.propose(E1 + 1n)
    expect(leader.join(4, 4n, 0n, 'OBSERVERINFO')).toEqual(['4: SNAP 0x100000000', 'sendSnapshot', '4: NEWLEADER 0x100000000'])
    expect(leader.from(2, packet('ACK', E1 + 1n))).toEqual([])
    const effects = leader.on({ kind: 'flushed', upTo: E1 + 1n })
    expect(effects).toEqual(['2: COMMIT 0x100000001', '4: INFORM 0x100000001', 'commit 0x100000001'])
  })

  test('known bug 4 (ZOOKEEPER-4785): an ack of a proposal is not the ack of NEWLEADER, and counts only after it', () => {
    const leader = new LeaderBench(5).serve()
    leader.propose(E1 + 1n)
    leader.on({ kind: 'flushed', upTo: E1 + 1n })
    leader.from(2, packet('ACK', E1 + 1n))
    leader.join(4, 4n, 0n)
    expect(leader.from(4, packet('ACK', E1 + 1n))).toEqual([])
    expect(leader.state.lastCommitted).toBe(E1)
    expect(leader.from(4, packet('ACK', E1))).toEqual(['2+3+4: COMMIT 0x100000001', 'commit 0x100000001', '4: UPTODATE -1'])
  })

  test('known bug 50 f: a reconnecting follower keeps the outstanding proposal that it has logged, and it counts again', () => {
    const leader = new LeaderBench().serve()
    leader.propose(E1 + 1n)
    leader.propose(E1 + 2n)
    leader.on({ kind: 'learnerClosed', connection: 2 })
    leader.on({ kind: 'flushed', upTo: E1 + 2n })
    expect(leader.join(3, 2n, E1 + 1n)).toEqual(['3: DIFF 0x100000001', '3: PROPOSAL 0x100000002', '3: NEWLEADER 0x100000000'])
    // No COMMIT of what it has already; and it serves only when that is committed.
    expect(leader.from(3, packet('ACK', E1))).toEqual(['3: UPTODATE -1', 'commit 0x100000001'])
    expect(leader.from(3, packet('ACK', E1 + 2n))).toEqual(['3: COMMIT 0x100000002', 'commit 0x100000002'])
  })

  test('nobody serves clients a proposal that is still outstanding', () => {
    const leader = new LeaderBench().serve()
    leader.propose(E1 + 1n)
    leader.on({ kind: 'learnerClosed', connection: 2 })
    leader.join(3, 2n, E1 + 1n)
    expect(leader.from(3, packet('ACK', E1))).toEqual([])
    expect(leader.on({ kind: 'flushed', upTo: E1 + 1n })).toEqual(['3: UPTODATE -1', 'commit 0x100000001'])
  })
})

describe('broadcast', () => {
  test('commits strictly in order, each once a quorum has it', () => {
    const leader = new LeaderBench(5).serve()
    for (const zxid of [E1 + 1n, E1 + 2n]) leader.propose(zxid)
    expect(leader.on({ kind: 'flushed', upTo: E1 + 2n })).toEqual([])
    expect(leader.from(2, packet('ACK', E1 + 2n))).toEqual([])
    expect(leader.from(3, packet('ACK', E1 + 2n))).toEqual([])
    expect(leader.from(2, packet('ACK', E1 + 1n))).toEqual([])
    expect(leader.from(3, packet('ACK', E1 + 1n))).toEqual([
      '2+3: COMMIT 0x100000001',
      '2+3: COMMIT 0x100000002',
      'commit 0x100000001',
      'commit 0x100000002',
    ])
  })

  test('followers may commit what the leader’s own disk does not have yet', () => {
    const leader = new LeaderBench(3).serve()
    leader.join(3, 3n, 0n)
    leader.from(3, packet('ACK', E1))
    leader.propose(E1 + 1n)
    leader.from(2, packet('ACK', E1 + 1n))
    expect(leader.from(3, packet('ACK', E1 + 1n))).toEqual(['2+3: COMMIT 0x100000001', 'commit 0x100000001'])
    expect(leader.on({ kind: 'flushed', upTo: E1 + 1n })).toEqual([])
  })

  test('acks of what is committed, unknown, or an epoch’s start are ignored', () => {
    const leader = new LeaderBench(3).serve()
    for (const zxid of [0n, 5n, E1, E1 + 1n, 0x200000000n, -1n]) expect(leader.from(2, packet('ACK', zxid))).toEqual([])
    leader.propose(E1 + 1n)
    for (const zxid of [0n, 5n, E1, E1 + 2n, 0x200000000n, -1n]) expect(leader.from(2, packet('ACK', zxid))).toEqual([])
    leader.on({ kind: 'flushed', upTo: 5n })
    expect(leader.state.outstandingProposals.size).toBe(1)
  })

  test('known bug 42 (ZOOKEEPER-108): SYNC goes behind the COMMITs that it must not overtake', () => {
    const leader = new LeaderBench(3).serve()
    expect(leader.on({ kind: 'sync', connection: 2 })).toEqual(['2: SYNC 0x0'])
    for (const zxid of [E1 + 1n, E1 + 2n]) leader.propose(zxid)
    expect(leader.on({ kind: 'sync', connection: 2 })).toEqual([])
    leader.on({ kind: 'flushed', upTo: E1 + 2n })
    expect(leader.from(2, packet('ACK', E1 + 1n))).toEqual(['2: COMMIT 0x100000001', 'commit 0x100000001'])
    expect(leader.from(2, packet('ACK', E1 + 2n))).toEqual(['2: COMMIT 0x100000002', '2: SYNC 0x0', 'commit 0x100000002'])
    expect(leader.on({ kind: 'sync', connection: 99 })).toEqual([])
    // Whatever the pipeline asks for while it applies the first of two comes after both COMMITs.
    for (const zxid of [E1 + 3n, E1 + 4n]) leader.propose(zxid)
    leader.from(2, packet('ACK', E1 + 3n))
    leader.from(2, packet('ACK', E1 + 4n))
    const effects = leader.on({ kind: 'flushed', upTo: E1 + 4n })
    expect(effects).toEqual(['2: COMMIT 0x100000003', '2: COMMIT 0x100000004', 'commit 0x100000003', 'commit 0x100000004'])
  })

  test('known bug 45 (ZOOKEEPER-1277): the last counter is never proposed; leadership ends with what was logged', () => {
    const leader = new LeaderBench(3).serve()
    leader.state.lastProposed = 0x1fffffffcn
    expect(leader.propose(0x1fffffffdn)).toContain('append 0x1fffffffd')
    expect(leader.propose(0x1fffffffen)).toContain('append 0x1fffffffe')
    const effects = leader.propose(0x1ffffffffn)
    expect(effects.at(-1)).toBe('abdicate [0x1fffffffd 0x1fffffffe]: the zxid counter of this epoch is used up')
    expect(effects.join()).not.toContain('append')
    expect(leader.propose(0x200000000n)).toEqual([])
  })

  test('a proposal out of order is a bug of ours', () => {
    expect(() => new LeaderBench(3).serve().propose(E1 + 2n)).toThrow(AssertionError)
  })
})

describe('liveness', () => {
  const halfTick = { kind: 'timeout', timer: 'halfTick' } as const

  /** Lets half ticks pass; `heard` says which learners answer each ping. */
  function pass(leader: LeaderBench, halfTicks: number, heard: readonly number[]): string[] {
    const effects: string[] = []
    for (let i = 0; i < halfTicks; i++) {
      leader.elapsed += TICK / 2
      effects.push(...leader.on(halfTick))
      for (const connection of heard) leader.from(connection, packet('PING', 0n, new Uint8Array()))
    }
    return effects.filter((effect) => !effect.startsWith('halfTick'))
  }

  test('pings go to learners whose stream has started, every half tick', () => {
    const leader = new LeaderBench(3).serve()
    leader.on({ kind: 'learnerConnected', connection: 3 })
    expect(pass(leader, 1, [2])).toEqual(['2: PING 0x100000000'])
    leader.propose(E1 + 1n)
    expect(pass(leader, 1, [2])).toEqual(['2: PING 0x100000001'])
  })

  test('known bug 31 (ZOOKEEPER-769): observers do not keep a leader that has lost its voters', () => {
    const leader = new LeaderBench(3, [], { accepted: 0n, current: 0n }, 2).serve()
    for (const sid of [4n, 5n]) {
      leader.join(Number(sid), sid, 0n, 'OBSERVERINFO')
      leader.from(Number(sid), packet('ACK', E1))
    }
    leader.propose(E1 + 1n)
    leader.on({ kind: 'learnerClosed', connection: 2 })
    const effects = pass(leader, 2, [4, 5])
    expect(effects.at(-1)).toBe('abdicate [0x100000001]: not enough followers are synced to be a quorum')
  })

  test('a follower that is silent for syncLimit ticks is no follower', () => {
    const leader = new LeaderBench(3).serve()
    expect(pass(leader, 20, [2]).every((effect) => effect.startsWith('2: PING'))).toBe(true)
    const effects = pass(leader, 12, [])
    expect(effects.filter((effect) => !effect.includes('PING')).at(-1)).toMatch(/abdicate/)
  })

  test('a follower that pings but acks nothing is closed', () => {
    const leader = new LeaderBench(3).serve()
    leader.propose(E1 + 1n)
    leader.propose(E1 + 2n)
    expect(pass(leader, 10, [2]).every((effect) => effect.startsWith('2: PING'))).toBe(true)
    expect(pass(leader, 1, [2])).toContain('close 2: a proposal is unacked for 550 ms')
  })

  test('a connection that never says who it is is closed after initLimit', () => {
    const leader = new LeaderBench(3).serve()
    leader.on({ kind: 'learnerConnected', connection: 9 })
    const effects = pass(leader, 21, [2])
    expect(effects).toContain('close 9: silent for 1050 ms while CONNECTED')
  })
})

describe('a learner that misbehaves costs its own connection', () => {
  const close = (reason: string) => [`close 9: ${reason}`]

  test.each([
    ['another packet first', packet('ACK', 0n), 'ACK is out of turn while CONNECTED'],
    ['no data', packet('FOLLOWERINFO', 0n), 'FOLLOWERINFO cannot be read'],
    ['short data', packet('FOLLOWERINFO', 0n, new Uint8Array(8)), 'FOLLOWERINFO cannot be read'],
    ['the leader’s id', learnerInfo(1n, 0n), "its id 1 is the leader's own"],
    ['an epoch that cannot be', learnerInfo(3n, 0x7fffffffn), 'accepted epoch 2147483647 cannot be'],
    ['a negative epoch', learnerInfo(3n, -1n), 'accepted epoch -1 cannot be'],
    ['a newer configuration', learnerInfo(3n, 0n, 'FOLLOWERINFO', 0x100000004n), "its configuration 0x100000004 is newer than the leader's 0x0"],
    [
      'an old protocol',
      packet('FOLLOWERINFO', 0n, encode(LearnerInfo, { serverid: 3n, protocolVersion: 1, configVersion: 0n })),
      'protocol version 0x1 is too old',
    ],
  ])('%s', (_, first, reason) => {
    const leader = new LeaderBench()
    leader.on(leader.lead)
    leader.on({ kind: 'learnerConnected', connection: 9 })
    expect(leader.from(9, first)).toEqual(close(reason))
    expect(leader.from(9, first)).toEqual([])
  })

  test('a bad ACKEPOCH, and a request before NEWLEADER is acked', () => {
    const leader = new LeaderBench().serve()
    leader.connect(9, 3n, 0n)
    expect(leader.from(9, packet('ACKEPOCH', 0n, new Uint8Array(3)))).toEqual(close('ACKEPOCH cannot be read'))
    leader.join(9, 3n, 0n)
    expect(leader.from(9, packet('REQUEST', -1n, new Uint8Array(16)))).toEqual(close('REQUEST is out of turn while SYNCHRONIZING'))
  })

  test.each(['PING', 'REQUEST', 'REVALIDATE'] as const)('a %s that cannot be read', (kind) => {
    for (const data of [null, new Uint8Array(7)]) {
      const leader = new LeaderBench().serve()
      expect(leader.from(2, packet(kind, -1n, data))[0]).toMatch(/^close 2: .*read/)
    }
  })

  test('what a leader does not expect from a serving learner is ignored', () => {
    const leader = new LeaderBench().serve()
    expect(leader.from(2, packet('NEWLEADER', 0n))).toEqual([])
    expect(leader.from(2, { ...quorumPacket('ACK', 0n), kind: 'UNKNOWN' })).toEqual([])
  })

  test('one that connects again loses its older connection', () => {
    const leader = new LeaderBench().serve()
    expect(leader.connect(3, 2n, 1n)).toEqual(['close 2: server 2 has connected again', '3: LEADERINFO 0x100000000'])
  })
})
