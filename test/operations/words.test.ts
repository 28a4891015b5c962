import { describe, expect, it } from 'vitest'
import { answerWord, type HostFacts, isAllowed } from '../../src/operations/index.ts'
import type { ConnectionView, PeerSettings, ServerView } from '../../src/peer/index.ts'
import { configurationOf, formatConfiguration, parseServerLine } from '../../src/quorum/index.ts'

const facts: HostFacts = {
  version: '3.8.0-x, built on 2026-11-20 12:00 UTC',
  elapsed: 10_000,
  dataDir: '/d/version-2',
  dataDirSize: 66009,
  dataLogDir: '/l/version-2',
  dataLogSize: 7,
  clientPortListenBacklog: -1,
  environment: [['host.name', 'here']],
  openFileDescriptors: 38,
  maxFileDescriptors: 20_000,
}

const settings: PeerSettings = {
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
  juteMaxBuffer: 0xfffff,
  forceSync: true,
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
const serving: ConnectionView = {
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

const standalone: ServerView = {
  settings,
  mode: 'standalone',
  peerState: '',
  leader: null,
  servingSince: 4_000,
  lastZxid: 3n,
  tree: { znodes: 7, dataSize: 44, ephemerals: 1, watches: 2 },
  traffic: { packetsReceived: 11, packetsSent: 10, outstanding: 0, latency: { min: 0, max: 30, total: 48, count: 7 } },
  globalSessions: 1,
  connections: [serving, asking],
  leading: null,
  membership: null,
}

const ensemble = configurationOf(
  [1, 2, 3].map((id) => parseServerLine(`server.${id}`, `127.0.0.${id}:288${id}:388${id}${id === 3 ? ':observer' : ''}`)),
)

const leader: ServerView = {
  ...standalone,
  settings: { ...settings, ensemble, myid: 2n },
  mode: 'leader',
  peerState: 'leading - broadcast',
  leader: 2n,
  lastZxid: 0x100000003n,
  leading: { since: 3_000, learners: 2, syncedFollowers: 1, syncedObservers: 1, pendingSyncs: 0, proposalSize: { last: 48, min: -1, max: 48 } },
  membership: formatConfiguration(ensemble),
}

const electing: ServerView = { ...leader, mode: null, leading: null }
const ask = (word: string, view = standalone) => answerWord(word, '*', view, facts)

describe('four-letter words, as recorded from ZooKeeper 3.8.0', () => {
  it('ruok and isro have no line feed', () => {
    expect(ask('ruok')).toBe('imok')
    expect(ask('isro')).toBe('rw')
    expect(ask('isro', { ...standalone, mode: 'read-only' })).toBe('ro')
  })

  it('srvr', () => {
    expect(ask('srvr')).toBe(`Zookeeper version: 3.8.0-x, built on 2026-11-20 12:00 UTC
Latency min/avg/max: 0/6.8571/30
Received: 11
Sent: 10
Connections: 2
Outstanding: 0
Zxid: 0x3
Mode: standalone
Node count: 7
`)
  })

  it('srvr of a leader, with whole numbers as Java prints doubles', () => {
    const idle = { ...leader, traffic: { ...leader.traffic, latency: { min: 0, max: 0, total: 0, count: 0 } } }
    const answer = ask('srvr', idle)
    expect(answer).toContain('Latency min/avg/max: 0/0.0/0\n')
    expect(answer).toContain('Zxid: 0x100000003\nMode: leader\nNode count: 7\nProposal sizes last/min/max: 48/-1/48\n')
  })

  it('srvr of a server that is read-only', () => {
    expect(ask('srvr', { ...standalone, mode: 'read-only' }).split('\n')[1]).toBe('READ-ONLY mode; serving only read-only clients')
  })

  it('stat is srvr with its clients', () => {
    const [version, ...rest] = ask('srvr').split('\n')
    const clients = ['Clients:', ' /127.0.0.1:56502[1](queued=0,recved=7,sent=7)', ' /127.0.0.1:56532[0](queued=0,recved=1,sent=0)', '']
    expect(ask('stat')).toBe([version, ...clients, ...rest].join('\n'))
  })

  it('cons tells more of a connection with a session', () => {
    const detail = 'sid=0x1000025d7b50000,lop=ADDW,est=1795169100215,to=10000,lcxid=0x6,lzxid=0x3,lresp=2493827,llat=1,minlat=0,avglat=6,maxlat=30'
    expect(ask('cons')).toBe(` /127.0.0.1:56502[1](queued=0,recved=7,sent=7,${detail})\n /127.0.0.1:56532[0](queued=0,recved=1,sent=0)\n\n`)
    const fresh = { ...serving, session: { ...(serving.session as NonNullable<typeof serving.session>), lastCxid: -1, lastZxid: -1n } }
    expect(ask('cons', { ...standalone, connections: [fresh] })).toContain('to=10000,lzxid=0xffffffffffffffff,')
  })

  it('conf', () => {
    const text = `clientPort=2181
secureClientPort=-1
dataDir=/d/version-2
dataDirSize=66009
dataLogDir=/l/version-2
dataLogSize=7
tickTime=2000
maxClientCnxns=60
minSessionTimeout=4000
maxSessionTimeout=40000
clientPortListenBacklog=-1
serverId=0
`
    expect(ask('conf')).toBe(text)
    const members = ensemble.servers
    const lines = [1n, 2n, 3n].map((id) => `server.${id}=127.0.0.${id}:288${id}:388${id}:${members.get(id)?.type}\n`).join('')
    expect(ask('conf', leader)).toBe(
      `${text.replace('serverId=0', 'serverId=2')}initLimit=10\nsyncLimit=5\nelectionAlg=3\nelectionPort=3882\nquorumPort=2882\npeerType=0\nmembership: \n${lines}version=0`,
    )
  })

  it('mntr has a line with a tab for each key', () => {
    const pairs = new Map(
      ask('mntr', leader)
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    )
    expect([...pairs.keys()].slice(0, 3)).toEqual(['zk_version', 'zk_server_state', 'zk_peer_state'])
    expect(Object.fromEntries(pairs)).toMatchObject({
      zk_server_state: 'leader',
      zk_peer_state: 'leading - broadcast',
      zk_avg_latency: '6.8571',
      zk_znode_count: '7',
      zk_num_alive_connections: '2',
      zk_uptime: '6000',
      zk_leader_uptime: '7000',
      zk_synced_followers: '1',
      zk_quorum_size: '2',
      zk_min_proposal_size: '-1',
    })
    expect(ask('mntr')).not.toMatch(/peer_state|leader_uptime/)
  })

  it('dirs and envi', () => {
    expect(ask('dirs')).toBe('datadir_size: 66009\nlogdir_size: 7\n')
    expect(ask('envi')).toBe('Environment:\nzookeeper.version=3.8.0-x, built on 2026-11-20 12:00 UTC\nhost.name=here\n')
  })
})

describe('a server without a leader', () => {
  it.each(['srvr', 'stat', 'mntr', 'conf', 'cons', 'dirs'])('answers %s with one sentence', (word) => {
    expect(ask(word, electing)).toBe('This ZooKeeper instance is not currently serving requests\n')
  })

  it('is alive, and neither read-only nor not', () => {
    expect(ask('ruok', electing)).toBe('imok')
    expect(ask('isro', electing)).toBe('null')
    expect(ask('envi', electing)).toMatch(/^Environment:\n/)
  })
})

describe('the whitelist', () => {
  it('allows what it names, or everything', () => {
    expect(isAllowed('stat', 'srvr')).toBe(false)
    expect(isAllowed('stat', 'srvr, stat')).toBe(true)
    expect(isAllowed('stat', '*')).toBe(true)
    expect(isAllowed('stat', '')).toBe(false)
  })

  it('does not allow what is not answered here', () => {
    expect(answerWord('stmk', '*', standalone, facts)).toBe('stmk is not executed because it is not in the whitelist.\n')
  })

  it('refuses in words', () => {
    expect(answerWord('ruok', 'srvr', standalone, facts)).toBe('ruok is not executed because it is not in the whitelist.\n')
  })
})
