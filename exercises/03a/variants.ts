import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const BY_EPOCH = 'if (candidate.peerEpoch !== current.peerEpoch) return candidate.peerEpoch > current.peerEpoch'
const BY_ZXID = 'if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid'
const BY_SID = 'return candidate.leader > current.leader'
const WEIGHT = 'if (verifier.weightOf(candidate.leader) === 0) return false'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'zxid-alone',
    tempts:
      'A zxid has the epoch in its upper half, so comparing zxids seems to compare epochs too. But a server enters an epoch before its first transaction.',
    caughtBy: 'the later epoch wins, however long the other log is',
    edits: [[BY_EPOCH, '']],
  },
  {
    name: 'counter-before-epoch',
    tempts: '"The longest log wins" is how the rule is told in one sentence.',
    caughtBy: 'the later epoch wins, however long the other log is',
    edits: [
      [BY_EPOCH, ''],
      [
        BY_ZXID,
        'if (candidate.zxid % 0x100000000n !== current.zxid % 0x100000000n) return candidate.zxid % 0x100000000n > current.zxid % 0x100000000n',
      ],
    ],
  },
  {
    name: 'each-part-may-win',
    tempts: 'Three conditions joined by "or" read like the rule; a candidate with the larger sid then wins against a longer log.',
    caughtBy: 'the later epoch wins, however long the other log is',
    bodies: {
      supersedes: `
        if (verifier.weightOf(candidate.leader) === 0) return false
        return candidate.peerEpoch > current.peerEpoch || candidate.zxid > current.zxid || candidate.leader > current.leader`,
    },
    visibleWithin: 3,
  },
  {
    name: 'sid-before-zxid',
    tempts: 'A chosen machine as the leader: the sid looks like a priority.',
    caughtBy: 'in the same epoch the longer log wins, whoever has it',
    edits: [[BY_ZXID, 'if (candidate.leader !== current.leader) return candidate.leader > current.leader']],
  },
  {
    name: 'equal-is-better',
    tempts: '"At least as good" sounds harmless. Each equal vote is then adopted and sent to everybody again, for ever.',
    caughtBy: 'nobody supersedes itself',
    edits: [[BY_SID, 'return candidate.leader >= current.leader']],
    visibleWithin: 1,
  },
  {
    name: 'smaller-sid',
    tempts: 'Recipes with sequential nodes choose the smallest; the election chooses the largest.',
    caughtBy: 'with equal logs the larger sid wins',
    edits: [[BY_SID, 'return candidate.leader < current.leader']],
  },
  {
    name: 'weight-forgotten',
    tempts: 'With majorities every weight is 1, so nothing shows.',
    caughtBy: 'a server without weight never wins',
    edits: [[WEIGHT, '']],
  },
  {
    name: 'no-tie-break',
    tempts: 'With equal logs it does not matter who leads, so nobody is preferred; and then each server stays with its own vote.',
    caughtBy: 'with equal logs the larger sid wins',
    edits: [[BY_SID, 'return false']],
    visibleWithin: 1,
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-expression',
    how: 'The three comparisons as one expression: each next one only where the one before is a draw.',
    bodies: {
      supersedes: `
        const { peerEpoch, zxid, leader } = candidate
        const later = peerEpoch > current.peerEpoch
        const longer = peerEpoch === current.peerEpoch && zxid > current.zxid
        const larger = peerEpoch === current.peerEpoch && zxid === current.zxid && leader > current.leader
        return verifier.weightOf(leader) > 0 && (later || longer || larger)`,
    },
  },
  {
    name: 'first-difference',
    how: 'Both as lists, compared at the first place where they differ.',
    bodies: {
      supersedes: `
        if (verifier.weightOf(candidate.leader) <= 0) return false
        const mine = [candidate.peerEpoch, candidate.zxid, candidate.leader]
        const theirs = [current.peerEpoch, current.zxid, current.leader]
        const at = mine.findIndex((value, i) => value !== theirs[i])
        return at >= 0 && (mine[at] ?? 0n) > (theirs[at] ?? 0n)`,
    },
  },
]

const NEVER_EQUAL = 'The two are not equal at this place.'

export const equivalent = {
  '> → >=': NEVER_EQUAL,
  '> → >= #2': NEVER_EQUAL,
}
