/** What chapter 10 lets one predict: an ensemble is run, and its packets are counted. */
import { Prng } from '../../src/kernel/index.ts'
import type { Question } from '../support/question.ts'
import { PACKETS, packetsOfAWrite } from './packets.ts'

export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const voters = random.pick([3, 4, 5, 6, 7])
  const observers = random.pick([0, 1, 2, 3])
  const via = random.pick(['leader', 'follower'] as const)
  const { total, byName } = packetsOfAWrite({ seed, voters, observers })[via]
  const parts = PACKETS.filter((name) => byName[name] > 0).map((name) => `${byName[name]} ${name}`)
  return {
    situation:
      `An ensemble of ${voters} voters and ${observers === 0 ? 'no observers' : observers === 1 ? 'one observer' : `${observers} observers`}. ` +
      `A client is connected to ${via === 'leader' ? 'the leader' : 'a follower'} and creates one znode. No server is slow, nothing fails.`,
    question: 'How many packets do the servers send to each other for this write, signs of life not counted?',
    answer: String(total),
    because:
      `${parts.join(', ')}. Each of the ${voters - 1} followers gets a proposal, acks it and is told of the commit. ` +
      `${observers > 0 ? 'An observer gets it all in one INFORM. ' : ''}` +
      `${via === 'leader' ? 'The request is at the leader already.' : 'The request has to go to the leader first.'}`,
  }
}
