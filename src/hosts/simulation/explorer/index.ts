/**
 * # explorer: everything that can happen
 *
 * The simulator samples: it runs some of the orders in which a system can fail, chosen by seeds. This explorer leaves none out. It
 * takes a world so small that all orders can be tried (three servers, two writes, a power cut, an election or two) and visits
 * every state that can be reached, breadth first. What it finds is one of the shortest stories there are; when it finds
 * nothing and ends, there is nothing to be found within its bounds.
 *
 * **The machines** are those of `zab/`, leader and learner, to the letter. Around each is as much of the peer as they need
 * ({@link stepServer}): a disk that does what it is asked one thing at a time, the database as the list of what was applied, and the
 * way from one role to the next.
 *
 * **The election is an oracle** that may be wrong: at any time any server that is LOOKING may be elected, and any other may follow
 * whoever leads, up to date or not. Every outcome of every election is among these, so what holds here holds whatever the
 * election does: Zab's safety must not hang on it.
 *
 * **What may happen** ({@link SmallWorld.moves}), each as a step of its own: the next packet of a connection arrives; a disk
 * finishes the oldest thing it was asked for; a leader proposes; somebody is elected, follows, connects, finds a connection
 * gone, gives up; and, within {@link Bounds}, a server loses its power or a connection breaks. What a dead server
 * had sent may still arrive, up to any point. The power takes all that the disk has not finished; that a part of it survives is the
 * same as finishing it first and then losing whatever was said about it. Time does not pass: where a timer would act, the
 * world may. Two transactions that reach the disk in one batch are two steps here.
 *
 * **How it can be done.** A machine's step depends on its state and the event alone. So each pair of them is tried once and
 * remembered, and a state of the world is a few numbers: which state each server is in, what is on its way, what was promised, how much is
 * left of the bounds ({@link Catalogue}). Millions of states of the world come from a few thousand states of a server. Equal states
 * have equal texts ({@link textOf}), and servers that differ in their names only are the same, so of the up to six states that a swap of
 * names makes of one, one is visited. Nothing else is left out: no order is taken for another one, and no hash for a state.
 *
 * **What is checked**, after every step: by each server, that it promises and acks only what is on its disk, that its epochs never
 * fall, that its log has no gap, that it votes with what its disk holds, that nobody sends it what he must not; by the record of
 * the whole ensemble ({@link judge}), that an epoch has one leader, that a quorum has on disk what is committed, that leaders have
 * all of it, that all servers deliver the same in the same order, that nothing committed is cut off. Progress is not
 * checked: it needs time.
 *
 * **Would it notice?** The bugs of the museum that are planted at Zab's machines are planted here as well, the same objects.
 *
 * Source: the idea is that of SPIN and TLC (its collapsed states, its symmetry sets); the properties are those of Zab (DSN 2011)
 * and of ZooKeeper's TLA+ specifications.
 */
export type { Bounds } from './draft.ts'
export * from './search.ts'
export { SmallWorld } from './small-world.ts'
