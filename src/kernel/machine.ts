/**
 * What every protocol layer is: a machine. An event goes in, effects come out, in the order in which they must happen. The
 * same state, event and time give the same effects. A machine reads no clock, does no input or output, draws no random
 * number, and never throws on what a remote peer sent.
 */
export interface Machine<State, Event, Effect> {
  /** Takes in one event. Returns what must be done, in this order; `state` has changed. */
  step(state: State, event: Event, now: Now): readonly Effect[]
}

/**
 * The two clocks of a server, in milliseconds. `elapsed` only ever grows and drives timers, ticks, expiry and session ids;
 * `wall` is the time of day since 1970 and is used only where users see it: a transaction's time and the TTL rule.
 */
export interface Now {
  readonly elapsed: number
  readonly wall: number
}

/**
 * One thing that a machine wants to be known: a named sentence with its source. The same note is a line in a demo's
 * narration, a label in a diagram and the coverage mark that a test demands.
 */
export interface Note {
  readonly kind: 'note'
  /** Short, stable, in kebab case: what tests and diagrams look for, such as `vote-adopted`. */
  readonly name: string
  /** The sentence, in the present tense, with the values that matter. */
  readonly text: string
  /** Where the rule comes from: paper section or Java method. */
  readonly source: string
}

/** Makes a {@link Note}. */
export function note(name: string, text: string, source: string): Note {
  return { kind: 'note', name, text, source }
}

/** Closes an exhaustive switch: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String((value as { kind?: unknown }).kind ?? value)}`)
}

/** A broken assumption of our own. It stops the server; nothing that a peer sends may lead here. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}

/** Throws {@link AssertionError} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}
