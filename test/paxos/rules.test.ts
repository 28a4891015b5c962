import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Ballot,
  ballotAbove,
  compareBallots,
  createAcceptor,
  createLearner,
  createProposer,
  highestAccepted,
  mayAccept,
  mayPromise,
  type PaxosEffect,
  type PaxosMessage,
  type Proposal,
  stepAcceptor,
  stepLearner,
  stepProposer,
  valueToPropose,
} from '../../src/paxos/index.ts'
import { majority } from '../../src/quorum/index.ts'

const NOW = { elapsed: 0, wall: 0 }
const ballotOf = (round: number, proposer: number): Ballot => ({ round, proposer: BigInt(proposer) })
const ballots = [1, 2, 3].flatMap((round) => [1, 2, 3].map((proposer) => ballotOf(round, proposer)))
const proposals: (Proposal | null)[] = [null, ...ballots.slice(0, 5).map((ballot, i) => ({ ballot, value: `v${i % 2}` }))]

describe('ballots', () => {
  test('are ordered by round, then by proposer, and no ballot is the smallest', () => {
    const inOrder = [null, ...ballots]
    for (const [i, a] of inOrder.entries()) for (const [j, b] of inOrder.entries()) expect(Math.sign(compareBallots(a, b))).toBe(Math.sign(i - j))
  })

  test('the next one is the smallest of its proposer that is above', () => {
    const many = [0, 1, 2, 3, 4, 5].flatMap((round) => [1, 2, 3].map((proposer) => ballotOf(round, proposer)))
    for (const ballot of [null, ...ballots]) {
      for (const proposer of [1n, 2n, 3n]) {
        const slow = many.find((one) => one.proposer === proposer && one.round > 0 && compareBallots(one, ballot) > 0)
        expect(ballotAbove(ballot, proposer)).toEqual(slow)
      }
    }
  })
})

describe('the highest accepted proposal', () => {
  /** Sorted, and the last taken. */
  const slow = (reports: readonly (Proposal | null)[]) =>
    reports.toSorted((a, b) => compareBallots(a?.ballot ?? null, b?.ballot ?? null)).at(-1) ?? null

  test('of every three reports is that of the highest ballot', () => {
    for (const a of proposals) for (const b of proposals) for (const c of proposals) expect(highestAccepted([a, b, c])).toEqual(slow([a, b, c]))
    expect(highestAccepted([])).toBeNull()
  })

  test('of many reports too, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...proposals)), (reports) => {
        expect(highestAccepted(reports)).toEqual(slow(reports))
        expect(highestAccepted(reports.toReversed())).toEqual(slow(reports))
      }),
    )
  })

  test('binds the proposer; without one it is free', () => {
    const [first, second] = [
      { ballot: ballotOf(1, 1), value: 'Ada' },
      { ballot: ballotOf(2, 1), value: 'Ben' },
    ]
    expect(valueToPropose([first, first, second], 'Cleo')).toBe('Ben')
    expect(valueToPropose([null, first], 'Cleo')).toBe('Ada')
    expect(valueToPropose([null, null], 'Cleo')).toBe('Cleo')
  })
})

describe('an acceptor', () => {
  const prepare = (ballot: Ballot) => ({ kind: 'message', from: 9n, message: { kind: 'prepare', ballot, from: 1 } }) as const
  const accept = (ballot: Ballot, value = 'Ada') => ({ kind: 'message', from: 9n, message: { kind: 'accept', ballot, slot: 1, value } }) as const
  const said = (effects: readonly PaxosEffect[]) =>
    effects.flatMap((effect): PaxosMessage['kind'][] => (effect.kind === 'send' ? [effect.message.kind] : []))

  test('promises what is above its promise, and accepts what is not below it', () => {
    for (const promised of ballots) {
      for (const ballot of ballots) {
        const memory = { promised, accepted: new Map() }
        expect(mayPromise(memory, ballot)).toBe(compareBallots(ballot, promised) > 0)
        expect(mayAccept(memory, ballot)).toBe(compareBallots(ballot, promised) >= 0)
      }
    }
  })

  test('says nothing before it is on the disk, and then everything in order', () => {
    const state = createAcceptor({ myid: 1n, learners: [1n, 2n] })
    expect(said(stepAcceptor(state, prepare(ballotOf(1, 1)), NOW))).toEqual([])
    expect(said(stepAcceptor(state, accept(ballotOf(1, 1)), NOW))).toEqual([])
    expect(said(stepAcceptor(state, prepare(ballotOf(2, 1)), NOW))).toEqual([])
    expect(said(stepAcceptor(state, { kind: 'flushed', count: 1 }, NOW))).toEqual(['promise'])
    expect(said(stepAcceptor(state, { kind: 'flushed', count: 3 }, NOW))).toEqual(['accepted', 'accepted', 'promise'])
    expect(said(stepAcceptor(state, { kind: 'flushed', count: 3 }, NOW))).toEqual([])
  })

  test('refuses at once, and says what it has promised', () => {
    const state = createAcceptor({ myid: 1n, learners: [] })
    stepAcceptor(state, prepare(ballotOf(2, 1)), NOW)
    const message = { kind: 'reject', ballot: ballotOf(1, 3), promised: ballotOf(2, 1) }
    expect(stepAcceptor(state, prepare(ballotOf(1, 3)), NOW)).toEqual([{ kind: 'send', to: 9n, message }])
    expect(stepAcceptor(state, accept(ballotOf(1, 3)), NOW)).toEqual([{ kind: 'send', to: 9n, message }])
  })

  test('is after a crash what its log says', () => {
    const state = createAcceptor({ myid: 1n, learners: [] })
    const events = [prepare(ballotOf(1, 1)), accept(ballotOf(1, 1)), prepare(ballotOf(3, 2))]
    const log = events.flatMap((event) => stepAcceptor(state, event, NOW)).flatMap((effect) => (effect.kind === 'append' ? [effect.record] : []))
    const { promised, accepted } = createAcceptor({ myid: 1n, learners: [] }, log)
    expect({ promised, accepted }).toEqual({ promised: ballotOf(3, 2), accepted: new Map([[1, { ballot: ballotOf(1, 1), value: 'Ada' }]]) })
  })
})

