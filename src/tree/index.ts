/**
 * # tree: what the ensemble agrees on
 *
 * ZooKeeper keeps small pieces of data under names, as a file system does: a tree of *znodes*, each of which has data and may
 * have children. Every server holds the whole tree in memory. Zab (chapter 04) gives all servers the same transactions in the
 * same order; this folder is what they are applied to. Nothing here knows of servers, connections or time.
 *
 * **A transaction is no request.** `setData /a, if its version is 3` may succeed or fail, and what it does depends on when it
 * runs. The leader decides that once (chapter 10) and writes down the outcome: `/a has this data and version 4`. Applying is
 * then plain assignment. It needs no decision, cannot fail, and, the point of it all, may happen twice.
 *
 * **Why twice?** A snapshot is written while transactions go on being applied, since nobody would wait for it. It is *fuzzy*:
 * some of its nodes are older than others, and no moment ever looked like it. It carries the zxid at which it was begun, and
 * whoever loads it applies all transactions after that zxid, many of which are in it already. For this to end in the true
 * tree each change obeys one of two rules:
 * - what it writes is **absolute** (data, versions, zxids, access control lists), so that the last writer wins again;
 * - what accumulates **only rises**: a parent's counter of creations and its `pzxid`.
 *
 * The details were learnt from lost data. A delete must tell the parent even if the node is gone (ZOOKEEPER-3125), the end of
 * a session lists its nodes for the same reason (3145), a create must set the list of a node that is already there (4846),
 * and `lastProcessedZxid` is raised after the last change of a transaction and not before (3127, 3144). A replay may also meet
 * a *later* node of the same name, with children, when it is told to delete the earlier one; then the children go too, and come
 * back with their own records. The property test in `test/tree` walks over a changing tree one node at a time, at every speed,
 * and compares the outcome with the truth.
 *
 * **Kinds of node.** One number, `ephemeralOwner`, tells them apart: persistent (0), *ephemeral* (a session, with which the
 * node goes), *container* (goes some time after its last child), and nodes with a *time to live*. Sequential nodes are no kind:
 * only their name is made by the server, from the parent's counter of creations.
 *
 * **Nodes that go by themselves.** Containers and nodes with a time to live are found by `container-candidates.ts`; who leads
 * then deletes them by transactions of its own.
 *
 * **Quotas** count the nodes and bytes of a subtree in a node of their own, which each server writes for itself, outside of any
 * transaction; see `quota.ts`. The count is therefore left out of the digest and of every comparison of trees.
 *
 * **Who may do what** is said by a list on each node (ACL). Nodes inherit nothing, and deleting a node is a right on its
 * parent. Thousands of nodes share few lists, so a node stores the number of one.
 *
 * **The digest** is a sum over all nodes that is kept up to date with each change. The leader writes into a transaction what
 * the sum will be after it, so that a server whose tree has gone astray can notice on the spot.
 *
 * Where to read on: `data-node.ts`, `node-table.ts` (the bookkeeping), then `data-tree.ts` (the four changes), `database.ts`
 * (transactions), `whole-tree.ts` (the walk), `acl-check.ts`.
 *
 * Departures from Java: any kind of create raises the counters of a parent that is behind, not only type 1; a delete in a replay
 * takes the subtree along, where Java leaves nodes that no parent knows; the number of a list that is missing in a fuzzy
 * snapshot is never given to another list, and until the replay brings it nobody gets past it; nodes with a time to live are
 * recognised always, so server ids end at 254.
 *
 * Chapter: `chapters/05-znodes.md`.
 * Source: Hunt et al., *ZooKeeper: Wait-free coordination for Internet-scale systems* (USENIX ATC 2010), sections 2.2 and 4.3;
 * `org.apache.zookeeper.server.DataTree`, `ZKDatabase`.
 *
 * @packageDocumentation
 */
export * from './access-control.ts'
export * from './acl-check.ts'
export * from './acl-table.ts'
export * from './container-candidates.ts'
export * from './data-node.ts'
export * from './data-tree.ts'
export * from './database.ts'
export * from './digest.ts'
export * from './ephemeral-type.ts'
export * from './paths.ts'
export * from './quota.ts'
export * from './txn-result.ts'
export type { TreeCursor, TreeEntry } from './whole-tree.ts'
