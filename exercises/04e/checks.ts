import { type CreateServer, MUSEUM, parseScenario, playScenario, ScenarioError, withBug } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'
import { againstTheHastyFollower, againstTheHastyLeader, type Say } from './schedules.ts'

/** Enough for every schedule that anybody would want to read. */
const LONGEST = 60

export const checks: Checks = {
  'the first loses nothing of servers that keep the rules'() {
    const { broken, transcript } = play(againstTheHastyFollower, createPeer)
    if (broken.length > 0)
      throw new WrongAnswer('all promises are kept', transcript, { given: 'the schedule against the hasty follower, on servers that keep the rules' })
  },

  'the second loses nothing of servers that keep the rules'() {
    const { broken, transcript } = play(againstTheHastyLeader, createPeer)
    if (broken.length > 0)
      throw new WrongAnswer('all promises are kept', transcript, { given: 'the schedule against the hasty leader, on servers that keep the rules' })
  },

  'the first finds out the follower that acknowledges at once'() {
    finds(againstTheHastyFollower, 'follower-acks-at-once', 'servers whose followers acknowledge what they have in memory')
  },

  'the second finds out the leader that counts itself at once'() {
    finds(againstTheHastyLeader, 'leader-counts-itself-at-once', 'servers whose leader counts what it has in memory')
  },
}

function finds(schedule: (say: Say) => void, bug: string, story: string): void {
  const exhibit = MUSEUM.find(({ name }) => name === bug)
  if (exhibit === undefined) throw new Error(`the museum has no ${bug}`)
  const { broken, transcript } = play(schedule, withBug(exhibit))
  if (broken.includes('durability')) return
  throw new WrongAnswer('broken: durability: what a client was told is gone', transcript, { given: `the schedule on ${story}` })
}

function play(
  schedule: (say: Say) => void,
  createServer: CreateServer,
): { readonly broken: readonly string[]; readonly transcript: readonly string[] } {
  const lines: string[] = []
  schedule((line) => {
    if (lines.push(String(line)) > LONGEST) throw new WrongAnswer(`at most ${LONGEST} lines`, 'more', { given: lines.slice(0, 5) })
  })
  try {
    return playScenario(parseScenario(lines.join('\n')), createServer)
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    throw new WrongAnswer('a schedule that can be played', error.message, { given: lines.length === 0 ? 'a schedule of no lines' : lines })
  }
}
