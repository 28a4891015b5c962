import { makeZxid, type Prng, utf8, type Zxid } from '../../src/kernel/index.ts'
import { parseConfiguration } from '../../src/quorum/index.ts'
import { onAck, onAckUpTo, onFlushed, onPropose } from '../../src/zab/broadcast.ts'
import { CommittedLog } from '../../src/zab/committed-log.ts'
import type { LeaderEffect } from '../../src/zab/events.ts'
import { createLeader, type LeaderState } from '../../src/zab/leader-state.ts'
import { createLearnerHandler } from '../../src/zab/learner-handler.ts'
import { same, subsets } from '../support/check.ts'
import { type Deviation, noSequenceFails } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

/** Server 1 leads; the servers after the voters are observers. */
interface Op {
  readonly kind: 'propose' | 'flush' | 'ack' | 'acked up to'
  /** The number of the proposal, from 1. */
  readonly number: number
  readonly sid: number
}

const propose = (number: number): Op => ({ kind: 'propose', number, sid: 1 })
const flush = (number: number): Op => ({ kind: 'flush', number, sid: 1 })
const ack = (number: number, sid: number): Op => ({ kind: 'ack', number, sid })

export const checks: Checks = {
  'a quorum of disks commits, and nothing less'() {
    for (const voters of [3, 5]) {
      const sids = Array.from({ length: voters }, (_, i) => i + 1)
      for (const set of subsets(sids)) {
        const ops = [propose(1), ...set.map((sid) => (sid === 1 ? flush(1) : ack(1, sid)))]
        const expected = 2 * set.length > voters ? ['COMMIT 1', 'commit 1'] : []
        const because = `${set.length} of ${voters} disks have it`
        ends(ops, expected, because, voters)
      }
    }
  },

  'the leader’s own disk has no privilege'() {
    ends([propose(1), ack(1, 2), ack(1, 3)], ['COMMIT 1', 'commit 1'], 'two of three have it on disk, and the leader need not be one of them')
    ends([propose(1), ack(1, 2)], [], 'the leader has proposed it, and its disk has not said yet that it has it')
    ends([propose(1), propose(2), flush(1), ack(1, 2), ack(2, 2)], ['COMMIT 1', 'commit 1'], 'the leader’s disk has the first one only')
  },

  'observers and strangers do not count'() {
    ends([propose(1), flush(1), ack(1, 4)], [], 'server 4 is an observer: it owes nobody durability')
    ends([propose(1), flush(1), ack(1, 4), ack(1, 3)], ['COMMIT 1', 'commit 1'], 'server 4 is an observer, 3 is a voter')
    ends([propose(1), flush(1), ack(1, 9)], [], 'server 9 is not in the ensemble')
    ends([propose(1), flush(1), ack(1, 10)], [], 'connection 10 is server 2, which was told to follow as an observer')
  },

  'the same server twice is one server'() {
    ends([propose(1), ack(1, 2), ack(1, 2)], [], 'server 2 has one disk')
    ends([propose(1), flush(1), flush(1)], [], 'the leader has one disk')
    ends([propose(1), flush(1), ack(1, 2), ack(1, 3)], ['COMMIT 1', 'commit 1'], 'the third acknowledgement comes for what is committed already')
  },

  'an acknowledgement counts for what it names'() {
    ends([propose(1), propose(2), flush(2), ack(1, 2)], ['COMMIT 1', 'commit 1'], 'server 2 has acknowledged the first one only')
    ends([propose(1), propose(2), ack(1, 2), ack(1, 3)], ['COMMIT 1', 'commit 1'], 'nobody has acknowledged the second one')
    ends(
      [propose(1), flush(1), ack(1, 2), propose(2), flush(2), ack(1, 3)],
      ['COMMIT 1', 'commit 1'],
      'what comes for the first one now is late, and not for the second',
    )
    ends([ack(1, 2), propose(1), flush(1)], [], 'what is not known cannot be acknowledged')
    ends(
      [propose(1), flush(1), ack(1, 2), propose(2), propose(3), flush(3), ack(2, 3)],
      ['COMMIT 1', 'commit 1', 'COMMIT 2', 'commit 2'],
      'the first is committed, so the second is now the oldest',
    )
  },

  'one flush may be for many'() {
    ends(
      [propose(1), propose(2), propose(3), ack(1, 2), ack(2, 2), flush(3)],
      ['COMMIT 1', 'COMMIT 2', 'commit 1', 'commit 2'],
      'one fsync has made three transactions durable, and server 2 has acknowledged two of them',
    )
    ends(
      [propose(1), propose(2), propose(3), flush(1), flush(3), ack(1, 2), ack(2, 2), ack(3, 2)],
      ['COMMIT 1', 'commit 1', 'COMMIT 2', 'commit 2', 'COMMIT 3', 'commit 3'],
      'the leader’s disk has all three, server 2 acknowledges one after the other',
    )
    ends(
      [propose(1), propose(2), { kind: 'acked up to', number: 2, sid: 2 }, flush(2)],
      ['COMMIT 1', 'COMMIT 2', 'commit 1', 'commit 2'],
      'server 2 has joined with both on its disk, and so has the leader now',
    )
  },

  'the leader applies behind all COMMITs of the step'() {
    ends(
      [propose(1), propose(2), ack(1, 2), ack(2, 2), flush(2)],
      ['COMMIT 1', 'COMMIT 2', 'commit 1', 'commit 2'],
      'a SYNC that comes of applying the first must find both COMMITs in the stream',
    )
  },

  'each is committed once'() {
    ends(
      [propose(1), flush(1), ack(1, 2), propose(2), flush(2), ack(2, 2)],
      ['COMMIT 1', 'commit 1', 'COMMIT 2', 'commit 2'],
      'the first one may still be waiting in toBeApplied when the second is committed',
    )
  },

  'an acknowledged proposal is waited for no longer'() {
    for (const sid of [2, 4]) {
      const state = leader(3)
      const learner = state.learners.get(sid)
      learner?.syncLimitCheck.start()
      onPropose(state, [], txn(1))
      if (sid === 4) learner?.syncLimitCheck.sent(zxid(1), 0)
      const given = `proposal 1 was sent to server ${sid}, ${sid === 4 ? 'an observer, ' : ''}which acknowledges it; how long has it left the proposal waiting, 500 ms later?`
      step(state, ack(1, sid))
      same(learner?.syncLimitCheck.waited(500), 0, { given, because: 'the leader would drop it as too slow' })
    }
  },

  'a disk that reports again takes nothing back'() {
    const state = leader(3)
    for (const op of [propose(1), propose(2), flush(2), flush(1)]) step(state, op)
    same(
      state.lastFlushed,
      zxid(2),
      {
        given: 'the leader’s log is durable up to 2, and then says once more that it is durable up to 1: up to where is it?',
      },
      (one) => String(one & 0xffffn),
    )
  },

  'no sequence of proposals and acknowledgements goes wrong'() {
    noSequenceFails({ seeds: 60, length: 25, draw, play, tell, given: 'servers 1 2 3 vote, 1 leads; who gets ahead of itself is put right' })
  },
}

