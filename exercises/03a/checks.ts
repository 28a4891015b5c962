import { type Proposal, supersedes } from '../../src/election/supersedes.ts'
import { formatId, makeZxid } from '../../src/kernel/index.ts'
import { hierarchical, majority } from '../../src/quorum/index.ts'
import { combinations, permutations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const everybody = majority([1n, 2n, 3n])
/** Server 4 votes in no group that counts. */
const weighted = hierarchical(
  new Map([
    [1n, [1n, 2n, 3n]],
    [2n, [4n]],
  ]),
  new Map([[4n, 0]]),
)

/** Every combination of a few servers, epochs and zxids; zxids of other epochs than the vote's are among them, as after a crash. */
const proposals: readonly Proposal[] = Array.from(
  combinations([1n, 2n, 3n], [0n, 1n, 2n, 9n], [makeZxid(1n, 1n), makeZxid(1n, 200n), makeZxid(2n, 0n), makeZxid(2n, 1n)]),
  ([leader, peerEpoch, zxid]) => ({ leader, peerEpoch, zxid }),
)

export const checks: Checks = {
  'the later epoch wins, however long the other log is'() {
    for (const [a, b] of pairs())
      if (a.peerEpoch !== b.peerEpoch) wins(a, b, a.peerEpoch > b.peerEpoch, 'a log of an older epoch may end in what the newer one gave up')
  },

  'in the same epoch the longer log wins, whoever has it'() {
    for (const [a, b] of pairs()) {
      if (a.peerEpoch === b.peerEpoch && a.zxid !== b.zxid)
        wins(a, b, a.zxid > b.zxid, 'the longer log may hold something committed that the other lacks')
    }
  },

  'with equal logs the larger sid wins'() {
    for (const [a, b] of pairs()) {
      if (a.peerEpoch === b.peerEpoch && a.zxid === b.zxid && a.leader !== b.leader)
        wins(a, b, a.leader > b.leader, 'somebody must win, and all must agree who')
    }
  },

  'nobody supersedes itself'() {
    for (const one of proposals) wins(one, { ...one }, false, 'an equal vote is no reason to vote anew, and to tell everybody: it would never end')
  },

  'a server without weight never wins'() {
    for (const [a, b] of pairs()) wins({ ...a, leader: 4n }, b, false, 'server 4 has weight 0 and could never gather a quorum', weighted)
    for (const [a, b] of pairs())
      if (a.peerEpoch > b.peerEpoch) wins(a, { ...b, leader: 4n }, true, 'server 4 has weight 0; a good candidate must win against it', weighted)
  },

  'all servers end at the same vote, in whatever order the votes come'() {
    for (let i = 0; i + 3 < proposals.length; i += 3) {
      const votes = [0, 1, 2, 3].map((k) => proposals[(i * 7 + k * 5) % proposals.length] as Proposal)
      const ends = permutations(votes).map((order) => order.reduce((best, vote) => (supersedes(vote, best, everybody) ? vote : best)))
      const [first] = ends
      const other = ends.find((end) => end.leader !== first?.leader || end.zxid !== first.zxid || end.peerEpoch !== first.peerEpoch)
      same(other ?? first, first, { given: ['these votes, in two orders:', ...votes.map((vote) => `  ${tell(vote)}`)] }, (vote) =>
        tell(vote as Proposal),
      )
    }
  },
}

function wins(candidate: Proposal, current: Proposal, expected: boolean, because: string, verifier = everybody): void {
  const given = [`candidate  ${tell(candidate)}`, `current    ${tell(current)}`]
  same(supersedes(candidate, current, verifier), expected, { given, because }, (answer) =>
    answer === true ? 'the candidate wins' : answer === false ? 'the current vote stays' : String(answer),
  )
}

function pairs(): IterableIterator<[Proposal, Proposal]> {
  return combinations(proposals, proposals)
}

function tell({ leader, peerEpoch, zxid }: Proposal): string {
  return `server ${leader}, epoch ${peerEpoch}, zxid ${formatId(zxid)}`
}
