/** What chapter 01 lets one predict: an ensemble and who is down, drawn from the seed; the verifiers know the answer. */
import { Prng, type Sid } from '../../src/kernel/index.ts'
import { hierarchical, majority } from '../../src/quorum/index.ts'
import type { Question } from '../support/question.ts'
import { factsOf, outcome } from './counting.ts'

/** One of four questions. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  return random.pick([howMany, stillServes, isQuorum, whatOutcome])(random)
}

function howMany(random: Prng): Question {
  const servers = 2 + random.below(8)
  const { survives, smallest } = factsOf(majority(range(1, servers)), range(1, servers))
  return {
    situation: `An ensemble of ${servers} voting servers with majority quorums.`,
    question: 'How many of them may fail, whichever they are, so that it still takes writes?',
    choices: range(0, servers - 1).map(String),
    answer: String(survives),
    because: `A majority of ${servers} is ${smallest}, and ${servers} − ${smallest} = ${survives}.`,
  }
}

function stillServes(random: Prng): Question {
  const voters = 3 + random.below(3)
  const observers = 1 + random.below(3)
  const verifier = majority(range(1, voters))
  const up = range(1, voters + observers).filter(() => random.below(100) < 60)
  const voting = up.filter((sid) => verifier.votingMembers.has(sid))
  const serves = verifier.containsQuorum(new Set(up))
  const needed = Math.floor(voters / 2) + 1
  return {
    situation: `Servers 1 to ${voters} are voters, ${listed(range(voters + 1, voters + observers), 'server')} observe${observers === 1 ? 's' : ''}. Up are ${listed(up)}.`,
    question: 'Does the ensemble take writes?',
    choices: ['yes', 'no'],
    answer: serves ? 'yes' : 'no',
    because: `Of the voters ${voting.length} ${voting.length === 1 ? 'is' : 'are'} up, and it takes ${needed} of ${voters}. Observers are not counted.`,
  }
}

function isQuorum(random: Prng): Question {
  const weightless = random.below(3) === 0 ? [7n, 8n, 9n] : []
  const verifier = hierarchical(GROUPS, new Map(weightless.map((sid) => [sid, 0])))
  const set = range(1, 9).filter(() => random.below(100) < 55)
  const weighty = [...GROUPS.values()].filter((members) => !weightless.includes(members[0] as Sid))
  const won = weighty.filter((members) => members.filter((sid) => set.includes(sid)).length > 1)
  return {
    situation: `Three data centres: servers 1, 2, 3; 4, 5, 6; 7, 8, 9.${weightless.length > 0 ? ' Servers 7, 8 and 9 have weight 0, all others 1.' : ''}`,
    question: `Hierarchical quorums: are ${listed(set)} a quorum?`,
    choices: ['yes', 'no'],
    answer: verifier.containsQuorum(new Set(set)) ? 'yes' : 'no',
    because: `They are a majority in ${won.length} of the ${weighty.length} groups that have weight.`,
  }
}

function whatOutcome(random: Prng): Question {
  const servers = 4 + random.below(4)
  const verifier = majority(range(1, servers))
  const yes = new Set<Sid>()
  const no = new Set<Sid>()
  for (const sid of range(1, servers)) {
    const draw = random.below(100)
    if (draw < 40) yes.add(sid)
    else if (draw < 75) no.add(sid)
  }
  const answer = outcome(verifier, yes, no)
  const needed = Math.floor(servers / 2) + 1
  const reasons = {
    won: `${yes.size} are enough.`,
    lost: `Even if all others noted it, there would be ${servers - no.size}.`,
    pending: `There are ${yes.size}, and there may be up to ${servers - no.size}.`,
  }
  return {
    situation: `${servers} servers. A sale is noted by ${listed([...yes])}; ${listed([...no])} will never answer; of the others nothing is known.`,
    question: 'What is the outcome?',
    choices: ['won', 'lost', 'pending'],
    answer,
    because: `It takes ${needed}. ${reasons[answer]}`,
  }
}

const GROUPS: ReadonlyMap<bigint, readonly Sid[]> = new Map([
  [1n, range(1, 3)],
  [2n, range(4, 6)],
  [3n, range(7, 9)],
])

function range(from: number, to: number): Sid[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => BigInt(from + i))
}

function listed(sids: readonly Sid[], noun = ''): string {
  if (sids.length === 0) return 'nobody'
  const text = sids.join(', ').replace(/, (?=[^,]*$)/, ' and ')
  return noun === '' ? text : `${noun}${sids.length > 1 ? 's' : ''} ${text}`
}
