/**
 * Reads come from one server and may be old; a read after a `sync` is not: it shows every write that was acknowledged before
 * the sync was asked for. One exception is known and counted, never hidden: a leader that was replaced and does not know it yet
 * answers a sync without asking anybody. Source: reference documentation, Consistency Guarantees; `Leader.processSync`.
 */
import { epochOf, type Zxid } from '../../../kernel/index.ts'
import { isWrite, type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class SyncedReads implements Checker {
  readonly name = 'synced-reads'

  judge({ history }: FinishedRun): Verdict {
    const acknowledged = history.operations
      .filter((operation) => operation.outcome === 'ok' && isWrite(operation))
      .sort((a, b) => a.endedAt - b.endedAt)
    const highest: Zxid[] = []
    for (const { zxid } of acknowledged) highest.push(zxid > (highest.at(-1) ?? 0n) ? zxid : (highest.at(-1) as Zxid))
    let syncs = 0
    let replaced = 0
    for (const sync of history.operations) {
      if (sync.request.kind !== 'sync' || sync.outcome !== 'ok') continue
      syncs++
      const before = countUntil(acknowledged, sync.invokedAt)
      const due = before === 0 ? 0n : (highest[before - 1] as Zxid)
      if (sync.zxid >= due) continue
      if (epochOf(sync.zxid) < epochOf(due)) replaced++
      else
        return violated(this.name, 'A sync did not bring its server up to a write acknowledged before it.', [
          `due: 0x${due.toString(16)}`,
          tellOperation(sync),
        ])
    }
    return holds(
      this.name,
      `${syncs} syncs were up to date${replaced > 0 ? `, but for ${replaced} answered under a leader that had been replaced` : ''}.`,
    )
  }
}

/** How many operations, which are in the order of their ends, had ended before this time. */
function countUntil(operations: readonly Operation[], at: number): number {
  let low = 0
  let high = operations.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((operations[middle] as Operation).endedAt < at) low = middle + 1
    else high = middle
  }
  return low
}
