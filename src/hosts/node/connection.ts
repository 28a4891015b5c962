/** One TCP connection: what is sent during a turn goes out as one write. */
import type { Socket } from 'node:net'

/** Above this many unsent bytes, a client is not read from until it has taken them all. */
export const MAX_UNSENT_BYTES = 4 << 20
/** With this many unsent bytes, a client that is sent still more, as events of watches, is disconnected: it does not read at all. */
export const MAX_BACKLOG_BYTES = 64 << 20
/** Up to this many bytes, the pieces of a turn are copied into one; above, they are handed over as they are. */
const COPY_LIMIT = 256 << 10
/** How long a connection that the peer has closed may take to swallow what was sent before. */
const LINGER = 5_000

export class Connection {
  readonly socket: Socket
  /** A client's unsent bytes are bounded by not reading on. For servers among themselves they are not: both sides could stop reading. */
  readonly isClient: boolean
  #pieces: Uint8Array[] = []
  #bytes = 0
  #pausedByPeer = false
  #pausedByBacklog = false
  #held = false

  constructor(socket: Socket, isClient: boolean) {
    this.socket = socket
    this.isClient = isClient
  }

  /** Adds to what goes out at the next {@link flush}; true for the first piece of a turn. */
  queue(bytes: Uint8Array): boolean {
    this.#bytes += bytes.length
    return this.#pieces.push(bytes) === 1
  }

  /** Hands what was queued to the socket. Returns whether the backlog has just grown so long that reading stopped. */
  flush(): boolean {
    const pieces = this.#pieces
    if (pieces.length === 0 || this.#held) return false
    this.#pieces = []
    const bytes = this.#bytes
    this.#bytes = 0
    if (!this.socket.writable) return false
    if (this.#pausedByBacklog && this.socket.writableLength > MAX_BACKLOG_BYTES) {
      this.socket.destroy(new Error(`leaves more than ${MAX_BACKLOG_BYTES} bytes unread`))
      return false
    }
    if (pieces.length === 1) this.socket.write(pieces[0] as Uint8Array)
    else if (bytes <= COPY_LIMIT) this.socket.write(Buffer.concat(pieces, bytes))
    else this.#writeEach(pieces)
    if (!this.isClient || this.#pausedByBacklog || this.socket.writableLength <= MAX_UNSENT_BYTES) return false
    this.#pausedByBacklog = true
    this.socket.once('drain', () => {
      this.#pausedByBacklog = false
      this.#applyPause()
    })
    this.#applyPause()
    return true
  }

  /** Stops or resumes reading, as the peer wishes. */
  setPaused(paused: boolean): void {
    this.#pausedByPeer = paused
    this.#applyPause()
  }

  /** Keeps everything back, in both directions, until it is let go again: a network that does not deliver. */
  setHeld(held: boolean): void {
    this.#held = held
    this.#applyPause()
    if (!held) this.flush()
  }

  /** Sends what is waiting, then closes. */
  close(): void {
    this.flush()
    if (this.socket.connecting) return void this.socket.destroy()
    this.socket.removeAllListeners('data').resume()
    this.socket.setTimeout(LINGER, () => this.socket.destroy())
    this.socket.destroySoon()
  }

  #applyPause(): void {
    if (this.#pausedByPeer || this.#pausedByBacklog || this.#held) this.socket.pause()
    else this.socket.resume()
  }

  #writeEach(pieces: readonly Uint8Array[]): void {
    this.socket.cork()
    for (const piece of pieces) this.socket.write(piece)
    this.socket.uncork()
  }
}
