/** The settings of TLS, under the names of Java's properties. */
import fs from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import type { Port } from '../../peer/index.ts'
import type { StaticKeys } from './configuration-keys.ts'
import type { Faults } from './faults.ts'
import type { SystemProperties } from './system-properties.ts'
import type { PortTls, ServerTls } from './tls.ts'

/** Settings of TLS that cannot be followed; the message says what to do. */
export class InvalidTls extends Error {
  override name = 'InvalidTls'
}

/** What `zookeeper.ssl.*` or `zookeeper.ssl.quorum.*` say. */
interface TlsProperties {
  /** Key, certificates and versions, for either side of a connection. */
  readonly context: tls.SecureContextOptions
  readonly hasKey: boolean
  readonly clientAuth: 'need' | 'want' | 'none'
  readonly hostnameVerification: boolean
  readonly handshakeTimeout: number
}

/** Whoever sets one of these expects a protection, and must not get a server that quietly does without. */
const UNSUPPORTED = ['ciphersuites', 'crl', 'ocsp', 'context.supplier.class', 'authProvider']
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const
const DEFAULT_HANDSHAKE_TIMEOUT = 5000

/**
 * What the server does with TLS. Adds a fault for each setting that cannot be followed.
 * @param secureClients whether there is a secure client port
 */
export function serverTls(keys: StaticKeys, secureClients: boolean, properties: SystemProperties, faults: Faults): ServerTls {
  const unified = properties.get('zookeeper.client.portUnification')?.toLowerCase() === 'true'
  const ports = new Map<Port, PortTls>()
  let dial: tls.ConnectionOptions | null = null
  try {
    if (secureClients || unified) {
      const clients = portTls(readTlsProperties(properties, 'zookeeper.ssl.'), 'zookeeper.ssl.')
      if (secureClients) ports.set('secureClient', { ...clients, plainToo: false, verifyAddress: false })
      if (unified) ports.set('client', { ...clients, plainToo: true, verifyAddress: false })
    }
    if (keys.sslQuorum || keys.portUnification) {
      const settings = readTlsProperties(properties, 'zookeeper.ssl.quorum.')
      const servers = { ...portTls(settings, 'zookeeper.ssl.quorum.'), plainToo: keys.portUnification, verifyAddress: settings.hostnameVerification }
      ports.set('quorum', servers).set('election', servers)
      if (keys.sslQuorum) dial = dialOptions(settings)
    }
  } catch (error) {
    if (!(error instanceof InvalidTls)) throw error
    faults.add('ssl', error.message)
  }
  return { ports, dial }
}

/** How a client connects by these properties; throws {@link InvalidTls}. Source: `ClientX509Util`. */
export function clientTls(properties: SystemProperties): tls.ConnectionOptions {
  return dialOptions(readTlsProperties(properties, 'zookeeper.ssl.'))
}

function portTls({ context, hasKey, clientAuth, handshakeTimeout }: TlsProperties, prefix: string): Omit<PortTls, 'plainToo' | 'verifyAddress'> {
  if (!hasKey) throw new InvalidTls(`${shown(prefix)}keyStore.location is not set: name a PEM or PKCS12 file with this server's key and certificate`)
  const options = { ...context, requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'need' }
  return { options, handshakeTimeout }
}

function dialOptions({ context, hostnameVerification }: TlsProperties): tls.ConnectionOptions {
  return hostnameVerification ? context : { ...context, checkServerIdentity: () => undefined }
}

/** @param prefix ends with a dot */
function readTlsProperties(properties: SystemProperties, prefix: string): TlsProperties {
  const get = (name: string) => properties.get(prefix + name)
  for (const name of UNSUPPORTED) {
    const value = get(name)
    if (value !== undefined && value !== 'false') throw new InvalidTls(`${shown(prefix)}${name} is not supported: remove it`)
  }
  const clientAuth = get('clientAuth')?.toLowerCase() ?? 'need'
  if (clientAuth !== 'need' && clientAuth !== 'want' && clientAuth !== 'none')
    throw new InvalidTls(`${shown(prefix)}clientAuth=${clientAuth}: choose need, want or none`)
  const keys = keyStore(get, prefix)
  const context = { ...versions(get, prefix), ...keys, ...trustStore(get, prefix) }
  try {
    tls.createSecureContext(context)
  } catch (error) {
    throw new InvalidTls(`${shown(prefix)}keyStore and trustStore cannot be used: ${(error as Error).message}: check files, types and password`)
  }
  const handshakeTimeout = Number(get('handshakeDetectionTimeoutMillis') ?? DEFAULT_HANDSHAKE_TIMEOUT)
  const hostnameVerification = get('hostnameVerification')?.toLowerCase() !== 'false'
  return { context, hasKey: keys !== null, clientAuth, hostnameVerification, handshakeTimeout: handshakeTimeout || DEFAULT_HANDSHAKE_TIMEOUT }
}

