import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { InvalidConfiguration, loadConfiguration, type ServerConfiguration } from '../../src/hosts/node/index.ts'
import { formatConfiguration } from '../../src/quorum/index.ts'

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-cfg-'))
afterAll(() => fs.rmSync(root, { recursive: true }))
const file = path.join(root, 'zoo.cfg')
const dynamic = path.join(root, 'zoo.cfg.dynamic.100000000')

interface Files {
  /** Replaced in texts: `$` is the folder. */
  readonly cfg: string
  readonly myid?: string
  readonly dynamic?: string
}

function load({ cfg, myid, dynamic: members }: Files, environment: Record<string, string> = {}): ServerConfiguration {
  const fill = (text: string) => text.replaceAll('$', root)
  fs.writeFileSync(file, fill(cfg))
  fs.rmSync(path.join(root, 'myid'), { force: true })
  if (myid !== undefined) fs.writeFileSync(path.join(root, 'myid'), myid)
  if (members !== undefined) fs.writeFileSync(dynamic, fill(members))
  return loadConfiguration(file, environment)
}

/** The message and exit code of a configuration that nobody can run with. */
function faultOf(files: Files): string {
  try {
    load(files)
  } catch (error) {
    if (error instanceof InvalidConfiguration) return `${error.exitCode} ${error.message.replaceAll(root, '$')}`
    throw error
  }
  return 'no fault'
}

const THREE = `
tickTime=2000
initLimit=10
syncLimit=5
dataDir=$
clientPort=2181
server.1=a:2888:3888
server.2=b:2888:3888
server.3=c:2888:3888:observer
`

