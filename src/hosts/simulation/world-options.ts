/** Everything about a world that is not its inhabitants. */
import type { ClockOptions } from './clock.ts'
import type { DiskOptions } from './disk.ts'
import type { NetworkOptions } from './network.ts'

/** The knobs of a world. */
export interface WorldOptions {
  readonly seed: bigint
  readonly network: NetworkOptions
  readonly disk: DiskOptions
  readonly clock: ClockOptions
  /** How long an event may wait before the process gets to it, in milliseconds. What becomes ready meanwhile is one turn. */
  readonly schedulingMax: number
  /** Whether received bytes are overwritten after the step, as by a host that reads into one buffer again and again. */
  readonly reusesBuffers: boolean
}

/** A quiet world: small delays, honest disks, clocks nearly right. */
export const QUIET: Omit<WorldOptions, 'seed'> = {
  network: { delayMin: 0.2, delayMax: 2, jitterMax: 0.5, breakMax: 200, splitShare: 0.05 },
  disk: { accessMin: 0.02, accessMax: 0.2, syncMin: 0.5, syncMax: 5, throughput: 200_000, lieFor: 0 },
  clock: { driftMax: 0.01, skewMax: 5000 },
  schedulingMax: 0.2,
  reusesBuffers: true,
}
