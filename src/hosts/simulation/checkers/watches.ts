/**
 * A watch fires once, for a change that happened after it was set, and before its client is told anything newer than that
 * change: neither a moved session nor a lost connection makes it miss one. So the rule for every watch and every answer of its
 * session is: no answer at or behind the change may come before the event. Source: Programmer's Guide, What ZooKeeper Guarantees
 * about Watches; `DataTree.setWatches`.
 *
 * One miss is documented, counted, and shown: a znode that was created and deleted again while its client was between two
 * connections leaves no trace for a watch that waits for it to exist.
 */
import { formatId, type SessionId, type Zxid } from '../../../kernel/index.ts'
import { type History, type Operation, tellOperation, type WatchRecord } from '../history.ts'
import type { CommittedOrder } from './committed-order.ts'
import { type ChangeKind, TreeHistory } from './tree-history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Watches implements Checker {
  readonly name = 'watches'
  private readonly order: CommittedOrder

  /** @param order knows what was committed */
  constructor(order: CommittedOrder) {
    this.order = order
  }

  judge({ history }: FinishedRun): Verdict {
    const [stray] = history.strayEvents
    if (stray !== undefined) {
      return violated(this.name, 'A client was told of a change that it did not watch.', [
        `${stray.client} at ${stray.at.toFixed(1)} ms: ${stray.what}`,
      ])
    }
    const tree = new TreeHistory(this.order.transactions())
    const told = answersBySession(history)
    let [fired, missed] = [0, 0]
    for (const watch of history.watches) {
      const { read, event } = watch
      const path = pathOf(watch)
      const change = tree.firstChange(path, changesFor(read), read.zxid)
      const seen = lastBefore(told.get(read.sessionId) ?? [], Math.min(event?.place ?? Number.POSITIVE_INFINITY, watch.forgottenAt))
      if (event !== null) {
        fired++
        if (change === undefined || event.path !== path) return this.groundless(watch)
      }
      if (change === undefined || seen === undefined || seen.place < read.place || seen.zxid < change) continue
      if (isWithoutTrace(read, seen, tree)) missed++
      else return this.late(watch, change, seen)
    }
    const gap = missed > 0 ? `, and ${missed} missed a znode that came and went between two connections` : ''
    return holds(this.name, `${fired} of ${history.watches.length} watches fired, each once and before anything newer was seen${gap}.`)
  }

  private groundless(watch: WatchRecord): Verdict {
    const { type, path } = watch.event as NonNullable<WatchRecord['event']>
    return violated(this.name, `A watch fired without a change: ${type} of ${path}.`, [tellWatch(watch)])
  }

  private late(watch: WatchRecord, change: Zxid, seen: Operation): Verdict {
    const what = watch.event === null ? 'did not tell' : 'told too late'
    return violated(this.name, `A watch ${what} of ${formatId(change)}, of which its client saw the effects.`, [
      tellWatch(watch),
      tellOperation(seen),
    ])
  }
}

/** What fires a watch that this read has set. */
function changesFor({ request, outcome }: Operation): readonly ChangeKind[] {
  if (request.kind === 'getChildren2') return ['children', 'deleted']
  return outcome === 'failed' ? ['created'] : ['changed', 'deleted']
}

function isWithoutTrace(read: Operation, seen: Operation, tree: TreeHistory): boolean {
  return read.outcome === 'failed' && seen.connection !== read.connection && tree.stateAt(pathOf({ read }), seen.zxid) === null
}

function pathOf({ read: { request } }: Pick<WatchRecord, 'read'>): string {
  return 'path' in request ? request.path : ''
}

/** The answers of each session, in the order in which they came. */
function answersBySession({ operations }: History): Map<SessionId, Operation[]> {
  const told = new Map<SessionId, Operation[]>()
  for (const operation of operations) {
    if (operation.place < 0) continue
    const answers = told.get(operation.sessionId)
    if (answers === undefined) told.set(operation.sessionId, [operation])
    else answers.push(operation)
  }
  for (const answers of told.values()) answers.sort((a, b) => a.place - b.place)
  return told
}

/** The last answer before this place. */
function lastBefore(answers: readonly Operation[], place: number): Operation | undefined {
  let low = 0
  let high = answers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((answers[middle] as Operation).place < place) low = middle + 1
    else high = middle
  }
  return answers[low - 1]
}

function tellWatch({ read, event }: WatchRecord): string {
  return `set by ${tellOperation(read)}; ${event === null ? 'never fired' : `${event.type} at ${event.at.toFixed(1)} ms`}`
}
