import { counterOf, epochOf, type Zxid } from '../kernel/index.ts'

/**
 * Whether a transaction may come directly after this position: the next counter of the same epoch, or the first transaction
 * of a later one. Everything that keeps, sends or receives a history asks this, so that a hole cannot travel from one server
 * to the next. Source: `Learner.syncWithLeader`, `ZKDatabase.addCommittedProposal` (ZOOKEEPER-4925).
 */
export function follows(position: Zxid, zxid: Zxid): boolean {
  return zxid === position + 1n || (counterOf(zxid) === 1n && epochOf(zxid) > epochOf(position))
}
