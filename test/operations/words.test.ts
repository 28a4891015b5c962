import { describe, expect, it } from 'vitest'
import { answerWord, isAllowed } from '../../src/operations/index.ts'
import { electing, ensemble, facts, leader, serving, standalone } from './views.ts'

const nothing = new Uint8Array(0)
const ask = (word: string, view = standalone) => answerWord(word, nothing, '*', view, facts).text

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

describe('the words that list', () => {
  it('dump', () => {
    expect(ask('dump')).toBe(`SessionTracker dump:
Session Sets (1)/(1):
1 expire at Fri Nov 20 10:05:10 UTC 2026:
\t0x1000025d7b50000
ephemeral nodes dump:
Sessions with Ephemerals (1):
0x1000025d7b50000:
\t/a/e
\t/b
Connections dump:
Connections Sets (1)/(2):
2 expire at Fri Nov 20 10:05:16 UTC 2026:
\tip: /127.0.0.1:56532 sessionId: 0x0
\tip: /127.0.0.1:56502 sessionId: 0x1000025d7b50000
`)
  })

  it('dump of a learner, which knows sessions and no deadlines', () => {
    const learner = { ...leader, mode: 'follower', leading: null, lists: { ...leader.lists, sessionExpiry: () => null } } as const
    expect(ask('dump', learner)).toContain('SessionTracker dump:\nGlobal Sessions(1):\n0x1000025d7b50000\t10000ms\nephemeral nodes dump:\n')
  })

  it('wchs, wchc and wchp', () => {
    expect(ask('wchs')).toBe('1 connections watching 2 paths\nTotal watches:2\n')
    expect(ask('wchc')).toBe('0x1000025d7b50000\n\t/a\n\t/nope\n\n')
    expect(ask('wchp')).toBe('/a\n\t0x1000025d7b50000\n/nope\n\t0x1000025d7b50000\n\n')
  })

  it('hash', () => {
    expect(ask('hash')).toBe('100000080: -7\n')
    expect(ask('hash', electing)).toBe('This ZooKeeper instance is not currently serving requests')
  })
})

describe('the words that change something', () => {
  it('srst and crst say so and ask for it', () => {
    const answer = (word: string) => answerWord(word, nothing, '*', standalone, facts)
    expect(answer('srst')).toEqual({ text: 'Server stats reset.\n', action: { kind: 'resetServerStats' } })
    expect(answer('crst')).toEqual({ text: 'Connection stats reset.\n', action: { kind: 'resetConnectionStats' } })
  })

  it('gtmk tells the trace mask, stmk sets the one behind it', () => {
    expect(ask('gtmk')).toBe('306')
    const mask = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0x32)
    expect(answerWord('stmk', mask, '*', standalone, facts)).toEqual({ text: '306', action: { kind: 'setTraceMask', mask: 306n } })
    expect(answerWord('stmk', mask.subarray(0, 7), '*', standalone, facts)).toEqual({ text: '' })
  })
})

describe('a server without a leader', () => {
  it.each(['srvr', 'stat', 'mntr', 'conf', 'cons', 'dirs', 'dump', 'wchs', 'wchc', 'wchp', 'srst', 'crst'])(
    'answers %s with one sentence',
    (word) => {
      expect(ask(word, electing)).toBe('This ZooKeeper instance is not currently serving requests\n')
    },
  )

  it('is alive, and neither read-only nor not', () => {
    expect(ask('ruok', electing)).toBe('imok')
    expect(ask('isro', electing)).toBe('null')
    expect(ask('envi', electing)).toMatch(/^Environment:\n/)
  })
})

describe('the whitelist', () => {
  it('allows what it names, or everything', () => {
    expect(isAllowed('stat', 'srvr', false)).toBe(false)
    expect(isAllowed('stat', 'srvr, stat', false)).toBe(true)
    expect(isAllowed('stat', '*', false)).toBe(true)
    expect(isAllowed('stat', '', false)).toBe(false)
  })

  it('always allows srvr, and isro where servers may be read-only', () => {
    expect(isAllowed('srvr', '', false)).toBe(true)
    expect(isAllowed('isro', '', false)).toBe(false)
    expect(isAllowed('isro', '', true)).toBe(true)
  })

  it('refuses in words', () => {
    const refused = answerWord('ruok', nothing, 'srvr', standalone, facts)
    expect(refused).toEqual({ text: 'ruok is not executed because it is not in the whitelist.\n' })
  })
})
