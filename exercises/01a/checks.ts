import { majority } from '../../src/quorum/majority.ts'
import { same, subsets } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

type Sids = readonly bigint[]

export const checks: Checks = {
  'more than half of the servers may decide'() {
    for (const members of ensembles()) {
      for (const agreed of subsets(members).filter((set) => 2 * set.length > members.length)) {
        decides(members, agreed, true, 'no other set of this size can do without all of them')
      }
    }
  },

  'half of the servers may not decide'() {
    for (const members of ensembles().filter(({ length }) => length % 2 === 0)) {
      for (const agreed of subsets(members).filter((set) => 2 * set.length === members.length)) {
        decides(members, agreed, false, 'the other half could decide otherwise at the same time')
      }
    }
  },

  'fewer than half of the servers may not decide'() {
    for (const members of ensembles()) {
      for (const agreed of subsets(members).filter((set) => 2 * set.length < members.length)) {
        decides(members, agreed, false, 'the others are a majority and could decide otherwise')
      }
    }
  },

  'observers and strangers do not count'() {
    const strangers = [0n, 8n, 9n]
    for (const members of ensembles()) {
      for (const voters of subsets(members)) {
        for (const others of subsets(strangers)) {
          decides(members, [...others, ...voters], 2 * voters.length > members.length, `of these ${listed(others)} have no vote`)
        }
      }
    }
  },

  'the question changes nothing: asked again, it has the same answer'() {
    const verifier = majority([1n, 2n, 3n])
    const agreed = new Set([1n, 2n, 7n])
    const answers = [1, 2, 3].map(() => verifier.containsQuorum(agreed))
    same(answers, [true, true, true], { given: 'servers 1, 2, 3; 1, 2 and the stranger 7 agree; asked three times' })
    same([...agreed], [1n, 2n, 7n], { given: 'the set of those who agree, after the question' })
  },
}

function decides(members: Sids, agreed: Sids, expected: boolean, because: string): void {
  const seen = majority(members).containsQuorum(new Set(agreed))
  same(seen, expected, { given: `servers ${listed(members)} vote; ${listed(agreed)} agree`, because }, (answer) =>
    answer === true ? 'a quorum' : answer === false ? 'no quorum' : String(answer),
  )
}

/** Ensembles of one to six servers. */
function ensembles(): Sids[] {
  return [1, 2, 3, 4, 5, 6].map((size) => Array.from({ length: size }, (_, i) => BigInt(i + 1)))
}

function listed(sids: Sids): string {
  return sids.length === 0 ? 'nobody' : sids.join(', ')
}
