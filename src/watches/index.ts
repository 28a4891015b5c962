/**
 * # watches: being told instead of asking
 *
 * Clients cache what they read, and wait for things to happen. Asking again and again would load the servers, and locking
 * the cache as some systems do would let a slow client hold up a write. A *watch* is a note at the server: "tell me when this
 * changes". The event says what kind of change and where, never the new data; the client reads again, and what it then gets
 * may be newer still.
 *
 * **The guarantee is about order, not about speed.** A client gets the event of a change before it can see the change, or
 * anything later, in the answer to a read. So what it has read and not been told of is still what it would read at its
 * server. It holds because the last step of the pipeline does three things in this order: change the tree, send the events,
 * send the answers (chapter 10); events and answers to one client share one ordered connection.
 *
 * **An event tells of a node, so it is told only to who may read the node.** This folder says who watches; whether they may know
 * is asked when the event is sent (chapter 10). A watch that was fired in vain is used up all the same.
 *
 * **Watches are local.** They belong to one connection at one server, are never replicated and never logged. A write pays
 * only for watchers at each server where they are, and nothing at all where there are none.
 *
 * **Two tables.** One question is about the node (does it exist, what are its data), another about the list of its children:
 *
 * | registered by | table | fires |
 * |---|---|---|
 * | exists, also of a missing node | data | created, deleted, data changed |
 * | getData | data | deleted, data changed |
 * | getChildren | child | child created or deleted; node deleted |
 * | addWatch persistent | both | all of these, again and again |
 * | addWatch recursive | data | created, deleted, data changed, of the node and all below |
 *
 * A standard watch fires once and is gone: several changes in a row are one event, and a client that reads and watches again in
 * one request misses none. Who watches a node in both tables is told of its deletion once. A connection may watch a path in
 * several modes at a time; it is told once, and what is used up is the standard one. Until 3.9 the latest mode replaced the one
 * before, so that one getData with a watch ended a persistent watch (ZOOKEEPER-4466).
 *
 * **Over a reconnect** the client lists its watches and the last zxid it has seen, and the new server finds out from the stats
 * of the nodes what was missed: data changed if `mzxid` is later, children if `pzxid` is later, deleted if the node is gone; for
 * a watch on a node that did not exist, created if it does now. Comparing the wrong number loses events or invents them
 * (ZOOKEEPER-1412, 1667); the test goes through all short histories. Two things are lost knowingly: a node deleted and made
 * again is told as changed, and a node that came and went while the client was away is not told at all.
 *
 * **Herds.** A thousand clients that watch one node are a thousand events and then a thousand reads in the same moment. The
 * lock recipe (chapter 09) lets each client watch only its predecessor for this reason.
 *
 * As in Java 3.9 rather than 3.8.0: modes side by side, and checkWatches asks about this connection's watches only. A departure
 * from both: a connection none of whose watches is left is not counted in `wchs`.
 *
 * Chapter: `chapters/07-watches.md`.
 * Source: Hunt et al. (USENIX ATC 2010), sections 2.1 and 4.4; `WatchManager`, `DataTree.setWatches`.
 *
 * @packageDocumentation
 */
export * from './watch-manager.ts'
export * from './watch-tables.ts'
