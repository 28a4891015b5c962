/**
 * TLS around the bytes of ZooKeeper, which stay what they are. The peer hears of a connection when the handshake is done, as if
 * there had been none; what it learns besides is the name in the client's certificate.
 */
import type net from 'node:net'
import tls from 'node:tls'
import type { Port } from '../../peer/index.ts'
import { subjectOf } from './distinguished-name.ts'

/** How one port takes connections. */
export interface PortTls {
  /** Key, certificates, versions, and whether clients are asked for a certificate. */
  readonly options: tls.TlsOptions
  /** Whether a connection that begins without TLS is taken as it is (port unification). */
  readonly plainToo: boolean
  /** Whether the other side's certificate must name the address that it calls from. */
  readonly verifyAddress: boolean
  /** How long the handshake may take, in ms. */
  readonly handshakeTimeout: number
}

/** What a server does with TLS. */
export interface ServerTls {
  /** The ports that speak it. */
  readonly ports: ReadonlyMap<Port, PortTls>
  /** How it connects to other servers; null for plain TCP. */
  readonly dial: tls.ConnectionOptions | null
}

/** Every connection is plain TCP. */
export const NO_TLS: ServerTls = { ports: new Map(), dial: null }

/** The first byte of TLS: a record of type handshake. No first byte of ZooKeeper's own is that on any port. */
const HANDSHAKE = 0x16

/** Lets connections to one port in: a handshake with each that begins one. Source: `UnifiedServerSocket`, `NettyServerCnxnFactory`. */
export class TlsDoor {
  readonly #settings: PortTls
  readonly #handshakes: tls.Server
  /** Connections that are not through yet, by the other end's address and port. */
  readonly #waiting = new Map<string, net.Socket>()
  readonly #enter: (socket: net.Socket, subject: string | null) => void
  readonly #refuse: (reason: string) => void

  /**
   * @param enter called with a connection that may be used, and the subject of the certificate that came with it
   * @param refuse called with a sentence when a handshake failed
   */
  constructor(settings: PortTls, enter: (socket: net.Socket, subject: string | null) => void, refuse: (reason: string) => void) {
    this.#settings = settings
    this.#enter = enter
    this.#refuse = refuse
    // It listens on no port: connections are handed to it. It checks certificates as HTTPS servers do.
    this.#handshakes = tls.createServer({ ...settings.options, handshakeTimeout: settings.handshakeTimeout })
    this.#handshakes.on('secureConnection', (socket) => this.#onSecure(socket))
    this.#handshakes.on('tlsClientError', (error, socket) => {
      this.#refuse(`no TLS with ${socket.remoteAddress ?? 'a client'}: ${error.message}`)
      socket.destroy()
    })
  }

  /** Takes a connection that has just been made. */
  admit(socket: net.Socket): void {
    const end = endOf(socket)
    this.#waiting.set(end, socket)
    socket.once('close', () => this.#forget(end, socket))
    if (this.#settings.plainToo) this.#listenFirst(socket)
    else this.#handshakes.emit('connection', socket)
  }

  /** Breaks off the handshakes that are under way. */
  close(): void {
    for (const socket of this.#waiting.values()) socket.destroy()
    this.#waiting.clear()
  }

  /** Whoever connects speaks first, on every port of ZooKeeper's: the first byte tells what it speaks. */
  #listenFirst(socket: net.Socket): void {
    const giveUp = () => socket.destroy()
    const timer = setTimeout(giveUp, this.#settings.handshakeTimeout)
    socket.once('error', giveUp).once('close', () => clearTimeout(timer))
    socket.once('readable', () => {
      const first: Buffer | null = socket.read()
      if (first === null) {
        giveUp()
        return
      }
      clearTimeout(timer)
      socket.off('error', giveUp)
      socket.unshift(first)
      if (first[0] === HANDSHAKE) this.#handshakes.emit('connection', socket)
      else this.#pass(socket, null)
    })
  }

  #onSecure(socket: tls.TLSSocket): void {
    const certificate = socket.getPeerX509Certificate()
    // Who need not show a certificate must not show a false one.
    const untrusted = certificate !== undefined && !socket.authorized ? String(socket.authorizationError) : null
    const reason = untrusted ?? this.#addressFault(socket)
    if (reason !== null) {
      this.#refuse(`no TLS with ${socket.remoteAddress}: ${reason}`)
      socket.destroy()
      return
    }
    this.#pass(socket, certificate === undefined ? null : subjectOf(certificate.raw))
  }

  /** A name that the address stands for in DNS does not count: whoever owns an address says what that is. Source: ZOOKEEPER-4986. */
  #addressFault(socket: tls.TLSSocket): string | null {
    if (!this.#settings.verifyAddress) return null
    return tls.checkServerIdentity(plainAddress(socket.remoteAddress ?? ''), socket.getPeerCertificate())?.message ?? null
  }

  #pass(socket: net.Socket, subject: string | null): void {
    this.#waiting.delete(endOf(socket))
    this.#enter(socket, subject)
  }

  #forget(end: string, socket: net.Socket): void {
    if (this.#waiting.get(end) === socket) this.#waiting.delete(end)
  }
}

function endOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** An IPv4 address that came in over an IPv6 socket loses its `::ffff:`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}
