/**
 * Writes are linearizable: each takes effect at one point between its request and its answer, and the zxid is the order of
 * these points. So a write that was asked for after another was acknowledged has the higher zxid, and no two have the same.
 */
import { formatId, type Zxid } from '../../../kernel/index.ts'
import { isWrite, type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class WriteOrder implements Checker {
  readonly name = 'write-order'

  judge({ history }: FinishedRun): Verdict {
    const writes = history.operations.filter((operation) => operation.outcome === 'ok' && isWrite(operation))
    const byZxid = new Map<Zxid, Operation>()
    for (const write of writes) {
      const other = byZxid.get(write.zxid)
      if (other !== undefined)
        return violated(this.name, `Two writes were acknowledged as ${formatId(write.zxid)}.`, [other, write].map(tellOperation))
      byZxid.set(write.zxid, write)
    }
    // In the order of zxids, no write may have ended before an earlier one of that order was asked for.
    const ordered = writes.sort((a, b) => (a.zxid < b.zxid ? -1 : 1))
    let latest: Operation | null = null
    for (const write of ordered) {
      if (latest !== null && write.endedAt < latest.invokedAt) {
        return violated(
          this.name,
          'A write came into effect before one that was acknowledged before it was asked for.',
          [write, latest].map(tellOperation),
        )
      }
      if (latest === null || write.invokedAt > latest.invokedAt) latest = write
    }
    return holds(this.name, `${writes.length} acknowledged writes are in one order that agrees with real time.`)
  }
}
