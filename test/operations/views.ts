/** Pictures of servers as the reports get them, with the numbers of replies that were recorded from ZooKeeper 3.8.0. */
import type { HostFacts } from '../../src/operations/index.ts'
import { type ConnectionView, createPeer, DEFAULT_CLIENT_SETTINGS, type PeerSettings, type ServerView } from '../../src/peer/index.ts'
import { configurationOf, formatConfiguration, parseServerLine } from '../../src/quorum/index.ts'

export const facts: HostFacts = {
  version: '3.8.0-x, built on 2026-11-20 12:00 UTC',
  elapsed: 10_000,
  dataDir: '/d/version-2',
  dataDirSize: 66009,
  dataLogDir: '/l/version-2',
  dataLogSize: 7,
  clientPortListenBacklog: -1,
  environment: [['host.name', 'here']],
  dateOf: (elapsed) => `Fri Nov 20 10:05:${elapsed / 1000} UTC 2026`,
  initialConfiguration: 'clientPort=2181\n',
  properties: new Map([['zookeeper.snapCount', '7']]),
  processGauges: [['process_resident_memory_bytes', 42]],
  openFileDescriptors: 38,
  maxFileDescriptors: 20_000,
}

const settings: PeerSettings = {
  ...DEFAULT_CLIENT_SETTINGS,
  myid: 1n,
  ensemble: null,
  tickTime: 2000,
  initLimit: 10,
  syncLimit: 5,
  minSessionTimeout: 4000,
  maxSessionTimeout: 40_000,
  clientPort: 2181,
  clientPortAddress: '0.0.0.0',
  maxClientCnxns: 60,
  snapCount: 100_000,
  preAllocSize: 0,
  commitLogCount: 500,
  snapshotSizeFactor: 0.33,
  juteMaxBuffer: 0xfffff,
  forceSync: true,
  fsyncWarningThreshold: 1000,
  extendedTypesEnabled: false,
  quorumListenOnAllIPs: false,
  seed: 1n,
}

const asking: ConnectionView = {
  remoteAddress: '127.0.0.1',
  remotePort: 56532,
  reading: false,
  outstanding: 0,
  packetsReceived: 1,
  packetsSent: 0,
  session: null,
}

/** The connection of the example in the recorded reply of `cons`. */
export const serving: ConnectionView = {
  remoteAddress: '127.0.0.1',
  remotePort: 56502,
  reading: true,
  outstanding: 0,
  packetsReceived: 7,
  packetsSent: 7,
  session: {
    sessionId: 0x1000025d7b50000n,
    timeout: 10_000,
    established: 1795169100215,
    lastOperation: 'ADDW',
    lastCxid: 6,
    lastZxid: 3n,
    lastResponse: 2493827,
    lastLatency: 1,
    latency: { min: 0, max: 30, total: 48, count: 7 },
  },
}

export const standalone: ServerView = {
  settings,
  mode: 'standalone',
  peerState: '',
  leader: null,
  servingSince: 4_000,
  lastZxid: 3n,
  tree: { znodes: 7, dataSize: 44, ephemerals: 1, watches: 2 },
  traffic: {
    ...{ packetsReceived: 11, packetsSent: 10, outstanding: 0, authFailed: 0 },
    ...{ latency: { min: 0, max: 30, total: 48, count: 7 }, responseSize: { last: 16, min: 16, max: 93 } },
  },
  globalSessions: 1,
  localSessions: 0,
  connections: [serving, asking],
  leading: null,
  membership: null,
  zabState: '',
  lastSnapshot: { zxid: 0x1fn, at: 1_795_167_676_789 },
  slowSyncs: 0,
  metrics: createPeer(settings).metrics,
  traceMask: 306n,
  lists: {
    sessionExpiry: () => [[10_000, [0x1000025d7b50000n]]],
    globalSessions: () => [[0x1000025d7b50000n, 10_000]],
    ephemerals: () => [[0x1000025d7b50000n, ['/a/e', '/b']]],
    connectionExpiry: () => [[16_000, [asking, serving]]],
    watches: () => ({
      ...{ connections: 1, paths: 2, watches: 2 },
      byPath: [
        ['/a', [0x1000025d7b50000n]],
        ['/nope', [0x1000025d7b50000n]],
      ],
      bySession: [[0x1000025d7b50000n, ['/a', '/nope']]],
    }),
    digests: () => [{ zxid: 0x100000080n, digest: -7n }],
  },
}

export const ensemble = configurationOf(
  [1, 2, 3].map((id) => parseServerLine(`server.${id}`, `127.0.0.${id}:288${id}:388${id}${id === 3 ? ':observer' : ''}`)),
)

export const leader: ServerView = {
  ...standalone,
  settings: { ...settings, ensemble, myid: 2n },
  mode: 'leader',
  peerState: 'leading - broadcast',
  leader: 2n,
  lastZxid: 0x100000003n,
  leading: {
    since: 3_000,
    learners: 2,
    syncedFollowers: 1,
    syncedObservers: 1,
    pendingSyncs: 0,
    proposalSize: { last: 48, min: -1, max: 48 },
    observers: [3n],
  },
  membership: formatConfiguration(ensemble),
  zabState: 'broadcast',
}

export const electing: ServerView = { ...leader, mode: null, leading: null, zabState: 'election' }
