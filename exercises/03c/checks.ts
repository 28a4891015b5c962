import type { Vote } from '../../src/election/events.ts'
import { type Checker, leaderCheck } from '../../src/election/leader-check.ts'
import { combinations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

type State = Vote['state']

const ME: Checker = { myid: 1n, logicalclock: 5n, mayLead: true }

export const checks: Checks = {
  'a leader that says so itself is believed'() {
    for (const [round, clock] of combinations([3n, 5n, 9n], [3n, 5n, 9n])) {
      believes(
        { 2: 'FOLLOWING', 3: 'LEADING' },
        3n,
        round,
        { ...ME, logicalclock: clock },
        true,
        'server 3 says itself that it leads; the round does not matter',
      )
    }
  },

  'a leader that is only quoted is a ghost'() {
    for (const round of [4n, 5n, 6n])
      believes(
        { 2: 'FOLLOWING', 4: 'FOLLOWING' },
        3n,
        round,
        ME,
        false,
        'server 3 has said nothing: it may be dead, and the others do not know it yet',
      )
  },

  'a leader that says it does something else does not lead'() {
    for (const state of ['LOOKING', 'FOLLOWING', 'OBSERVING'] as const) {
      believes({ 2: 'FOLLOWING', 3: state, 4: 'FOLLOWING' }, 3n, 5n, ME, false, `server 3 itself says that it is ${state}`)
    }
  },

  'that somebody else leads is no word of the leader'() {
    believes({ 2: 'LEADING', 4: 'FOLLOWING' }, 3n, 5n, ME, false, 'it is server 2 that says it leads, not server 3')
    believes({ 1: 'LEADING', 4: 'FOLLOWING' }, 3n, 5n, ME, false, 'it is server 1 that says it leads, not server 3')
  },

  'this server leads when it is elected in its present round'() {
    believes({ 2: 'FOLLOWING', 3: 'FOLLOWING' }, 1n, 5n, ME, true, 'the others have elected this server in the round in which it is')
    believes({ 2: 'FOLLOWING', 3: 'FOLLOWING' }, 1n, 0n, { ...ME, logicalclock: 0n }, true, 'a round is a round, the first one too')
  },

  'this server does not resume a leadership of another round'() {
    for (const round of [0n, 4n, 6n]) {
      believes({ 2: 'FOLLOWING', 3: 'FOLLOWING' }, 1n, round, ME, false, `that was round ${round}; this server has been restarted and is in round 5`)
      believes({ 1: 'LEADING', 2: 'FOLLOWING' }, 1n, round, ME, false, 'its own vote of another round is no proof either')
    }
  },

  'a server that may not lead is not persuaded to'() {
    for (const round of [4n, 5n])
      believes({ 1: 'LEADING', 2: 'FOLLOWING', 3: 'FOLLOWING' }, 1n, round, { ...ME, mayLead: false }, false, 'its log is lost, or its weight is 0')
    believes({ 2: 'FOLLOWING', 3: 'LEADING' }, 3n, 5n, { ...ME, mayLead: false }, true, 'it may follow all the same')
  },
}

function believes(
  states: Readonly<Record<number, State>>,
  leader: bigint,
  round: bigint,
  checker: Checker,
  expected: boolean,
  because: string,
): void {
  const votes = new Map(
    Object.entries(states).map(
      ([sid, state]) => [BigInt(sid), { leader, zxid: 0n, electionEpoch: round, peerEpoch: 1n, state, version: 2 }] as const,
    ),
  )
  const given = [
    `server ${checker.myid} asks; it is in round ${checker.logicalclock} and ${checker.mayLead ? 'may lead' : 'may not lead'}`,
    ...Object.entries(states).map(([sid, state]) => `  server ${sid}, ${state}: ${leader} leads since round ${round}`),
  ]
  same(leaderCheck(votes, leader, round, checker), expected, { given, because }, (answer) =>
    answer === true ? `${leader} is believed to lead` : answer === false ? `${leader} is not believed` : String(answer),
  )
}
