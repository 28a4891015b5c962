/**
 * # hosts/simulation: a world from a seed
 *
 * A distributed system fails in the order of its events: this message before that crash, this timer after that write. On real
 * machines one order in a million shows the bug, once. Here the order is drawn from a number. The machines are the very ones
 * that run in production, bytes and all; only what surrounds them is made up: a clock, a network, disks, and the rest of the
 * universe that wants to break them. Run the same seed again, and it happens again, byte for byte.
 *
 * **Time** is virtual ({@link EventQueue}, {@link HostClock}). Nothing ever waits: when all machines are silent the clock jumps
 * to the next delivery, disk answer or timer. A minute of an ensemble takes a fraction of a second. Each host sees that time
 * through two clocks of its own, which drift, and one of which people set.
 *
 * **The network** ({@link SimulatedNetwork}) is made of ordered byte streams, as TCP is. No byte is lost, doubled or overtaken
 * while a connection lives; what can happen is delay, silence, and the end of the connection. That is all that Zab assumes, and
 * all that it needs: a learner that misses anything has missed its connection.
 *
 * **A disk** ({@link SimulatedDisk}) has two memories. What was written is visible at once and gone with the power, unless a
 * `sync` has been answered since. Killing a process loses nothing that was written, cutting the power loses a tail, drawn at
 * random, with the last write torn; it may even leave something after the last record that nobody has written. A server that
 * acknowledges before `sync` is caught by a power cut and by nothing else.
 *
 * **The world** ({@link World}) holds hosts with a {@link HostedMachine} each and keeps the contract of the boundary: one event
 * at a time, then `turn`; effects in their order; received bytes are the machine's during the step only, and are overwritten
 * afterwards so that who keeps them finds out. Every step can be recorded in the trace (`kernel/trace.ts`), from which
 * {@link Narrator} and {@link sequenceDiagram} tell the story.
 *
 * **The ensemble** ({@link Ensemble}, {@link runEnsemble}) fills a world with servers and clients, lets faults happen
 * ({@link Fault}: plain data, drawn before the run, so that a failing schedule can be made smaller by leaving things out), ends
 * them, and then asks the only questions that count. Does it serve again? After one more restart from the disks, is all there
 * that was acknowledged? Did all servers do the same in the same order? Did any client see time go back?
 *
 * **The checkers** ({@link Checker}, `checkers/`) hold one promise each. They know what servers let be observed and what clients
 * were told, and share no code with what they check. A verdict is one sentence and its evidence, and has three values: `holds`,
 * `violated`, or `unknown`, when what was seen does not suffice to say.
 * - Of Zab: {@link CommittedOrder} (all servers deliver one sequence, and who leads has all of it), {@link Epochs} (one leader each,
 *   and none falls on a disk), {@link Durability} (what was acknowledged is there after the last restart).
 * - Of writes and reads: {@link WriteOrder} (writes are linearizable), {@link Reads} (a read shows one state that there was),
 *   {@link SyncedReads} (after a sync, one that is not old), {@link Sequence} (numbers and versions count).
 * - Of sessions: {@link ClientOrder} (no client goes back in time), {@link Watches} (once, before anything newer, none lost),
 *   {@link Ephemerals} (as long as their session), {@link Expiry} (no session ends before its time).
 * - Of the whole: {@link Liveness} (healed, it serves everybody again), {@link NoCrash} (no assumption of our own has broken).
 *
 * **Programs** ({@link Programs}) are processes made of promises, such as recipes: the public client on a host of this world.
 *
 * **A seed costs what it does**, and most of what a busy server does shows nothing new. It is states times faults that find bugs,
 * so clients work in bursts, which fill the queues, and rest in between ({@link MixedWorkload}); limits such as the length of
 * committedLog are low; and the knobs of each world are drawn from its seed ({@link variedOptions}). {@link Block} sums up many
 * seeds and can be broken off and taken up again.
 *
 * **When a promise is broken**, the run is made smaller as long as the promise stays broken ({@link shrinkRun}): less load, an earlier
 * end, fewer and shorter faults. What is left is what the bug needs. Faults are drawn from a random source of their own, so the
 * same world with a shorter list of them is the same world. `npm run simulate` keeps the small run in a file, with its trace and a
 * diagram, and prints the command that replays it.
 *
 * **The museum** ({@link MUSEUM}) answers the question that every checker raises: would it notice? Each exhibit is the real
 * server with one rule broken, many of them as ZooKeeper's own history broke it, named with its ticket. There is no
 * second server and no switch in the first one: a rule is broken from outside, by replacing a method of one instance or by
 * rewriting the effects and events that pass between a machine and its host (`museum/surgery.ts`). Every exhibit is hunted from
 * seed 1 on in a world that its seed draws ({@link huntingGround}), and what is found is recorded with its small run
 * ({@link hunt}, `test/museum/found.json`); the tests run both again, and `npm run museum` prints the table. A bug that no seed
 * shows does not hang there: it is a hole in the checkers or in the faults, or a rule that something else makes up for. Hanging
 * these has taught the simulator to look at expiry, at ephemerals of sessions whose client is gone, and at versions.
 *
 * **Scenarios** (`scenario.ts`, `test/scenarios/`) tell one schedule in a language of verbs and play it on both: the server as it
 * is, which keeps every promise, and the exhibit whose history it is, which does not. The transcript reads as a story.
 *
 * **The explorer** (`explorer/`, `npm run explore`) leaves chance out: a world of three servers, so small that every order in which
 * anything can happen is tried. Exhibits that are planted at Zab's machines can be planted there too, the same objects, and come
 * out with the shortest way to the broken promise.
 *
 * Three allowances keep the verdicts honest. A client may learn late what happened (`unknown` outcomes bind nobody). A leader
 * that has been replaced and does not know it answers a sync too early: counted, and told. A process that was paused
 * finds its clock ahead of what clients sent meanwhile, and may expire a session whose touch it has not read yet.
 *
 * What is not modelled: bytes that change on their way (TCP and the log have checksums for it), disks that lose what was synced
 * unless told to lie, and processes that act on half an event.
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: the approach of FoundationDB's simulation and TigerBeetle's VOPR; the invariants of Zab, DSN 2011, and of the TLA+
 * specifications of ZooKeeper.
 *
 * @packageDocumentation
 */
export * from './block.ts'
export * from './boundary.ts'
export * from './checkers/index.ts'
export * from './client-host.ts'
export * from './clock.ts'
export * from './conversation.ts'
export * from './disk.ts'
export * from './ensemble.ts'
export * from './explorer/index.ts'
export * from './fault.ts'
export * from './faults.ts'
export * from './history.ts'
export type { Inhabitant } from './host.ts'
export * from './mermaid.ts'
export * from './museum/index.ts'
export * from './narrate.ts'
export * from './network.ts'
export * from './queue.ts'
export * from './run.ts'
export * from './scenario.ts'
export * from './scripted-client.ts'
export * from './shrink.ts'
export * from './vary.ts'
export * from './workload.ts'
export * from './world.ts'
export * from './world-options.ts'
