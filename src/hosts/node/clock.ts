import type { Now } from '../../kernel/index.ts'

const origin = Math.floor(performance.timeOrigin)

/**
 * The two clocks of this process. `elapsed` never goes back while the process lives. It begins at the time of day at which the
 * process began, not at 0: session ids are made of it, and a server that has been restarted must not give out the same again.
 */
export function readClock(): Now {
  return { elapsed: origin + Math.floor(performance.now()), wall: Date.now() }
}
