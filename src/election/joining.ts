/** Votes of servers that are settled: is there an ensemble to join? */
import type { Sid } from '../kernel/index.ts'
import { note } from '../kernel/index.ts'
import type { Notification } from '../wire/index.ts'
import type { ElectionEffect, Vote } from './events.ts'
import { leaderCheck } from './leader-check.ts'
import type { ElectionState } from './state.ts'
import { decide, mayLead } from './state.ts'
import { countVotes, describeVote, voteOf } from './vote.ts'

const SOURCE = 'FastLeaderElection.receivedFollowingNotification'

/**
 * Takes what a FOLLOWING or LEADING voter says. If it happened in this very round, it counts together with the votes of those
 * still LOOKING; in any case it counts together with what other settled servers say, whatever the round, and then this server
 * takes over that round.
 */
export function onSettledNotification(state: ElectionState, from: Sid, notification: Notification, effects: ElectionEffect[]): void {
  const vote = voteOf(notification)
  if (vote.electionEpoch === state.logicalclock) {
    state.recvset.set(from, { ...vote, version: 0 })
    if (join(state, state.recvset, vote, effects)) return
  }
  state.outofelection.set(from, vote)
  join(state, state.outofelection, vote, effects)
}

function join(state: ElectionState, votes: ReadonlyMap<Sid, Vote>, vote: Vote, effects: ElectionEffect[]): boolean {
  const tracker = countVotes(votes, vote, [state.configuration.verifier])
  if (!tracker.hasAllQuorums()) return false
  const { myid, logicalclock } = state
  if (!leaderCheck(votes, vote.leader, vote.electionEpoch, { myid, logicalclock, mayLead: mayLead(state) })) {
    const text = `server ${myid} does not believe in ${describeVote(vote)}, though servers ${[...tracker.acks].join(', ')} quote it`
    effects.push(note('leader-check-failed', text, 'FastLeaderElection.checkLeader'))
    return false
  }
  state.logicalclock = vote.electionEpoch
  effects.push(note('ensemble-found', `server ${myid} finds an ensemble of ${describeVote(vote)}: servers ${[...tracker.acks].join(', ')}`, SOURCE))
  decide(state, vote, effects)
  return true
}
