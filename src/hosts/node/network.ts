/** The ports and connections of a server, over `node:net`. */
import net from 'node:net'
import tls from 'node:tls'
import type { ConnectionId, PeerEvent, Port } from '../../peer/index.ts'
import { Connection, MAX_UNSENT_BYTES } from './connection.ts'
import type { Log } from './log.ts'
import { plainAddress, type ServerTls, TlsDoor } from './tls.ts'

const NO_REASON = 'the other side closed the connection'

export class Network {
  readonly #deliver: (event: PeerEvent) => void
  readonly #log: Log
  readonly #clientBacklog: number
  readonly #tls: ServerTls
  readonly #listeners = new Map<Port, net.Server>()
  readonly #doors = new Set<TlsDoor>()
  readonly #connections = new Map<ConnectionId, Connection>()
  /** The connections that have something to send, in the order of their first piece. */
  #unflushed: Connection[] = []
  #lastAccepted = 0
  #partitioned = false

  /** `clientBacklog`: how many connections may wait to be accepted on the client port; -1 leaves it to the system. */
  constructor(deliver: (event: PeerEvent) => void, log: Log, clientBacklog: number, tls: ServerTls) {
    this.#deliver = deliver
    this.#log = log
    this.#clientBacklog = clientBacklog
    this.#tls = tls
  }

  listen(port: Port, host: string, number: number): void {
    const door = this.#door(port)
    const server = net.createServer({ noDelay: true }, (socket) => (door === null ? this.#onAccepted(port, socket, null) : door.admit(socket)))
    this.#listeners.set(port, server)
    server.on('error', (error: NodeJS.ErrnoException) => {
      // Later errors concern one connection, such as no file descriptor for it.
      if (server.listening) return this.#log('warn', `${port} port: ${error.message}`)
      this.#listeners.delete(port)
      this.#deliver({ kind: 'listenFailed', port, message: explainListenError(error, host, number) })
    })
    const backlog = isClient(port) && this.#clientBacklog > 0 ? { backlog: this.#clientBacklog } : {}
    // Without a host Node listens on IPv6 and IPv4, as Java does for the wildcard address.
    const address = isWildcard(host) ? {} : { host }
    server.listen({ ...address, ...backlog, port: number }, () => this.#deliver({ kind: 'listening', port }))
  }

  unlisten(port: Port): void {
    this.#listeners.get(port)?.close()
    this.#listeners.delete(port)
  }

  connect(id: ConnectionId, host: string, port: number, timeout: number): void {
    // Behind a broken network a connection is not refused: nothing comes back.
    const socket = this.#partitioned ? new net.Socket() : this.#dial(host, port)
    const connection = this.#adopt(id, socket, false)
    const timer = setTimeout(() => this.#lose(id, connection, `no connection to ${host}:${port} within ${timeout} ms`), timeout)
    socket.once('close', () => clearTimeout(timer))
    socket.once(this.#tls.dial === null ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer)
      if (this.#connections.get(id) === connection) this.#deliver({ kind: 'connected', connection: id })
    })
  }

  send(id: ConnectionId, bytes: Uint8Array): void {
    const connection = this.#connections.get(id)
    if (connection?.queue(bytes)) this.#unflushed.push(connection)
  }

  setPaused(id: ConnectionId, paused: boolean): void {
    this.#connections.get(id)?.setPaused(paused)
  }

  close(id: ConnectionId): void {
    const connection = this.#connections.get(id)
    this.#connections.delete(id)
    connection?.close()
  }

  /** Ends a turn: everything that was sent goes out. */
  flush(): void {
    const connections = this.#unflushed
    this.#unflushed = []
    for (const connection of connections) {
      if (!connection.flush()) continue
      const { remoteAddress, remotePort } = connection.socket
      this.#log(
        'warn',
        `${remoteAddress}:${remotePort} leaves more than ${MAX_UNSENT_BYTES} bytes of replies unread: its requests wait until it reads them`,
      )
    }
  }

  /**
   * Cuts the connections between servers, or heals them. While they are cut nothing gets through and nothing is lost: what was sent
   * arrives after the healing, if the other side has not given up. Connections that others open meanwhile come to nothing.
   */
  setPartitioned(partitioned: boolean): void {
    this.#partitioned = partitioned
    for (const connection of this.#connections.values()) if (!connection.isClient) connection.setHeld(partitioned)
  }

  /** Closes everything at once; nothing more is sent. */
  destroyAll(): void {
    for (const port of this.#listeners.keys()) this.unlisten(port)
    for (const door of this.#doors) door.close()
    const connections = [...this.#connections.values()]
    this.#connections.clear()
    for (const { socket } of connections) socket.destroy()
  }

  /** Closes all ports, and all connections after sending what is waiting. */
  closeAll(): void {
    for (const port of this.#listeners.keys()) this.unlisten(port)
    for (const door of this.#doors) door.close()
    for (const id of this.#connections.keys()) this.close(id)
  }

  /** What stands between a port and those who call when the port speaks TLS. */
  #door(port: Port): TlsDoor | null {
    const settings = this.#tls.ports.get(port)
    if (settings === undefined) return null
    const door = new TlsDoor(
      settings,
      (socket, subject) => this.#onAccepted(port, socket, subject),
      (reason) => this.#log('warn', `${port} port: ${reason}`),
    )
    this.#doors.add(door)
    return door
  }

  #dial(host: string, port: number): net.Socket {
    const { dial } = this.#tls
    return dial === null ? net.connect({ host, port, noDelay: true }) : tls.connect({ ...dial, host, port }).setNoDelay(true)
  }

  /** @param subject of the client's certificate; null without one */
  #onAccepted(port: Port, socket: net.Socket, subject: string | null): void {
    const { remoteAddress, remotePort } = socket
    // Gone again already, or come through where nothing gets through.
    const isCut = this.#partitioned && !isClient(port)
    if (remoteAddress === undefined || remotePort === undefined || isCut) return void socket.destroy()
    const id = ++this.#lastAccepted
    this.#adopt(id, socket, isClient(port))
    const who = { remoteAddress: plainAddress(remoteAddress), remotePort, ...(subject !== null && { subject }) }
    this.#deliver({ kind: 'accepted', connection: id, port, ...who })
  }

  #adopt(id: ConnectionId, socket: net.Socket, bounded: boolean): Connection {
    const connection = new Connection(socket, bounded)
    this.#connections.set(id, connection)
    let reason = NO_REASON
    socket.on('data', (bytes) => this.#deliver({ kind: 'data', connection: id, bytes }))
    socket.on('end', () => this.#lose(id, connection, reason))
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('close', () => this.#lose(id, connection, reason))
    return connection
  }

  /** A connection is over and the peer did not close it itself. */
  #lose(id: ConnectionId, connection: Connection, reason: string): void {
    if (this.#connections.get(id) !== connection) return
    this.#connections.delete(id)
    connection.socket.destroy()
    this.#deliver({ kind: 'closed', connection: id, reason })
  }
}

function isClient(port: Port): boolean {
  return port === 'client' || port === 'secureClient'
}

function isWildcard(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::'
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `port ${port} of ${isWildcard(host) ? 'all addresses' : host}`
  if (error.code === 'EADDRINUSE') return `${where} is taken by another program: end it, or choose another port`
  if (error.code === 'EACCES') return `${where} needs more rights than this user has: choose a port above 1023`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return `${where}: this machine has no such address`
  return `${where} cannot be opened: ${error.message}`
}
