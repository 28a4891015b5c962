/**
 * What may go wrong, as plain data: a schedule of faults is drawn before the run, can be printed, and made smaller by leaving
 * out entries. Every fault begins, lasts, and ends by itself.
 */
import type { Millis } from '../../kernel/index.ts'
import type { Outage, Remains } from './disk.ts'

/** A server by its name, or whoever leads when the fault begins. */
export type Victim = string

interface Span {
  /** When it begins, and how long it lasts; what is over at once has no use for the second. */
  readonly at: Millis
  readonly lasts: Millis
}

/** One thing that goes wrong, from when to when. */
export type Fault = Span &
  (
    | { readonly kind: 'crash'; readonly server: Victim; readonly outage: Outage }
    /** Crash in the middle of working on the disk: after so many more operations. */
    | { readonly kind: 'crashAtDisk'; readonly server: Victim; readonly operations: number; readonly outage: Outage }
    /** All servers at once. */
    | { readonly kind: 'blackout'; readonly outage: Outage }
    /** These servers are cut off from the other servers; `clients`: from the clients too. `breaks`: connections break, instead of stalling. */
    | {
        readonly kind: 'partition'
        readonly servers: readonly Victim[]
        readonly direction: 'both' | 'in' | 'out'
        readonly clients: boolean
        readonly breaks: boolean
      }
    | { readonly kind: 'break'; readonly server: Victim; readonly other: string }
    | { readonly kind: 'clog'; readonly server: Victim; readonly other: string }
    | { readonly kind: 'slowLink'; readonly server: Victim; readonly other: string; readonly factor: number }
    | { readonly kind: 'slowDisk'; readonly server: Victim; readonly factor: number }
    /** One operation fails, or all that need room do. */
    | { readonly kind: 'diskError'; readonly server: Victim }
    | { readonly kind: 'diskFull'; readonly server: Victim }
    /** A power cut leaves more behind than was written: it stands after the last record of the last log file. */
    | { readonly kind: 'corruptTail'; readonly server: Victim; readonly remains: Remains }
    | { readonly kind: 'pause'; readonly server: Victim }
    /** Somebody sets a server's time of day. */
    | { readonly kind: 'stepWall'; readonly server: Victim; readonly by: Millis }
  )

/** The name of a kind of fault. */
export type FaultKind = Fault['kind']

/** All kinds of fault. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'crash',
  'crashAtDisk',
  'blackout',
  'partition',
  'break',
  'clog',
  'slowLink',
  'slowDisk',
  'diskError',
  'diskFull',
  'corruptTail',
  'pause',
  'stepWall',
]

/** How often faults happen, and which. */
export interface FaultOptions {
  /** What may happen; none: nothing does. */
  readonly kinds: readonly FaultKind[]
  /** Milliseconds between two faults, on average. */
  readonly interval: Millis
}

/** One line on a fault. */
export function tellFault(fault: Fault): string {
  const { kind, at, lasts, ...rest } = fault
  const details = Object.entries(rest).map(([key, value]) => `${key} ${Array.isArray(value) ? value.join('+') : value}`)
  return `${(at / 1000).toFixed(3)} s: ${kind} (${[...details, `${lasts} ms`].join(', ')})`
}
