/**
 * The trace: the one record of what happened in a run, from which narration, diagrams, checkers and the lab are derived. It
 * is a text of JSON lines. The first line says how to repeat the run, each other line is one step of one machine.
 */

import { hexOf } from './bytes.ts'
import { formatId } from './ids.ts'
import type { Note } from './machine.ts'

/** The version of the format, in the first line of every trace. */
export const TRACE_VERSION = 1

/** The first line: what repeats the run. */
export interface TraceHeader {
  readonly version: number
  /** The seed of the run, as `0x…`. */
  readonly seed: string
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * One step. `event` and `effects` are the machine's own while they are written; in a trace that was read back 64-bit numbers
 * are `0x…` strings and bytes are hexadecimal.
 */
export interface TraceRecord {
  /** 1, 2, 3 … over the whole run. */
  readonly seq: number
  /** The time of the run in milliseconds. */
  readonly at: number
  /** Whose machine it is, such as a server's name. */
  readonly host: string
  readonly machine: string
  readonly event: unknown
  /** All effects but the notes, in order. */
  readonly effects: readonly unknown[]
  readonly notes: readonly Note[]
}

/** A whole run. */
export interface Trace {
  readonly header: TraceHeader
  readonly records: readonly TraceRecord[]
}

/** The first line of a trace, without its line end. */
export function traceHeaderToJson(seed: bigint, options: Readonly<Record<string, unknown>>): string {
  const header: TraceHeader = { version: TRACE_VERSION, seed: formatId(seed), options }
  return JSON.stringify(header, plain)
}

/** The line of one step, without its line end. The fields come in the order of {@link TraceRecord}. */
export function traceRecordToJson({ seq, at, host, machine, event, effects, notes }: TraceRecord): string {
  return JSON.stringify({ seq, at, host, machine, event, effects, notes }, plain)
}

/** Reads the text of a trace. Throws when a line is no JSON or the version is another one. */
export function parseTrace(text: string): Trace {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '')
  const header = JSON.parse(first ?? '{}') as TraceHeader
  if (header.version !== TRACE_VERSION) throw new Error(`a trace of version ${TRACE_VERSION} begins with {"version":${TRACE_VERSION},…`)
  return { header, records: rest.map((line) => JSON.parse(line) as TraceRecord) }
}

/** What JSON has no notation for: 64-bit numbers, bytes, maps (as lists of pairs) and sets (as lists). */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return formatId(value)
  if (value instanceof Uint8Array) return hexOf(value)
  if (value instanceof Map || value instanceof Set) return [...value]
  return value
}
