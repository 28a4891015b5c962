/** Everything that is measured, under ZooKeeper's names: `mntr`, the AdminServer's monitor and Prometheus tell the same. */
import type { LeadingView, Metrics, ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { average, type Double } from './numbers.ts'

export type MonitorValue = number | string | Double

/** What a server is: the values that are no numbers. Source: `ZooKeeperServer.dumpMonitorValues`. */
export function identityValues({ mode, peerState, settings }: ServerView, { version }: HostFacts): [string, string][] {
  const values: [string, string][] = [
    ['version', version],
    ['server_state', mode ?? 'null'],
  ]
  if (settings.ensemble !== null) values.push(['peer_state', peerState])
  return values
}

/** What is looked at rather than counted. Source: `ZooKeeperServer.registerMetrics`, `LeaderZooKeeperServer.registerMetrics`. */
export function gaugeValues(view: ServerView, facts: HostFacts): [string, number | Double][] {
  const { traffic, tree } = view
  const values: [string, number | Double][] = [
    ['ephemerals_count', tree.ephemerals],
    ['num_alive_connections', view.connections.length],
    ['avg_latency', { double: average(traffic.latency) }],
    ['outstanding_requests', traffic.outstanding],
    ['znode_count', tree.znodes],
    ['global_sessions', view.globalSessions],
    ['non_mtls_remote_conn_count', 0],
    ['last_client_response_size', traffic.responseSize.last],
    ['packets_sent', traffic.packetsSent],
    ['packets_received', traffic.packetsReceived],
    ['max_client_response_size', traffic.responseSize.max],
    ['connection_drop_probability', { double: 0 }],
    ['watch_count', tree.watches],
    ['auth_failed_count', traffic.authFailed],
    ['min_latency', traffic.latency.min],
    ['max_file_descriptor_count', facts.maxFileDescriptors],
    ['approximate_data_size', tree.dataSize],
    ['open_file_descriptor_count', facts.openFileDescriptors],
    ['local_sessions', view.localSessions],
    ['uptime', facts.elapsed - view.servingSince],
    ['max_latency', traffic.latency.max],
    ['outstanding_tls_handshake', 0],
    ['min_client_response_size', traffic.responseSize.min],
    ['non_mtls_local_conn_count', 0],
  ]
  if (view.leading !== null) values.push(...leaderValues(view.leading, facts))
  if (view.settings.ensemble !== null) values.push(['quorum_size', view.settings.ensemble.verifier.votingMembers.size])
  return values
}

function leaderValues(leading: LeadingView, { elapsed }: HostFacts): [string, number][] {
  return [
    ['learners', leading.learners],
    ['synced_followers', leading.syncedFollowers],
    ['synced_non_voting_followers', 0],
    ['synced_observers', leading.syncedObservers],
    ['pending_syncs', leading.pendingSyncs],
    ['leader_uptime', elapsed - leading.since],
    ['last_proposal_size', leading.proposalSize.last],
    ['min_proposal_size', leading.proposalSize.min],
    ['max_proposal_size', leading.proposalSize.max],
  ]
}

/** Counters as they are, summaries as several values each. Source: `DefaultMetricsProvider.dump`. */
export function countedValues({ counters, summaries, distributions }: Metrics): [string, number | Double][] {
  const values: [string, number | Double][] = Array.from(counters, ([name, { value }]) => [name, value])
  for (const [name, summary] of [...summaries, ...distributions]) {
    const { min, max, count, total } = summary
    values.push([`avg_${name}`, { double: average(summary) }], [`min_${name}`, min], [`max_${name}`, max])
    values.push([`cnt_${name}`, count], [`sum_${name}`, total])
    if (!distributions.has(name)) continue
    const percentiles = summary.percentiles(SHARES.map(([, share]) => share))
    SHARES.forEach(([prefix], i) => {
      values.push([`${prefix}_${name}`, percentiles[i] as number])
    })
  }
  return values
}

const SHARES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
] as const
