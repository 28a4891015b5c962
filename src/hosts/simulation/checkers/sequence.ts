/**
 * Numbers count: sequential names are given once, and in the order of the transactions that gave them; the version of a znode
 * goes up with every write of it. Source: `PrepRequestProcessor`, cversion of the parent and `checkAndIncVersion`.
 */
import { CreateMode, KeeperErrorCode } from '../../../wire/index.ts'
import { type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Sequence implements Checker {
  readonly name = 'sequence'

  judge({ history }: FinishedRun): Verdict {
    const sequential = history.operations.filter(isSequential)
    const taken = sequential.find(({ error }) => error === KeeperErrorCode.NODEEXISTS)
    if (taken !== undefined) return violated(this.name, 'A sequential znode got a name that was taken.', [tellOperation(taken)])
    const given = inOrder(sequential)
    for (let i = 1; i < given.length; i++) {
      const [a, b] = [given[i - 1] as Operation, given[i] as Operation]
      if (numberOf(a) >= numberOf(b)) return violated(this.name, 'A later sequential znode did not get the higher number.', [a, b].map(tellOperation))
    }
    const written = new Map<string, Operation>()
    for (const write of inOrder(history.operations.filter(({ request }) => request.kind === 'setData'))) {
      const { czxid = 0n, version = 0 } = write.answer.stat ?? {}
      const key = `${'path' in write.request ? write.request.path : ''} ${czxid}`
      const before = written.get(key)
      if (before !== undefined && (before.answer.stat?.version ?? 0) >= version)
        return violated(this.name, `Two writes of a znode made it version ${version}.`, [before, write].map(tellOperation))
      written.set(key, write)
    }
    return holds(this.name, `${given.length} sequential names were given in order, and versions only went up.`)
  }
}

function isSequential({ request }: Operation): boolean {
  return request.kind === 'create' && (request.mode === CreateMode.PERSISTENT_SEQUENTIAL || request.mode === CreateMode.EPHEMERAL_SEQUENTIAL)
}

/** Those that were acknowledged, in the order of their transactions. */
function inOrder(operations: readonly Operation[]): Operation[] {
  return operations.filter(({ outcome }) => outcome === 'ok').sort((a, b) => (a.zxid < b.zxid ? -1 : 1))
}

function numberOf({ answer }: Operation): number {
  return Number((answer.path ?? '').slice(-10))
}
