/**
 * A read shows one state that the ensemble went through: the one after exactly the transactions up to the zxid in its answer.
 * So a server may be behind, but what it shows is never a mixture, and never something that was not committed. Source: reference
 * documentation, Consistency Guarantees: single system image, sequential consistency.
 */
import { equalBytes, formatId } from '../../../kernel/index.ts'
import { KeeperErrorCode } from '../../../wire/index.ts'
import { type Operation, tellOperation } from '../history.ts'
import type { CommittedOrder } from './committed-order.ts'
import { TreeHistory } from './tree-history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Reads implements Checker {
  readonly name = 'reads'
  private readonly order: CommittedOrder

  /** @param order knows what was committed */
  constructor(order: CommittedOrder) {
    this.order = order
  }

  judge({ history }: FinishedRun): Verdict {
    const tree = new TreeHistory(this.order.transactions())
    let count = 0
    for (const operation of history.operations) {
      if (!('path' in operation.request) || operation.request.path.startsWith('/zookeeper')) continue
      const fault = faultOf(operation, tree)
      if (fault === undefined) continue
      if (fault !== null) return violated(this.name, `A read shows what was not there: ${fault}.`, [tellOperation(operation)])
      count++
    }
    return holds(this.name, `${count} reads showed the state after exactly the transactions up to their zxid.`)
  }
}

/** What is wrong with a read; null: nothing; undefined: it is none, or it was not answered. */
function faultOf({ request, outcome, error, zxid, answer }: Operation, tree: TreeHistory): string | null | undefined {
  if (request.kind !== 'getData' && request.kind !== 'exists' && request.kind !== 'getChildren2') return undefined
  const isMissing = outcome === 'failed' && error === KeeperErrorCode.NONODE
  if (outcome !== 'ok' && !isMissing) return undefined
  if (request.kind === 'getChildren2')
    return isMissing ? undefined : childrenFault(request.path, answer.children ?? [], tree.childrenAt(request.path, zxid))
  const state = tree.stateAt(request.path, zxid)
  if (isMissing) return state === null ? null : `no ${request.path}, which has been there since ${formatId(state.czxid)}`
  if (request.path === '/') return undefined
  if (state === null) return `${request.path}, which was not there at ${formatId(zxid)}`
  const { czxid = 0n, mzxid = 0n, version = 0 } = answer.stat ?? {}
  if (czxid !== state.czxid || mzxid !== state.mzxid || version !== state.version) {
    return `${request.path} as version ${version} of ${formatId(mzxid)}, where version ${state.version} of ${formatId(state.mzxid)} is due`
  }
  const { data } = answer
  const isSame = data === undefined || (data ?? NO_DATA) === (state.data ?? NO_DATA) || equalBytes(data ?? NO_DATA, state.data ?? NO_DATA)
  return isSame ? null : `${request.path} with other data than ${formatId(mzxid)} wrote`
}

const NO_DATA = new Uint8Array(0)

/** `/zookeeper` is there without any transaction. */
function childrenFault(path: string, answer: readonly string[], due: ReadonlySet<string>): string | null {
  const shown = new Set(answer.filter((name) => name !== 'zookeeper'))
  const missing = [...due].filter((name) => !shown.has(name))
  const added = [...shown].filter((name) => !due.has(name))
  if (missing.length === 0 && added.length === 0) return null
  return `the children of ${path} without [${missing.slice(0, 3)}] and with [${added.slice(0, 3)}]`
}
