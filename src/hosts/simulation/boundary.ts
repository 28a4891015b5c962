/**
 * The boundary of a server with the names of its timers left open, so that anything with a port, a disk or a clock can live
 * in the world: servers, clients, and the small machines of tests and chapters.
 */
import type { Now } from '../../kernel/index.ts'
import type { PeerEffect, PeerEvent } from '../../peer/index.ts'

/** What a world tells a machine. */
export type HostEvent = Exclude<PeerEvent, { kind: 'timeout' }> | { readonly kind: 'timeout'; readonly timer: string }

/** What a machine asks of the world. */
export type HostEffect =
  | Exclude<PeerEffect, { kind: 'setTimer' } | { kind: 'cancelTimer' }>
  | { readonly kind: 'setTimer'; readonly timer: string; readonly delay: number }
  | { readonly kind: 'cancelTimer'; readonly timer: string }

/** A machine that a world can drive. A `Peer` is one as it stands. */
export interface HostedMachine {
  /** Takes in one event. Returns what the world must do, in this order. */
  step(event: HostEvent, now: Now): readonly HostEffect[]
}
