import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const RAISE = 'if (acceptedEpoch >= state.epoch) state.epoch = acceptedEpoch + 1n'
const COUNT = 'if (voter !== null) connectingFollowers.ack(voter)'
const QUORUM = 'if (!connectingFollowers.has(settings.myid) || !connectingFollowers.hasAllQuorums()) return\n  state.epochDecided'
const DECIDED = '  if (state.epochDecided) return\n  const { connectingFollowers'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'greater-than',
    tempts: 'The candidate is raised when somebody has promised more. Somebody who has promised just the candidate is overlooked (ZOOKEEPER-1343).',
    caughtBy: 'the epoch is one above the highest that a quorum has promised',
    edits: [[RAISE, RAISE.replace('>=', '>')]],
    visibleWithin: 1,
  },
  {
    name: 'the-highest-itself',
    tempts: 'The highest promise is taken as the epoch: it was promised to another leader.',
    caughtBy: 'the epoch is one above the highest that a quorum has promised',
    edits: [[RAISE, 'if (acceptedEpoch >= state.epoch) state.epoch = acceptedEpoch']],
    visibleWithin: 1,
  },
  {
    name: 'counts-the-reports',
    tempts: 'The leader knows its own promise, so adding one to it seems to be enough.',
    caughtBy: 'the epoch is one above the highest that a quorum has promised',
    edits: [[RAISE, 'if (voter === settings.myid) state.epoch = acceptedEpoch + 1n']],
  },
  {
    name: 'leader-not-asked',
    tempts: 'A quorum is a quorum, with the leader or without it. Its own promise may be the highest.',
    caughtBy: 'without the leader’s own promise nothing is decided',
    edits: [[QUORUM, 'if (!connectingFollowers.hasAllQuorums()) return\n  state.epochDecided']],
  },
  {
    name: 'observers-vote',
    tempts: 'Whoever reports is counted (ZOOKEEPER-2959).',
    caughtBy: 'observers do not count, but their promises do',
    edits: [[COUNT, 'connectingFollowers.ack(voter ?? 2n)']],
  },
  {
    name: 'observers-ignored',
    tempts: 'Observers have no vote, so they are left out altogether; an observer that has promised more can then never join.',
    caughtBy: 'observers do not count, but their promises do',
    edits: [[RAISE, RAISE.replace('if (acceptedEpoch', 'if (voter !== null && acceptedEpoch')]],
  },
  {
    name: 'raised-afterwards',
    tempts: 'A latecomer has promised more, so the epoch is raised for it. A quorum was told another one already.',
    caughtBy: 'what is decided stays',
    edits: [
      [
        DECIDED,
        '  if (acceptedEpoch >= state.epoch) state.epoch = acceptedEpoch + 1n\n  if (state.epochDecided) return\n  const { connectingFollowers',
      ],
    ],
  },
  {
    name: 'decided-again-and-again',
    tempts: 'The quorum is still complete at the next report, so it is announced once more.',
    caughtBy: 'the leader promises first, on its own disk, once',
    edits: [['if (state.epochDecided) return\n  const { connectingFollowers', 'const { connectingFollowers']],
  },
  {
    name: 'not-written-down',
    tempts: 'The leader leads; that it has to keep its own promise over a crash like everybody else is easily forgotten (ZOOKEEPER-1291).',
    caughtBy: 'the leader promises first, on its own disk, once',
    edits: [["out.push({ kind: 'writeEpoch', file: 'acceptedEpoch', epoch: state.epoch })\n", '']],
    visibleWithin: 1,
  },
  {
    name: 'recent-by-either',
    tempts: '"A later epoch or a larger zxid": a longer log of an older epoch then beats the newer one.',
    caughtBy: 'a later epoch is more recent, then a larger zxid, and nothing than itself',
    bodies: { isMoreRecent: 'return a.currentEpoch > b.currentEpoch || a.lastZxid > b.lastZxid' },
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'highest-plus-one',
    how: 'The candidate is the largest of itself and one above the report; the decision is a condition with its consequences inside.',
    bodies: {
      isMoreRecent: 'return a.currentEpoch === b.currentEpoch ? a.lastZxid > b.lastZxid : a.currentEpoch > b.currentEpoch',
      reportAcceptedEpoch: `
        if (!state.epochDecided) {
          const above = acceptedEpoch + 1n
          state.epoch = above > state.epoch ? above : state.epoch
          const { connectingFollowers: heard } = state
          if (voter !== null) heard.ack(voter)
          if (heard.has(state.settings.myid) && heard.hasAllQuorums()) {
            state.epochDecided = true
            out.push({ kind: 'writeEpoch', file: 'acceptedEpoch', epoch: state.epoch })
            restartInitLimit(state, out)
          }
        }`,
    },
  },
  {
    name: 'counts-first',
    how: 'First the vote is counted, then the candidate raised.',
    bodies: {
      isMoreRecent: 'if (a.currentEpoch < b.currentEpoch) return false\nreturn a.currentEpoch > b.currentEpoch || a.lastZxid > b.lastZxid',
      reportAcceptedEpoch: `
        if (state.epochDecided) return
        const { acks } = state.connectingFollowers
        if (voter !== null) state.connectingFollowers.ack(voter)
        while (state.epoch <= acceptedEpoch) state.epoch = acceptedEpoch + 1n
        if (!acks.has(state.settings.myid)) return
        if (!state.connectingFollowers.hasAllQuorums()) return
        state.epochDecided = true
        out.push({ kind: 'writeEpoch', file: 'acceptedEpoch', epoch: state.epoch })
        restartInitLimit(state, out)`,
    },
  },
]

export const equivalent = {
  'voter !== null → true': 'null votes nowhere, so the tracker forgets it.',
}
