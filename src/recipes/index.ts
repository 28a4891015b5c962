/**
 * # recipes: what one builds from znodes
 *
 * ZooKeeper has no lock, no queue and no leader election. It has four things from which they can be built: a node can be created
 * once, an ephemeral goes with its session, a sequential node has a number that nobody else has, and a watch tells that it is
 * time to look again. Each recipe here is a **rule** (`rules/`: a pure function, tested by itself) and a **flow**: create, look,
 * apply the rule, wait, look again. They use the client's public door and nothing else, so nothing ties them to these servers.
 *
 *     await using held = await new Lock(zk, '/printer').acquire()
 *     print(ticket, held.token)
 *
 * ## One mechanism
 * Lock, read-write lock, semaphore, election and queue are all a line in which one stands ({@link Place}, `place.ts`): an
 * ephemeral sequential node says who came when, and each waits for *one* other node. Whom for, says a {@link Rule}; for a lock
 * it is the one just before. If all waited for the list of children, a hundred would wake up for one (the herd).
 *
 * ## The traps
 * | trap | what happens | what the recipes do |
 * |---|---|---|
 * | the answer to a create is lost | did it happen? A second node of ours blocks everybody, ourselves included | a name of our own tells (`createProtected`); tried as long as the session lives, and removed when one gives up |
 * | the answer to a change is lost | done twice, or not at all | a mark in the same transaction tells ({@link once}) |
 * | the answer to a delete is lost | deleted again, and by now the node is somebody else's | its owner is looked at before the second delete |
 * | the holder is paused | its session expires, another gets the lock, and the first wakes up and writes | a token that grows: {@link Place.token}, {@link Fence}; or a transaction with {@link Place.guard} |
 * | nobody knows (SUSPENDED) | the session may be lost already | {@link Place.isHeld} is false, {@link Place.lost} tells when it is certain |
 * | a node of an earlier session | looks like our own and goes a moment later | its `ephemeralOwner` is compared with the current session (`createOwned`) |
 * | counting who is there | those who look late count those who have left already | a node that stays says that all were there ({@link DoubleBarrier}) |
 * | watches tell that, not what | of two quick changes one is seen | whoever looks again compares with what it knew (`rules/difference.ts`) |
 *
 * ## Waiting and giving up
 * Every wait takes an AbortSignal; whoever gives up leaves the line. Lost connections are waited out, because the session may
 * live on. When the *session* ends, everything that it held is over: what waits rejects with SESSIONEXPIRED, what is held says
 * `lost`, loops end. Then make a new client and begin anew; no recipe does that behind one's back.
 *
 * ## Tried
 * `npm run recipes` lets each of them run in the simulated world while connections break, servers crash, sessions expire, and
 * programs pause and die, and judges by what was held, done and seen. Chapter 09 tells the stories.
 *
 * Departures: Curator renews leadership after an expired session by itself; here that is a new client's work. kazoo's and
 * Curator's locks watch the predecessor as these do. A semaphore's waiters stand in a line of their own, as in Curator's second
 * version. A double barrier serves once.
 *
 * Chapter: `chapters/09-recipes.md`.
 * Source: "ZooKeeper Recipes and Solutions" of Apache ZooKeeper; Hunt and others, USENIX ATC 2010, section 2.4; Curator; kazoo.
 *
 * @packageDocumentation
 */
export { Barrier } from './barrier.ts'
export { Configuration, type Revision } from './configuration.ts'
export { Counter } from './counter.ts'
export { type Instance, ServiceRegistry } from './discovery.ts'
export { DoubleBarrier } from './double-barrier.ts'
export { Election, type Leader, LeaderLatch } from './election.ts'
export { Fence, FencedOffError } from './fencing.ts'
export { Group } from './group.ts'
export { Lock } from './lock.ts'
export { IdGenerator, uniqueName } from './naming.ts'
export { type Content, NodeCache, nodeChanges, watchedNode } from './node-cache.ts'
export { once } from './once.ts'
export { Place, type PlaceOptions, standInLine } from './place.ts'
export { Item, type PutOptions, Queue } from './queue.ts'
export { ReadWriteLock } from './read-write-lock.ts'
export { admits } from './rules/admit.ts'
export { type Block, takeFrom } from './rules/count.ts'
export { type Change, difference, type Version } from './rules/difference.ts'
export { type Leaving, leaving, opens } from './rules/gate.ts'
export { nextItem } from './rules/next-item.ts'
export { hasRoom } from './rules/room.ts'
export { exclusive, inOrder, lineOf, type Rule, readersTogether, type Waiter } from './rules/turn.ts'
export { type Decision, type Vote, verdict } from './rules/verdict.ts'
export { Semaphore } from './semaphore.ts'
export { createOwned, ensurePath } from './support.ts'
export { type CachedNode, TreeCache } from './tree-cache.ts'
export { TwoPhaseCommit } from './two-phase-commit.ts'
