/**
 * # sessions: who is still there
 *
 * A client's connection may break at any moment and says nothing about the client. So ZooKeeper gives each client a *session*,
 * which outlives connections: the client may take it up again at any server within its timeout, and nothing that belongs to
 * it, its ephemeral nodes above all, is touched meanwhile. When nobody has heard of the client for that long the session
 * *expires*, for all servers at the same point of the history, and its ephemeral nodes go with it. Locks and group membership
 * rest on this.
 *
 * **The leader alone expires.** If every server judged by its own clock, one might end a session that another still serves.
 * Clients, however, talk to any server. So a learner notes whom it has heard of and for how long that is good (*touches*), and
 * tells the leader with each answer to a ping, about every half tick. The leader (or a standalone server) has the deadlines.
 *
 * **Expiry is late, never early.** A client counts on its timeout: before it has passed, its locks hold. The leader may hear of
 * a touch only half a tick later, and it rounds deadlines up to whole ticks; a new leader, which cannot know when clients were
 * last heard of, gives every session its full timeout again. All of these err to the same side. The client, for its part, must
 * stop believing in its session when the timeout has passed without an answer.
 *
 * **Buckets.** With 100,000 sessions, each moving its deadline with every request, a sorted queue would be all the leader does.
 * Rounding puts all sessions that expire within one tick into one bucket: a touch mostly finds the session where it belongs
 * already, and expiring is taking a bucket. See `expiry-queue.ts`.
 *
 * **An end in two steps.** Expiry does not delete anything; it makes a closeSession transaction, which takes its way through
 * the broadcast like any other. From the moment at which it is *prepared* the session is *closing*: nothing is taken from it
 * any more, and no touch saves it. Else a create under way could make an ephemeral node after the list of those to delete was
 * drawn up, and it would stay for ever (ZOOKEEPER-1208). The table of sessions in the database, on the other hand, changes only
 * when transactions are applied (ZOOKEEPER-2926).
 *
 * **Owners.** A client that believes its server dead goes to another, while requests that it sent the old way may still be
 * under way. They must not be carried out after what it sends now. So the leader remembers where each session is served, its
 * *owner*; taking up a session changes the owner, and what comes by another way is refused with SESSIONMOVED. This is never an
 * answer: the connection is closed, so that a client which really is there comes back and becomes the owner again.
 *
 * **Ids and passwords.** Servers make ids without asking each other, since the server's own id is part of them. The password
 * follows from the id by a formula known to all servers, so that any of them can check it; it guards against mistakes, not
 * against attackers.
 *
 * **Local sessions.** Making and ending a session are transactions, and for clients that only read that is dear. An operator
 * may let sessions be *local*: known to the server that the client has come to and to nobody else. See `local-sessions.ts`.
 *
 * Departures from Java: a session whose end is under way has no deadline any more.
 *
 * Chapter: `chapters/06-sessions.md`.
 * Source: Hunt et al. (USENIX ATC 2010), section 4.4; `SessionTrackerImpl`, `ExpiryQueue`, `LearnerSessionTracker`.
 *
 * @packageDocumentation
 */
export * from './expiry-queue.ts'
export * from './learner-sessions.ts'
export * from './local-sessions.ts'
export * from './session-id.ts'
export * from './session-tracker.ts'
