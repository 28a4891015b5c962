import { digestId } from '../tree/index.ts'
import type { Id } from '../wire/index.ts'
import type { ClientSettings } from './client-settings.ts'

/**
 * The identities that an auth packet proves, null when it proves nothing. An address is what the connection shows by itself. A
 * digest identity is whatever name and password hash to: nothing is compared, for the identity is only worth what lists name
 * it. One of them may be set up as that of a super user, who is let in everywhere. Of scheme `x509` there is nothing to say
 * that the handshake has not said.
 * Source: `DigestAuthenticationProvider.handleAuthentication`, `IPAuthenticationProvider`, `X509AuthenticationProvider`.
 *
 * @param auth the credentials in the form of the scheme
 */
export function prove(scheme: string | null, auth: Uint8Array | null, shown: Shown, settings: ClientSettings): readonly Id[] | null {
  if (scheme === 'ip') return [{ scheme, id: shown.remoteAddress }]
  if (scheme === 'x509') return shown.subject === null || !settings.x509Enabled ? null : certifiedIds(shown.subject, settings)
  if (scheme !== 'digest' || !settings.digestEnabled || auth === null) return null
  const id = digestId(auth, settings.digestAlgorithm)
  return id === settings.superDigest
    ? [
        { scheme: 'super', id: '' },
        { scheme, id },
      ]
    : [{ scheme, id }]
}

/** What a client has before it says anything: its address, and whom its certificate names. */
export function initialIds(remoteAddress: string, subject: string | null, settings: ClientSettings): readonly Id[] {
  const address = { scheme: 'ip', id: remoteAddress }
  return subject === null || !settings.x509Enabled ? [address] : [address, ...certifiedIds(subject, settings)]
}

/** Source: `X509AuthenticationProvider.handleAuthentication`. */
function certifiedIds(subject: string, { x509SuperUser }: ClientSettings): readonly Id[] {
  const own = { scheme: 'x509', id: subject }
  return subject === x509SuperUser ? [{ scheme: 'super', id: subject }, own] : [own]
}

/** Whom a SASL exchange has proved the client to be. Source: `ZooKeeperServer.processSasl`. */
export function saslIds(user: string, { saslSuperUsers }: ClientSettings): readonly Id[] {
  const own = { scheme: 'sasl', id: user }
  return saslSuperUsers.includes(user) ? [own, { scheme: 'super', id: '' }] : [own]
}

/** What a connection shows of its client by itself. */
interface Shown {
  readonly remoteAddress: string
  readonly subject: string | null
}

/** The identities with further ones, each once. */
export function withIdentities(known: readonly Id[], proved: readonly Id[]): readonly Id[] {
  const added = proved.filter(({ scheme, id }) => !known.some((other) => other.scheme === scheme && other.id === id))
  return added.length === 0 ? known : [...known, ...added]
}

/** Whether the operator lets somebody with these identities make requests. Source: `AuthenticationHelper.enforceAuthentication`. */
export function maySend(ids: readonly Id[], { enforcedAuthSchemes }: ClientSettings): boolean {
  return enforcedAuthSchemes.length === 0 || ids.some(({ scheme }) => scheme !== null && enforcedAuthSchemes.includes(scheme))
}
