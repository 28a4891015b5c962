import { hierarchical } from '../../src/quorum/hierarchical.ts'
import type { QuorumVerifier } from '../../src/quorum/verifier.ts'
import { same, subsets, WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

type Groups = ReadonlyMap<bigint, readonly bigint[]>
type Weights = ReadonlyMap<bigint, number>

const CENTRES = groups([1, 2, 3], [4, 5, 6], [7, 8, 9])
const EQUAL: Weights = new Map()

export const checks: Checks = {
  'two of three in two of three data centres may decide'() {
    decides(CENTRES, EQUAL, [1, 2, 4, 5], true, 'data centres 1 and 2 are won by two of three each, and that is two of three')
    decides(CENTRES, EQUAL, [2, 3, 7, 9], true, 'it does not matter which')
  },

  'many servers in one data centre may not'() {
    decides(CENTRES, EQUAL, [1, 2, 3], false, 'one data centre of three is won')
    decides(CENTRES, EQUAL, [1, 2, 3, 4, 7], false, 'five of nine servers, but only one data centre is won: the rest could win the other two')
    decides(CENTRES, EQUAL, [1, 4, 7], false, 'one of three wins nothing, however many data centres it happens in')
  },

  'half of a group does not win it, and half of the groups do not decide'() {
    const four = groups([1, 2, 3, 4], [5, 6, 7, 8])
    decides(four, EQUAL, [1, 2, 5, 6], false, 'both groups are tied: the other halves could decide otherwise')
    decides(four, EQUAL, [1, 2, 3, 4], false, 'one of two groups is half')
    decides(four, EQUAL, [1, 2, 3, 5, 6, 7], true, 'three of four in both')
  },

  'weight counts, not heads'() {
    const weights: Weights = new Map([
      [1n, 5],
      [2n, 1],
      [3n, 1],
      [4n, 0],
    ])
    decides(groups([1, 2, 3]), weights, [1], true, 'server 1 has 5 of 7')
    decides(groups([1, 2, 3]), weights, [2, 3], false, 'servers 2 and 3 have 2 of 7')
    decides(groups([1, 2], [3], [4]), weights, [2, 3], false, 'group 1 is not won, group 3 weighs nothing')
  },

  'a group without weight is not there'() {
    const weights: Weights = new Map([
      [4n, 0],
      [5n, 0],
    ])
    decides(groups([1, 2, 3], [4], [5]), weights, [1, 2], true, 'groups 2 and 3 weigh nothing; the one that counts is won')
    decides(groups([1, 2, 3], [4], [5]), weights, [1, 4, 5], false, 'servers 4 and 5 count nothing')
  },

  'who has no vote wins nothing'() {
    const observers = hierarchical(
      groups([1, 2, 3]),
      new Map([
        [1n, 1],
        [2n, 1],
        [3n, 1],
      ]),
      [1n, 2n],
    )
    same(observers.containsQuorum(new Set([1n, 3n])), false, {
      given: 'one group 1 2 3, of which 3 is an observer; 1 and 3 agree',
      because: 'an observer has no vote, even if a weight was written down for it',
    })
    decides(CENTRES, EQUAL, [1, 2, 10, 11, 12], false, '10, 11 and 12 are strangers')
  },

  'any two quorums meet'() {
    for (const [grouped, weights] of SMALL) {
      const verifier = hierarchical(grouped, weights)
      const quorums = subsets([...verifier.votingMembers]).filter((set) => verifier.containsQuorum(new Set(set)))
      for (const a of quorums) {
        const b = quorums.find((other) => !other.some((sid) => a.includes(sid)))
        if (b === undefined) continue
        throw new WrongAnswer('two quorums with a server in common', `${a.join(' ')} and ${b.join(' ')} are both quorums`, {
          given: verifier.describe(),
          because: 'they could decide two different things',
        })
      }
    }
  },

  'everybody together may decide, and more agreement never hurts'() {
    for (const [grouped, weights] of SMALL) {
      const verifier = hierarchical(grouped, weights)
      const all = [...verifier.votingMembers]
      same(verifier.containsQuorum(new Set(all)), true, { given: `${verifier.describe()}; all of them agree` }, tell)
      for (const set of subsets(all).filter((one) => verifier.containsQuorum(new Set(one)))) for (const sid of all) grows(verifier, set, sid)
    }
  },
}

const SMALL: readonly (readonly [Groups, Weights])[] = [
  [groups([1, 2, 3]), EQUAL],
  [groups([1, 2], [3, 4], [5, 6]), EQUAL],
  [groups([1, 2, 3], [4, 5]), EQUAL],
  [
    groups([1, 2, 3], [4], [5]),
    new Map([
      [1n, 2],
      [4n, 3],
      [5n, 1],
    ]),
  ],
  [
    groups([1, 2], [3, 4], [5]),
    new Map([
      [1n, 3],
      [3n, 0],
      [5n, 0],
    ]),
  ],
]

function grows(verifier: QuorumVerifier, set: readonly bigint[], sid: bigint): void {
  const given = `${verifier.describe()}; ${set.join(' ')} are a quorum; now ${sid} agrees too`
  same(verifier.containsQuorum(new Set([...set, sid])), true, { given }, tell)
}

function decides(grouped: Groups, weights: Weights, agreed: readonly number[], expected: boolean, because: string): void {
  const verifier = hierarchical(grouped, weights)
  const rows = [...grouped].map(([gid, members]) => {
    const cells = members.map(
      (sid) => `${agreed.includes(Number(sid)) ? '■' : '·'} ${sid}${verifier.weightOf(sid) === 1 ? '' : `×${verifier.weightOf(sid)}`}`,
    )
    return `group ${gid}   ${cells.join('   ')}`
  })
  same(verifier.containsQuorum(new Set(agreed.map(BigInt))), expected, { given: [`■ agrees: ${agreed.join(' ')}`, ...rows], because }, tell)
}

function tell(answer: boolean): string {
  return answer === true ? 'a quorum' : answer === false ? 'no quorum' : String(answer)
}

function groups(...members: readonly (readonly number[])[]): Groups {
  return new Map(members.map((sids, i) => [BigInt(i + 1), sids.map(BigInt)]))
}
