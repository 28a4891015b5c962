/** One connection of the lock-step comparison: raw frames, nothing of a client library. */
import { connect, type Socket } from 'node:net'

/** How long an answer may take, in ms. */
const patience = 10_000

export class Connection {
  /** Frames that have arrived and are not taken yet, without their lengths. */
  readonly frames: Uint8Array[] = []
  closed = false
  readonly #socket: Socket
  #bytes: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (bytes) => this.#take(bytes))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.closed = true
      this.#wake()
    })
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Waits until `enough` of the frames have come or the connection has closed; false when neither happens. */
  async until(enough: (frames: readonly Uint8Array[]) => boolean): Promise<boolean> {
    const end = performance.now() + patience
    while (!this.closed && !enough(this.frames)) {
      const left = end - performance.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  /** All that has arrived. */
  takeFrames(): Uint8Array[] {
    return this.frames.splice(0)
  }

  destroy(): void {
    this.closed = true
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    let at = 0
    while (this.#bytes.length - at >= 4) {
      const length = this.#bytes.readInt32BE(at)
      if (this.#bytes.length - at - 4 < length) break
      this.frames.push(this.#bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    this.#bytes = this.#bytes.subarray(at)
    if (at > 0) this.#wake()
  }
}

/** Whether a frame after the handshake is an event of a watch. */
export function isEvent(frame: Uint8Array): boolean {
  return frame[0] === 0xff && frame[1] === 0xff && frame[2] === 0xff && frame[3] === 0xff
}
