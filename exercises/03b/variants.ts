import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const LOOKING = 'return a.zxid === b.zxid && a.electionEpoch === b.electionEpoch && a.peerEpoch === b.peerEpoch'
const VERSIONS = 'return a.version > 0 === b.version > 0 ? a.peerEpoch === b.peerEpoch : true'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'the-leader-alone',
    tempts: 'A vote is for somebody. That it was cast for an earlier leadership of the same server shows only after a restart (ZOOKEEPER-975).',
    caughtBy: 'while somebody is LOOKING everything must agree',
    bodies: { sameVote: 'return a.leader === b.leader' },
  },
  {
    name: 'everything-always',
    tempts:
      'The strict comparison seems to be the safe one. A server that comes late never finds two members that quote the same election (ZOOKEEPER-1732).',
    caughtBy: 'in an ensemble that stands the leader and its epoch count, not how one has joined',
    bodies: { sameVote: 'return a.leader === b.leader && a.zxid === b.zxid && a.electionEpoch === b.electionEpoch && a.peerEpoch === b.peerEpoch' },
  },
  {
    name: 'both-looking',
    tempts: 'LOOKING and settled votes are kept in two sets, so it seems enough to be strict when both are LOOKING.',
    caughtBy: 'while somebody is LOOKING everything must agree',
    edits: [["if (a.state === 'LOOKING' || b.state === 'LOOKING') {", "if (a.state === 'LOOKING' && b.state === 'LOOKING') {"]],
  },
  {
    name: 'round-forgotten',
    tempts: 'Votes of older rounds have been dropped before, so the round seems to be equal anyway.',
    caughtBy: 'while somebody is LOOKING everything must agree',
    edits: [[LOOKING, 'return a.zxid === b.zxid && a.peerEpoch === b.peerEpoch']],
  },
  {
    name: 'epoch-forgotten',
    tempts: 'The zxid has the epoch in it. That of the vote is the one the server has entered, which may be later.',
    caughtBy: 'while somebody is LOOKING everything must agree',
    edits: [[LOOKING, 'return a.zxid === b.zxid && a.electionEpoch === b.electionEpoch']],
  },
  {
    name: 'versions-must-be-equal',
    tempts: 'Comparing versions for equality is the first thing that comes to mind; what matters is whether there is one.',
    caughtBy: 'beside a server that knows no versions only the leader counts',
    edits: [[VERSIONS, 'return a.version === b.version && a.peerEpoch === b.peerEpoch']],
  },
  {
    name: 'old-servers-taken-at-their-word',
    tempts: 'The epoch is in both votes, so it is compared. During a rolling upgrade old and new servers then never agree (ZOOKEEPER-1805).',
    caughtBy: 'beside a server that knows no versions only the leader counts',
    edits: [[VERSIONS, 'return a.peerEpoch === b.peerEpoch']],
  },
  {
    name: 'counts-all-who-voted',
    tempts: 'A quorum has voted, and it is easily forgotten to ask for whom.',
    caughtBy: 'those who agree are counted, and nobody else',
    edits: [['if (sameVote(vote, cast)) tracker.ack(sid)', 'if (cast !== undefined) tracker.ack(sid)']],
  },
  {
    name: 'counts-the-candidate',
    tempts: 'The vote names a leader, and it is the leader that is acknowledged, instead of the voter.',
    caughtBy: 'those who agree are counted, and nobody else',
    edits: [['if (sameVote(vote, cast)) tracker.ack(sid)', 'if (sameVote(vote, cast)) tracker.ack(sid > 0n ? cast.leader : sid)']],
    visibleWithin: 1,
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'three-questions',
    how: 'The three cases as one chain of conditions.',
    bodies: {
      sameVote: `
        const looking = a.state === 'LOOKING' || b.state === 'LOOKING'
        const epochs = a.peerEpoch === b.peerEpoch
        const details = epochs && a.zxid === b.zxid && a.electionEpoch === b.electionEpoch
        const reign = epochs || (a.version > 0) !== (b.version > 0)
        return a.leader === b.leader && (looking ? details : reign)`,
      countVotes: `
        const agreeing = [...votes].filter(([, cast]) => sameVote(cast, vote))
        const tracker = new SyncedLearnerTracker(verifiers)
        agreeing.map(([sid]) => tracker.ack(sid))
        return tracker`,
    },
  },
  {
    name: 'leaves-early',
    how: 'Whatever makes two votes different is asked for first.',
    bodies: {
      sameVote: `
        if (a.leader !== b.leader) return false
        if ([a, b].some(({ state }) => state === 'LOOKING')) {
          if (a.electionEpoch !== b.electionEpoch) return false
          if (a.zxid !== b.zxid) return false
          return a.peerEpoch === b.peerEpoch
        }
        if (Math.min(a.version, b.version) === 0 && Math.max(a.version, b.version) > 0) return true
        return a.peerEpoch === b.peerEpoch`,
    },
  },
]
