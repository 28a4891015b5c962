/**
 * Writes are linearizable: each takes effect at one point between its request and its answer, and the zxid is the order of
 * these points. So no two have the same zxid; a write that was asked for after another was answered has the higher one; and
 * what they were answered is what a single znode would have answered in this order ({@link explain}). What was never answered
 * may have happened at any time after it was asked for, or not at all. Source: Herlihy and Wing, Linearizability, 1990; since
 * linearizability is local, each znode can be looked at alone.
 */
import { formatId, type Zxid } from '../../../kernel/index.ts'
import { CreateMode } from '../../../wire/index.ts'
import { type History, isWrite, type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, unknown, type Verdict, violated } from './verdict.ts'
import { explain, isDecided } from './write-results.ts'

export class WriteOrder implements Checker {
  readonly name = 'write-order'

  judge({ history }: FinishedRun): Verdict {
    return this.judgeZxids(history) ?? this.judgeResults(history)
  }

  /** Zxids against real time. */
  private judgeZxids(history: History): Verdict | null {
    const writes = history.acknowledged()
    const byZxid = new Map<Zxid, Operation>()
    for (const write of writes) {
      const other = byZxid.get(write.zxid)
      if (other !== undefined)
        return violated(this.name, `Two writes were acknowledged as ${formatId(write.zxid)}.`, [other, write].map(tellOperation))
      byZxid.set(write.zxid, write)
    }
    // In the order of zxids, no write may have ended before an earlier one of that order was asked for.
    let latest: Operation | null = null
    for (const write of writes.sort(byOrder)) {
      if (latest !== null && write.endedAt < latest.invokedAt) {
        return violated(
          this.name,
          'A write came into effect before one that was acknowledged before it was asked for.',
          [write, latest].map(tellOperation),
        )
      }
      if (latest === null || write.invokedAt > latest.invokedAt) latest = write
    }
    return null
  }

  /** Answers against what a znode would say. */
  private judgeResults(history: History): Verdict {
    let [count, undecided] = [0, 0]
    for (const [path, { answered, unanswered }] of writesByPath(history)) {
      answered.sort(byOrder)
      count += answered.length
      const explanation = explain(answered, unanswered)
      if (explanation === 'unknown') undecided++
      if (explanation === 'unexplained') {
        return violated(this.name, `No order explains the answers to the writes of ${path}.`, shortest(answered, unanswered).map(tellOperation))
      }
    }
    if (undecided > 0) return unknown(this.name, `The answers to the writes of ${undecided} znodes have too many explanations to try.`)
    return holds(this.name, `${count} answered writes are in one order that agrees with real time and explains every answer.`)
  }
}

interface Writes {
  readonly answered: Operation[]
  readonly unanswered: Operation[]
}

/** The writes of each znode, but for ephemeral ones: those go without being written. */
function writesByPath({ operations }: History): Map<string, Writes> {
  const writes = new Map<string, Writes>()
  const ephemerals = new Set<string>()
  for (const operation of operations) {
    const { request, outcome, answer } = operation
    if (!isWrite(operation) || request.kind === 'closeSession') continue
    const mode = request.kind === 'create' ? request.mode : CreateMode.PERSISTENT
    const isNamed = mode === CreateMode.PERSISTENT || mode === CreateMode.EPHEMERAL || answer.path !== undefined
    if (!isNamed) continue
    const path = answer.path ?? request.path
    if (mode === CreateMode.EPHEMERAL || mode === CreateMode.EPHEMERAL_SEQUENTIAL) ephemerals.add(path)
    const group = writes.get(path) ?? { answered: [], unanswered: [] }
    writes.set(path, group)
    if (isDecided(operation)) group.answered.push(operation)
    else if (outcome !== 'failed') group.unanswered.push(operation)
  }
  for (const path of ephemerals) writes.delete(path)
  return writes
}

/** The end of the shortest beginning that nothing explains. */
function shortest(answered: readonly Operation[], unanswered: readonly Operation[]): readonly Operation[] {
  const count = answered.findIndex((_, i) => explain(answered.slice(0, i + 1), unanswered) === 'unexplained') + 1
  return answered.slice(Math.max(0, count - 3), count)
}

function byOrder(a: Operation, b: Operation): number {
  return a.zxid < b.zxid ? -1 : a.zxid > b.zxid ? 1 : 0
}
