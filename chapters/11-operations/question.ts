/** What chapter 11 lets one predict: a network breaks, and the quorum rule says who goes on. */
import { Prng } from '../../src/kernel/index.ts'
import { majority } from '../../src/quorum/index.ts'
import type { Question } from '../support/question.ts'

export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const size = 3 + random.below(5)
  const servers = Array.from({ length: size }, (_, i) => i + 1)
  const places = 2 + random.below(2)
  const at = new Map(servers.map((server) => [server, random.below(places)]))
  const down = servers.filter(() => random.below(6) === 0)
  const verifier = majority(servers.map(BigInt))
  const groups = Array.from({ length: places }, (_, place) => servers.filter((server) => at.get(server) === place))
  const alive = groups.map((group) => group.filter((server) => !down.includes(server)))
  const winner = alive.findIndex((group) => verifier.containsQuorum(new Set(group.map(BigInt))))
  const named = (group: readonly number[]) => (group.length === 0 ? 'nobody' : group.map((server) => `s${server}`).join(' '))
  return {
    situation:
      `${size} servers vote, in ${places} halls: ${groups.map((group, place) => `hall ${place + 1} ${named(group)}`).join(', ')}. ` +
      `${down.length === 0 ? 'All of them run.' : `Down: ${named(down)}.`} All lines between the halls are cut.`,
    question: 'In which hall can tickets still be sold?',
    choices: [...groups.map((_, place) => `hall ${place + 1}`), 'in none'],
    answer: winner < 0 ? 'in none' : `hall ${winner + 1}`,
    because:
      `A quorum is a majority of all ${size} that vote, whoever of them is down: ${Math.floor(size / 2) + 1}. ` +
      `${alive.map((group, place) => `Hall ${place + 1} has ${group.length}`).join(', ')}.`,
  }
}
