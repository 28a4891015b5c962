/** Virtual time: it stands still while anything happens, and jumps to the next thing that will. */
import type { Now } from '../../kernel/index.ts'

/** How far the clocks of a world may be from the truth and from each other. */
export interface ClockOptions {
  /** A clock gains or loses up to this part of a second per second: 0.01 is one in a hundred. */
  readonly driftMax: number
  /** The times of day of two servers differ by up to this many milliseconds. */
  readonly skewMax: number
}

/** The time of day at which every world begins: 2024-01-01T00:00:00Z. */
export const WORLD_BEGINS = 1_704_067_200_000

/** Rounds to whole microseconds, the grain of virtual time. */
export function toMicros(time: number): number {
  return Math.round(time * 1000) / 1000
}

/** The two clocks of one machine. They run on while its process is down, as hardware does. */
export class HostClock {
  private readonly rate: number
  private readonly bootedAt: number
  private wallOffset: number

  /**
   * @param rate milliseconds that this clock counts per true millisecond
   * @param bootedAt what `elapsed` showed when the world began
   * @param wallOffset what `wall` is ahead of the truth
   */
  constructor(rate: number, bootedAt: number, wallOffset: number) {
    this.rate = rate
    this.bootedAt = bootedAt
    this.wallOffset = wallOffset
  }

  /** Both clocks at true time `at`, in whole milliseconds. */
  now(at: number): Now {
    const elapsed = Math.floor(this.exact(at))
    return { elapsed, wall: WORLD_BEGINS + Math.floor(at * this.rate + this.wallOffset) }
  }

  /** The true time at which `elapsed` will have grown by `delay` since `at`. Never early. */
  after(at: number, delay: number): number {
    const due = Math.ceil((at + delay / this.rate) * 1000) / 1000
    return Math.floor(this.exact(due)) >= Math.floor(this.exact(at)) + delay ? due : toMicros(due + 0.001)
  }

  /** Somebody sets the time of day; `elapsed` does not notice. */
  stepWall(by: number): void {
    this.wallOffset += by
  }

  private exact(at: number): number {
    return this.bootedAt + at * this.rate
  }
}
