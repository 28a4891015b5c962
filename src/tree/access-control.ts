import type { ACL, Id } from '../wire/index.ts'
import { checkAcl, fixupAcl } from './acl-check.ts'
import { type AuthenticationProvider, providers } from './providers.ts'

/** What an operator may set about access. */
export interface AccessSettings {
  /** `zookeeper.skipACL=yes`: nobody is refused anything. Lists are still checked when they are written. */
  readonly skipACL: boolean
  /** `zookeeper.DigestAuthenticationProvider.enabled`: whether there is the scheme `digest` at all. */
  readonly digestEnabled: boolean
  /** Whether there is the scheme `x509`: when clients may connect over TLS. */
  readonly x509Enabled: boolean
}

/** Who may do what, on a server with given settings. Source: `ZooKeeperServer.checkACL`, `ProviderRegistry`. */
export class AccessControl {
  /** The schemes whose ids may stand in an ACL besides `world`. */
  readonly schemes: ReadonlyMap<string, AuthenticationProvider>
  private readonly skipACL: boolean

  constructor({ skipACL, digestEnabled, x509Enabled }: AccessSettings) {
    this.skipACL = skipACL
    const absent = new Set([digestEnabled ? '' : 'digest', x509Enabled ? '' : 'x509'])
    this.schemes = new Map([...providers].filter(([scheme]) => !absent.has(scheme)))
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
