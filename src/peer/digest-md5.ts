import { concatBytes, fromUtf8, hexOf, md5, utf8 } from '../kernel/index.ts'

/** What a token has led to: a token to send back and, at the end, who the client is; or why the exchange has failed. */
export type SaslOutcome = { readonly token: Uint8Array; readonly user: string | null } | { readonly failure: string }

/** The realm and the service that ZooKeeper's servers and clients agree on. Source: `ZooKeeperSaslServer`, `SaslServerPrincipal`. */
const REALM = 'zk-sasl-md5'
const DIGEST_URI = `zookeeper/${REALM}`

/** A longer answer is refused unread. Source: `com.sun.security.sasl.digest.DigestMD5Base`. */
const LONGEST_TOKEN = 4096

/**
 * One SASL exchange by the mechanism DIGEST-MD5, on the side of the server. The client asks with an empty token and gets a
 * nonce; it answers with a hash of nonce and password; the server, which can compute the same, answers with a hash that it
 * could not know without the password either. The password itself never travels, but MD5 is weak: prefer TLS and `x509`.
 * Source: RFC 2831; `ZooKeeperSaslServer`.
 */
export class DigestMd5 {
  private readonly nonce: string
  private readonly users: ReadonlyMap<string, string>
  private step: 'asked' | 'challenged' | 'over' = 'asked'

  /**
   * @param nonce not to be guessed, and never used for another exchange
   * @param users passwords by the names of their users
   */
  constructor(nonce: string, users: ReadonlyMap<string, string>) {
    this.nonce = nonce
    this.users = users
  }

  evaluate(token: Uint8Array): SaslOutcome {
    const { step } = this
    this.step = step === 'asked' ? 'challenged' : 'over'
    if (step === 'over') return { failure: 'the exchange is over' }
    if (step === 'challenged') return this.verify(token)
    if (token.length > 0) return { failure: 'DIGEST-MD5 begins with an empty token' }
    return { token: utf8(`realm="${REALM}",nonce="${this.nonce}",charset=utf-8,algorithm=md5-sess`), user: null }
  }

  /** Source: `DigestMD5Server.validateClientResponse`. */
  private verify(token: Uint8Array): SaslOutcome {
    const given = token.length > LONGEST_TOKEN ? null : directives(token)
    if (given === null) return { failure: 'the answer is no list of directives' }
    const [cnonce, uri, response] = ['cnonce', 'digest-uri', 'response'].map((name) => given.get(name))
    const text = (value = '') => (given.get('charset') === 'utf-8' ? fromUtf8(raw(value)) : value)
    const user = text(given.get('username'))
    const password = this.users.get(user)
    if (text(given.get('realm')) !== REALM) return { failure: 'the realm is not ours' }
    if (given.get('nonce') !== this.nonce) return { failure: 'the nonce is not the one that was sent' }
    if (given.get('nc') !== FIRST_USE) return { failure: 'the nonce was used before' }
    if ((given.get('qop') ?? QOP) !== QOP) return { failure: `qop ${given.get('qop')} was not offered` }
    if (cnonce === undefined || uri?.toLowerCase() !== DIGEST_URI || response === undefined) return { failure: 'the answer is not complete' }
    if (password === undefined) return { failure: `user ${user} is not known` }
    const exchange = { user, realm: REALM, password, nonce: this.nonce, cnonce, uri, authzid: given.get('authzid') }
    if (response !== digestProof('AUTHENTICATE', exchange)) return { failure: `wrong password of user ${user}` }
    return { token: utf8(`rspauth=${digestProof('', exchange)}`), user }
  }
}

/** What both sides of an exchange know. `nonce` is the server's, `cnonce` the client's. */
export interface DigestExchange {
  readonly user: string
  readonly realm: string
  readonly password: string
  readonly nonce: string
  readonly cnonce: string
  readonly uri: string
  /** For whom the client wants to act; undefined when it does not say. */
  readonly authzid: string | undefined
}

/**
 * The hash that proves that its sender knows the password, for a nonce that is used for the first time. Source: RFC 2831, 2.1.2.1.
 * @param method `AUTHENTICATE` for the client's proof, empty for the server's
 */
export function digestProof(method: string, { user, realm, password, nonce, cnonce, uri, authzid }: DigestExchange): string {
  const secret = md5(raw(`${hashable(user)}:${hashable(realm)}:${hashable(password)}`))
  const session = concatBytes([secret, raw(`:${nonce}:${cnonce}${authzid === undefined ? '' : `:${authzid}`}`)])
  return hash(`${hexOf(md5(session))}:${nonce}:${FIRST_USE}:${cnonce}:${QOP}:${hash(`${method}:${uri}`)}`)
}

/** How often the nonce was used, the present use included. */
const FIRST_USE = '00000001'
/** Quality of protection: authentication and nothing else. */
const QOP = 'auth'

const DIRECTIVE = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/gsy

/** The `name=value` pairs of a token, each character of a value one byte; null when the token is something else. */
function directives(token: Uint8Array): ReadonlyMap<string, string> | null {
  const text = String.fromCharCode(...token)
  const found = new Map<string, string>()
  let end = 0
  for (const [whole, name = '', quoted, plain = ''] of text.matchAll(DIRECTIVE)) {
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/gs, '$1') ?? plain)
    end += whole.length
  }
  return end === text.length && found.size > 0 ? found : null
}

/** The bytes of a text whose characters stand for one byte each. */
function raw(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The bytes of a name that go into the hash, as such a text: Latin-1 where that will do, else UTF-8. Source: RFC 2831, 2.1.2.1. */
function hashable(text: string): string {
  return /^[\0-\xff]*$/.test(text) ? text : String.fromCharCode(...utf8(text))
}

function hash(text: string): string {
  return hexOf(md5(raw(text)))
}
