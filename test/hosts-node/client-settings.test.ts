import { describe, expect, it } from 'vitest'
import { clientSettings } from '../../src/hosts/node/client-settings.ts'
import { staticKeys } from '../../src/hosts/node/configuration-keys.ts'
import { Faults, InvalidConfiguration } from '../../src/hosts/node/faults.ts'
import { DEFAULT_CLIENT_SETTINGS } from '../../src/peer/index.ts'

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
  ])('are no settings with %s', (_what, properties) => expect(() => read(properties)).toThrow(InvalidConfiguration))

  it('that demand SASL shut everybody out, with a warning', () => {
    const { settings, warnings } = read({ 'zookeeper.sessionRequireClientSASLAuth': 'true' })
    expect(settings.enforcedAuthSchemes).toEqual(['sasl'])
    expect(warnings).toHaveLength(1)
  })
})
