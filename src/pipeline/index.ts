/**
 * # pipeline: from a request to an answer
 *
 * A ZooKeeper server is a row of request processors. Each does one thing and hands the request on:
 *
 *     leader       Prep → Proposal → Commit → Final        Prep gives the write its zxid and turns it into a transaction;
 *                                                          Proposal (the peer, through zab) sends it round; Commit waits for
 *                                                          the quorum and keeps each session's order; Final applies and answers
 *     follower     Forward → Commit → Final                writes and syncs go to the leader, reads stay here
 *     observer     the same
 *     standalone   Prep → Sync → Commit → Final            the own disk takes the place of the quorum
 *
 * **Why writes become transactions.** "Set /a if its version is 3" has an outcome that depends on when it is carried out.
 * Prep decides the outcome once, against the tree *and* everything already prepared but not applied (the outstanding changes),
 * and what is sent round is the outcome: "/a is now …, version 4". Such a change can be applied twice without harm, which is
 * what recovery from a fuzzy snapshot needs. A refused write becomes a transaction as well, of type error, so that the refusal
 * comes in its turn.
 *
 * **What a client may rely on.** Its requests are answered in the order in which it sent them. Writes are applied in zxid order on
 * every server. A read is held back only by earlier writes of the same session; it may be older than what other servers know
 * already (use sync). A watch event is sent before any answer that could show the change.
 *
 * **What may be refused, and where.** Everything that depends on the state is decided in Prep: versions, rights, quotas, sessions.
 * Everything that depends on the server alone is decided before: an operation that is none, a write in read-only mode. Such a
 * request carries its error along, is no write any more, and is answered in its turn without becoming a transaction. The same
 * way go the begin and the end of a session that only its server knows (*local*).
 *
 * **Departures from Java.** Java runs each processor on a thread of its own and joins them with queues; here one step takes a
 * request as far as it can go. A standalone Java server holds back all reads behind an unfinished fsync; ours holds back only
 * those of the session that wrote, as an ensemble does. Transactions are proposed without a tree digest, which is optional.
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: `org.apache.zookeeper.server.PrepRequestProcessor`, `…quorum.CommitProcessor`, `…FinalRequestProcessor`.
 *
 * @packageDocumentation
 */
export * from './effects.ts'
export { createsEphemeral } from './ephemeral-requests.ts'
export * from './outstanding-changes.ts'
export * from './pipelines.ts'
export * from './replies.ts'
export * from './request.ts'
export * from './rules.ts'
