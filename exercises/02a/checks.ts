import type { Sid } from '../../src/kernel/index.ts'
import { type AcceptorState, createAcceptor, stepAcceptor } from '../../src/paxos/acceptor.ts'
import { type Ballot, compareBallots, formatBallot } from '../../src/paxos/ballot.ts'
import type { PaxosEffect, PaxosEvent, PaxosMessage, PaxosRecord } from '../../src/paxos/events.ts'
import { combinations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const PROPOSER: Sid = 7n
const NOW = { elapsed: 0, wall: 0 }
const BALLOTS: readonly Ballot[] = Array.from(combinations([1, 2], [1n, 2n]), ([round, proposer]) => ({ round, proposer }))

/** What an acceptor is told, in one word and its numbers. */
type Told = readonly ['prepare', ballot: Ballot] | readonly ['accept', ballot: Ballot, slot: number, value: string]

export const checks: Checks = {
  'it promises what is above all that it has promised, and nothing else'() {
    for (const [first, second] of combinations(BALLOTS, BALLOTS)) {
      const expected =
        compareBallots(second, first) > 0 ? `promises ${formatBallot(second)}; nothing accepted` : `refuses, for ${formatBallot(first)}`
      answers([['prepare', first]], ['prepare', second], expected, 'two proposers must not both believe that they have its word')
    }
    answers([], ['prepare', ballot(1, 1n)], 'promises 1.1; nothing accepted', 'it has promised nothing yet')
  },

  'it accepts under what it has promised, and above'() {
    for (const [promised, proposed] of combinations(BALLOTS, BALLOTS)) {
      if (compareBallots(proposed, promised) < 0) continue
      const because = compareBallots(proposed, promised) === 0 ? 'the usual case' : 'a quorum of others has promised it; this one only missed it'
      answers([['prepare', promised]], ['accept', proposed, 1, 'Ada'], `accepts 1 = Ada under ${formatBallot(proposed)}`, because)
    }
    answers([], ['accept', ballot(1, 1n), 1, 'Ada'], 'accepts 1 = Ada under 1.1', 'it has promised nothing to anybody')
  },

  'it accepts nothing below what it has promised'() {
    for (const [promised, proposed] of combinations(BALLOTS, BALLOTS)) {
      if (compareBallots(proposed, promised) >= 0) continue
      const because = 'the other proposer was told that nothing is accepted here, and has chosen its value by that'
      answers([['prepare', promised]], ['accept', proposed, 1, 'Ada'], `refuses, for ${formatBallot(promised)}`, because)
    }
  },

  'accepting is a promise too'() {
    const before: Told[] = [['accept', ballot(2, 1n), 1, 'Ada']]
    answers(before, ['prepare', ballot(1, 2n)], 'refuses, for 2.1', 'what it would report was accepted under a higher ballot than is asked for')
    answers(before, ['accept', ballot(1, 2n), 1, 'Ben'], 'refuses, for 2.1', 'Ada’s value under 2.1 may be chosen by now')
    answers(before, ['accept', ballot(1, 2n), 2, 'Ben'], 'refuses, for 2.1', 'a promise holds for all decrees')
  },

  'a promise reports the last that was accepted, in each decree'() {
    const ada: Told = ['accept', ballot(1, 1n), 1, 'Ada']
    const ben: Told = ['accept', ballot(2, 1n), 1, 'Ben']
    const cleo: Told = ['accept', ballot(1, 2n), 2, 'Cleo']
    const next: Told = ['prepare', ballot(3, 1n)]
    answers([ada], next, 'promises 3.1; accepted 1 = Ada under 1.1', 'it has accepted Ada')
    answers([ada, ben], next, 'promises 3.1; accepted 1 = Ben under 2.1', 'the higher one counts: it was bound to what was chosen before')
    answers([ada, cleo], next, 'promises 3.1; accepted 1 = Ada under 1.1, 2 = Cleo under 1.2', 'each decree is one by itself')
    answers([ada, ['prepare', ballot(2, 1n)]], next, 'promises 3.1; accepted 1 = Ada under 1.1', 'a promise made in between takes nothing back')
  },

  'nothing is said before it is on the disk'() {
    const state = acceptor()
    const given = 'it is asked to promise 1.1, and to accept Ada under 1.1: two records, in this order'
    const sent = [...tell(state, ['prepare', ballot(1, 1n)]), ...tell(state, ['accept', ballot(1, 1n), 1, 'Ada'])]
    same(sends(sent), [], { given: `${given}; nothing is on the disk yet`, because: 'after a power cut it would not know what it has said' })
    same(flushed(state, 0), [], { given: `${given}; 0 records are on the disk` })
    same(flushed(state, 1), ['to 7: promises 1.1; nothing accepted'], { given: `${given}; 1 record is on the disk` })
    same(flushed(state, 2), ['to 8: accepts 1 = Ada under 1.1', 'to 9: accepts 1 = Ada under 1.1'], {
      given: `${given}; 1 record is on the disk, then 2`,
      because: 'the learners, 8 and 9, are both told',
    })
    same(flushed(state, 2), [], { given: `${given}; the disk says once more that 2 are there`, because: 'it has been said' })
    const other = acceptor()
    for (const told of [
      ['prepare', ballot(1, 1n)],
      ['accept', ballot(1, 1n), 1, 'Ada'],
    ] as const)
      tell(other, told)
    same(flushed(other, 2).length, 3, { given: `${given}; both are on the disk at once: how many messages?` })
  },

  'it comes back as it was'() {
    for (const [a, b, last] of combinations(BALLOTS, BALLOTS, BALLOTS)) {
      const state = acceptor()
      const steps: Told[] = [
        ['prepare', a],
        ['accept', b, 1, 'Ada'],
      ]
      const log = steps.flatMap((told) => records(tell(state, told)))
      flushed(state, log.length)
      const back = createAcceptor(state.options, log)
      const question: Told = ['prepare', last]
      const expected = answerOf(state, question)
      const given = ['it is told, its power fails, and it comes back with its log:', ...steps.map(draw), `and then ${draw(question)}`]
      same(answerOf(back, question), expected, { given, because: 'what it has said binds it for ever' })
    }
  },
}

function ballot(round: number, proposer: Sid): Ballot {
  return { round, proposer }
}

function acceptor(): AcceptorState {
  return createAcceptor({ myid: 1n, learners: [8n, 9n] })
}

/** Demands an answer of an acceptor that has been told some things before, all of it durable. */
function answers(before: readonly Told[], question: Told, expected: string, because: string): void {
  const state = acceptor()
  for (const told of before) answerOf(state, told)
  const given = [...before.map((told, i) => `${i + 1}. ${draw(told)}`), `${before.length + 1}. ${draw(question)}: what does it say?`]
  same(answerOf(state, question), expected, { given, because })
}

/** What it says to somebody, once everything is on the disk. */
function answerOf(state: AcceptorState, told: Told): string {
  const effects = tell(state, told)
  const answer = [...effects, ...stepAcceptor(state, { kind: 'flushed', count: state.written }, NOW)].find(({ kind }) => kind === 'send')
  return answer?.kind === 'send' ? describe(answer.message) : 'nothing'
}

function tell(state: AcceptorState, told: Told): readonly PaxosEffect[] {
  const [kind, one, slot = 1, value = ''] = told
  const message: PaxosMessage = kind === 'prepare' ? { kind, ballot: one, from: 1 } : { kind, ballot: one, slot, value }
  const event: PaxosEvent = { kind: 'message', from: PROPOSER, message }
  return stepAcceptor(state, event, NOW)
}

function flushed(state: AcceptorState, count: number): string[] {
  return sends(stepAcceptor(state, { kind: 'flushed', count }, NOW))
}

function sends(effects: readonly PaxosEffect[]): string[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [`to ${effect.to}: ${describe(effect.message)}`] : []))
}

function records(effects: readonly PaxosEffect[]): PaxosRecord[] {
  return effects.flatMap((effect) => (effect.kind === 'append' ? [effect.record] : []))
}

function describe(message: PaxosMessage): string {
  if (message.kind === 'reject') return `refuses, for ${formatBallot(message.promised)}`
  if (message.kind === 'accepted') return `accepts ${message.slot} = ${message.value} under ${formatBallot(message.ballot)}`
  if (message.kind !== 'promise') return message.kind
  const accepted = [...message.accepted].map(([slot, proposal]) => `${slot} = ${proposal.value} under ${formatBallot(proposal.ballot)}`)
  return `promises ${formatBallot(message.ballot)}; ${accepted.length === 0 ? 'nothing accepted' : `accepted ${accepted.join(', ')}`}`
}

function draw([kind, one, slot = 1, value = '']: Told): string {
  return kind === 'prepare' ? `prepare ${formatBallot(one)}` : `accept ${slot} = ${value} under ${formatBallot(one)}`
}
