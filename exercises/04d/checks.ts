import { makeZxid, type Prng, utf8, type Zxid } from '../../src/kernel/index.ts'
import type { LearnerEffect } from '../../src/zab/events.ts'
import { ackFlushed, onServingPacket } from '../../src/zab/following.ts'
import { createLearner, type LearnerState } from '../../src/zab/learner-state.ts'
import { quorumPacket } from '../../src/zab/packets.ts'
import { same } from '../support/check.ts'
import { type Deviation, noSequenceFails } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

/** `durable` is the disk, the others are packets. */
type Op = readonly [kind: 'PROPOSAL' | 'COMMIT' | 'INFORM' | 'durable', zxid: Zxid]

const z = (counter: number, epoch = 1): Zxid => makeZxid(BigInt(epoch), BigInt(counter))
const PROPOSED: readonly Op[] = [
  ['PROPOSAL', z(1)],
  ['PROPOSAL', z(2)],
  ['PROPOSAL', z(3)],
]

export const checks: Checks = {
  'a proposal goes to the log, and nothing is said yet'() {
    does(PROPOSED.slice(0, 1), ['append 1.1'], 'in memory is not on disk')
    does(PROPOSED, ['append 1.1', 'append 1.2', 'append 1.3'], 'in memory is not on disk')
  },

  'what is durable is acknowledged, each by itself and in order'() {
    const appended = ['append 1.1', 'append 1.2', 'append 1.3']
    does([...PROPOSED, ['durable', z(1)]], [...appended, 'ACK 1.1'], 'the disk has the first')
    does([...PROPOSED, ['durable', z(3)]], [...appended, 'ACK 1.1', 'ACK 1.2', 'ACK 1.3'], 'one fsync for three, and the leader counts for each')
    does([...PROPOSED, ['durable', z(2)], ['durable', z(3)]], [...appended, 'ACK 1.1', 'ACK 1.2', 'ACK 1.3'], 'the disk has two, then all three')
    does([...PROPOSED, ['durable', z(0)]], appended, 'the disk has what was there before')
  },

  'each is acknowledged once'() {
    does([...PROPOSED.slice(0, 1), ['durable', z(1)], ['durable', z(1)]], ['append 1.1', 'ACK 1.1'], 'the disk says again what it has said')
  },

  'a commit does not wait for the own disk'() {
    does(
      [...PROPOSED.slice(0, 2), ['COMMIT', z(1)]],
      ['append 1.1', 'append 1.2', 'commit 1.1'],
      'a quorum has it: that these are others is no matter',
    )
    does(
      [...PROPOSED.slice(0, 2), ['durable', z(2)], ['COMMIT', z(1)], ['COMMIT', z(2)]],
      ['append 1.1', 'append 1.2', 'ACK 1.1', 'ACK 1.2', 'commit 1.1', 'commit 1.2'],
      'and it may come long after',
    )
  },

  'what is committed is acknowledged all the same'() {
    does(
      [...PROPOSED.slice(0, 1), ['COMMIT', z(1)], ['durable', z(1)]],
      ['append 1.1', 'commit 1.1', 'ACK 1.1'],
      'the leader watches how long a follower leaves a proposal unacknowledged, and drops it',
    )
  },

  'a commit of anything but the oldest gives up'() {
    does(
      [...PROPOSED, ['COMMIT', z(2)]],
      ['append 1.1', 'append 1.2', 'append 1.3', 'gives up'],
      'the COMMIT of 1.1 was lost, and what is applied must be in order',
    )
    does([['COMMIT', z(1)]], ['gives up'], 'the PROPOSAL was lost')
    does([...PROPOSED.slice(0, 1), ['COMMIT', z(1)], ['COMMIT', z(1)]], ['append 1.1', 'commit 1.1', 'gives up'], 'it is committed already')
  },

  'what does not follow is not taken'() {
    does([['PROPOSAL', z(2)]], ['gives up'], '1.1 is missing: a log with a hole is no history')
    does([...PROPOSED.slice(0, 2), ['PROPOSAL', z(2)]], ['append 1.1', 'append 1.2', 'gives up'], 'it is there already')
    does([...PROPOSED.slice(0, 1), ['PROPOSAL', z(3)]], ['append 1.1', 'gives up'], '1.2 is missing')
    does([...PROPOSED.slice(0, 1), ['PROPOSAL', z(1, 2)]], ['append 1.1', 'append 2.1'], 'a later epoch begins with its first')
    does([...PROPOSED.slice(0, 1), ['PROPOSAL', z(2, 2)]], ['append 1.1', 'gives up'], 'a later epoch begins with its first')
  },

  'a packet without a transaction gives up'() {
    const state = follower()
    const out: LearnerEffect[] = []
    onServingPacket(state, out, quorumPacket('PROPOSAL', z(1)))
    same(out.flatMap(describe), ['gives up'], {
      given: 'PROPOSAL of 1.1 without data',
      because: 'there is nothing to log, and the leader counts on it',
    })
  },

  'an observer logs and applies what it is informed of, and acknowledges nothing'() {
    const given = ['an observer', 'INFORM of 1.1, of 1.2, then of 1.4']
    const state = follower('observer')
    const out: LearnerEffect[] = []
    for (const counter of [1, 2, 4]) onServingPacket(state, out, quorumPacket('INFORM', z(counter), utf8('txn')))
    ackFlushed(state, out, z(2))
    const expected = ['append 1.1', 'commit 1.1', 'append 1.2', 'commit 1.2', 'gives up']
    same(out.flatMap(describe), expected, { given, because: 'the same rule holds for what it is sent: nothing may be missing' })
  },

  'who gives up says what was logged and not committed'() {
    const state = follower()
    const out: LearnerEffect[] = []
    for (const [kind, zxid] of [...PROPOSED, ['COMMIT', z(1)], ['durable', z(3)], ['PROPOSAL', z(9)]] as readonly Op[]) feed(state, out, kind, zxid)
    const logged = out.flatMap((effect) => (effect.kind === 'abandon' ? effect.logged.map(({ zxid }) => tellZxid(zxid)) : []))
    same(logged, ['1.2', '1.3'], {
      given: [
        'PROPOSAL of 1.1, 1.2, 1.3; COMMIT of 1.1; all durable; PROPOSAL of 1.9',
        'the follower gives up: what of its log does it report as uncommitted?',
      ],
      because: 'it votes with all that its disk holds (ZOOKEEPER-2845)',
    })
  },

  'no sequence of packets and flushes goes wrong'() {
    noSequenceFails({
      seeds: 80,
      length: 25,
      draw,
      play,
      tell: ([kind, zxid]) => (kind === 'durable' ? `${zxid} more are durable` : `${zxid} × ${kind}`),
    })
  },
}

