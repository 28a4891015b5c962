import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const PAIRS = 'for (const [a, b] of combinations(all, all)) {'
const TOTAL = "if (a !== b && beats(a, b) === beats(b, a)) return 'of two different votes, both or none supersedes the other'"
const CIRCLE = 'beats(a, b) && beats(b, c) && beats(c, a)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'a-log-ends-in-its-epoch',
    tempts: 'The votes look tidy when each zxid is of the vote’s own epoch. Then comparing zxids compares epochs too, and the fault does not show.',
    caughtBy: 'finds that the epoch is not looked at',
    bodies: {
      proposals: `
        const all: Proposal[] = []
        for (const leader of [1n, 2n, 3n]) for (const epoch of [1n, 2n]) for (const counter of [1n, 5n]) all.push({ leader, peerEpoch: epoch, zxid: makeZxid(epoch, counter) })
        return all`,
    },
  },
  {
    name: 'only-that-the-better-one-wins',
    tempts: 'That the right one wins is what the rule says. That the other one must lose at the same time goes without saying, and untested.',
    caughtBy: 'finds that any advantage is enough',
    edits: [
      [TOTAL, "if (a !== b && !beats(a, b) && !beats(b, a)) return 'none supersedes the other'"],
      [CIRCLE, 'false'],
      ['if (a.peerEpoch > b.peerEpoch && beats(b, a))', 'if (a.peerEpoch > b.peerEpoch && !beats(a, b))'],
      ['a.zxid > b.zxid && beats(b, a))', 'a.zxid > b.zxid && !beats(a, b))'],
    ],
  },
  {
    name: 'only-that-not-both-win',
    tempts: 'Two votes that supersede each other are the danger that comes to mind; two that let each other be are as bad.',
    caughtBy: 'finds that a tie has no winner',
    edits: [[TOTAL, "if (a !== b && beats(a, b) && beats(b, a)) return 'both supersede'"]],
  },
  {
    name: 'never-asked-about-itself',
    tempts: 'Comparing a vote with an equal one seems to be a case that does not occur. It is the most frequent one.',
    caughtBy: 'finds that an equal vote is better',
    edits: [[CIRCLE, `a !== b && b !== c && c !== a && ${CIRCLE}`]],
  },
  {
    name: 'pairs-are-enough',
    tempts: 'If each pair has one winner there seems to be one winner in all. Rock, paper and scissors have one for each pair too.',
    caughtBy: 'finds that ties go round in a circle',
    edits: [[CIRCLE, 'false']],
  },
  {
    name: 'everybody-has-weight',
    tempts: 'The majority is what one has in mind; weights are for a test of hierarchical quorums.',
    caughtBy: 'finds that weights are not looked at',
    edits: [["if (order({ ...a, leader: 4n }, b, WEIGHTED)) return 'a server of weight 0 wins'", '']],
  },
  {
    name: 'the-larger-sid-must-win',
    tempts: 'That is how ZooKeeper has it, and how one solved 03a. Nothing depends on it.',
    caughtBy: 'accuses no order that is right',
    edits: [
      [
        PAIRS,
        `${PAIRS}\n    if (a.peerEpoch === b.peerEpoch && a.zxid === b.zxid && a.leader > b.leader && !beats(a, b)) return 'the smaller sid wins'`,
      ],
    ],
  },
  {
    name: 'one-example-each',
    tempts: 'Three examples, one for each sentence of the rule, and the test is done.',
    caughtBy: 'finds that ties go round in a circle',
    bodies: {
      faultIn: `
        const [old, late] = [makeZxid(1n, 5n), makeZxid(2n, 1n)]
        if (!order({ leader: 1n, peerEpoch: 2n, zxid: late }, { leader: 2n, peerEpoch: 1n, zxid: old }, EQUALS)) return 'an earlier epoch wins'
        if (!order({ leader: 1n, peerEpoch: 2n, zxid: late }, { leader: 2n, peerEpoch: 2n, zxid: old }, EQUALS)) return 'a shorter log wins'
        const [a, b] = [{ leader: 1n, peerEpoch: 1n, zxid: old }, { leader: 2n, peerEpoch: 1n, zxid: old }]
        return order(a, b, EQUALS) === order(b, a, EQUALS) ? 'a tie has no winner' : null`,
    },
  },
  {
    name: 'one-zxid-for-all',
    tempts: 'Epochs decide first, so they are what is varied.',
    caughtBy: 'finds that the sid comes before the zxid',
    edits: [['[makeZxid(1n, 5n), makeZxid(2n, 1n)]', '[makeZxid(1n, 5n)]']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'all-orders-of-arrival',
    how: 'The promise as it is told: whatever three votes come, in whatever order, all end at one that no other is better than.',
    bodies: {
      faultIn: `
        const all = proposals()
        const history = (a: Proposal, b: Proposal) => Number(a.peerEpoch - b.peerEpoch) || Number(a.zxid - b.zxid)
        const pick = (votes: readonly Proposal[]) => votes.reduce((best, vote) => (order(vote, best, EQUALS) ? vote : best))
        for (const vote of all) {
          if (order(vote, { ...vote }, EQUALS)) return 'it supersedes itself'
          for (const other of all) if (order({ ...vote, leader: 4n }, other, WEIGHTED)) return 'weight 0 wins'
        }
        for (const [a, b, c] of combinations(all, all, all)) {
          if (history(pick([a, b]), a) < 0 || history(pick([a, b]), b) < 0) return 'the worse history wins'
          const ends = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]].map(pick).map(({ leader, peerEpoch, zxid }) => [leader, peerEpoch, zxid].join())
          if (new Set(ends).size > 1) return 'it depends on the order of arrival'
        }
        return null`,
    },
  },
  {
    name: 'sorts-them',
    how: 'More votes; one list sorted by counting how many each one beats: in a right order these numbers are all different.',
    bodies: {
      proposals: `
        const all: Proposal[] = []
        for (const leader of [1n, 2n, 3n]) {
          for (const peerEpoch of [0n, 1n, 3n]) for (const zxid of [0n, makeZxid(1n, 1n), makeZxid(1n, 7n), makeZxid(3n, 0n)]) all.push({ leader, peerEpoch, zxid })
        }
        return all`,
      faultIn: `
        const all = proposals()
        const wins = (a: Proposal) => all.filter((b) => order(a, b, EQUALS)).length
        const ranks = all.map(wins)
        if (all.some((a) => order(a, { ...a }, EQUALS))) return 'an equal vote is better'
        if (new Set(ranks).size !== all.length) return 'two votes beat as many'
        const sorted = [...all].sort((a, b) => wins(a) - wins(b))
        for (const [i, vote] of sorted.entries()) {
          const next = sorted[i + 1]
          if (next !== undefined && (next.peerEpoch < vote.peerEpoch || (next.peerEpoch === vote.peerEpoch && next.zxid < vote.zxid))) return 'a worse history is above'
        }
        return all.some((a) => all.some((b) => order({ ...a, leader: 4n }, b, WEIGHTED))) ? 'a server without weight wins' : null`,
    },
  },
]

const OTHER_VOTES = 'Other votes, on which the same faults show.'

export const equivalent = {
  '2n → 3n #2': OTHER_VOTES,
  '1n → 2n #3': OTHER_VOTES,
  '5n → 6n': OTHER_VOTES,
  '2n → 3n #3': OTHER_VOTES,
  '1n → 2n #4': OTHER_VOTES,
  '4n → 5n': 'Nobody knows server 5, which has weight 0 as well.',
}