function ends(ops: readonly Op[], expected: readonly string[], because: string, voters = 3): void {
  const state = leader(voters)
  const seen = ops.flatMap((op) => step(state, op))
  same(seen, expected, {
    given: [`servers ${voters === 5 ? '1 to 5' : '1 2 3'} vote, 1 leads`, ...ops.map((op, i) => `${i + 1}. ${tell(op)}`)],
    because,
  })
}

function leader(voters: number): LeaderState {
  const line = (id: number) => `server.${id}=s${id}:2888:3888:${id > voters ? 'observer' : 'participant'}`
  const configuration = parseConfiguration(Array.from({ length: voters + 1 }, (_, i) => line(i + 1)).join('\n'))
  const settings = { myid: 1n, configuration, configurationText: '', tickTime: 100, initLimit: 10, syncLimit: 5, committedLog: new CommittedLog() }
  const start = makeZxid(1n, 0n)
  const state = Object.assign(createLeader(settings), {
    zabState: 'BROADCAST',
    epoch: 1n,
    lastProposed: start,
    lastCommitted: start,
    lastFlushed: start,
  })
  for (const sid of [...Array.from({ length: voters }, (_, i) => i + 2), 9, 10]) {
    const learnerType = sid === voters + 1 || sid === 10 ? 'observer' : 'participant'
    state.learners.set(sid, Object.assign(createLearnerHandler(sid, 0, 0), { sid: sid === 10 ? 2n : BigInt(sid), learnerType, phase: 'SERVING' }))
    if (learnerType === 'participant') state.forwardingFollowers = [...state.forwardingFollowers, sid]
    else state.observingLearners = [...state.observingLearners, sid]
  }
  return state as LeaderState
}

