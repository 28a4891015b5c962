/** What chapter 03 lets one predict: who is elected, or what a server does with one notification. The machine itself answers. */
import { createElection, type ElectionEffect, type Proposal, stepElection, supersedes } from '../../src/election/index.ts'
import { formatId, makeZxid, Prng } from '../../src/kernel/index.ts'
import { majority } from '../../src/quorum/index.ts'
import type { Question } from '../support/question.ts'
import { voters } from './counting.ts'

const NOW = { elapsed: 0, wall: 0 }

/** One of two questions. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  return random.pick([whoLeads, whatNext])(random)
}

function whoLeads(random: Prng): Question {
  const sids = [1n, 2n, 3n, 4n, 5n]
  const verifier = majority(sids)
  const candidates = sids.map((leader) => someProposal(random, leader))
  const down = new Set([random.pick(sids), random.pick(sids)])
  const here = candidates.filter(({ leader }) => !down.has(leader))
  const best = here.reduce((one, other) => (supersedes(other, one, verifier) ? other : one))
  const rows = candidates.map(
    (one) => `  s${one.leader}${down.has(one.leader) ? ' †' : '  '}  currentEpoch ${one.peerEpoch}, last zxid ${formatId(one.zxid)}`,
  )
  const latest = here.filter(({ peerEpoch }) => peerEpoch === best.peerEpoch)
  const longest = latest.filter(({ zxid }) => zxid === best.zxid)
  return {
    situation: `Five servers; those with a † are down, the others start together and hear each other well. What is on the disks:\n\n${rows.join('\n')}`,
    question: 'Which server is elected?',
    choices: here.map(({ leader }) => `s${leader}`),
    answer: `s${best.leader}`,
    because:
      latest.length === 1
        ? `Of those that are there it alone has entered epoch ${best.peerEpoch}; what else is in the logs does not matter.`
        : longest.length === 1
          ? `${listed(latest)} have entered epoch ${best.peerEpoch}, and of these it has the longest log.`
          : `${listed(longest)} have the same epoch and the same log, and then the largest number wins.`,
  }
}

/** What may happen to a notification, by the note that the machine leaves. */
const OUTCOMES = new Map([
  ['vote-of-older-round', 'drops it, and tells the sender its own vote'],
  ['later-round-joined', 'empties its list of votes and goes to that round'],
  ['vote-adopted', 'makes it its own vote, and tells everybody'],
  ['better-vote-told', 'keeps its own vote, and tells the sender of it'],
])
const COUNTED = 'counts it, and waits for more'

const REASONS: Readonly<Record<string, string>> = {
  'vote-of-older-round': 'Its round is over. It might be for a server that has failed since.',
  'later-round-joined': 'The others are in a later poll; votes of the round that it was in count no more.',
  'vote-adopted': 'It is of the same round and better than its own.',
  'better-vote-told': 'It is of the same round and not as good as its own. (Java counts it and waits; here the sender is told at once.)',
}

function whatNext(random: Prng): Question {
  const round = 2 + random.below(4)
  const heard = { round: round - 1 + random.below(3), ...someProposal(random, BigInt(1 + random.below(5))) }
  const own = random.below(5) === 0 ? { ...heard, leader: heard.leader } : someProposal(random, 2n)
  const state = createElection({ myid: 2n, learnerType: 'participant', configuration: voters(5) })
  state.logicalclock = BigInt(round - 1)
  stepElection(state, { kind: 'lookForLeader', ...own }, NOW)
  const { leader, zxid, peerEpoch } = heard
  const notification = { state: 'LOOKING', leader, zxid, peerEpoch, electionEpoch: BigInt(heard.round), version: 2, config: null } as const
  const effects: readonly ElectionEffect[] = stepElection(state, { kind: 'notification', from: 4n, notification }, NOW)
  const seen = effects.flatMap((effect) => (effect.kind === 'note' && OUTCOMES.has(effect.name) ? [effect.name] : []))[0]
  return {
    situation: `Five servers. s2 is LOOKING, in round ${round}, and votes for ${told(own)}. It has heard nobody yet. Now s4, which is LOOKING too, tells it, in round ${heard.round}: ${told(heard)}.`,
    question: 'What does s2 do with this vote?',
    choices: [...OUTCOMES.values(), COUNTED],
    answer: OUTCOMES.get(seen ?? '') ?? COUNTED,
    because: REASONS[seen ?? ''] ?? 'It is the same vote as its own: two of five, and a quorum has three.',
  }
}

function someProposal(random: Prng, leader: bigint): Proposal {
  const peerEpoch = BigInt(1 + random.below(2))
  // A server enters an epoch before its first transaction, so its log may end in the epoch before.
  const epoch = peerEpoch === 1n ? 1n : BigInt(1 + random.below(2))
  return { leader, peerEpoch, zxid: makeZxid(epoch, BigInt(1 + random.below(3))) }
}

function told({ leader, peerEpoch, zxid }: Proposal): string {
  return `s${leader} (epoch ${peerEpoch}, zxid ${formatId(zxid)})`
}

function listed(proposals: readonly Proposal[]): string {
  return proposals.map(({ leader }) => `s${leader}`).join(', ')
}
