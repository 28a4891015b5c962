/** Sequential names are given once, and in the order of the transactions that gave them. Source: `PrepRequestProcessor`, cversion of the parent. */
import type { Operation } from '../history.ts'
import { tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class Sequence implements Checker {
  readonly name = 'sequence'

  judge({ history }: FinishedRun): Verdict {
    const given = history.operations
      .filter(({ request, outcome }) => outcome === 'ok' && request.kind === 'create' && (request.mode === 2 || request.mode === 3))
      .sort((a, b) => (a.zxid < b.zxid ? -1 : 1))
    for (let i = 1; i < given.length; i++) {
      const [a, b] = [given[i - 1] as Operation, given[i] as Operation]
      if (numberOf(a) >= numberOf(b)) return violated(this.name, 'A later sequential znode did not get the higher number.', [a, b].map(tellOperation))
    }
    return holds(this.name, `${given.length} sequential names were given in order.`)
  }
}

function numberOf({ answer }: Operation): number {
  return Number((answer.path ?? '').slice(-10))
}
