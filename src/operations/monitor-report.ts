/** `mntr`: keys and values for monitoring systems. */
import type { LeadingView, ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { average, double } from './numbers.ts'

/** One `zk_<key>⇥<value>` per line. Source: `MonitorCommand`, `ZooKeeperServer.registerMetrics`, `LeaderZooKeeperServer.registerMetrics`. */
export function monitorReport(view: ServerView, facts: HostFacts): string {
  const { traffic, tree, settings } = view
  const values: [string, number | string][] = [
    ['version', facts.version],
    ['server_state', view.mode as string],
  ]
  if (settings.ensemble !== null) values.push(['peer_state', view.peerState])
  values.push(
    ['ephemerals_count', tree.ephemerals],
    ['num_alive_connections', view.connections.length],
    ['avg_latency', double(average(traffic.latency))],
    ['outstanding_requests', traffic.outstanding],
    ['znode_count', tree.znodes],
    ['global_sessions', view.globalSessions],
    ['local_sessions', 0],
    ['packets_sent', traffic.packetsSent],
    ['packets_received', traffic.packetsReceived],
    ['watch_count', tree.watches],
    ['min_latency', traffic.latency.min],
    ['max_latency', traffic.latency.max],
    ['max_file_descriptor_count', facts.maxFileDescriptors],
    ['open_file_descriptor_count', facts.openFileDescriptors],
    ['approximate_data_size', tree.dataSize],
    ['uptime', facts.elapsed - view.servingSince],
  )
  if (view.leading !== null) values.push(...leaderValues(view.leading, view, facts))
  return values.map(([key, value]) => `zk_${key}\t${value}\n`).join('')
}

function leaderValues(leading: LeadingView, { settings }: ServerView, { elapsed }: HostFacts): [string, number][] {
  return [
    ['learners', leading.learners],
    ['synced_followers', leading.syncedFollowers],
    ['synced_observers', leading.syncedObservers],
    ['pending_syncs', leading.pendingSyncs],
    ['leader_uptime', elapsed - leading.since],
    ['last_proposal_size', leading.proposalSize.last],
    ['min_proposal_size', leading.proposalSize.min],
    ['max_proposal_size', leading.proposalSize.max],
    ['quorum_size', settings.ensemble?.verifier.votingMembers.size ?? 1],
  ]
}
