/**
 * # quorum: which sets of servers may decide
 *
 * An ensemble must go on while some of its servers are down, cut off or slow, so nothing can wait for all of them. It
 * waits for *enough* of them: a quorum. Everything that is decided, from who leads to which write is committed, is decided
 * by a quorum, and what one quorum has decided a later one must not miss. So there is a single rule:
 *
 * > **Any two quorums have a server in common.**
 *
 * That server is the memory of the ensemble. A write is committed once a quorum has it on disk; a new leader needs a quorum
 * too; hence somebody in the new leader's quorum has the write, and it can be found. Nothing else in the protocol makes
 * this promise.
 *
 * **Majorities** ({@link majority}) keep the rule by counting: two sets of more than half of n servers have together more
 * than n members, so one is in both. Of n servers, the majority ⌊n/2⌋ + 1 must be alive and ⌈n/2⌉ − 1 may fail. This is
 * why ensembles are odd: 4 servers need 3 and survive the loss of one, exactly as 3 servers do with 2. The fourth costs
 * an acknowledgement per write and adds a machine that can break, and buys nothing.
 *
 * **Hierarchical quorums** ({@link hierarchical}) count twice: a group of servers (a data centre) is won by more than half
 * of the weight in it, and a quorum wins more than half of the groups. Two quorums share a group, since both have most
 * of them, and within it a server, since both have most of its weight. With three groups of three a write needs 4 servers
 * instead of 5, and survives the loss of one whole group and of one more server in each of the others. A server of weight 0
 * never tips the scales and is never elected; a group of weight 0 is left out of the count, or nobody could win it and
 * every quorum would be harder to get for it.
 *
 * **Observers** are members without a vote. They follow, serve reads, take load off the voters, and are counted nowhere:
 * ten of them make no write slower and no failure survivable. Count by configuration, never by who happens to be
 * connected: a leader that took its observers for voters once went on committing alone (ZOOKEEPER-769).
 *
 * **Two quorums at once.** While the ensemble passes from one configuration to the next, a decision needs a quorum of each
 * ({@link SyncedLearnerTracker}): quorums of the old and of the new one need not intersect, but each intersects its own kind.
 *
 * What is a quorum is part of the ensemble's {@link EnsembleConfiguration}, a text that servers send to each other
 * ({@link parseConfiguration}, {@link formatConfiguration}).
 *
 * Departures. Java's majority trusts its callers to hand it voters only; here every verifier ignores strangers, which turns
 * the bug above into a non-event. Java throws when asked for the weight of an unknown server; here it is 0. Negative weights,
 * which would break the rule, and weights without groups are refused. A third kind, Java's two-server majority with an oracle,
 * is left out.
 *
 * Chapter: `chapters/01-quorums.md`.
 * Source: `org.apache.zookeeper.server.quorum.flexible`, `SyncedLearnerTracker`, `QuorumPeerConfig`; Gifford, *Weighted Voting
 * for Replicated Data* (SOSP 1979).
 *
 * @packageDocumentation
 */
export * from './configuration.ts'
export * from './hierarchical.ts'
export * from './majority.ts'
export type { Property } from './properties.ts'
export { parseProperties } from './properties.ts'
export * from './text.ts'
export * from './tracker.ts'
export * from './verifier.ts'
