/** What chapter 02 lets one predict: a few reports or promises, drawn from the seed; the rules themselves judge. */
import { Prng } from '../../src/kernel/index.ts'
import {
  type Ballot,
  compareBallots,
  formatBallot,
  highestAccepted,
  mayAccept,
  NO_OP,
  type Proposal,
  type Slot,
  valueToPropose,
} from '../../src/paxos/index.ts'
import type { Question } from '../support/question.ts'

const BUYERS = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'] as const
const WISH = 'Finn'

/** One of three questions. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  return random.pick([whatToPropose, whetherToAccept, whatStands])(random)
}

function whatToPropose(random: Prng): Question {
  const values = someBuyers(random)
  const reports = ['s1', 's2', 's3'].map((name) => ({ name, proposal: random.below(4) === 0 ? null : someProposal(random, values) }))
  const proposals = reports.map(({ proposal }) => proposal)
  const highest = highestAccepted(proposals)
  const lines = reports.map(
    ({ name, proposal }) => `  ${name}: ${proposal ? `${proposal.value} under ballot ${formatBallot(proposal.ballot)}` : 'nothing'}`,
  )
  return {
    situation: `Five servers. A proposer that wants ${WISH} has promises of three, a quorum, for ballot 9.5. They report to have accepted:\n\n${lines.join('\n')}`,
    question: 'What does it propose?',
    choices: [...values, WISH],
    answer: valueToPropose(proposals, WISH),
    because:
      highest === null
        ? 'No acceptor of a quorum has accepted anything, so nothing can have been chosen, and it is free.'
        : `The highest ballot that is reported is ${formatBallot(highest.ballot)}. How often a value is reported does not matter.`,
  }
}

function whetherToAccept(random: Prng): Question {
  const [promised, ballot] = [someBallot(random), someBallot(random)]
  const order = compareBallots(ballot, promised)
  const words = order === 0 ? 'is' : order > 0 ? 'is above' : 'is below'
  return {
    situation: `An acceptor has promised ballot ${formatBallot(promised)}. It is asked to accept Ada under ballot ${formatBallot(ballot)}.`,
    question: 'Does it?',
    choices: ['yes', 'no'],
    answer: mayAccept({ promised, accepted: new Map() }, ballot) ? 'yes' : 'no',
    because: `${formatBallot(ballot)} ${words} what it has promised. It refuses only what is below: rounds are compared first, then proposers.`,
  }
}

function whatStands(random: Prng): Question {
  const slot: Slot = 2 + random.below(2)
  const logs = ['s1', 's2'].map((name) => ({ name, log: someLog(random) }))
  const reports = logs.map(({ log }) => log.get(slot) ?? null)
  const told = ({ name, log }: (typeof logs)[number]) =>
    `  ${name}: ${[...log].map(([at, { ballot, value }]) => `${at} = ${value} (${formatBallot(ballot)})`).join(', ') || 'nothing'}`
  const highest = highestAccepted(reports)
  return {
    situation: `Multi-Paxos, three servers, s3 is down. s1 becomes leader and has the promises of s1 and s2, which report:\n\n${logs.map(told).join('\n')}\n\nSomething is reported for decree 4 as well.`,
    question: `What does s1 propose as decree ${slot}?`,
    choices: [...new Set([...logs.flatMap(({ log }) => [...log.values()].map(({ value }) => value)), BUYERS[0], NO_OP])],
    answer: valueToPropose(reports, NO_OP),
    because:
      highest === null
        ? `Nobody has accepted anything as decree ${slot}, so it cannot be chosen; the gap is filled with a value that does nothing.`
        : `Each decree is settled by itself: of what is reported for decree ${slot}, ballot ${formatBallot(highest.ballot)} is the highest.`,
  }
}

function someLog(random: Prng): ReadonlyMap<Slot, Proposal> {
  const slots = [1, 2, 3].filter(() => random.below(100) < 60)
  return new Map(slots.map((slot) => [slot, { ballot: someBallot(random), value: random.pick(BUYERS) }]))
}

function someBuyers(random: Prng): readonly string[] {
  const first = random.below(BUYERS.length)
  return [BUYERS[first], BUYERS[(first + 1) % BUYERS.length]] as string[]
}

/** One value for each ballot, as it must be: the round decides. */
function someProposal(random: Prng, values: readonly string[]): Proposal {
  const ballot = someBallot(random)
  return { ballot, value: values[(ballot.round + Number(ballot.proposer)) % values.length] as string }
}

function someBallot(random: Prng): Ballot {
  return { round: 1 + random.below(3), proposer: BigInt(1 + random.below(3)) }
}
