import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Checker, Proposal, Vote } from '../../src/election/index.ts'
import { answerTo, challenge, countVotes, leaderCheck, sameVote, supersedes } from '../../src/election/index.ts'
import { hierarchical, majority } from '../../src/quorum/index.ts'
import type { ServerState } from '../../src/wire/index.ts'
import { serverStates } from '../../src/wire/index.ts'

const sids = [1n, 2n, 3n, 4n, 5n]
const small = (max: number) => fc.integer({ min: -1, max }).map(BigInt)
const proposals: fc.Arbitrary<Proposal> = fc.record({ leader: fc.constantFrom(...sids), zxid: small(2), peerEpoch: small(2) })
const sameProposal = (a: Proposal, b: Proposal) => a.leader === b.leader && a.zxid === b.zxid && a.peerEpoch === b.peerEpoch

describe('supersedes', () => {
  const all = majority(sids)

  test('is a strict total order: exactly one of two different proposals is better', () => {
    fc.assert(
      fc.property(proposals, proposals, (a, b) => {
        expect([supersedes(a, b, all), supersedes(b, a, all)].filter(Boolean)).toHaveLength(sameProposal(a, b) ? 0 : 1)
      }),
      { numRuns: 2000 },
    )
  })

  test('is transitive (ZOOKEEPER-1419)', () => {
    fc.assert(
      fc.property(proposals, proposals, proposals, (a, b, c) => {
        if (supersedes(a, b, all) && supersedes(b, c, all)) expect(supersedes(a, c, all)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('epoch, then zxid, then sid', () => {
    const best = { leader: 1n, zxid: 0n, peerEpoch: 2n }
    const better = { leader: 1n, zxid: 9n, peerEpoch: 1n }
    const good = { leader: 5n, zxid: 8n, peerEpoch: 1n }
    expect([supersedes(best, better, all), supersedes(better, good, all), supersedes({ ...good, zxid: 9n }, better, all)]).toEqual([true, true, true])
  })

  test('whoever has weight 0 never wins, strangers neither', () => {
    const weighted = hierarchical(new Map([[1n, sids]]), new Map([[5n, 0]]))
    fc.assert(
      fc.property(proposals, proposals, (a, b) => {
        expect(supersedes({ ...a, leader: 5n }, b, weighted)).toBe(false)
        expect(supersedes({ ...a, leader: 6n }, b, all)).toBe(false)
      }),
    )
  })
})

describe('sameVote', () => {
  const vote = (state: ServerState, version: number, leader: bigint, zxid: bigint, electionEpoch: bigint, peerEpoch: bigint): Vote => ({
    state,
    version,
    leader,
    zxid,
    electionEpoch,
    peerEpoch,
  })

  test.each<[Vote, Vote, boolean]>([
    [vote('LOOKING', 0, 3n, 7n, 5n, 1n), vote('LOOKING', 0, 3n, 7n, 6n, 1n), false],
    [vote('FOLLOWING', 2, 3n, 7n, 5n, 1n), vote('LEADING', 2, 3n, 8n, 9n, 1n), true],
    [vote('FOLLOWING', 0, 3n, 7n, 5n, 1n), vote('LEADING', 2, 3n, 7n, 5n, 2n), true],
    [vote('FOLLOWING', 2, 3n, 7n, 5n, 1n), vote('LEADING', 2, 3n, 7n, 5n, 2n), false],
    [vote('LOOKING', 0, 3n, 7n, 5n, 1n), vote('FOLLOWING', 2, 3n, 7n, 5n, 1n), true],
    [vote('LOOKING', 0, 3n, 7n, 5n, 1n), vote('FOLLOWING', 2, 3n, 8n, 5n, 1n), false],
    [vote('FOLLOWING', 0, 3n, 7n, 5n, 1n), vote('LEADING', 0, 3n, 7n, 5n, 2n), false],
    [vote('FOLLOWING', 0, 3n, 7n, 5n, 1n), vote('LEADING', 2, 4n, 7n, 5n, 1n), false],
  ])('vector %#', (a, b, equal) => {
    expect(sameVote(a, b)).toBe(equal)
    expect(sameVote(b, a)).toBe(equal)
  })
})

describe('countVotes', () => {
  const vote: Vote = { leader: 3n, zxid: 1n, electionEpoch: 1n, peerEpoch: 0n, state: 'LOOKING', version: 0 }

  test('counts equal votes of voters only, and for every verifier', () => {
    const votes = new Map([
      [1n, vote],
      [2n, { ...vote, electionEpoch: 2n }],
      [3n, vote],
      [9n, vote],
    ])
    const tracker = countVotes(votes, vote, [majority([1n, 2n, 3n])])
    expect([...tracker.acks]).toEqual([1n, 3n])
    expect(tracker.hasAllQuorums()).toBe(true)
    expect(countVotes(votes, vote, [majority([1n, 2n, 3n]), majority([2n, 3n, 4n])]).hasAllQuorums()).toBe(false)
  })
})

describe('answerTo', () => {
  /** election.md section 5, row by row: [sender, my state, sender's state, take, reply]. */
  const rows: [boolean, ServerState[], ServerState[], (older: boolean) => { take: boolean; reply: string }][] = [
    [false, [...serverStates], [...serverStates], () => ({ take: false, reply: 'currentVoteInThisRound' })],
    [true, ['LOOKING'], ['LOOKING'], (older) => ({ take: true, reply: older ? 'proposal' : 'nothing' })],
    [true, ['LOOKING'], ['FOLLOWING', 'LEADING', 'OBSERVING'], () => ({ take: true, reply: 'nothing' })],
    [true, ['FOLLOWING', 'LEADING', 'OBSERVING'], ['LOOKING'], () => ({ take: false, reply: 'currentVote' })],
    [true, ['FOLLOWING', 'LEADING', 'OBSERVING'], ['FOLLOWING', 'LEADING', 'OBSERVING'], () => ({ take: false, reply: 'nothing' })],
  ]

  test('every sender in every state, in every order of rounds', () => {
    let cases = 0
    for (const [fromVoter, mine, theirs, expected] of rows) {
      for (const myState of mine) {
        for (const senderState of theirs) {
          for (const senderRound of [-1n, 4n, 5n, 6n]) {
            cases++
            const question = { fromVoter, myState, senderState, senderRound, logicalclock: 5n }
            expect(answerTo(question), JSON.stringify({ ...question, senderRound: `${senderRound}`, logicalclock: '5' })).toEqual(
              expected(senderRound < 5n),
            )
          }
        }
      }
    }
    expect(cases).toBe(2 * 4 * 4 * 4)
  })
})

describe('leaderCheck', () => {
  const says = (state: ServerState): Vote => ({ leader: 3n, zxid: 0n, electionEpoch: 1n, peerEpoch: 0n, state, version: 2 })
  const me = (sid: bigint): Checker => ({ myid: sid, logicalclock: 5n, mayLead: true })

  test('another server leads only if it says so itself', () => {
    expect(leaderCheck(new Map([[2n, says('FOLLOWING')]]), 3n, 5n, me(1n))).toBe(false)
    expect(leaderCheck(new Map([[3n, says('FOLLOWING')]]), 3n, 5n, me(1n))).toBe(false)
    expect(leaderCheck(new Map([[3n, says('LOOKING')]]), 3n, 5n, me(1n))).toBe(false)
    expect(leaderCheck(new Map([[2n, says('LEADING')]]), 3n, 5n, me(1n))).toBe(false)
    expect(leaderCheck(new Map([[3n, says('LEADING')]]), 3n, 4n, me(1n))).toBe(true)
  })

  test('what is said of this server counts in its present round only', () => {
    expect([4n, 5n, 6n].map((round) => leaderCheck(new Map(), 3n, round, me(3n)))).toEqual([false, true, false])
  })

  test('a server that may not lead is not talked into it', () => {
    expect(leaderCheck(new Map(), 3n, 5n, { ...me(3n), mayLead: false })).toBe(false)
  })
})

test('challenge: of two servers exactly one is the larger, and both agree', () => {
  for (const a of sids) {
    for (const b of sids) {
      expect([challenge(a, b), challenge(b, a)]).toEqual(a === b ? ['itself', 'itself'] : a < b ? ['larger', 'smaller'] : ['smaller', 'larger'])
    }
  }
})
