import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const OWN = 'if (votingMembers.has(sid) && sids.has(sid)) weight += weightOf(sid)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'majority-of-all-weight',
    tempts: 'Adding up all weights is simpler, and with equal groups it often gives the same answer.',
    caughtBy: 'many servers in one data centre may not',
    bodies: {
      'hierarchical.containsQuorum': `
        let all = 0
        let agreed = 0
        for (const sid of votingMembers) {
          all += weightOf(sid)
          if (sids.has(sid)) agreed += weightOf(sid)
        }
        return 2 * agreed > all`,
    },
  },
  {
    name: 'half-wins-a-group',
    tempts: 'In a group of three, one half rounded up is the same as more than half.',
    caughtBy: 'half of a group does not win it, and half of the groups do not decide',
    edits: [['if (weight > half) won++', 'if (weight >= half && weight > 0) won++']],
  },
  {
    name: 'half-of-the-groups',
    tempts: 'Two data centres are two groups, and one should be able to go on without the other; but so should the other.',
    caughtBy: 'half of a group does not win it, and half of the groups do not decide',
    edits: [['return won > halfOfGroups', 'return won >= halfOfGroups && won > 0']],
  },
  {
    name: 'heads-instead-of-weights',
    tempts: 'Every weight is 1 unless somebody says otherwise.',
    caughtBy: 'weight counts, not heads',
    edits: [[OWN, 'if (votingMembers.has(sid) && sids.has(sid)) weight++']],
  },
  {
    name: 'observers-vote',
    tempts: 'Whoever is in a group seems to be a voter. Observers may be listed too.',
    caughtBy: 'who has no vote wins nothing',
    edits: [[OWN, 'if (sids.has(sid)) weight += weightOf(sid)']],
  },
  {
    name: 'empty-groups-count',
    tempts: 'groups is at hand and has all of them; counted looks like the same with a filter.',
    caughtBy: 'a group without weight is not there',
    edits: [['return won > halfOfGroups', 'return won > Math.floor(groups.size / 2)']],
  },
  {
    name: 'all-groups-have-to-agree',
    tempts: '"Every data centre must have it" sounds like the safest way. It stops with the first data centre that fails.',
    caughtBy: 'two of three in two of three data centres may decide',
    edits: [['return won > halfOfGroups', 'return won === counted.length']],
  },
  {
    name: 'one-of-each-group',
    tempts: 'A group counted as won when anybody of it agrees: one copy in each of most data centres.',
    caughtBy: 'many servers in one data centre may not',
    edits: [['if (weight > half) won++', 'if (weight > 0) won++']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'filters-and-sums',
    how: 'The groups that are won are filtered out, and counted.',
    bodies: {
      'hierarchical.containsQuorum': `
        const votes = (members: readonly Sid[]) => members.filter((sid) => sids.has(sid) && votingMembers.has(sid)).reduce((sum, sid) => sum + weightOf(sid), 0)
        return counted.filter(({ members, half }) => votes(members) > half).length > halfOfGroups`,
    },
  },
  {
    name: 'score-board',
    how: 'A running score: plus one for a group that is won, minus one for one that is not.',
    bodies: {
      'hierarchical.containsQuorum': `
        let score = 0
        for (const { members } of counted) {
          let balance = 0
          for (const sid of members) balance += sids.has(sid) && votingMembers.has(sid) ? weightOf(sid) : -weightOf(sid)
          score += balance > 0 ? 1 : -1
        }
        return score > 0`,
    },
  },
]