/** Returns what is committed, to whom: COMMIT to the followers, commit to the own pipeline. */
function step(state: LeaderState, { kind, number, sid }: Op): string[] {
  const out: LeaderEffect[] = []
  const learner = state.learners.get(sid)
  if (kind === 'propose') onPropose(state, out, txn(number))
  else if (kind === 'flush') onFlushed(state, out, zxid(number))
  else if (kind === 'acked up to') onAckUpTo(state, out, BigInt(sid), zxid(number))
  else if (learner !== undefined) onAck(state, out, learner, zxid(number))
  return out.flatMap((effect) => {
    if (effect.kind === 'broadcast' && effect.packet.kind === 'COMMIT') return [`COMMIT ${effect.packet.zxid & 0xffffn}`]
    return effect.kind === 'commit' ? [`commit ${effect.txn.zxid & 0xffffn}`] : []
  })
}

function zxid(number: number): Zxid {
  return makeZxid(1n, BigInt(number))
}

function txn(number: number): { readonly zxid: Zxid; readonly bytes: Uint8Array } {
  return { zxid: zxid(number), bytes: utf8(`txn ${number}`) }
}

function draw(random: Prng): Op {
  const kind = random.pick(['propose', 'flush', 'ack', 'ack', 'ack'] as const)
  return { kind, number: 1 + random.below(3), sid: kind === 'ack' ? random.pick([2, 3, 4]) : 1 }
}

/** The obvious version: how far each disk is, as a number. Each op moves somebody forward by `number`, as far as there are proposals. */
function play(ops: readonly Op[]): Deviation | null {
  const state = leader(3)
  const disks = new Map([1, 2, 3, 4].map((sid) => [sid, 0]))
  let [proposed, committed] = [0, 0]
  for (const { kind, number, sid } of ops) {
    const at = disks.get(sid) ?? 0
    const to = Math.min(at + number, proposed)
    const seen: string[] = []
    if (kind === 'propose') seen.push(...step(state, propose(++proposed)))
    else if (kind === 'flush') seen.push(...step(state, flush(to)))
    else for (let one = at + 1; one <= to; one++) seen.push(...step(state, ack(one, sid)))
    if (kind !== 'propose') disks.set(sid, to)
    const voters = [1, 2, 3].map((one) => disks.get(one) ?? 0).sort((a, b) => a - b)
    const durable = voters[1] as number
    const numbers = Array.from({ length: durable - committed }, (_, i) => committed + 1 + i)
    committed = durable
    const expected = numbers.map((one) => `commit ${one}`)
    const applied = seen.filter((one) => one.startsWith('commit'))
    const sent = seen.filter((one) => one.startsWith('COMMIT')).map((one) => one.toLowerCase())
    if (applied.join() !== expected.join() || sent.join() !== expected.join())
      return {
        expected: expected.join(', ') || 'nothing is committed',
        seen: seen.join(', ') || 'nothing',
        because: `the disks are at ${[...disks.values()].join(' ')}`,
      }
  }
  return null
}

function tell({ kind, number, sid }: Op): string {
  if (kind === 'propose') return `proposal ${number}`
  return kind === 'flush'
    ? `the leader’s disk has everything up to ${number}`
    : `server ${sid} ${kind === 'ack' ? 'acks' : 'has acked everything up to'} ${number}`
}
