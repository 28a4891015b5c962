/** The settings about clients: from the keys of zoo.cfg and from properties. */
import { type ClientSettings, DEFAULT_CLIENT_SETTINGS as USUAL } from '../../peer/index.ts'
import type { StaticKeys } from './configuration-keys.ts'
import type { Faults } from './faults.ts'
import { saslUsers } from './jaas.ts'
import { numberProperty, type SystemProperties } from './system-properties.ts'

/** What depends on where the server speaks TLS. */
type TlsKey = 'secureClientPort' | 'secureClientPortAddress' | 'x509Enabled'
type Warn = (message: string) => void

/** Names without `zookeeper.` can be set in JVMFLAGS only, as in Java. */
export function clientSettings(keys: StaticKeys, properties: SystemProperties, faults: Faults, warn: Warn): Omit<ClientSettings, TlsKey> {
  const number = (name: string, fallback: number) => numberProperty(properties, name, fallback, warn)
  const saslEnabled = providerClasses(properties, warn).includes('SASLAuthenticationProvider')
  const users = saslUsers(properties, faults, warn)
  const enforced = enforcedAuthSchemes(properties, saslEnabled, faults)
  if (users === null && enforced.length === 1 && enforced[0] === 'sasl')
    warn('clients have to use SASL, and java.security.auth.login.config names no users: nobody will be served')
  return {
    maxCnxns: Math.max(0, number('zookeeper.maxCnxns', USUAL.maxCnxns)),
    globalOutstandingLimit: number('zookeeper.globalOutstandingLimit', USUAL.globalOutstandingLimit),
    largeRequestThreshold: number('zookeeper.largeRequestThreshold', USUAL.largeRequestThreshold),
    largeRequestMaxBytes: number('zookeeper.largeRequestMaxBytes', USUAL.largeRequestMaxBytes),
    enforceQuota: isTrue(properties.get('zookeeper.enforceQuota')),
    containerCheckInterval: Math.max(1, number('znode.container.checkIntervalMs', USUAL.containerCheckInterval)),
    containerMaxPerMinute: Math.max(1, number('znode.container.maxPerMinute', USUAL.containerMaxPerMinute)),
    containerMaxNeverUsedInterval: Math.max(0, number('znode.container.maxNeverUsedIntervalMs', USUAL.containerMaxNeverUsedInterval)),
    skipACL: properties.get('zookeeper.skipACL') === 'yes',
    digestEnabled: isTrue(properties.get('zookeeper.DigestAuthenticationProvider.enabled') ?? 'true'),
    x509SuperUser: properties.get('zookeeper.X509AuthenticationProvider.superUser') ?? null,
    digestAlgorithm: digestAlgorithm(properties, faults),
    superDigest: properties.get('zookeeper.DigestAuthenticationProvider.superDigest') ?? null,
    saslEnabled,
    saslUsers: users,
    saslSuperUsers: valuesOf(properties, /^zookeeper\.superUser(\.|$)/),
    allowSaslFailedClients: isTrue(properties.get('zookeeper.allowSaslFailedClients')),
    anySaslUser: properties.get('zookeeper.letAnySaslUserDoX') ?? null,
    enforcedAuthSchemes: enforced,
    localSessionsEnabled: keys.localSessionsEnabled,
    localSessionsUpgradingEnabled: keys.localSessionsUpgradingEnabled,
    readOnlyModeEnabled: isTrue(properties.get('readonlymode.enabled')),
  }
}

/** Java takes whatever its libraries have; the names of SHA-1 and SHA-256 mean the same here. */
function digestAlgorithm(properties: SystemProperties, faults: Faults): ClientSettings['digestAlgorithm'] {
  const name = properties.get('zookeeper.DigestAuthenticationProvider.digestAlg') ?? 'SHA1'
  if (/^SHA-?1?$/i.test(name)) return 'SHA1'
  if (!/^SHA-256$/i.test(name)) faults.add('DigestAuthenticationProvider.digestAlg', `${name} is not known to this server: choose SHA1 or SHA-256`)
  return 'SHA-256'
}

/** The classes that `authProvider.<x>` names, without their packages. Source: `ProviderRegistry.initialize`. */
function providerClasses(properties: SystemProperties, warn: Warn): readonly string[] {
  const names = valuesOf(properties, /^zookeeper\.authProvider\./)
  const known = /^org\.apache\.zookeeper\.server\.auth\.(SASL|X509|Digest|IP)AuthenticationProvider$/
  for (const name of names) if (!known.test(name)) warn(`authProvider: ${name} is not known to this server: its scheme is missing`)
  return names.map((name) => name.slice(name.lastIndexOf('.') + 1))
}

function valuesOf(properties: SystemProperties, name: RegExp): readonly string[] {
  return [...properties].filter(([key]) => name.test(key)).map(([, value]) => value)
}

/** Source: `AuthenticationHelper.initConfigurations`. */
function enforcedAuthSchemes(properties: SystemProperties, saslEnabled: boolean, faults: Faults): readonly string[] {
  const schemes = demandedSchemes(properties, faults)
  if (schemes.includes('sasl') && !saslEnabled)
    faults.add(
      'sessionRequireClientSASLAuth',
      'clients have to use SASL, and there is no such scheme: add authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
    )
  return schemes
}

function demandedSchemes(properties: SystemProperties, faults: Faults): readonly string[] {
  if (isTrue(properties.get('zookeeper.sessionRequireClientSASLAuth'))) return ['sasl']
  if (!isTrue(properties.get('zookeeper.enforce.auth.enabled'))) return []
  const schemes = (properties.get('zookeeper.enforce.auth.schemes') ?? '')
    .split(',')
    .map((scheme) => scheme.trim())
    .filter((scheme) => scheme !== '')
  if (schemes.length === 0)
    faults.add('enforce.auth.enabled', 'true, but enforce.auth.schemes names no scheme: add enforce.auth.schemes=digest, for example')
  return schemes
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}
