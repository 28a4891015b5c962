/**
 * # kernel: the words of the backbone
 *
 * Everything in this house is built from one shape, the {@link Machine}: `step(state, event, now)` returns effects. This
 * folder holds that shape and what every layer needs to speak of it: the 64-bit ids, bytes, and notes. It imports nothing.
 *
 * A machine must not ask the world for chance or for arithmetic that only one host has, so three more things live here:
 *
 * - {@link adler32}, {@link crc32}, {@link sha1}, {@link sha256} and {@link javaRandomBytes}: the sums that ZooKeeper's bytes
 *   contain. Node has the first four and a browser some of them, behind promises; a machine that awaits is no machine.
 * - {@link Prng}: chance with a seed. Two runs with the same seed are the same run.
 * - {@link Trace}: what happened, step by step. Since a step is a function of state, event and time, the list of steps says
 *   everything about a run; narration, diagrams and checkers read it and nothing else.
 *
 * @packageDocumentation
 */
export * from './bytes.ts'
export * from './checksums.ts'
export * from './ids.ts'
export * from './machine.ts'
export * from './prng.ts'
export * from './trace.ts'