describe('a standalone zoo.cfg', () => {
  it('needs no more than a folder', () => {
    const { peer, dataDir, dataLogDir, whitelist, warnings, clientPortListenBacklog } = load({ cfg: 'dataDir=$\n' })
    expect(peer).toMatchObject({
      myid: 1n,
      ensemble: null,
      tickTime: 3000,
      minSessionTimeout: 6000,
      maxSessionTimeout: 60_000,
      clientPort: null,
      clientPortAddress: '0.0.0.0',
      maxClientCnxns: 60,
      snapCount: 100_000,
      preAllocSize: 64 << 20,
      commitLogCount: 500,
      snapshotSizeFactor: 0.33,
      juteMaxBuffer: 0xfffff,
      forceSync: true,
      quorumListenOnAllIPs: false,
      extendedTypesEnabled: false,
    })
    expect({ dataDir, dataLogDir, whitelist, warnings, clientPortListenBacklog }).toEqual({
      dataDir: root,
      dataLogDir: root,
      whitelist: 'srvr',
      warnings: [],
      clientPortListenBacklog: -1,
    })
  })

  it('has the syntax of Java properties', () => {
    const { peer, dataLogDir } = load({
      cfg: '# comment\n! another\n  tickTime : 1000\nclientPort 2181\ndataDir=$\ndataLogDir=/a\\\n  /b\ntickTime=500  \n',
    })
    expect(peer).toMatchObject({ tickTime: 500, clientPort: 2181, minSessionTimeout: 1000, maxSessionTimeout: 10_000 })
    expect(dataLogDir).toBe('/a/b')
  })

  it('turns unknown keys into properties, which go before -D words', () => {
    const flags = {
      JVMFLAGS: '-Xmx1g -Dzookeeper.snapCount=7 -Djute.maxbuffer=0x100 -Dzookeeper.commitLogCount=900',
      SERVER_JVMFLAGS: '-Dzookeeper.commitLogCount=800',
    }
    const { peer, whitelist } = load(
      { cfg: 'dataDir=$\nsnapCount=50\npreAllocSize=16\nforceSync=no\n4lw.commands.whitelist=ruok, stat\nextendedTypesEnabled=true\n' },
      flags,
    )
    expect(peer).toMatchObject({
      snapCount: 50,
      preAllocSize: 16_384,
      commitLogCount: 900,
      juteMaxBuffer: 256,
      forceSync: false,
      extendedTypesEnabled: true,
    })
    expect(whitelist).toBe('ruok, stat')
  })

  it('purges nothing unless told how often, and never leaves fewer than three snapshots', () => {
    expect(load({ cfg: 'dataDir=$\n' }).autopurge).toBeNull()
    expect(load({ cfg: 'dataDir=$\nautopurge.purgeInterval=24\n' }).autopurge).toEqual({ hours: 24, retain: 3 })
    const few = load({ cfg: 'dataDir=$\nautopurge.purgeInterval=1\nautopurge.snapRetainCount=2\n' })
    expect(few.autopurge).toEqual({ hours: 1, retain: 3 })
    expect(few.warnings).toEqual(['autopurge.snapRetainCount=2 is too few: keeping 3 snapshots'])
  })

  it('has an AdminServer unless told otherwise', () => {
    const usual = { address: '0.0.0.0', port: 8080, isRequired: false, commandUrl: '/commands', idleTimeout: 30_000 }
    expect(load({ cfg: 'dataDir=$\n' }).admin).toEqual(usual)
    expect(load({ cfg: 'dataDir=$\nadmin.enableServer=false\n' }).admin).toBeNull()
    const changed = load({ cfg: 'dataDir=$\nadmin.serverPort=1\nadmin.serverAddress=127.0.0.1\nadmin.commandURL=/do\nadmin.idleTimeout=5\n' })
    expect(changed.admin).toEqual({ address: '127.0.0.1', port: 1, isRequired: true, commandUrl: '/do', idleTimeout: 5 })
  })

  it('opens a port for Prometheus when its provider is named', () => {
    const provider = 'metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider\n'
    expect(load({ cfg: 'dataDir=$\n' }).prometheus).toBeNull()
    expect(load({ cfg: `dataDir=$\n${provider}` }).prometheus).toEqual({ host: '0.0.0.0', port: 7000, exportJvmInfo: true })
    const changed = `${provider}metricsProvider.httpHost=::1\nmetricsProvider.httpPort=9\nmetricsProvider.exportJvmInfo=false\n`
    expect(load({ cfg: `dataDir=$\n${changed}` }).prometheus).toEqual({ host: '::1', port: 9, exportJvmInfo: false })
  })

  it('warns of slow syncs above a threshold, under its new name or its old', () => {
    expect(load({ cfg: 'dataDir=$\n' }).peer.fsyncWarningThreshold).toBe(1000)
    expect(load({ cfg: 'dataDir=$\nfsync.warningthresholdms=20\n' }).peer.fsyncWarningThreshold).toBe(20)
    expect(load({ cfg: 'dataDir=$\n' }, { JVMFLAGS: '-Dfsync.warningthresholdms=30' }).peer.fsyncWarningThreshold).toBe(30)
  })

  it('falls back with a warning when a property is no number, as Java does', () => {
    const { peer, warnings } = load({ cfg: 'dataDir=$\nsnapCount=many\n' })
    expect(peer.snapCount).toBe(100_000)
    expect(warnings).toEqual(['zookeeper.snapCount=many is not a number: using 100000'])
  })

  it('is what one participant alone amounts to', () => {
    const { peer, warnings } = load({ cfg: 'dataDir=$\nclientPort=2181\nserver.7=a:1:2\n' })
    expect(peer).toMatchObject({ ensemble: null, myid: 1n })
    expect(warnings).toEqual(['only one server is specified: running standalone'])
  })
})

