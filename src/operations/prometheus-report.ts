/** Metrics for Prometheus, in its text format 0.0.4. */
import type { Counter, Distribution, ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { gaugeValues } from './monitor-values.ts'
import { double } from './numbers.ts'

/**
 * The answer to `GET /metrics`. Every metric has two lines about it and one for each value; all values are doubles. Gauges are
 * there only while the server serves, as their sources are. Source: `PrometheusMetricsProvider`, `TextFormat.write004`.
 */
export function prometheusReport(view: ServerView, facts: HostFacts): string {
  const { counters, summaries, distributions } = view.metrics
  const gauges = view.mode === null ? [] : gaugeValues(view, facts)
  return [
    ...facts.processGauges.map(([name, value]) => family(name, 'gauge', [[name, value]])),
    ...gauges.map(([name, value]) => family(name, 'gauge', [[name, typeof value === 'object' ? value.double : value]])),
    ...Array.from(counters, ([name, counter]) => counterFamily(name, counter)),
    ...Array.from(summaries, ([name, summary]) => summaryFamily(name, summary, [0.5])),
    ...Array.from(distributions, ([name, summary]) => summaryFamily(name, summary, [0.5, 0.9, 0.99])),
  ].join('')
}

function counterFamily(name: string, { value }: Counter): string {
  return family(name, 'counter', [[name, value]])
}

/** Before the first value the quantiles are not a number. */
function summaryFamily(name: string, summary: Distribution, shares: readonly number[]): string {
  const percentiles = summary.percentiles(shares)
  const quantiles = shares.map((share, i): [string, number] => [
    `${name}{quantile="${share}",}`,
    summary.count === 0 ? Number.NaN : (percentiles[i] as number),
  ])
  return family(name, 'summary', [...quantiles, [`${name}_count`, summary.count], [`${name}_sum`, summary.total]])
}

function family(name: string, type: 'gauge' | 'counter' | 'summary', samples: readonly (readonly [string, number])[]): string {
  const lines = samples.map(([sample, value]) => `${sample} ${Number.isNaN(value) ? 'NaN' : double(value)}\n`)
  return `# HELP ${name} ${name}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
