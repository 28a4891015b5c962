/**
 * # election: whom shall we follow?
 *
 * Every server of an ensemble starts LOOKING. It has to find out, with nothing but messages that may be late, whether there is
 * a leader, and if not, which server should be it. **FastLeaderElection** is an opinion poll: everybody tells everybody
 * whom it votes for, changes its mind when it hears of somebody better, and stops when a quorum is of its opinion.
 *
 * **What is better** ({@link supersedes}): the later epoch, then the longer log, then the larger sid. The winner
 * should have seen every committed write, and a quorum has seen each of them, so the best of a quorum has seen all.
 *
 * **A round** (`electionEpoch`, the `logicalclock`) keeps polls apart. A server that begins an election goes one round on and
 * votes for itself. A vote from a later round carries the receiver there with an empty `recvset`, where it starts again from
 * its own candidacy; one from an older round is dropped and its sender is told where the others are. A better vote of the same
 * round is adopted and passed on. Opinions of one round only ever rise, so they come to rest at the same server.
 *
 * **The decision.** When the votes equal to a server's own are a quorum, it waits `finalizeWait` = 200 ms for a better one, since
 * the best server may just be a bit late. If none comes, it is LEADING if the vote names itself, else FOLLOWING or OBSERVING.
 *
 * **Late comers.** A settled server answers who asks with the vote that settled it ({@link answerTo}), and otherwise keeps
 * silent. A quorum of such answers, from any round, shows an ensemble to join: such votes are compared by leader and epoch
 * only ({@link sameVote}), for its members may have come to it by different elections. Once a leader is established its
 * epoch replaces the one in the vote. And the leader must say itself that it leads ({@link leaderCheck}), or a dead one
 * would be elected by those who remember it.
 *
 * **What an election does not promise.** Not one leader: with messages lost, two servers may each believe to lead. Not the best
 * log either: a quorum may decide just before the best server speaks. It makes both likely, and that is all it needs to do,
 * for discovery, the next phase, gives an epoch to one leader only and refuses one that is behind. Safety never hangs on
 * the election; only progress does.
 *
 * **Connections** ({@link stepConnections}) are part of the trick. One per pair of servers, opened by the larger sid
 * ({@link challenge}); a send queue of one place, where a newer opinion takes the place of an older one nobody has
 * read; the last one is said again on every new connection. So notifications arrive twice, late, or never, and the machine above
 * takes all of that in its stride.
 *
 * Departures from Java. A server's own vote is cast at once instead of coming back through its receive queue; votes are counted
 * when it is cast, which is when the looped-back message would have been. A vote that looks better but would be dropped, being
 * of an older round or of a server that lost its data, does not interrupt the 200 ms; in Java it does, and the election hangs
 * until somebody speaks again. What settled servers say is heard during the 200 ms too: it may show an ensemble to join, or that
 * one of the quorum has gone elsewhere; Java forgets it unless it looks better. Whoever votes for less in the same round is told
 * of the better vote at once: it was sent to it before, but a server that is still settled drops votes, and in Java it then waits
 * 200 ms or more for the next try. A server without weight or data cannot be
 * talked into leading. Newer configurations in notifications are noted and left to the leader to deliver; Java's oracle for
 * two servers and its early exit for disloyal voters (off by default) are left out. A silent connection delays no other, and
 * one that claims to come from this server itself is closed.
 *
 * Chapter: `chapters/03-election.md`.
 * Source: `FastLeaderElection`, `QuorumCnxManager`, `Vote` of `org.apache.zookeeper.server.quorum`; Medeiros, *ZooKeeper's atomic
 * broadcast protocol: theory and practice* (2012), section 3.2.
 *
 * @packageDocumentation
 */
export * from './answer.ts'
export * from './challenge.ts'
export * from './connections.ts'
export * from './election.ts'
export * from './events.ts'
export * from './leader-check.ts'
export type { ElectionOptions, ElectionState } from './state.ts'
export { createElection } from './state.ts'
export * from './supersedes.ts'
export { countVotes, sameVote } from './vote.ts'
