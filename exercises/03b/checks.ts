import type { Vote } from '../../src/election/events.ts'
import { countVotes, sameVote } from '../../src/election/vote.ts'
import { formatId, makeZxid } from '../../src/kernel/index.ts'
import { majority } from '../../src/quorum/index.ts'
import { combinations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const BASE: Vote = { leader: 3n, zxid: makeZxid(1n, 7n), electionEpoch: 4n, peerEpoch: 1n, state: 'LOOKING', version: 2 }
const SETTLED = ['FOLLOWING', 'LEADING'] as const

export const checks: Checks = {
  'votes for two leaders are never the same'() {
    for (const [a, b, va, vb] of combinations(['LOOKING', ...SETTLED] as const, ['LOOKING', ...SETTLED] as const, [0, 2], [0, 2])) {
      compares({ ...BASE, state: a, version: va }, { ...BASE, state: b, version: vb, leader: 2n }, false, 'they name different leaders')
    }
  },

  'while somebody is LOOKING everything must agree'() {
    for (const [a, b] of combinations(['LOOKING', 'FOLLOWING'] as const, ['LOOKING', 'LEADING'] as const)) {
      if (a !== 'LOOKING' && b !== 'LOOKING') continue
      const one: Vote = { ...BASE, state: a }
      compares(one, { ...one, state: b }, true, 'leader, zxid, round and epoch are equal')
      compares(one, { ...one, state: b, electionEpoch: 5n }, false, 'the votes are of two rounds: in one of them the leader may have died')
      compares(one, { ...one, state: b, zxid: makeZxid(1n, 8n) }, false, 'the zxids differ')
      compares(one, { ...one, state: b, peerEpoch: 2n }, false, 'the epochs differ')
      compares({ ...one, version: 0 }, { ...one, state: b, version: 2 }, true, 'versions mean nothing while somebody is LOOKING')
      compares({ ...one, version: 0 }, { ...one, state: b, version: 2, zxid: 1n }, false, 'the zxids differ')
    }
  },

  'in an ensemble that stands the leader and its epoch count, not how one has joined'() {
    for (const [a, b, version] of combinations(SETTLED, SETTLED, [0, 1, 2])) {
      const one: Vote = { ...BASE, state: a, version }
      const joinedLater: Vote = { ...one, state: b, electionEpoch: 9n, zxid: makeZxid(1n, 200n) }
      compares(one, joinedLater, true, 'the same leader in the same epoch; one of them has joined by a later election')
      compares(one, { ...joinedLater, peerEpoch: 2n }, false, 'the epochs differ: it is another reign')
    }
  },

  'beside a server that knows no versions only the leader counts'() {
    for (const [a, b, version] of combinations(SETTLED, SETTLED, [1, 2])) {
      const old: Vote = { ...BASE, state: a, version: 0 }
      const newer: Vote = { ...BASE, state: b, version, peerEpoch: 2n, electionEpoch: 9n }
      compares(old, newer, true, 'an old server names the epoch of the election, a new one that of the reign')
      compares(newer, old, true, 'whoever asks')
    }
    compares(
      { ...BASE, state: 'FOLLOWING', version: 1 },
      { ...BASE, state: 'FOLLOWING', version: 2, peerEpoch: 2n },
      false,
      'both know versions, so both name the epoch of the reign',
    )
  },

  'those who agree are counted, and nobody else'() {
    const other: Vote = { ...BASE, leader: 2n }
    const earlier: Vote = { ...BASE, electionEpoch: 3n }
    counts(
      [
        [1n, BASE],
        [2n, other],
        [3n, BASE],
        [4n, earlier],
        [5n, BASE],
      ],
      [1n, 3n, 5n],
    )
    counts(
      [
        [1n, other],
        [2n, other],
      ],
      [],
    )
    counts(
      [
        [5n, BASE],
        [1n, BASE],
      ],
      [5n, 1n],
    )
  },

  'strangers are not counted'() {
    counts(
      [
        [1n, BASE],
        [9n, BASE],
        [8n, BASE],
      ],
      [1n],
    )
  },

  'a quorum of those who agree decides, in every configuration'() {
    const votes = new Map([1n, 3n, 4n].map((sid) => [sid, BASE]))
    const one = countVotes(votes, BASE, [majority([1n, 2n, 3n])]).hasAllQuorums()
    same(one, true, { given: '1, 3 and 4 agree; configuration 1 2 3' })
    const two = countVotes(votes, BASE, [majority([1n, 2n, 3n]), majority([4n, 5n, 6n])]).hasAllQuorums()
    same(two, false, { given: '1, 3 and 4 agree; configurations 1 2 3 and 4 5 6', because: 'of the second one only server 4 agrees' })
  },
}

function compares(a: Vote, b: Vote, expected: boolean, because: string): void {
  same(sameVote(a, b), expected, { given: [tell(a), tell(b)], because }, (answer) =>
    answer === true ? 'the same vote' : answer === false ? 'different votes' : String(answer),
  )
}

function counts(votes: readonly (readonly [bigint, Vote])[], expected: readonly bigint[]): void {
  const given = ['servers 1 to 5 vote. Who agrees with', `         ${tell(BASE)}`, ...votes.map(([sid, vote]) => `server ${sid} ${tell(vote)}`)]
  same([...countVotes(new Map(votes), BASE, [majority([1n, 2n, 3n, 4n, 5n])]).acks], expected, { given })
}

function tell({ leader, zxid, electionEpoch, peerEpoch, state, version }: Vote): string {
  return `${state.padEnd(9)} for ${leader}, zxid ${formatId(zxid)}, round ${electionEpoch}, epoch ${peerEpoch}, version ${version}`
}
