/** How Java prints the numbers in these reports. */
import type { LatencyView } from '../peer/index.ts'

/** A double as Java prints it: at least one digit behind the point (`0.0`, `6.8571`). */
export function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** The mean latency in ms, rounded to four digits behind the point; 0 before the first request. Source: `AvgMinMaxCounter.getAvg`. */
export function average({ total, count }: LatencyView): number {
  return count === 0 ? 0 : Math.round((total / count) * 10_000) / 10_000
}
