/**
 * All servers deliver the same transactions in the same order, and what a leader has once established stays: prefix
 * consistency, total order, integrity and leader completeness of Zab in one. The checker keeps the one sequence that the
 * ensemble has committed; whatever a serving server has, must agree with it. Source: Zab (DSN 2011), section III.
 */
import { JuteError } from '../../../jute/index.ts'
import { counterOf, epochOf, equalBytes, formatId, type Zxid } from '../../../kernel/index.ts'
import { decodeTransaction, type Transaction } from '../../../wire/index.ts'
import type { Observed } from '../ensemble.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

const NO_BYTES = new Uint8Array(0)

/** Where something was seen, and when. */
type Place = Pick<Observed, 'at' | 'host'>

interface Copy {
  /** The zxids of the server's log with the snapshot it builds on, in order. */
  log: Zxid[]
  /** What it was before a snapshot of the leader replaced it: until the snapshot is durable, a restart comes back to it. */
  former: Zxid[]
  /** How many of them it has applied. */
  applied: number
  serving: boolean
  /** Whom it has elected last. */
  leader: string
}

export class CommittedOrder implements Checker {
  readonly name = 'committed-order'
  /** What the ensemble has committed, in order. */
  readonly committed: Zxid[] = []
  private readonly contents = new Map<Zxid, Uint8Array>()
  private readonly copies = new Map<string, Copy>()
  private violation: Verdict | null = null

  observe({ at, host, fact }: Observed): void {
    const copy = this.copyOf(host)
    const place = { at, host }
    switch (fact.kind) {
      case 'elected':
        copy.leader = `s${fact.leader}`
        break
      case 'appended':
        this.checkContent(fact.zxid, fact.bytes, place)
        this.append(copy, fact.zxid, place)
        break
      case 'truncated':
        this.cut(copy, fact.zxid)
        break
      case 'restored':
        this.restore(copy, fact.zxid, fact.from, place)
        break
      case 'applied':
        this.checkContent(fact.zxid, fact.bytes, place)
        this.apply(copy, fact.zxid, place)
        break
      case 'serving':
        copy.serving = true
        copy.former = []
        this.serve(copy, fact, place)
        break
      case 'stoppedServing':
      case 'ended':
        copy.serving = false
        break
      default:
        break
    }
  }

  judge(_run: FinishedRun): Verdict {
    return this.violation ?? holds(this.name, `All servers delivered the same ${this.committed.length} transactions in the same order.`)
  }

  /** What was committed, in order, without what cannot be read. */
  transactions(): Transaction[] {
    return this.committed.flatMap((zxid) => {
      try {
        return decodeTransaction(this.contents.get(zxid) ?? NO_BYTES)
      } catch (error) {
        if (error instanceof JuteError) return []
        throw error
      }
    })
  }

  private append(copy: Copy, zxid: Zxid, place: Place): void {
    const last = copy.log.at(-1) ?? 0n
    if (zxid > last) copy.log.push(zxid)
    else if (!copy.log.includes(zxid)) this.fail(place, `appended ${formatId(zxid)} behind ${formatId(last)}.`, [])
  }

  private cut(copy: Copy, zxid: Zxid): void {
    while (copy.log.length > 0 && (copy.log.at(-1) as Zxid) > zxid) copy.log.pop()
    copy.applied = Math.min(copy.applied, copy.log.length)
  }

  /** From disk: what was not durable is lost. From the leader: its history up to this position. */
  private restore(copy: Copy, zxid: Zxid, from: 'disk' | 'leader', place: Place): void {
    const upTo = (log: readonly Zxid[]) => log.filter((other) => other <= zxid)
    const endsHere = (log: readonly Zxid[]) => (log.at(-1) ?? 0n) === zxid || counterOf(zxid) === 0n
    if (from === 'leader') {
      copy.former = copy.log
      copy.log = upTo(this.copyOf(copy.leader).log)
    } else {
      const log = upTo(copy.log)
      copy.log = endsHere(log) ? log : upTo(copy.former)
      copy.former = []
    }
    copy.applied = copy.log.length
    if (endsHere(copy.log)) return
    this.fail(place, `has a database at ${formatId(zxid)}, but its history ends with ${formatId(copy.log.at(-1) ?? 0n)}.`, [])
  }

  private apply(copy: Copy, zxid: Zxid, place: Place): void {
    const next = copy.log[copy.applied]
    if (copy.applied > 0 && (copy.log[copy.applied - 1] as Zxid) >= zxid) return this.fail(place, `applied ${formatId(zxid)} a second time.`, [])
    if (next === undefined) copy.log.push(zxid)
    else if (next !== zxid) return this.fail(place, `applied ${formatId(zxid)} where its log has ${formatId(next)}.`, [])
    copy.applied++
    if (copy.serving) this.deliver(copy, copy.applied - 1, place)
  }

  /**
   * Everything that a server has when it begins to serve is committed, and a leader has whatever was committed before its epoch.
   * It may lack what a later epoch has committed: a leader that stood still while others took over learns, when it goes on, of
   * the quorum that has followed it long ago, and then that it is gone.
   */
  private serve(copy: Copy, { role, epoch, zxid }: Extract<Observed['fact'], { kind: 'serving' }>, place: Place): void {
    copy.applied = copy.log.filter((other) => other <= zxid).length
    const missing = this.committed.slice(copy.applied)
    const lost = role === 'standalone' ? missing : role === 'leader' ? missing.filter((other) => epochOf(other) < epoch) : []
    if (lost.length > 0) return this.fail(place, `leads without ${lost.length} committed transactions.`, lost.map(formatId))
    for (let i = 0; i < copy.applied; i++) if (!this.deliver(copy, i, place)) return
  }

  private deliver(copy: Copy, index: number, place: Place): boolean {
    const zxid = copy.log[index] as Zxid
    const agreed = this.committed[index]
    if (agreed === undefined) this.committed.push(zxid)
    else if (agreed !== zxid) {
      const around = `committed: … ${this.committed
        .slice(Math.max(0, index - 2), index + 2)
        .map(formatId)
        .join(' ')} …`
      this.fail(place, `delivered ${formatId(zxid)} as number ${index + 1}, where others delivered ${formatId(agreed)}.`, [around])
      return false
    }
    return true
  }

  /** One zxid, one content: a transaction is its number and its bytes. */
  private checkContent(zxid: Zxid, bytes: Uint8Array, place: Place): void {
    const known = this.contents.get(zxid)
    if (known === undefined) this.contents.set(zxid, bytes)
    else if (!equalBytes(known, bytes) && this.committed.includes(zxid)) {
      this.fail(place, `has other bytes for ${formatId(zxid)} than others (epoch ${epochOf(zxid)}).`, [])
    } else this.contents.set(zxid, bytes)
  }

  private fail({ at, host }: Place, sentence: string, evidence: readonly string[]): void {
    this.violation ??= violated(this.name, `${host} at ${at.toFixed(1)} ms ${sentence}`, evidence)
  }

  private copyOf(host: string): Copy {
    let copy = this.copies.get(host)
    if (copy === undefined) {
      copy = { log: [], former: [], applied: 0, serving: false, leader: '' }
      this.copies.set(host, copy)
    }
    return copy
  }
}
