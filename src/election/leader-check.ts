/** A guard against electing a ghost, `checkLeader` in Java. */
import type { Sid } from '../kernel/index.ts'
import type { Vote } from './events.ts'

/** What the check needs to know of the server that makes it. */
export interface Checker {
  readonly myid: Sid
  readonly logicalclock: bigint
  /** Whether this server is a candidate at all: its vote has weight, and its data is not lost. */
  readonly mayLead: boolean
}

/**
 * Whether the leader that a quorum names can be believed in. After a crash the survivors go on quoting the dead leader for a
 * while, and a server that looks around would follow it again and again. So another server is believed to lead only when it
 * says so itself. What others say of *this* server counts only in its own present round: otherwise a leader that was
 * restarted would resume a leadership which its former followers are about to give up.
 *
 * A server that may not lead is never persuaded to; Java lacks this condition, so that a wiped leader whose round happens to
 * be the same as before could be talked into leading with an empty log.
 * Source: `FastLeaderElection.checkLeader`; ZOOKEEPER-569, ZOOKEEPER-975, ZOOKEEPER-1514.
 *
 * @param votes the set in which `leader` has its quorum
 * @param electionEpoch the round of the notification that completed it
 */
export function leaderCheck(votes: ReadonlyMap<Sid, Vote>, leader: Sid, electionEpoch: bigint, checker: Checker): boolean {
  if (leader === checker.myid) return checker.mayLead && checker.logicalclock === electionEpoch
  return votes.get(leader)?.state === 'LEADING'
}
