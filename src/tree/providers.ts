import { isDistinguishedName } from './distinguished-name.ts'

/** What the server knows of one authentication scheme. Source: `AuthenticationProvider`. */
export interface AuthenticationProvider {
  /** Whether having such an id means that the client has proved who it is; the scheme `auth` stands for these ids. */
  readonly isAuthenticated: boolean
  /** Whether the id may stand in an ACL. */
  isValid(id: string): boolean
  /** Whether the id of a client is one that the id in an ACL means. */
  matches(clientId: string, aclId: string): boolean
}

/** `<address>` or `<address>/<bits>`; IPv4 only, as in 3.8.0. Source: `IPAuthenticationProvider`. */
const ip: AuthenticationProvider = {
  isAuthenticated: false,
  isValid: (id) => parseAddressRange(id) !== null,
  matches(clientId, aclId) {
    const range = parseAddressRange(aclId)
    const client = parseAddress(clientId)
    return range !== null && client !== null && ((client ^ range.address) & range.mask) === 0
  },
}

/** `<user>:<hash of user and password>`. Source: `DigestAuthenticationProvider`. */
const digest: AuthenticationProvider = {
  isAuthenticated: true,
  // Java's split forgets empty parts at the end: `a:` is one part, `a:b:` two.
  isValid: (id) => id.replace(/:+$/, '').split(':').length === 2,
  matches: (clientId, aclId) => clientId === aclId,
}

/** The name in a certificate. Source: `X509AuthenticationProvider`. */
const x509: AuthenticationProvider = {
  isAuthenticated: true,
  isValid: isDistinguishedName,
  matches: (clientId, aclId) => clientId === aclId,
}

/**
 * A name that SASL has proved, `user`, `user/host@realm` and the like. Source: `SASLAuthenticationProvider`, `KerberosName`.
 * @param anyUser the id in an ACL that means whoever has such a name; null for none
 */
export function saslProvider(anyUser: string | null): AuthenticationProvider {
  return {
    isAuthenticated: true,
    isValid: (id) => !id.includes('@') || /^[^/@]*(\/[^/@]*)?@[^/@]*$/.test(id),
    matches: (clientId, aclId) => clientId === 'super' || clientId === aclId || aclId === anyUser,
  }
}

/** The schemes that a server has unless it is told otherwise, besides `world`. Source: `ProviderRegistry`. */
export const providers: ReadonlyMap<string, AuthenticationProvider> = new Map([
  ['ip', ip],
  ['digest', digest],
  ['x509', x509],
])

function parseAddressRange(text: string): { address: number; mask: number } | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  const bits = slash === -1 ? 32 : parseDecimal(text.slice(slash + 1))
  if (address === null || bits === null || bits < 0 || bits > 32) return null
  // A shift by 32 would be one by 0.
  return { address, mask: bits === 0 ? 0 : -1 << (32 - bits) }
}

/** The 32 bits of an IPv4 address. */
function parseAddress(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let address = 0
  for (const part of parts) {
    const octet = parseDecimal(part)
    if (octet === null || octet < 0 || octet > 255) return null
    address = (address << 8) | octet
  }
  return address
}

/** A decimal with an optional sign, as `Integer.parseInt` takes it. */
function parseDecimal(text: string): number | null {
  return /^[+-]?\d+$/.test(text) ? Number(text) : null
}
