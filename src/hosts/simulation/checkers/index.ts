/** The checkers, each an observer of its own that knows one promise of ZooKeeper. */
import { ClientOrder } from './client-order.ts'
import { CommittedOrder } from './committed-order.ts'
import { Durability } from './durability.ts'
import { Ephemerals } from './ephemerals.ts'
import { Epochs } from './epochs.ts'
import { Expiry } from './expiry.ts'
import { Liveness } from './liveness.ts'
import { NoCrash } from './no-crash.ts'
import { Reads } from './reads.ts'
import { Sequence } from './sequence.ts'
import { SyncedReads } from './synced-reads.ts'
import type { Checker } from './verdict.ts'
import { Watches } from './watches.ts'
import { WriteOrder } from './write-order.ts'

export * from './client-order.ts'
export * from './committed-order.ts'
export * from './durability.ts'
export * from './ephemerals.ts'
export * from './epochs.ts'
export * from './expiry.ts'
export * from './liveness.ts'
export * from './no-crash.ts'
export * from './reads.ts'
export * from './sequence.ts'
export * from './synced-reads.ts'
export * from './tree-history.ts'
export * from './verdict.ts'
export * from './watches.ts'
export * from './write-order.ts'
export * from './write-results.ts'

/** A fresh one of each. */
export function allCheckers(): Checker[] {
  const order = new CommittedOrder()
  return [
    new NoCrash(),
    order,
    new Epochs(),
    new Durability(),
    new ClientOrder(),
    new WriteOrder(),
    new SyncedReads(),
    new Reads(order),
    new Watches(order),
    new Sequence(),
    new Ephemerals(order),
    new Expiry(),
    new Liveness(),
  ]
}
