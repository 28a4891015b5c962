/**
 * Reads come from one server and may be old; a read after a `sync` is not: it shows every write that was acknowledged before
 * the sync was asked for. One exception is known, recognised and counted, never hidden: a leader that was replaced and does not
 * know it yet answers a sync without asking anybody. It is one only if the server that answered was still serving in an epoch
 * before that of the write. Source: reference documentation, Consistency Guarantees; `Leader.processSync`.
 */
import { type Epoch, epochOf, formatId, type Millis, type SessionId, type Zxid } from '../../../kernel/index.ts'
import type { Observed } from '../ensemble.ts'
import { type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

/** A time in which a server served. */
interface Service {
  readonly epoch: Epoch
  readonly from: Millis
  to: Millis
}

export class SyncedReads implements Checker {
  readonly name = 'synced-reads'
  private readonly services = new Map<string, Service[]>()

  observe({ at, host, fact }: Observed): void {
    const services = this.services.get(host) ?? []
    if (fact.kind === 'serving') {
      this.services.set(host, services)
      services.push({ epoch: fact.epoch, from: at, to: Number.POSITIVE_INFINITY })
    } else if (fact.kind === 'stoppedServing' || fact.kind === 'ended') {
      for (const service of services) service.to = Math.min(service.to, at)
    }
  }

  judge({ history }: FinishedRun): Verdict {
    const acknowledged = history.acknowledged().sort((a, b) => a.endedAt - b.endedAt)
    const highest: Zxid[] = []
    for (const { zxid } of acknowledged) highest.push(zxid > (highest.at(-1) ?? 0n) ? zxid : (highest.at(-1) as Zxid))
    /** What each session has to see since its last sync. */
    const dues = new Map<SessionId, Zxid>()
    let [syncs, replaced] = [0, 0]
    const answers = history.operations.filter(({ outcome }) => outcome === 'ok' || outcome === 'failed')
    for (const operation of answers.sort((a, b) => a.place - b.place)) {
      const { request, outcome, sessionId, zxid, invokedAt } = operation
      if (request.kind === 'sync' && outcome === 'ok') {
        syncs++
        const before = countUntil(acknowledged, invokedAt)
        const due = before === 0 ? 0n : (highest[before - 1] as Zxid)
        if (zxid < due && this.wasReplaced(operation, epochOf(due))) replaced++
        else dues.set(sessionId, due)
      }
      const due = dues.get(sessionId) ?? 0n
      if (zxid >= due) continue
      const evidence = [`due: ${formatId(due)}`, tellOperation(operation)]
      return violated(this.name, 'A sync did not bring its server up to a write acknowledged before it.', evidence)
    }
    const exception = replaced > 0 ? `, but for ${replaced} answered under a leader that had been replaced` : ''
    return holds(this.name, `${syncs} syncs were up to date${exception}.`)
  }

  /** Whether the server that answered was still in an epoch before this one. */
  private wasReplaced({ server, invokedAt, endedAt }: Operation, epoch: Epoch): boolean {
    return (this.services.get(server) ?? []).some((service) => service.epoch < epoch && service.from <= endedAt && service.to >= invokedAt)
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
