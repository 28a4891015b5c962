/** How Java prints the numbers in these reports. */
import type { LatencyView } from '../peer/index.ts'

/** A number that Java keeps as a double; plain numbers are its ints and longs. */
export interface Double {
  readonly double: number
}

/** A double as Java prints it: at least one digit behind the point (`0.0`, `6.8571`). */
export function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** The mean, rounded to four digits behind the point; 0 before the first value. Source: `AvgMinMaxCounter.getAvg`. */
export function average({ total, count }: Pick<LatencyView, 'total' | 'count'>): number {
  return count === 0 ? 0 : Math.round((total / count) * 10_000) / 10_000
}
