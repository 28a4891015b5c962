/** What an operator may set about clients: limits, access, kinds of session. Plain data; the defaults are ZooKeeper's. */
import type { Millis } from '../kernel/index.ts'
import type { RequestRules } from '../pipeline/index.ts'
import { AccessControl, type DigestAlgorithm } from '../tree/index.ts'

/** The part of a server's settings that concerns its clients; the names are those of `zoo.cfg` and of the system properties. */
export interface ClientSettings {
  /** `maxCnxns`: client connections in total; 0 for any number. */
  readonly maxCnxns: number
  /** `globalOutstandingLimit`: requests under way above which a client with an unanswered one is not read from. */
  readonly globalOutstandingLimit: number
  /** `largeRequestThreshold`: requests of more bytes than this count as large; -1 for none. */
  readonly largeRequestThreshold: number
  /** `largeRequestMaxBytes`: large requests under way, in bytes; the one beyond costs its connection. */
  readonly largeRequestMaxBytes: number
  /** `enforceQuota`: whether hard quotas are refusals. */
  readonly enforceQuota: boolean
  /** `znode.container.checkIntervalMs`: how often containers and nodes with a time to live are looked through. */
  readonly containerCheckInterval: Millis
  /** `znode.container.maxPerMinute`: how many of them are deleted in a minute. */
  readonly containerMaxPerMinute: number
  /** `znode.container.maxNeverUsedIntervalMs`: how long a container may go without ever having had a child; 0 for ever. */
  readonly containerMaxNeverUsedInterval: Millis
  /** `skipACL=yes`: nobody is refused anything. */
  readonly skipACL: boolean
  /** `DigestAuthenticationProvider.enabled` */
  readonly digestEnabled: boolean
  /** `DigestAuthenticationProvider.digestAlg` */
  readonly digestAlgorithm: DigestAlgorithm
  /** `DigestAuthenticationProvider.superDigest`: the digest id that may do everything; null for nobody. */
  readonly superDigest: string | null
  /** `secureClientPort`: where clients connect over TLS; null when there is no such port. */
  readonly secureClientPort: number | null
  readonly secureClientPortAddress: string
  /** Whether there is the scheme `x509`: when clients may connect over TLS. */
  readonly x509Enabled: boolean
  /** `X509AuthenticationProvider.superUser`: the subject of a certificate that may do everything; null for nobody. */
  readonly x509SuperUser: string | null
  /** Whether there is the scheme `sasl`: when `authProvider.<n>` names its provider. */
  readonly saslEnabled: boolean
  /** Passwords by user, from the section `Server` of the JAAS file; null when SASL is not set up. */
  readonly saslUsers: ReadonlyMap<string, string> | null
  /** `superUser`, `superUser.<name>`: the SASL users that may do everything. */
  readonly saslSuperUsers: readonly string[]
  /** `allowSaslFailedClients`: whoever fails to prove who he is stays connected. */
  readonly allowSaslFailedClients: boolean
  /** `letAnySaslUserDoX`: the id in an ACL that means every SASL user; null for none. */
  readonly anySaslUser: string | null
  /** `enforce.auth.schemes`, if `enforce.auth.enabled`: a client must have proved an id of one of them. Empty: it need not. */
  readonly enforcedAuthSchemes: readonly string[]
  /** `localSessionsEnabled`: new sessions are known to their own server only. */
  readonly localSessionsEnabled: boolean
  /** `localSessionsUpgradingEnabled`: a local session becomes a global one when it creates an ephemeral. */
  readonly localSessionsUpgradingEnabled: boolean
  /** `readonlymode.enabled`: a server without a quorum serves reads to clients that ask for it. */
  readonly readOnlyModeEnabled: boolean
}

/** ZooKeeper's defaults. */
export const DEFAULT_CLIENT_SETTINGS: ClientSettings = {
  maxCnxns: 0,
  globalOutstandingLimit: 1000,
  largeRequestThreshold: -1,
  largeRequestMaxBytes: 100 << 20,
  enforceQuota: false,
  containerCheckInterval: 60_000,
  containerMaxPerMinute: 10_000,
  containerMaxNeverUsedInterval: 0,
  skipACL: false,
  digestEnabled: true,
  digestAlgorithm: 'SHA1',
  superDigest: null,
  secureClientPort: null,
  secureClientPortAddress: '',
  x509Enabled: false,
  x509SuperUser: null,
  saslEnabled: false,
  saslUsers: null,
  saslSuperUsers: [],
  allowSaslFailedClients: false,
  anySaslUser: null,
  enforcedAuthSchemes: [],
  localSessionsEnabled: false,
  localSessionsUpgradingEnabled: false,
  readOnlyModeEnabled: false,
}

/** What the settings say to the pipeline. */
export function requestRules(settings: ClientSettings & { readonly extendedTypesEnabled: boolean }): RequestRules {
  const { extendedTypesEnabled, enforceQuota } = settings
  return { extendedTypes: extendedTypesEnabled, enforceQuota, access: new AccessControl(settings) }
}
