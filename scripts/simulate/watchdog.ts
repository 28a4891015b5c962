/** Ends this process when one run takes more work than any run does: a step that never ends can only be ended from outside. */
import { Worker } from 'node:worker_threads'

export class Watchdog {
  /** How many runs have begun, and the seed of the last one; shared with the thread that watches. */
  private readonly beats = new BigInt64Array(new SharedArrayBuffer(16))

  /** @param allowance the most work that a run may take, in ms of processor time: a busy machine is nobody's fault */
  constructor(allowance: number) {
    const { beats } = this
    new Worker(new URL('./watchdog.js', import.meta.url), { execArgv: [], workerData: { beats, allowance } }).unref()
  }

  /** A run of this seed begins. */
  begin(seed: bigint): void {
    this.beats[1] = BigInt.asIntN(64, seed)
    Atomics.add(this.beats, 0, 1n)
  }
}
