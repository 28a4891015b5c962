import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const COUNT = 'countAcks(state, sid, zxid - 1n, zxid)'
const LOOP =
  'for (let head = state.outstandingProposals.peek(); head?.acks.hasAllQuorums(); head = state.outstandingProposals.peek()) commit(state, out, head)'
const OWN = 'const first = state.toBeApplied.size'
const START = 'for (let index = after < oldest.txn.zxid ? 0 : Number(after - oldest.txn.zxid) + 1; ; index++) {'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'the-leader-has-it-anyway',
    tempts: 'The leader has proposed it, so it surely has it. In memory; its disk may be the slowest of all.',
    caughtBy: 'the leader’s own disk has no privilege',
    edits: [[COUNT, `${COUNT}\n  countAcks(state, state.settings.myid, zxid - 1n, zxid)`]],
  },
  {
    name: 'the-leader-must-have-it',
    tempts: 'A leader that commits what its own disk lacks looks careless. But the quorum has it, and the next leader is from the quorum.',
    caughtBy: 'the leader’s own disk has no privilege',
    edits: [[LOOP, LOOP.replace('head?.acks.hasAllQuorums()', 'head?.acks.has(state.settings.myid) && head.acks.hasAllQuorums()')]],
  },
  {
    name: 'observers-count',
    tempts: 'Whoever acknowledges has it. But nobody asks an observer in an election, whatever it has on its disk.',
    caughtBy: 'observers and strangers do not count',
    edits: [
      ['const sid = voterSid(learner)', 'const { sid } = learner'],
      ['import { abdicate, type LeaderState, type Proposal, voterSid }', 'import { abdicate, type LeaderState, type Proposal }'],
    ],
  },
  {
    name: 'voters-first',
    tempts: 'Who does not count is sent away at the door, and is soon dropped as too slow.',
    caughtBy: 'an acknowledged proposal is waited for no longer',
    edits: [
      [
        'learner.syncLimitCheck.acked(zxid)\n  const sid = voterSid(learner)\n  if (sid === null) return',
        'const sid = voterSid(learner)\n  if (sid === null) return\n  learner.syncLimitCheck.acked(zxid)',
      ],
    ],
  },
  {
    name: 'all-that-is-outstanding',
    tempts: 'One acknowledgement is taken for "I am with you", and counted for everything that is on its way.',
    caughtBy: 'an acknowledgement counts for what it names',
    edits: [['if (proposal === undefined || proposal.txn.zxid > upTo) return', 'if (proposal === undefined) return']],
  },
  {
    name: 'counter-as-place',
    tempts: 'The counter of the zxid is the place in the queue, until something has been committed.',
    caughtBy: 'an acknowledgement counts for what it names',
    edits: [[START, 'for (let index = Number(after & 0xffffffffn); ; index++) {']],
    visibleWithin: 1,
  },
  {
    name: 'late-is-for-the-oldest',
    tempts: 'What comes for something older than the oldest is counted for the oldest, since some proposal must be meant.',
    caughtBy: 'an acknowledgement counts for what it names',
    edits: [['if (oldest === undefined) return', 'if (oldest === undefined) return\n  if (upTo < oldest.txn.zxid) oldest.acks.ack(sid)']],
  },
  {
    name: 'one-flush-one-transaction',
    tempts: 'Followers acknowledge one by one, so the own disk does too. With group commit one fsync is for many.',
    caughtBy: 'one flush may be for many',
    edits: [['countAcks(state, state.settings.myid, state.lastFlushed, upTo)', 'countAcks(state, state.settings.myid, upTo - 1n, upTo)']],
  },
  {
    name: 'one-commit-a-step',
    tempts: 'One acknowledgement completes one proposal, most of the time.',
    caughtBy: 'one flush may be for many',
    edits: [[LOOP, 'const head = state.outstandingProposals.peek()\n  if (head?.acks.hasAllQuorums() === true) commit(state, out, head)']],
  },
  {
    name: 'applied-in-between',
    tempts: 'Commit one, apply one: the natural order. What applying asks for then overtakes the COMMITs that are still to come.',
    caughtBy: 'the leader applies behind all COMMITs of the step',
    bodies: {
      commitInOrder: `
        for (let head = state.outstandingProposals.peek(); head?.acks.hasAllQuorums(); head = state.outstandingProposals.peek()) {
          commit(state, out, head)
          out.push({ kind: 'commit', txn: head.txn })
        }`,
    },
  },
  {
    name: 'all-that-waits-to-be-applied',
    tempts:
      'toBeApplied is what is committed, so all of it goes to the pipeline. Its head was sent there before and only waits for the word that it is done.',
    caughtBy: 'each is committed once',
    edits: [[OWN, 'const first = 0']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'looks-at-all',
    how: 'Every outstanding proposal is looked at, and what this step commits is collected in a list.',
    bodies: {
      countAcks: 'for (const { txn, acks } of outstandingProposals.toArray()) if (txn.zxid > after && txn.zxid <= upTo) acks.ack(sid)',
      commitInOrder: `
        const committed: EncodedTxn[] = []
        for (const proposal of state.outstandingProposals.toArray()) {
          if (!proposal.acks.hasAllQuorums()) break
          commit(state, out, proposal)
          committed.push(proposal.txn)
        }
        for (const txn of committed) out.push({ kind: 'commit', txn })`,
    },
  },
  {
    name: 'an-ack-is-for-all-before',
    how: 'A follower acknowledges in order, so its acknowledgement of one proposal may be counted for all before it as well.',
    edits: [[COUNT, 'countAcks(state, sid, 0n, zxid)']],
    bodies: {
      onFlushed: `
        state.lastFlushed = state.lastFlushed > upTo ? state.lastFlushed : upTo
        countAcks(state, state.settings.myid, 0n, upTo)
        commitInOrder(state, out)`,
    },
  },
]

export const equivalent = {
  'sid === null → false': 'Nobody is called null, so it is not counted.',
  'after < oldest.txn.zxid → true': 'Counts from the oldest on: what it has acknowledged before.',
  '1n → 2n': 'Who acknowledges a proposal has acknowledged the one before.',
  '> → >=': 'Durable up to the same point.',
  '< → <=': 'What lies at `after` was counted when `after` was acknowledged.',
}
