/** What the commands of the AdminServer tell. Names of fields and their order are ZooKeeper's. Source: `Commands`. */
import { counterOf, epochOf } from '../kernel/index.ts'
import type { ConnectionView, PeerSettings, ServerView, SizesView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import type { Json } from './json.ts'
import { countedValues, gaugeValues, identityValues } from './monitor-values.ts'
import { average } from './numbers.ts'
import { socketAddress } from './server-report.ts'

/** One member, as the peer's settings have it. */
type QuorumServer = NonNullable<ReturnType<NonNullable<PeerSettings['ensemble']>['servers']['get']>>
type Fields = { readonly [key: string]: Json }

/** Source: `ZooKeeperServerConf.toMap`. */
export function configuration({ settings }: ServerView, facts: HostFacts): Fields {
  return {
    client_port: settings.clientPort ?? -1,
    data_dir: facts.dataDir,
    data_log_dir: facts.dataLogDir,
    tick_time: settings.tickTime,
    max_client_cnxns: settings.maxClientCnxns,
    min_session_timeout: settings.minSessionTimeout,
    max_session_timeout: settings.maxSessionTimeout,
    server_id: settings.ensemble === null ? 0 : settings.myid,
    client_port_listen_backlog: facts.clientPortListenBacklog,
  }
}

export function connections(view: ServerView): Fields {
  return { connections: view.connections.map((connection) => ({ ...briefly(connection), ...inDetail(connection) })), secure_connections: [] }
}

function briefly(connection: ConnectionView): Fields {
  return {
    remote_socket_address: socketAddress(connection),
    interest_ops: connection.reading ? 1 : 0,
    outstanding_requests: connection.outstanding,
    packets_received: connection.packetsReceived,
    packets_sent: connection.packetsSent,
  }
}

/** Source: `ServerCnxn.getConnectionInfo`. */
function inDetail({ session }: ConnectionView): Fields {
  if (session === null) return {}
  const { latency } = session
  return {
    session_id: session.sessionId,
    last_operation: session.lastOperation,
    established: session.established,
    session_timeout: session.timeout,
    last_cxid: session.lastCxid,
    last_zxid: session.lastZxid,
    last_response_time: session.lastResponse,
    last_latency: session.lastLatency,
    min_latency: latency.min,
    avg_latency: latency.count === 0 ? 0 : Math.floor(latency.total / latency.count),
    max_latency: latency.max,
  }
}

export function dump({ lists }: ServerView): Fields {
  return {
    expiry_time_to_session_ids: new Map((lists.sessionExpiry() ?? []).map(([at, ids]) => [String(at), ids])),
    session_id_to_ephemeral_paths: new Map(lists.ephemerals().map(([id, paths]) => [String(id), paths])),
  }
}

export function hash({ lists }: ServerView): Fields {
  return { digests: lists.digests().map(({ zxid, digest }) => ({ zxid, digest, digest_version: DIGEST_VERSION })) }
}

/** Source: `DigestCalculator.DIGEST_VERSION`. */
const DIGEST_VERSION = 2

export function lastSnapshot({ lastSnapshot: last }: ServerView): Fields {
  return { zxid: last === null ? 'f'.repeat(16) : last.zxid.toString(16), timestamp: last === null ? -1 : Math.floor(last.at / 1000) }
}

export function leader(view: ServerView): Fields {
  const { ensemble } = view.settings
  if (ensemble === null) return { error: 'server is not initialized' }
  const address = view.leader === null ? undefined : ensemble.servers.get(view.leader)?.addresses[0]
  return { is_leader: view.mode === 'leader', leader_id: view.leader ?? -1, leader_ip: address?.host ?? '' }
}

export function monitor(view: ServerView, facts: HostFacts): Fields {
  return Object.fromEntries([...identityValues(view, facts), ...gaugeValues(view, facts), ...countedValues(view.metrics)])
}

export function observers({ leading }: ServerView): Fields {
  const ids = leading?.observers ?? []
  return { synced_observers: ids.length, observers: ids.map((sid) => ({ sid })) }
}

/** Source: `Commands.SrvrCommand`, `ServerStats`, `BufferStats`. */
export function serverStats(view: ServerView, facts: HostFacts): Fields {
  const { traffic, leading } = view
  const responses = sizes(traffic.responseSize)
  return {
    version: facts.version,
    read_only: view.mode === 'read-only',
    server_stats: {
      packets_sent: traffic.packetsSent,
      packets_received: traffic.packetsReceived,
      fsync_threshold_exceed_count: view.slowSyncs,
      client_response_stats: responses,
      data_dir_size: facts.dataDirSize,
      log_dir_size: facts.dataLogSize,
      provider_null: false,
      server_state: view.mode,
      last_processed_zxid: view.lastZxid,
      outstanding_requests: traffic.outstanding,
      avg_latency: { double: average(traffic.latency) },
      max_latency: traffic.latency.max,
      min_latency: traffic.latency.min,
      num_alive_client_connections: view.connections.length,
      uptime: facts.elapsed - view.servingSince,
      auth_failed_count: traffic.authFailed,
      non_mtlsremote_conn_count: 0,
      non_mtlslocal_conn_count: 0,
    },
    client_response: responses,
    ...(leading !== null && { proposal_stats: sizes(leading.proposalSize) }),
    node_count: view.tree.znodes,
  }
}

function sizes({ last, min, max }: SizesView): Fields {
  return { last_buffer_size: last, min_buffer_size: min, max_buffer_size: max }
}

export function stats(view: ServerView, facts: HostFacts): Fields {
  return { ...serverStats(view, facts), connections: view.connections.map(briefly), secure_connections: [] }
}

export function votingView({ settings }: ServerView): Fields {
  const { ensemble } = settings
  if (ensemble === null) return { current_config: {} }
  const voters = [...ensemble.verifier.votingMembers].sort((a, b) => (a < b ? -1 : 1)).flatMap((sid) => ensemble.servers.get(sid) ?? [])
  const shown = voters.map((server): [string, Json] => [
    String(server.id),
    {
      server_addresses: server.addresses.map(({ host, quorumPort }) => `${host}:${quorumPort}`),
      election_addresses: server.addresses.map(({ host, electionPort }) => `${host}:${electionPort}`),
      client_address: clientAddressOf(server, settings),
      learner_type: server.type,
    },
  ])
  return { current_config: new Map(shown) }
}

/** A server knows its own clients' address from `clientPort`, too. */
function clientAddressOf({ id, clientAddress }: QuorumServer, settings: PeerSettings): string {
  if (id === settings.myid) return `${settings.clientPortAddress}:${settings.clientPort ?? 0}`
  return clientAddress === null ? '' : `${clientAddress.host}:${clientAddress.port}`
}

export function watches({ lists }: ServerView): Fields {
  return { session_id_to_watched_paths: new Map(lists.watches().bySession.map(([id, paths]) => [String(id), paths])) }
}

export function watchesByPath({ lists }: ServerView): Fields {
  return { path_to_session_ids: new Map(lists.watches().byPath) }
}

export function watchSummary({ lists }: ServerView): Fields {
  const { connections: watching, paths, watches: total } = lists.watches()
  return { num_connections: watching, num_paths: paths, num_total_watches: total }
}

export function zabState(view: ServerView): Fields {
  const { settings, lastZxid } = view
  const own = settings.ensemble?.servers.get(settings.myid)
  if (own === undefined) return { voting: false, zabstate: '' }
  return {
    myid: settings.myid,
    is_leader: view.mode === 'leader',
    quorum_address: multipleAddresses(own.addresses.map(({ host, quorumPort }) => [host, quorumPort])),
    election_address: multipleAddresses(own.addresses.map(({ host, electionPort }) => [host, electionPort])),
    client_address: clientAddressOf(own, settings),
    voting: settings.ensemble?.verifier.votingMembers.has(settings.myid) ?? false,
    last_zxid: `0x${lastZxid.toString(16)}`,
    zab_epoch: epochOf(lastZxid),
    zab_counter: counterOf(lastZxid),
    zabstate: view.zabState,
  }
}

/** What Jackson makes of Java's `MultipleAddresses`, which has more getters than meaning. All addresses count as reachable. */
function multipleAddresses(addresses: readonly (readonly [string, number])[]): Fields {
  const all = addresses.map(([host, port]) => `${host}:${port}`)
  const ports = [...new Set(addresses.map(([, port]) => port))]
  const one = all[0] ?? ''
  return {
    empty: all.length === 0,
    all_addresses: all,
    all_reachable_addresses: all,
    one,
    reachable_address: one,
    wildcard_addresses: ports.map((port) => `0.0.0.0:${port}`),
    all_ports: ports,
    all_host_strings: addresses.map(([host]) => host),
    all_reachable_addresses_or_all: all,
    reachable_or_one: one,
  }
}
