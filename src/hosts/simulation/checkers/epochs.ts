/**
 * One leader per epoch, ever; and the two epochs on a disk never fall, currentEpoch never above acceptedEpoch.
 * Source: Zab, TLA+ specification: Leadership 1 and 2; system specification: epoch order.
 */
import type { Epoch } from '../../../kernel/index.ts'
import type { Observed } from '../ensemble.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Epochs implements Checker {
  readonly name = 'epochs'
  private readonly leaders = new Map<Epoch, { readonly host: string; readonly at: number }>()
  /** What each server has written in this life. */
  private readonly accepted = new Map<string, Epoch>()
  private readonly current = new Map<string, Epoch>()
  private violation: Verdict | null = null

  observe({ at, host, fact }: Observed): void {
    if (fact.kind !== 'established' && fact.kind !== 'epochWritten' && fact.kind !== 'ended') return
    const place = `${host} at ${at.toFixed(1)} ms`
    if (fact.kind === 'established') {
      const first = this.leaders.get(fact.epoch)
      if (first === undefined) this.leaders.set(fact.epoch, { host, at })
      else this.fail(`${place} leads epoch ${fact.epoch}, which ${first.host} has led since ${first.at.toFixed(1)} ms.`)
    }
    // What was being written when a process ended may be on its disk or not.
    if (fact.kind === 'ended') this.accepted.delete(host)
    if (fact.kind !== 'epochWritten') return
    const files = fact.file === 'acceptedEpoch' ? this.accepted : this.current
    const before = files.get(host) ?? -1n
    if (fact.epoch < before) this.fail(`${place} wrote ${fact.file} ${fact.epoch} over ${before}.`)
    files.set(host, fact.epoch)
    const accepted = this.accepted.get(host)
    if (fact.file === 'currentEpoch' && accepted !== undefined && fact.epoch > accepted) {
      this.fail(`${place} wrote currentEpoch ${fact.epoch}, but has accepted no epoch after ${accepted}.`)
    }
  }

  judge(_run: FinishedRun): Verdict {
    return this.violation ?? holds(this.name, `${this.leaders.size} epochs, each with one leader.`)
  }

  private fail(sentence: string): void {
    this.violation ??= violated(this.name, sentence, [])
  }
}
