/** What a client needs from where it runs. Node binds it to sockets, the simulator to its world, a browser to a worker. */
import type { Millis, Note, Now } from '../kernel/index.ts'

/** One connection to a server. */
export interface ClientConnection {
  /** Sends bytes after all earlier ones; they may be held back to the end of the turn. */
  send(bytes: Uint8Array): void
  /** Closes at once. None of the handlers is called any more. */
  close(): void
}

/** What becomes of a connection. Never called before `connect` has returned. */
export interface ConnectionHandlers {
  /** Bytes can be sent. */
  connected(): void
  /** The bytes are the client's until the call returns. */
  data(bytes: Uint8Array): void
  /** The connection is gone or could not be made; the last call. */
  closed(reason: string): void
}

/** Where a client runs. */
export interface ClientHost {
  /** Begins to connect to a server; `handlers` hear what becomes of it. */
  connect(host: string, port: number, handlers: ConnectionHandlers): ClientConnection
  /** The clocks of this place. */
  now(): Now
  /** Calls `fire` once, `delay` ms from now and never at once; the answer takes the timer back. */
  setTimer(delay: Millis, fire: () => void): () => void
  /** 32 bits of chance: the client draws its seed from here when it starts. */
  random(): number
  /** Hears what the client tells of itself, for narration and diagnosis. */
  note?(note: Note): void
}
