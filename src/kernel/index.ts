/**
 * # kernel: the words of the backbone
 *
 * Everything in this house is built from one shape, the {@link Machine}: `step(state, event, now)` returns effects. An event
 * is something that has happened to a server: bytes came, a timer ran out, the disk has answered. An effect is something
 * that it wants done: send these bytes, write that file. The machine itself does nothing at all. So the same machine runs in
 * a Node process, in a simulated world with a crash at every turn, in a test and in a browser, and it cannot tell which. And
 * since a step is a function of state, event and time, a run can be repeated exactly: that is how rare faults are found and
 * then looked at in peace.
 *
 * This folder holds that shape and what every layer needs to speak of it. It imports nothing.
 *
 * - {@link Zxid}, {@link Sid}, {@link SessionId} and {@link Epoch}: the 64-bit numbers that ZooKeeper is made of. A zxid is
 *   an epoch and a counter, so comparing two of them says which came later in the order that all servers agree on.
 * - {@link Note}: a moment worth telling, with the paper or the Java method from which its rule comes.
 * - {@link assert} and {@link unreachable}: for our own mistakes, which stop the server. What a remote peer sends is never a
 *   reason to throw.
 *
 * A machine must not ask the world for chance or for arithmetic that only one host has, so three more things live here:
 *
 * - {@link adler32}, {@link crc32}, {@link sha1}, {@link sha256}, {@link md5} and {@link javaRandomBytes}: the sums that ZooKeeper's
 *   bytes contain. Node has the first five and a browser some of them, behind promises; a machine that awaits is no machine.
 * - {@link Prng}: chance with a seed. Two runs with the same seed are the same run.
 * - {@link Trace}: what happened, step by step. The list of steps says everything about a run; narration, diagrams and
 *   checkers read it and nothing else.
 *
 * Chapter: `chapters/10-ensemble.md`.
 *
 * @packageDocumentation
 */
export * from './bytes.ts'
export * from './checksums.ts'
export * from './ids.ts'
export * from './machine.ts'
export * from './prng.ts'
export * from './trace.ts'