describe('the zoo.cfg of an ensemble', () => {
  it('gives members, quorum rule and id', () => {
    const { peer, warnings } = load({ cfg: THREE, myid: '2\n' })
    expect(peer).toMatchObject({ myid: 2n, initLimit: 10, syncLimit: 5, clientPort: 2181 })
    expect(peer.ensemble && formatConfiguration(peer.ensemble)).toBe(
      'server.1=a:2888:3888:participant\nserver.2=b:2888:3888:participant\nserver.3=c:2888:3888:observer\nversion=0',
    )
    expect(warnings).toEqual(['no server failure will be tolerated: at least 3 servers are needed for that'])
  })

  it('may have groups and weights', () => {
    const { peer } = load({ cfg: `${THREE}server.4=d:1:2\ngroup.1=1:2\ngroup.2=4\nweight.1=2\n`, myid: '1' })
    expect(peer.ensemble?.verifier.kind).toBe('hierarchical')
  })

  it('may name a file that holds the members', () => {
    const members = 'server.1=a:2888:3888:participant;2191\nserver.2=b:2888:3888:participant;2192\n'
    const { peer } = load({ cfg: `initLimit=1\nsyncLimit=1\ndataDir=$\ndynamicConfigFile=${dynamic}\n`, dynamic: members, myid: '2' })
    expect(peer.ensemble?.version).toBe(0x100000000n)
    expect(peer).toMatchObject({ clientPort: 2192, clientPortAddress: '0.0.0.0' })
  })

  it('may be an ensemble of one', () => {
    const { peer } = load({ cfg: 'initLimit=1\nsyncLimit=1\ndataDir=$\nstandaloneEnabled=false\nserver.1=a:1:2;2181\n', myid: '1' })
    expect(peer.ensemble?.servers.size).toBe(1)
  })

  it('warns of an even number of voters, of a peerType that does not count and of keys without effect', () => {
    const { warnings } = load({ cfg: `${THREE}server.4=d:1:2\nserver.5=e:1:2\npeerType=observer\nquorum.cnxn.threads.size=1\n`, myid: '1' })
    expect(warnings).toEqual([
      'quorum.cnxn.threads.size has no effect on this server',
      '4 servers survive no more failures than 3: consider an odd number',
      'peerType is observer, but the server line says participant, which counts',
    ])
  })
})

const NAME_A_STORE = "name a PEM or PKCS12 file with this server's key and certificate"

