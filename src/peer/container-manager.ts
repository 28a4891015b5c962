import { type Millis, type Now, utf8 } from '../kernel/index.ts'
import { newRequest, type Request } from '../pipeline/index.ts'
import { containerCandidates, type DataTree } from '../tree/index.ts'
import { OpCode } from '../wire/index.ts'
import type { PeerSettings } from './settings.ts'

const MINUTE = 60_000

/** Where its requests go. */
export interface Entrance {
  submit(request: Request, now: Now): void
}

/**
 * Deletes containers and nodes with a time to live that have had their time. Only the server that prepares transactions does
 * it, by a request of its own that goes the way of all writes; whether the node still may go is decided there again. A bound
 * per minute keeps a great sweep from holding up clients. Source: `ContainerManager`.
 */
export class ContainerManager {
  private readonly settings: PeerSettings
  private readonly tree: DataTree
  private readonly pipeline: Entrance
  private nextCheck: Millis
  private waiting: string[] = []
  private allowance = 0

  constructor(settings: PeerSettings, tree: DataTree, pipeline: Entrance, now: Now) {
    this.settings = settings
    this.tree = tree
    this.pipeline = pipeline
    this.nextCheck = now.elapsed + settings.containerCheckInterval
  }

  /** Half a tick has passed: looks through the nodes if it is time, and deletes as many as may be by now. */
  tick(now: Now): void {
    const { containerCheckInterval, containerMaxNeverUsedInterval } = this.settings
    if (now.elapsed >= this.nextCheck && this.waiting.length === 0) {
      this.nextCheck = now.elapsed + containerCheckInterval
      this.waiting = containerCandidates(this.tree, now.wall, containerMaxNeverUsedInterval)
    }
    for (const path of this.waiting.splice(0, this.takeAllowance())) {
      this.pipeline.submit(newRequest(0n, 0, OpCode.deleteContainer, utf8(path), [], 0, now.elapsed), now)
    }
  }

  /** A half tick's share of the bound per minute; what is left of a whole one is kept for the next time. */
  private takeAllowance(): number {
    const { containerMaxPerMinute, tickTime } = this.settings
    const share = (containerMaxPerMinute * tickTime) / 2 / MINUTE
    const allowed = Math.min(this.allowance + share, Math.max(1, share))
    const whole = Math.min(Math.floor(allowed), this.waiting.length)
    this.allowance = allowed - whole
    return whole
  }
}
