import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const FAST_NO = 'if (sids.size <= half) return false'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'half-is-enough',
    tempts: 'For three and five servers "at least half, rounded up" gives the right number; four servers are rarely tried.',
    caughtBy: 'half of the servers may not decide',
    bodies: {
      'majority.containsQuorum': `
        let count = 0
        for (const sid of sids) if (votingMembers.has(sid)) count++
        return 2 * count >= votingMembers.size`,
    },
  },
  {
    name: 'half-rounded-down-is-enough',
    tempts: 'Articles say that an ensemble of N survives N/2 + 1 failures; turned around, N/2 servers are enough.',
    caughtBy: 'fewer than half of the servers may not decide',
    bodies: {
      'majority.containsQuorum': `
        let count = 0
        for (const sid of sids) if (votingMembers.has(sid)) count++
        return count >= half`,
    },
    visibleWithin: 1,
  },
  {
    name: 'counts-everybody',
    tempts: 'The size of the set is at hand, and in every test without observers it is the same number (ZOOKEEPER-769).',
    caughtBy: 'observers and strangers do not count',
    bodies: { 'majority.containsQuorum': 'return sids.size > half' },
  },
  {
    name: 'strangers-shrink-the-ensemble',
    tempts: 'Comparing voters with non-voters among those who agree looks like a majority of them.',
    caughtBy: 'fewer than half of the servers may not decide',
    bodies: {
      'majority.containsQuorum': `
        let count = 0
        for (const sid of sids) if (votingMembers.has(sid)) count++
        return count > sids.size / 2`,
    },
    visibleWithin: 1,
  },
  {
    name: 'one-more-than-needed',
    tempts: 'N/2 + 1, taken for the number that has to be exceeded.',
    caughtBy: 'more than half of the servers may decide',
    edits: [[FAST_NO, 'if (sids.size <= half + 1) return false']],
  },
  {
    name: 'all-have-to-agree',
    tempts: 'That is how a two-phase commit counts. It is safe, and it stops with the first server that fails.',
    caughtBy: 'more than half of the servers may decide',
    bodies: { 'majority.containsQuorum': 'for (const member of votingMembers) if (!sids.has(member)) return false\nreturn true' },
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'counts-the-members',
    how: 'It goes through the members instead of those who agree, and compares doubled numbers instead of halves.',
    bodies: { 'majority.containsQuorum': 'return 2 * [...votingMembers].filter((sid) => sids.has(sid)).length > votingMembers.size' },
  },
  {
    name: 'counts-who-is-missing',
    how: 'It looks at those who have not agreed: they must not be half of the members.',
    bodies: {
      'majority.containsQuorum': `
        let missing = 0
        for (const sid of votingMembers) missing += sids.has(sid) ? 0 : 1
        return missing < votingMembers.size - missing`,
    },
  },
]

const SHORTCUT = 'It is a shortcut: counting says no as well.'

export const equivalent = {
  'sids.size <= half → false': SHORTCUT,
  '<= → <': SHORTCUT,
}