describe('a proposer', () => {
  const options = { myid: 1n, verifier: majority([1n, 2n, 3n]), retryAfter: 100 }
  const kinds = (effects: readonly PaxosEffect[]) =>
    effects.map((effect) => (effect.kind === 'send' ? `${effect.message.kind} to ${effect.to}` : effect.kind))
  const promise = (ballot: Ballot, from: bigint) => ({ kind: 'message', from, message: { kind: 'promise', ballot, accepted: new Map() } }) as const

  test('writes its ballot before it uses it, and counts promises of this ballot only, each server once', () => {
    const state = createProposer(options)
    expect(kinds(stepProposer(state, { kind: 'propose', value: 'Ada' }, NOW))).toEqual(['append', 'setTimer'])
    expect(kinds(stepProposer(state, { kind: 'flushed', count: 1 }, NOW))).toEqual(['note', 'prepare to 1', 'prepare to 2', 'prepare to 3'])
    expect(stepProposer(state, promise(ballotOf(0, 1), 3n), NOW)).toEqual([])
    expect(stepProposer(state, promise(ballotOf(1, 1), 2n), NOW)).toEqual([])
    expect(stepProposer(state, promise(ballotOf(1, 1), 2n), NOW)).toEqual([])
    expect(kinds(stepProposer(state, promise(ballotOf(1, 1), 1n), NOW))).toEqual(['note', 'accept to 1', 'accept to 2', 'accept to 3'])
    expect(stepProposer(state, promise(ballotOf(1, 1), 3n), NOW)).toEqual([])
  })

  test('uses no ballot twice, not even in another life', () => {
    const state = createProposer(options, [{ kind: 'tried', ballot: ballotOf(4, 1) }])
    const [append] = stepProposer(state, { kind: 'propose', value: 'Ada' }, NOW)
    expect(append).toEqual({ kind: 'append', record: { kind: 'tried', ballot: ballotOf(5, 1) } })
  })

  test('gives up for a higher promise, and comes back above it', () => {
    const state = createProposer(options)
    stepProposer(state, { kind: 'propose', value: 'Ada' }, NOW)
    stepProposer(state, { kind: 'flushed', count: 1 }, NOW)
    const reject = { kind: 'reject', ballot: ballotOf(1, 1), promised: ballotOf(7, 3) } as const
    expect(kinds(stepProposer(state, { kind: 'message', from: 2n, message: reject }, NOW))).toEqual(['note'])
    expect(stepProposer(state, promise(ballotOf(1, 1), 1n), NOW)).toEqual([])
    expect(stepProposer(state, { kind: 'timeout', timer: 'retry' }, NOW)[0]).toMatchObject({ record: { ballot: ballotOf(8, 1) } })
  })
})

describe('a learner', () => {
  const accepted = (ballot: Ballot, slot: number, value: string, from: bigint) =>
    ({ kind: 'message', from, message: { kind: 'accepted', ballot, slot, value } }) as const

  test('learns from a quorum of one ballot, and hands out in order', () => {
    const state = createLearner({ myid: 1n, verifier: majority([1n, 2n, 3n]) })
    const told = (from: bigint, slot: number, ballot = ballotOf(1, 1)) =>
      stepLearner(state, accepted(ballot, slot, `v${slot}`, from), NOW).flatMap((effect) =>
        effect.kind === 'chosen' || effect.kind === 'deliver' ? [`${effect.kind} ${effect.slot}`] : [],
      )
    expect(told(1n, 2)).toEqual([])
    expect(told(1n, 2)).toEqual([])
    expect(told(2n, 2, ballotOf(2, 1))).toEqual([])
    expect(told(2n, 2)).toEqual(['chosen 2'])
    expect(told(3n, 2)).toEqual([])
    expect(told(1n, 1)).toEqual([])
    expect(told(3n, 1)).toEqual(['chosen 1', 'deliver 1', 'deliver 2'])
  })
})
