/** The client's host in a Node process: TCP sockets, timers, the process's clock. */

import { randomInt } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { ClientConnection, ClientHost, ConnectionHandlers } from '../../client/index.ts'

export { clientTls } from './tls-settings.ts'

/** Where every client of the process tells of itself: messages are the machine's notes `{ kind, name, text, source }`. */
export const CLIENT_CHANNEL = 'zookeeper:client'
const notes = channel(CLIENT_CHANNEL)

/**
 * How to connect over TLS, in Node's words; `{}` suffices for a server whose certificate comes from an authority that Node knows.
 * `ca`: whose certificates to believe instead. `key` and `cert`, or `pfx`, with `passphrase`: who the client is, for scheme
 * x509. The server's certificate must name the host of the connect string, unless `checkServerIdentity` sees it otherwise.
 */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'minVersion' | 'maxVersion' | 'servername' | 'checkServerIdentity' | 'rejectUnauthorized'
>

/** Binds clients to this process; with `tls`, all their connections are over TLS. */
export function nodeClientHost(tls?: TlsOptions): ClientHost {
  return {
    connect: (host, port, handlers) => openConnection(host, port, handlers, tls),
    now: () => ({ elapsed: performance.now(), wall: Date.now() }),
    setTimer(delay, fire) {
      const timer = setTimeout(fire, delay)
      return () => clearTimeout(timer)
    },
    random: () => randomInt(2 ** 32),
    note(note) {
      if (notes.hasSubscribers) notes.publish(note)
    },
  }
}

function openConnection(host: string, port: number, handlers: ConnectionHandlers, tls?: TlsOptions): ClientConnection {
  const socket = tls === undefined ? connect({ host, port, noDelay: true }) : connectTls({ ...tls, host, port }).setNoDelay(true)
  let reason = 'the server closed the connection'
  socket.on(tls === undefined ? 'connect' : 'secureConnect', () => handlers.connected())
  socket.on('data', (bytes) => handlers.data(bytes))
  socket.on('error', (error) => {
    reason = error.message
  })
  socket.on('close', () => handlers.closed(reason))
  return {
    send: (bytes) => sendInTurn(socket, bytes),
    close() {
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.destroy()
    },
  }
}

/** Everything that is sent in one turn of the event loop leaves in one write. */
function sendInTurn(socket: Socket, bytes: Uint8Array): void {
  if (socket.writableCorked === 0) {
    socket.cork()
    process.nextTick(() => socket.uncork())
  }
  socket.write(bytes)
}
