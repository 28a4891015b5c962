import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const OWN = 'return checker.mayLead && checker.logicalclock === electionEpoch'
const OTHER = "return votes.get(leader)?.state === 'LEADING'"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'a-quorum-is-enough',
    tempts: 'Decisions rest on quorums, and a quorum says so (ZOOKEEPER-569).',
    caughtBy: 'a leader that is only quoted is a ghost',
    edits: [[OTHER, 'return votes.size > 0']],
  },
  {
    name: 'has-been-heard-of',
    tempts: 'The leader must be alive; that it has voted at all seems to show it.',
    caughtBy: 'a leader that says it does something else does not lead',
    edits: [[OTHER, 'return votes.has(leader)']],
  },
  {
    name: 'not-looking-is-leading',
    tempts: 'Who is settled and named as leader by a quorum must lead. It may follow somebody else by now.',
    caughtBy: 'a leader that says it does something else does not lead',
    edits: [[OTHER, "const state = votes.get(leader)?.state\n  return state !== undefined && state !== 'LOOKING'"]],
  },
  {
    name: 'somebody-leads',
    tempts: 'There is a LEADING among the votes, and the quorum is for one leader, so it must be that one.',
    caughtBy: 'that somebody else leads is no word of the leader',
    edits: [[OTHER, "return [...votes.values()].some(({ state }) => state === 'LEADING')"]],
  },
  {
    name: 'leads-by-hearsay',
    tempts: 'If a quorum says that I lead, I lead. After a restart they speak of the life before (ZOOKEEPER-975).',
    caughtBy: 'this server does not resume a leadership of another round',
    edits: [[OWN, 'return checker.mayLead']],
  },
  {
    name: 'any-earlier-round',
    tempts: 'An election of an earlier round seems to be settled all the more.',
    caughtBy: 'this server does not resume a leadership of another round',
    edits: [[OWN, 'return checker.mayLead && checker.logicalclock >= electionEpoch']],
  },
  {
    name: 'may-lead-forgotten',
    tempts: 'Java has no such condition: a server with a wiped disk whose round happens to be the same is talked into leading.',
    caughtBy: 'a server that may not lead is not persuaded to',
    edits: [[OWN, 'return checker.logicalclock === electionEpoch']],
  },
  {
    name: 'own-round-for-everybody',
    tempts: 'The round is checked for all leaders alike. A newcomer is always in another round, and never joins (ZOOKEEPER-1514).',
    caughtBy: 'a leader that says so itself is believed',
    edits: [[OTHER, "return checker.logicalclock === electionEpoch && votes.get(leader)?.state === 'LEADING'"]],
    visibleWithin: 3,
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-conditional',
    how: 'Both cases in one expression.',
    bodies: {
      leaderCheck:
        "const { myid, mayLead, logicalclock } = checker\nreturn leader !== myid ? votes.get(leader)?.state === 'LEADING' : mayLead && electionEpoch === logicalclock",
    },
  },
  {
    name: 'searches',
    how: 'It searches the votes for one that the leader itself has cast.',
    bodies: {
      leaderCheck: `
        const self = checker.myid === leader
        if (self && !checker.mayLead) return false
        if (self) return checker.logicalclock - electionEpoch === 0n
        for (const [sid, { state }] of votes) if (sid === leader) return state === 'LEADING'
        return false`,
    },
  },
]
