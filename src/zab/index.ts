/**
 * # zab: one leader, one history
 *
 * **The problem.** Servers that hold the same tree must apply the same changes in the same order, although any of them may
 * crash and come back, the leader too. ZooKeeper's leader executes a request on its own state and broadcasts the *change*
 * that resulted ("set /a to w2, version 1"), not the request. A change makes sense only in the state that all earlier ones
 * produced, so agreeing on each position separately, as plain Multi-Paxos does, is not enough: if A, then B were proposed
 * by one leader, nobody may ever deliver B without A before it. Zab gives this *primary order*, with any number of changes
 * under way, because a new leader takes over **one whole history** and never a mixture.
 *
 * **A position** is a zxid: the leader's epoch and a counter. Two numbers on each disk carry the proof: `acceptedEpoch`, the
 * highest epoch that a server has promised to follow, and `currentEpoch`, the epoch whose initial history it has completely.
 *
 * **Four phases.** ELECTION names a server with the best (currentEpoch, last zxid) of a quorum; it may be wrong, and nothing
 * here relies on it. In DISCOVERY a quorum promises an epoch above all that any of them has accepted, which shuts out every
 * older leader, and the leader makes sure that none of them has a better history than its own. In SYNCHRONIZATION each
 * learner is brought to the leader's history, and a quorum has it on disk before the leader serves. BROADCAST is a
 * two-phase commit without abort: propose, collect acks, commit in order. Any failure leads back to ELECTION.
 *
 * | packet | from, to | phase | means |
 * |---|---|---|---|
 * | FOLLOWERINFO, OBSERVERINFO | learner to leader | DISCOVERY | this epoch I have accepted |
 * | LEADERINFO | leader to learner | DISCOVERY | this epoch I propose (it is my acceptedEpoch already) |
 * | ACKEPOCH | learner to leader | DISCOVERY | promised; my history is (currentEpoch, last zxid) |
 * | DIFF, TRUNC, SNAP | leader to learner | SYNCHRONIZATION | keep, cut, or replace your history |
 * | PROPOSAL, COMMIT | leader to learner | SYNCHRONIZATION | what you lack |
 * | NEWLEADER | leader to learner | SYNCHRONIZATION | end of the history; it carries the configuration |
 * | ACK of `epoch << 32` | learner to leader | SYNCHRONIZATION | history, then currentEpoch, are on my disk |
 * | UPTODATE | leader to learner | SYNCHRONIZATION | the history is committed: serve |
 * | PROPOSAL, ACK, COMMIT | leader, follower, leader | BROADCAST | log it; it is on my disk; a quorum has it |
 * | INFORM | leader to observer | BROADCAST | PROPOSAL and COMMIT in one |
 * | REQUEST, SYNC, REVALIDATE | learner and leader | BROADCAST | a client's write; its sync; its session |
 * | PING | leader to learner and back | all after NEWLEADER | alive; these sessions were heard |
 *
 * **What must be on disk before what.** acceptedEpoch before LEADERINFO and before ACKEPOCH. The history before
 * currentEpoch, and that before the ACK of NEWLEADER: a server that claims an epoch whose history it lacks would beat, in the
 * next election, those who have committed data. A proposal before its ACK; the leader's own disk counts like any other. In
 * code: no ack is sent in the step that asks for a write, but in the step that is told of its end (`epochWritten`, `flushed`,
 * `truncated`, `snapshotTaken`). That is why the crash windows of this protocol can be tested one by one.
 *
 * **Where the implementation departs from the paper.** The paper's follower sends its history and the leader picks the best;
 * here the leader keeps its own and turns away who is ahead, until a quorum is not. The paper replaces histories; here a
 * rule ({@link decideSync}) sends the difference. Each learner goes through the phases at its own speed and gets the
 * running broadcast in the same stream, so whoever is synchronised late misses nothing. A server that had promised the epoch
 * before is served but not counted: the promise may have been to somebody else.
 *
 * **Where we depart from Java.** A follower that comes back with proposals of this very epoch keeps them, is counted for
 * them when it has acked NEWLEADER, and gets UPTODATE when they are committed (Java cuts them off but goes on counting). Acks
 * that overtake the NEWLEADER ack are kept and counted after it; Java takes the first for it. TRUNC needs no snapshot, since
 * what follows is logged as after DIFF; so memory never runs ahead of the disk there. Observers log their initial history
 * too. A COMMIT that does not match ends following instead of the process: the database is sound, only the stream is not. A
 * server that connects again loses its older connection. A voter that follows as an observer is not counted. The log files
 * are read for a lagging learner in pieces and without a lock. Protocols before Zab 1.0 are refused. Reconfiguration
 * packets are taken for plain COMMIT and INFORM.
 *
 * Read on in this order: `sync-decision.ts`, then the leader (`leader.ts`, `discovery.ts`, `synchronization.ts`,
 * `broadcast.ts`), then the learner (`learner.ts`, `learner-sync.ts`, `following.ts`).
 *
 * Chapter: `chapters/04-zab.md`.
 * Source: Junqueira, Reed, Serafini, *Zab: High-performance broadcast for primary-backup systems* (DSN 2011); Medeiros,
 * *ZooKeeper's atomic broadcast protocol* (2012); `Leader`, `LearnerHandler`, `Learner`, `Follower`, `Observer`.
 *
 * @packageDocumentation
 */
export * from './committed-log.ts'
export * from './events.ts'
export { stepLeader } from './leader.ts'
export { createLeader, type LeaderSettings, type LeaderState, type Proposal, type ZabState } from './leader-state.ts'
export { stepLearner } from './learner.ts'
export type { LearnerHandler, LearnerPhase } from './learner-handler.ts'
export { createLearner, type LearnerSettings, type LearnerStage, type LearnerState } from './learner-state.ts'
export { decideSync, type SyncDecision, type SyncFacts } from './sync-decision.ts'