function follower(learnerType: 'participant' | 'observer' = 'participant'): LearnerState {
  const settings = { myid: 2n, learnerType, configVersion: 0n, tickTime: 100, initLimit: 10, syncLimit: 5 }
  return Object.assign(createLearner(settings), { stage: 'SERVING' as const, epoch: 1n, received: z(0) })
}

function does(ops: readonly Op[], expected: readonly string[], because: string): void {
  const state = follower()
  const out: LearnerEffect[] = []
  for (const [kind, zxid] of ops) feed(state, out, kind, zxid)
  const given = ops.map(
    ([kind, zxid], i) => `${i + 1}. ${kind === 'durable' ? `the log is durable up to ${tellZxid(zxid)}` : `${kind} of ${tellZxid(zxid)}`}`,
  )
  same(out.flatMap(describe), expected, { given, because })
}

function feed(state: LearnerState, out: LearnerEffect[], kind: Op[0], zxid: Zxid): void {
  if (kind === 'durable') ackFlushed(state, out, zxid)
  else onServingPacket(state, out, quorumPacket(kind, zxid, kind === 'COMMIT' ? null : utf8(`txn ${tellZxid(zxid)}`)))
}

function describe(effect: LearnerEffect): string[] {
  if (effect.kind === 'append' || effect.kind === 'commit') return [`${effect.kind} ${tellZxid(effect.txn.zxid)}`]
  if (effect.kind === 'send') return [`${effect.packet.kind} ${tellZxid(effect.packet.zxid)}`]
  return effect.kind === 'abandon' ? ['gives up'] : []
}

function tellZxid(zxid: Zxid): string {
  return `${zxid >> 32n}.${zxid & 0xffffffffn}`
}

/** How many proposals come, how many of them are committed, how many more are durable: all as far as there are any. */
function draw(random: Prng): Op {
  return [random.pick(['PROPOSAL', 'COMMIT', 'durable'] as const), BigInt(1 + random.below(3))]
}

/** The obvious version: three numbers. */
function play(ops: readonly Op[]): Deviation | null {
  const state = follower()
  let [proposed, committed, durable] = [0, 0, 0]
  for (const [kind, count] of ops) {
    const out: LearnerEffect[] = []
    const expected: string[] = []
    const last = kind === 'PROPOSAL' ? proposed + Number(count) : proposed
    const begin = kind === 'PROPOSAL' ? proposed : kind === 'COMMIT' ? committed : durable
    const end = Math.min(begin + Number(count), last)
    for (let number = begin + 1; number <= end; number++) {
      expected.push(`${kind === 'PROPOSAL' ? 'append' : kind === 'COMMIT' ? 'commit' : 'ACK'} 1.${number}`)
      if (kind !== 'durable') feed(state, out, kind, z(number))
    }
    if (kind === 'durable') feed(state, out, kind, z(end))
    if (kind === 'PROPOSAL') proposed = end
    else if (kind === 'COMMIT') committed = end
    else durable = end
    const seen = out.flatMap(describe)
    if (seen.join() !== expected.join()) return { expected: expected.join(', ') || 'nothing', seen: seen.join(', ') || 'nothing' }
  }
  return null
}
