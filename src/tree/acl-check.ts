import { fromUtf8, sha1, sha256, utf8 } from '../kernel/index.ts'
import type { ACL, Id } from '../wire/index.ts'
import { aclKey } from './acl-table.ts'
import { type AuthenticationProvider, providers } from './providers.ts'

type Schemes = ReadonlyMap<string, AuthenticationProvider>

/**
 * Whether a client with these ids has one of the permissions. No list is no restriction, and a client with an id of scheme
 * `super` may do everything. Nodes inherit nothing: only the list of the node asked about counts.
 * Source: `ZooKeeperServer.checkACL`.
 *
 * @param perm a sum of `Perms`: any one of them suffices
 * @param schemes those that the server has besides `world`
 */
export function checkAcl(acl: readonly ACL[], perm: number, ids: readonly Id[], schemes: Schemes = providers): boolean {
  if (acl.length === 0) return true
  for (const entry of acl) if ((entry.perms & perm) !== 0 && matches(entry.id, ids, schemes)) return true
  return ids.some(({ scheme }) => scheme === 'super')
}

function matches({ scheme, id }: Id, ids: readonly Id[], schemes: Schemes): boolean {
  if (scheme === 'world') return id === 'anyone'
  const provider = scheme === null ? undefined : schemes.get(scheme)
  if (provider === undefined || id === null) return false
  return ids.some((client) => client.scheme === scheme && client.id !== null && provider.matches(client.id, id))
}

/**
 * The list to store for the list that a client gave: duplicates are dropped and `auth` becomes the ids that the client has
 * proved. Null when the list is refused (INVALIDACL): empty, an unknown scheme, an id that the scheme does not take, `auth`
 * from a client that has proved nothing. Permission bits are taken as they are. Source: `PrepRequestProcessor.fixupACL`.
 */
export function fixupAcl(acl: readonly ACL[], ids: readonly Id[], schemes: Schemes = providers): readonly ACL[] | null {
  const fixed: ACL[] = []
  for (const entry of withoutDuplicates(acl)) {
    const { scheme, id } = entry.id
    if (scheme === null) return null
    if (scheme === 'auth') {
      const proved = ids.filter((client) => client.scheme !== null && schemes.get(client.scheme)?.isAuthenticated === true)
      if (proved.length === 0) return null
      for (const client of proved) fixed.push({ perms: entry.perms, id: client })
    } else {
      if (id === null) return null
      const valid = scheme === 'world' ? id === 'anyone' : schemes.get(scheme)?.isValid(id) === true
      if (!valid) return null
      fixed.push(entry)
    }
  }
  return fixed.length === 0 ? null : fixed
}

function withoutDuplicates(acl: readonly ACL[]): readonly ACL[] {
  if (acl.length < 2) return acl
  const seen = new Set<string>()
  return acl.filter((entry) => {
    const key = aclKey([entry])
    return !seen.has(key) && seen.add(key)
  })
}

/** `DigestAuthenticationProvider.digestAlg`: how the scheme `digest` hashes. All servers of an ensemble must agree. */
export type DigestAlgorithm = 'SHA1' | 'SHA-256'

const DIGESTS: Readonly<Record<DigestAlgorithm, (bytes: Uint8Array) => Uint8Array>> = { SHA1: sha1, 'SHA-256': sha256 }

/**
 * The id that a client proves with auth data of scheme `digest`, usually `user:password`: the user and the Base64 of the
 * hash of the whole text. Source: `DigestAuthenticationProvider.handleAuthentication`, `generateDigest`.
 */
export function digestId(auth: Uint8Array, algorithm: DigestAlgorithm = 'SHA1'): string {
  const text = fromUtf8(auth)
  return `${text.split(':', 1)[0]}:${base64(DIGESTS[algorithm](utf8(text)))}`
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let shift = 18; shift >= 0; shift -= 6) text += BASE64[(triple >> shift) & 63]
  }
  const padding = (3 - (bytes.length % 3)) % 3
  return text.slice(0, text.length - padding) + '='.repeat(padding)
}
