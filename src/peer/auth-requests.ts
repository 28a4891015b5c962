import { decode, JuteError } from '../jute/index.ts'
import { replyFrame } from '../pipeline/index.ts'
import { AuthPacket, KeeperErrorCode, SaslToken } from '../wire/index.ts'
import { prove, saslIds, withIdentities } from './authentication.ts'
import type { ClientCnxn } from './client-cnxn.ts'
import type { ClientSettings } from './client-settings.ts'
import { DigestMd5 } from './digest-md5.ts'

/** How a client is answered that shows, or fails to show, who it is. */
export interface AuthAnswer {
  readonly reply: Uint8Array
  /** Why the connection ends after the reply; null when it goes on. */
  readonly ends: string | null
  /** What the operator is told; null for nothing. */
  readonly warning: string | null
}

/** Credentials of a scheme: an identity more for the connection, or its end. Later requests carry the new list. Source: `ZooKeeperServer.processPacket`. */
export function onAuth(cnxn: ClientCnxn, xid: number, payload: Uint8Array, settings: ClientSettings): AuthAnswer {
  const { scheme, auth } = decode(AuthPacket, payload)
  const proved = prove(scheme, auth, cnxn, settings)
  if (proved === null)
    return { reply: replyFrame(xid, 0n, KeeperErrorCode.AUTHFAILED), ends: `authentication failed for scheme ${scheme}`, warning: null }
  cnxn.authInfo = withIdentities(cnxn.authInfo, proved)
  return { reply: replyFrame(xid, 0n, 0), ends: null, warning: null }
}

/**
 * One step of a SASL exchange. A server without SASL answers with no token. Source: `ZooKeeperServer.processSasl`.
 *
 * @param newNonce a text that nobody can guess and that never comes again
 */
export function onSasl(cnxn: ClientCnxn, xid: number, payload: Uint8Array, settings: ClientSettings, newNonce: () => string): AuthAnswer {
  const { token } = decode(SaslToken, payload)
  if (token === null) throw new JuteError('a SASL token is missing')
  const { saslUsers, allowSaslFailedClients, enforcedAuthSchemes } = settings
  if (saslUsers === null) return { reply: replyFrame(xid, 0n, 0, SaslToken, { token: null }), ends: null, warning: null }
  cnxn.sasl ??= new DigestMd5(newNonce(), saslUsers)
  const outcome = cnxn.sasl.evaluate(token)
  if ('token' in outcome) {
    if (outcome.user !== null) cnxn.authInfo = withIdentities(cnxn.authInfo, saslIds(outcome.user, settings))
    return { reply: replyFrame(xid, 0n, 0, SaslToken, { token: outcome.token }), ends: null, warning: null }
  }
  const isRequired = enforcedAuthSchemes.includes('sasl')
  const tolerated = allowSaslFailedClients && !isRequired
  const error = tolerated ? 0 : isRequired ? KeeperErrorCode.SESSIONCLOSEDREQUIRESASLAUTH : KeeperErrorCode.AUTHFAILED
  return {
    reply: replyFrame(xid, 0n, error, SaslToken, { token: null }),
    ends: tolerated ? null : `SASL authentication failed: ${outcome.failure}`,
    warning: `Client ${cnxn.remoteAddress}:${cnxn.remotePort} failed to SASL authenticate: ${outcome.failure}`,
  }
}

/** The answer to a request of a client that has not shown who it is as the settings demand. Source: `AuthenticationHelper.enforceAuthentication`. */
export function demandAuthentication(cnxn: ClientCnxn, xid: number, { enforcedAuthSchemes }: ClientSettings): AuthAnswer {
  const [shown, demanded] = [cnxn.authInfo.map(({ scheme }) => scheme), enforcedAuthSchemes].map((schemes) => schemes.join(', '))
  return {
    reply: replyFrame(xid, 0n, KeeperErrorCode.SESSIONCLOSEDREQUIRESASLAUTH),
    ends: 'the client has not authenticated as the settings demand',
    warning: `Closing client ${cnxn.remoteAddress}:${cnxn.remotePort}: it has shown who it is by ${shown}, and one of these is demanded: ${demanded}`,
  }
}
