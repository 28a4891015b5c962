import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { clientSettings } from '../../src/hosts/node/client-settings.ts'
import { staticKeys } from '../../src/hosts/node/configuration-keys.ts'
import { Faults, InvalidConfiguration } from '../../src/hosts/node/faults.ts'
import { DEFAULT_CLIENT_SETTINGS } from '../../src/peer/index.ts'

const PROVIDER = { 'zookeeper.authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider' }
const folder = mkdtempSync(join(tmpdir(), 'zk-jaas-'))
afterAll(() => rmSync(folder, { recursive: true }))

function jaas(text: string): Record<string, string> {
  const file = join(mkdtempSync(join(folder, 'jaas-')), 'jaas.conf')
  writeFileSync(file, text)
  return { 'java.security.auth.login.config': file }
}

function read(properties: Record<string, string>, keys: Record<string, string> = {}) {
  const warnings: string[] = []
  const faults = new Faults('zoo.cfg')
  const settings = clientSettings(staticKeys.parse({ dataDir: '/d', ...keys }), new Map(Object.entries(properties)), faults, (message) =>
    warnings.push(message),
  )
  faults.throwIfAny()
  return { settings, warnings }
}

describe('settings about clients', () => {
  it('are those of ZooKeeper when nothing is said', () => {
    const { settings, warnings } = read({})
    expect(DEFAULT_CLIENT_SETTINGS).toMatchObject(settings)
    expect(warnings).toEqual([])
  })

  it('come from keys and from properties', () => {
    const { settings } = read(
      {
        'zookeeper.maxCnxns': '7',
        'zookeeper.globalOutstandingLimit': '10',
        'zookeeper.largeRequestThreshold': '1000',
        'zookeeper.largeRequestMaxBytes': '5000',
        'zookeeper.enforceQuota': 'true',
        'znode.container.checkIntervalMs': '100',
        'znode.container.maxPerMinute': '5',
        'znode.container.maxNeverUsedIntervalMs': '9',
        'zookeeper.skipACL': 'yes',
        'zookeeper.DigestAuthenticationProvider.enabled': 'false',
        'zookeeper.DigestAuthenticationProvider.digestAlg': 'SHA-256',
        'zookeeper.DigestAuthenticationProvider.superDigest': 'super:x=',
        'zookeeper.enforce.auth.enabled': 'true',
        'zookeeper.enforce.auth.schemes': 'digest,x509',
        'readonlymode.enabled': 'true',
      },
      { localSessionsEnabled: 'true', localSessionsUpgradingEnabled: 'true' },
    )
    expect(settings).toMatchObject({
      maxCnxns: 7,
      globalOutstandingLimit: 10,
      largeRequestThreshold: 1000,
      largeRequestMaxBytes: 5000,
      enforceQuota: true,
      containerCheckInterval: 100,
      containerMaxPerMinute: 5,
      containerMaxNeverUsedInterval: 9,
      skipACL: true,
      digestEnabled: false,
      digestAlgorithm: 'SHA-256',
      superDigest: 'super:x=',
      enforcedAuthSchemes: ['digest', 'x509'],
      localSessionsEnabled: true,
      localSessionsUpgradingEnabled: true,
      readOnlyModeEnabled: true,
    })
  })

  it('without the prefix zookeeper. have no effect in zoo.cfg, where every unknown key gets it', () => {
    const { settings } = read({ 'zookeeper.readonlymode.enabled': 'true', 'zookeeper.znode.container.checkIntervalMs': '1' })
    expect(DEFAULT_CLIENT_SETTINGS).toMatchObject(settings)
  })

  it.each([
    ['an unknown hash', { 'zookeeper.DigestAuthenticationProvider.digestAlg': 'MD5' }],
    ['authentication that no scheme can give', { 'zookeeper.enforce.auth.enabled': 'true' }],
    ['SASL demanded without its provider', { 'zookeeper.sessionRequireClientSASLAuth': 'true' }],
  ])('are no settings with %s', (_what, properties) => expect(() => read(properties)).toThrow(InvalidConfiguration))

  it('that demand SASL without users shut everybody out, with a warning', () => {
    const { settings, warnings } = read({ ...PROVIDER, 'zookeeper.sessionRequireClientSASLAuth': 'true' })
    expect(settings.enforcedAuthSchemes).toEqual(['sasl'])
    expect(warnings).toEqual([expect.stringContaining('nobody will be served')])
  })

  it('name providers; one that is not known is told', () => {
    const { settings, warnings } = read({ ...PROVIDER, 'zookeeper.authProvider.2': 'com.example.Kerberos' })
    expect(settings.saslEnabled).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('com.example.Kerberos')])
  })

  it('know several super users of SASL', () => {
    const { settings } = read({ 'zookeeper.superUser': 'ada', 'zookeeper.superUser.2': 'ben', 'zookeeper.superUsers': 'eve' })
    expect(settings.saslSuperUsers).toEqual(['ada', 'ben'])
  })
})

describe('a JAAS file', () => {
  const SERVER = `// who may log in
    Client { com.example.DigestLoginModule required username="x" password="y"; };
    Server { /* two users */
      org.apache.zookeeper.server.auth.DigestLoginModule required
      user_super="a \\"quoted\\" word"
      user_bob=plain other=1;
    };`

  it('names the users of SASL and their passwords', () => {
    const { settings, warnings } = read(jaas(SERVER))
    expect(settings.saslUsers).toEqual(
      new Map([
        ['super', 'a "quoted" word'],
        ['bob', 'plain'],
      ]),
    )
    expect(warnings).toEqual([])
    expect(read({ ...jaas(SERVER), 'zookeeper.SASLAuthenticationProvider.superPassword': 's' }).settings.saslUsers?.get('super')).toBe('s')
    expect(read({ ...jaas(SERVER), 'zookeeper.sasl.serverconfig': 'Client' }).settings.saslUsers).toEqual(new Map())
  })

  it('sets up nothing when it is empty, nor without the section, which is told', () => {
    expect(read(jaas(''))).toMatchObject({ settings: { saslUsers: null }, warnings: [] })
    expect(read(jaas('Client { x.DigestLoginModule required; };'))).toMatchObject({
      settings: { saslUsers: null },
      warnings: [expect.stringContaining('no section Server')],
    })
  })

  it.each([
    ['is missing', { 'java.security.auth.login.config': '/nowhere/jaas.conf' }, /nowhere.*create it/],
    ['is no login configuration', jaas('Server { DigestLoginModule user_x="y"; };'), /no login configuration/],
    ['does not end', jaas('Server { DigestLoginModule required user_x='), /no login configuration/],
    ['asks for Kerberos', jaas('Server { com.sun.security.auth.module.Krb5LoginModule required; };'), /Krb5LoginModule is not known/],
  ])('that %s is no configuration', (_what, properties, message) => expect(() => read(properties)).toThrow(message))
})
