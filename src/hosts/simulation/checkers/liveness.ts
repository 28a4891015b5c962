/** Once everything is healed, the ensemble serves again: all servers in one epoch, a write is acknowledged, and every
 * client can finish its work, in time. */
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Liveness implements Checker {
  readonly name = 'liveness'

  judge({ healedAt, servedAgainAt, loadEnded, servedAfterRestartAt }: FinishedRun): Verdict {
    if (servedAgainAt === null) return violated(this.name, 'Healed, the ensemble did not serve again in time.', [`healed at ${healedAt} ms`])
    if (!loadEnded) return violated(this.name, 'Healed, the ensemble left a client waiting for the end of its work.', [])
    if (servedAfterRestartAt === null) return violated(this.name, 'Restarted from its disks, the healed ensemble did not serve again in time.', [])
    return holds(this.name, `Served again ${((servedAgainAt - healedAt) / 1000).toFixed(1)} s after everything was healed.`)
  }
}
