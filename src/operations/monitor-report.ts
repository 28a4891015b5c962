/** `mntr`: keys and values for monitoring systems. */
import type { ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { countedValues, gaugeValues, identityValues, type MonitorValue } from './monitor-values.ts'
import { double } from './numbers.ts'

/** One `zk_<key>⇥<value>` per line. Source: `MonitorCommand`. */
export function monitorReport(view: ServerView, facts: HostFacts): string {
  const values: [string, MonitorValue][] = [...identityValues(view, facts), ...gaugeValues(view, facts), ...countedValues(view.metrics)]
  return values.map(([key, value]) => `zk_${key}\t${typeof value === 'object' ? double(value.double) : value}\n`).join('')
}
