import { JuteError } from '../jute/index.ts'
import type { ClientSettings } from './client-settings.ts'
import type { Counter } from './metrics.ts'

/** What one connection has under way. */
export interface ConnectionLoad {
  /** Requests without an answer so far. */
  outstanding: number
  /** Bytes of those that are large. */
  largeBytes: number
}

/**
 * How much clients have asked that is not answered yet. Requests wait in memory, and clients may send without waiting; so when
 * too much is under way the server stops reading from those that have an unanswered request. TCP then makes them wait, memory
 * stays bounded, and everybody may still have one request under way, so nobody is shut out.
 * Source: `ZooKeeperServer.shouldThrottle`, `ServerCnxn.incrOutstandingAndCheckThrottle`.
 */
export class Load {
  private readonly settings: ClientSettings
  private readonly rejected: Counter
  private requests = 0
  private largeBytes = 0

  /** @param rejected counts the requests that are refused for their size */
  constructor(settings: ClientSettings, rejected: Counter) {
    this.settings = settings
    this.rejected = rejected
  }

  /** A request has come. Throws `JuteError`, which costs the connection, when there is no room for one so large. */
  begin(connection: ConnectionLoad, length: number): void {
    if (this.isLarge(length)) {
      const bytes = this.largeBytes + length
      if (bytes > this.settings.largeRequestMaxBytes) {
        this.rejected.add()
        throw new JuteError(`large requests of ${bytes} bytes would be under way`)
      }
      this.largeBytes = bytes
      connection.largeBytes += length
    }
    this.requests++
    connection.outstanding++
  }

  /** A request was answered. */
  end(connection: ConnectionLoad, length: number): void {
    this.requests--
    connection.outstanding--
    if (!this.isLarge(length)) return
    this.largeBytes -= length
    connection.largeBytes -= length
  }

  /** The connection is gone, and nobody waits for its answers any more. */
  forget(connection: ConnectionLoad): void {
    this.requests -= connection.outstanding
    this.largeBytes -= connection.largeBytes
  }

  /** Whether the connection is not to be read from for now. */
  isTooMuch({ outstanding }: ConnectionLoad): boolean {
    return outstanding > 0 && this.requests > this.settings.globalOutstandingLimit
  }

  private isLarge(length: number): boolean {
    const { largeRequestThreshold } = this.settings
    return largeRequestThreshold !== -1 && length > largeRequestThreshold
  }
}
