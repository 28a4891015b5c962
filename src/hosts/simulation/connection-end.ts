/** One end of a simulated connection, and what is on its way to it. */
import type { ConnectionId } from '../../peer/index.ts'

/** What is on its way to an end; `at` is when it arrives, known once it has been put on its way. */
export type Segment =
  | { readonly kind: 'connected'; at: number }
  | { readonly kind: 'bytes'; at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; at: number; readonly reason: string }

/** One end: the host that holds it, and how it stands there. Delays and times are in ms of true time. */
export interface End {
  readonly host: string
  readonly id: ConnectionId
  /** How long its segments are on their way. */
  readonly delay: number
  state: 'opening' | 'open' | 'closed'
  /** The other end; null until the attempt is accepted. */
  other: End | null
  /** The machine does not read. */
  paused: boolean
  /** Nothing is handed over before this time. */
  cloggedUntil: number
  /** Written by the machine, on its way at the end of the turn. */
  outgoing: Uint8Array[]
  /** On its way to this end, in order. */
  incoming: Segment[]
  lastArrival: number
}

/** An end that knows of no other yet, with nothing on its way. */
export function newEnd(host: string, id: ConnectionId, state: End['state'], delay: number): End {
  return { host, id, delay, state, other: null, paused: false, cloggedUntil: 0, outgoing: [], incoming: [], lastArrival: 0 }
}