describe('a configuration that nobody can run with', () => {
  const at = (line: number) => `2 $/zoo.cfg:${line}:`
  const faults: readonly (readonly [string, Files, string])[] = [
    [
      'no dataDir',
      { cfg: 'clientPort=2181' },
      '2 $/zoo.cfg: dataDir is not set: add a line dataDir=<folder> that says where the server keeps its data',
    ],
    ['an empty dataDir', { cfg: 'dataDir=' }, `${at(1)} dataDir=: names no folder`],
    ['a port out of range', { cfg: 'dataDir=$\nclientPort=70000' }, `${at(2)} clientPort=70000: port out of range: choose one from 0 to 65535`],
    ['half a number', { cfg: 'dataDir=$\ntickTime=2000ms' }, `${at(2)} tickTime=2000ms: not a whole number`],
    ['no tick', { cfg: 'dataDir=$\n\ntickTime=0' }, `${at(3)} tickTime=0: a tick must be longer than 0 ms; 2000 is usual`],
    ['half a boolean', { cfg: 'dataDir=$\nstandaloneEnabled=yes' }, `${at(2)} standaloneEnabled=yes: choose 'true' or 'false'`],
    [
      'another election',
      { cfg: 'dataDir=$\nelectionAlg=0' },
      `${at(2)} electionAlg=0: Invalid electionAlg value. Only 3 is supported: remove the line`,
    ],
    ['an unknown peer type', { cfg: 'dataDir=$\npeerType=boss' }, `${at(2)} peerType=boss: choose 'participant' or 'observer'`],
    [
      'session timeouts the wrong way round',
      { cfg: 'dataDir=$\ntickTime=2000\nminSessionTimeout=50000' },
      `${at(3)} minSessionTimeout=50000: minSessionTimeout must not be larger than maxSessionTimeout, but is 50000 and 40000 ms`,
    ],
    [
      'an address without a port',
      { cfg: 'dataDir=$\nclientPortAddress=a' },
      `${at(2)} clientPortAddress=a: clientPortAddress is set but clientPort is not set`,
    ],
    ['TLS without a key', { cfg: 'dataDir=$\nsecureClientPort=2281' }, `2 $/zoo.cfg: ssl.keyStore.location is not set: ${NAME_A_STORE}`],
    [
      'TLS between servers without a key',
      { cfg: 'dataDir=$\nsslQuorum=true' },
      `2 $/zoo.cfg: ssl.quorum.keyStore.location is not set: ${NAME_A_STORE}`,
    ],
    ['no members', { cfg: 'dataDir=$\nstandaloneEnabled=false' }, `${at(2)} standaloneEnabled=false: false, but no server line names a participant`],
    [
      'half a server line',
      { cfg: 'dataDir=$\nserver.1=a:2888' },
      `${at(2)} server.1=a:2888: expected host:quorumPort:electionPort[:participant|observer]`,
    ],
    ['one port for two', { cfg: 'dataDir=$\nserver.1=a:1:1' }, `${at(2)} server.1=a:1:1: quorum and election port must differ`],
    [
      'several addresses',
      { cfg: 'dataDir=$\nserver.1=a:1:2|b:1:2' },
      `${at(2)} server.1: several addresses, but multiAddress.enabled is not true: set it, or keep one address`,
    ],
    ['observers alone', { cfg: 'dataDir=$\nserver.1=a:1:2:observer' }, `${at(2)} no server is a participant: there is nobody to elect a leader`],
    [
      'no limits',
      { cfg: 'dataDir=$\nserver.1=a:1:2\nserver.2=b:1:2\nsyncLimit=5\ninitLimit=0', myid: '1' },
      `${at(5)} initLimit=0: initLimit is not set: an ensemble needs it; initLimit=10 and syncLimit=5 are usual`,
    ],
    ['no myid', { cfg: THREE }, "2 $/myid: myid file is missing: write this server's number into it, one of 1, 2, 3"],
    ['a myid that is a word', { cfg: THREE, myid: 'abc' }, '2 $/myid: serverid abc is not a number: write one of 1, 2, 3 into it'],
    ['a strange myid', { cfg: THREE, myid: '9' }, '1 $/myid: my id 9 is not in the list of servers (1, 2, 3): correct it, or add a line server.9=…'],
    [
      'two client ports',
      { cfg: `${THREE.replace('b:2888:3888', 'b:2888:3888;2182')}`, myid: '2' },
      `${at(6)} clientPort=2181: the server line of this server says 0.0.0.0:2182: remove one of the two`,
    ],
    [
      'members in two places',
      { cfg: `dataDir=$\nserver.1=a:1:2\ndynamicConfigFile=${dynamic}`, dynamic: 'server.1=a:1:2' },
      `${at(2)} parameter: server.1 must be in a separate dynamic config file: move it to $/zoo.cfg.dynamic.100000000`,
    ],
    [
      'a strange key in the dynamic file',
      { cfg: `dataDir=$\ndynamicConfigFile=${dynamic}`, dynamic: 'server.1=a:1:2\ntickTime=1' },
      '2 $/zoo.cfg.dynamic.100000000:2: Unrecognised parameter: tickTime: only server, group and weight lines belong here',
    ],
    [
      'a version in the dynamic file',
      { cfg: `dataDir=$\ndynamicConfigFile=${dynamic}`, dynamic: 'version=1\nserver.1=a:1:2' },
      "2 $/zoo.cfg.dynamic.100000000:1: dynamic file shouldn't have version inside: it is the end of the file's name; remove the line",
    ],
  ]
  it.each(faults)('%s', (_, files, message) => {
    expect(faultOf(files)).toBe(message)
  })

  it('is told all its faults at once', () => {
    expect(faultOf({ cfg: 'clientPort=x\ntickTime=y' }).split('\n')).toHaveLength(3)
  })

  it('may be missing altogether', () => {
    expect(() => loadConfiguration(path.join(root, 'none.cfg'), {})).toThrow('none.cfg file is missing: create it, or name another one')
  })
})
