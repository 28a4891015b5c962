import type { ACL, Id } from '../wire/index.ts'
import { checkAcl, fixupAcl } from './acl-check.ts'
import { type AuthenticationProvider, providers, saslProvider } from './providers.ts'

/** What an operator may set about access. */
export interface AccessSettings {
  /** `zookeeper.skipACL=yes`: nobody is refused anything. Lists are still checked when they are written. */
  readonly skipACL: boolean
  /** `zookeeper.DigestAuthenticationProvider.enabled`: whether there is the scheme `digest` at all. */
  readonly digestEnabled: boolean
  /** Whether there is the scheme `x509`: when clients may connect over TLS. */
  readonly x509Enabled: boolean
  /** Whether there is the scheme `sasl`. */
  readonly saslEnabled: boolean
  /** The id in an ACL that means every SASL user; null for none. */
  readonly anySaslUser: string | null
}

/** Who may do what, on a server with given settings. Source: `ZooKeeperServer.checkACL`, `ProviderRegistry`. */
export class AccessControl {
  /** The schemes whose ids may stand in an ACL besides `world`. */
  readonly schemes: ReadonlyMap<string, AuthenticationProvider>
  private readonly skipACL: boolean

  constructor({ skipACL, digestEnabled, x509Enabled, saslEnabled, anySaslUser }: AccessSettings) {
    this.skipACL = skipACL
    const schemes = new Map(providers)
    if (!digestEnabled) schemes.delete('digest')
    if (!x509Enabled) schemes.delete('x509')
    if (saslEnabled) schemes.set('sasl', saslProvider(anySaslUser))
    this.schemes = schemes
  }

  /** Whether a client with these ids has one of the permissions; see {@link checkAcl}. */
  permits(acl: readonly ACL[], perm: number, ids: readonly Id[]): boolean {
    return this.skipACL || checkAcl(acl, perm, ids, this.schemes)
  }

  /** The list to store, or null; see {@link fixupAcl}. */
  fixup(acl: readonly ACL[], ids: readonly Id[]): readonly ACL[] | null {
    return fixupAcl(acl, ids, this.schemes)
  }
}