type Get = (name: string) => string | undefined

/** The versions from the lowest to the highest of those named; both when none is. Source: `ssl.enabledProtocols`, `ssl.protocol`. */
function versions(get: Get, prefix: string): Pick<tls.SecureContextOptions, 'minVersion' | 'maxVersion'> {
  const text = get('enabledProtocols') ?? get('protocol') ?? VERSIONS.join(',')
  const named = text.split(',').map((name) => name.trim())
  const unknown = named.find((name) => !VERSIONS.some((version) => version === name))
  if (unknown !== undefined) throw new InvalidTls(`${shown(prefix)}enabledProtocols: ${unknown} is not supported: choose from ${VERSIONS.join(', ')}`)
  const enabled = VERSIONS.filter((version) => named.includes(version))
  return { minVersion: enabled[0] as tls.SecureVersion, maxVersion: enabled.at(-1) as tls.SecureVersion }
}

/** The own key with its chain of certificates: one PEM file with both, or a PKCS12 file. Null when none is configured. */
function keyStore(get: Get, prefix: string): tls.SecureContextOptions | null {
  const store = readStore(get, prefix, 'keyStore')
  if (store === null) return null
  const passphrase = password(get, prefix, 'keyStore')
  if (store.type === 'PKCS12') return { pfx: store.bytes, passphrase: passphrase ?? '' }
  return { key: store.bytes, cert: store.bytes, ...(passphrase !== undefined && { passphrase }) }
}

/** Whose certificates are believed; without a file, those of the authorities that Node knows. */
function trustStore(get: Get, prefix: string): tls.SecureContextOptions {
  const store = readStore(get, prefix, 'trustStore')
  if (store === null) return {}
  if (store.type === 'PEM') return { ca: store.bytes }
  throw new InvalidTls(
    `${shown(prefix)}trustStore.location=${store.file}: a trust store has to be PEM here: openssl pkcs12 -in ${store.file} -nokeys -out trust.pem`,
  )
}

/** The file and its type, which is told by its name unless `.type` says it. Source: `KeyStoreFileType`. */
function readStore(get: Get, prefix: string, which: string): { file: string; type: 'PEM' | 'PKCS12'; bytes: Buffer } | null {
  const file = get(`${which}.location`)
  if (file === undefined || file === '') return null
  const where = `${shown(prefix)}${which}.location=${file}`
  const type = get(`${which}.type`)?.toUpperCase() ?? TYPES.get(path.extname(file))
  if (type === 'JKS' || type === 'BCFKS') {
    const convert = `keytool -importkeystore -srckeystore ${file} -destkeystore store.p12 -deststoretype PKCS12`
    throw new InvalidTls(`${where}: ${type} can be read by Java only: convert it with ${convert}, and that to PEM for a trust store`)
  }
  if (type !== 'PEM' && type !== 'PKCS12') throw new InvalidTls(`${where}: its type is not clear: set ${shown(prefix)}${which}.type to PEM or PKCS12`)
  return { file, type, bytes: readFile(where, file) }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.pem', 'PEM'],
  ['.p12', 'PKCS12'],
  ['.pfx', 'PKCS12'],
  ['.jks', 'JKS'],
  ['.bcfks', 'BCFKS'],
])

/** In the setting itself or in a file. */
function password(get: Get, prefix: string, which: string): string | undefined {
  const file = get(`${which}.passwordPath`)
  return file === undefined
    ? get(`${which}.password`)
    : readFile(`${shown(prefix)}${which}.passwordPath=${file}`, file)
        .toString('utf8')
        .trim()
}

function readFile(where: string, file: string): Buffer {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    throw new InvalidTls(`${where} cannot be read: ${(error as Error).message}`)
  }
}

/** The names of properties as they stand in zoo.cfg. */
function shown(prefix: string): string {
  return prefix.slice('zookeeper.'.length)
}
