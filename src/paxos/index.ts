/**
 * # paxos: agreeing on one value, and what that is not enough for
 *
 * **The problem.** Several servers may each propose a value; one of them is to be *chosen*, never two, although servers crash,
 * come back with what is on their disks, and messages are late, doubled or lost. Nobody may be waited for who could be dead.
 * This is consensus, the smallest problem that contains the hard part. ZooKeeper does not use Paxos; it is here because
 * everybody compares the two, and because the comparison shows what Zab is for.
 *
 * **A value is chosen** when a quorum of *acceptors* has accepted it under one *ballot*. Nobody decides it, and at that moment
 * nobody knows it. *Proposers* try to bring it about, *learners* ({@link stepLearner}) find out. One server usually plays all
 * three roles.
 *
 * **Two phases, and one rule for each side.**
 *
 * 1. A proposer takes a {@link Ballot} above all it knows and asks the acceptors to *promise* it. An acceptor promises only what
 *    is above all its promises ({@link mayPromise}), and reports what it has accepted so far.
 * 2. With promises of a quorum the proposer asks everybody to *accept* a value: of all that was reported, that of the
 *    **highest ballot** ({@link highestAccepted}); its own only if nothing was. An acceptor accepts unless it has promised more
 *    ({@link mayAccept}).
 *
 * **Why it holds.** Say v was chosen under ballot b, and look at the first later proposal, under c. Its quorum of promises shares
 * an acceptor with the quorum that chose v. That one accepted v *before* it promised c, or it would have refused; so it
 * reported v, under b or higher. What others report from between b and c is v as well, for c was the first to differ. So the
 * highest report is v, and c does not differ. The same for the second, and for all: once chosen, for ever chosen.
 *
 * **What must be on disk before what.** A promise before it is given, an acceptance before it is told, a ballot before it is used.
 * In code: each is an `append`, and what rests on it is said in the step that is told `flushed`. An acceptor that forgets is a
 * liar, and two quorums no longer share anybody who can be trusted.
 *
 * **Progress** is not promised: two proposers can outbid each other for ever (no protocol can exclude it; Fischer, Lynch and
 * Paterson). So one of them is given precedence, by time-outs and by chance ({@link CampaignOptions}).
 *
 * **Multi-Paxos** ({@link stepLeader}) is a log of such decrees. Phase 1 is made once, for all decrees from the first unknown
 * one on; after that each value costs one phase 2, and many may be on their way at once. A new leader proposes again what is
 * reported, *decree by decree*, and fills the gaps with no-ops.
 *
 * **What it does not keep is primary order.** Each decree is agreed on by itself, so the new leader's log may hold the second
 * value of some earlier leader without the first. Where values are commands that every server executes for itself, that is
 * allowed. ZooKeeper's leader executes commands and broadcasts the *changes* that result, and a change whose predecessor is
 * missing is nonsense. Chapter 02 runs the schedule. With one decree on its way at a time the problem goes away, and so does
 * the speed. Zab (`zab/`) hands over whole histories instead.
 *
 * **In brief, Viewstamped Replication** (Oki and Liskov 1988; revisited 2012): numbered *views* instead of ballots; a new primary
 * takes over one whole log, that of the latest normal view and then the longest, from a quorum. **Raft** (Ongaro and Ousterhout
 * 2014): *terms*; only a candidate whose log is at least as up-to-date as the voter's gets a vote, followers' logs are made
 * to match the leader's entry by entry, and an entry of an older term is committed only together with one of the leader's own. Both keep
 * primary order, by Zab's idea: the unit of agreement at a change of leader is a prefix, not a place.
 *
 * **Departures from *Paxos Made Simple*.** Who refuses says so (`reject`; 2.4 suggests it). Accepting a ballot promises it too;
 * Lamport lets an acceptor that never saw the prepare accept smaller ones afterwards, which is as safe and never useful. Acceptors tell all
 * learners (2.3 names this first, then saves messages by a distinguished learner). Ballots are (round, server) pairs where he asks for disjoint sets of numbers (2.5). A new
 * leader is whoever is told to `lead`; he elects one (2.4, 3).
 *
 * Nothing but chapters and tests imports this folder. Read `highest-accepted.ts`, `acceptor.ts`, `proposer.ts`, `learner.ts`, then
 * `leader.ts`; `campaign.ts` is what the two proposers share.
 *
 * Chapter: `chapters/02-paxos.md`.
 * Source: Lamport, *Paxos Made Simple* (2001), quoted as PMS; van Renesse and Altinbuken, *Paxos Made Moderately Complex* (2015).
 *
 * @packageDocumentation
 */
export * from './acceptor.ts'
export * from './ballot.ts'
export type { Campaign, CampaignOptions } from './campaign.ts'
export * from './events.ts'
export * from './highest-accepted.ts'
export * from './leader.ts'
export * from './learner.ts'
export * from './proposer.ts'
