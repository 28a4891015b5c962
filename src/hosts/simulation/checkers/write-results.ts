/**
 * Whether the answers to all writes of one znode can be had from one znode: the writes that were answered take effect in the order
 * of their zxids, and of those without an answer each does so at some point after it was asked for, or never. The search tries
 * the answered one first, so for a healthy history it walks straight through.
 */
import { KeeperErrorCode } from '../../../wire/index.ts'
import type { ClientRequest, Operation } from '../history.ts'

/** `unknown`: the search was broken off. */
export type Explanation = 'explained' | 'unexplained' | 'unknown'

/** A znode as far as writes see it: its version; null: it is not there. */
type Znode = number | null

/** How many situations are looked at, at most. */
const BUDGET = 20_000

const MODELLED: ReadonlySet<number> = new Set([KeeperErrorCode.NONODE, KeeperErrorCode.NODEEXISTS, KeeperErrorCode.BADVERSION])

/** Whether the answer to this write is one that the znode alone decides. */
export function isDecided({ request, outcome, error }: Operation): boolean {
  if (request.kind === 'create') return outcome === 'ok' || (outcome === 'failed' && error === KeeperErrorCode.NODEEXISTS)
  return outcome === 'ok' || (outcome === 'failed' && MODELLED.has(error))
}

/**
 * Whether one znode can have given these answers.
 * @param answered the writes of the znode that were answered, in the order of their zxids
 * @param unanswered those of which nobody knows
 */
export function explain(answered: readonly Operation[], unanswered: readonly Operation[]): Explanation {
  if (answered.some(({ endedAt }, i) => answered.slice(0, i).some(({ invokedAt }) => endedAt < invokedAt))) return 'unexplained'
  const groups = groupsOf(answered, unanswered)
  const seen = new Set<string>()
  const open: { readonly next: number; readonly znode: Znode; readonly used: readonly number[] }[] = []
  const visit = (next: number, znode: Znode, used: readonly number[]) => {
    const key = `${next} ${znode} ${used}`
    if (seen.has(key)) return
    seen.add(key)
    open.push({ next, znode, used })
  }
  visit(
    0,
    null,
    groups.map(() => 0),
  )
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const { next, znode, used } = here
    const operation = answered[next]
    if (operation === undefined) return 'explained'
    if (seen.size > BUDGET) return 'unknown'
    for (const [i, group] of groups.entries()) {
      const candidate = group[used[i] as number]
      if (candidate === undefined || candidate.notBefore > next) continue
      const after = write(candidate.request, znode)
      if (after.error === 0) visit(next, after.znode, used.with(i, (used[i] as number) + 1))
    }
    const after = write(operation.request, znode)
    if (isAnswer(operation, after)) visit(next + 1, after.znode, used)
  }
  return 'unexplained'
}

interface Unanswered {
  readonly request: ClientRequest
  /** How many of the answered writes had ended before this one was asked for. */
  readonly notBefore: number
}

/** Writes that do the same are interchangeable: of each group the one that was asked for first is tried first. */
function groupsOf(answered: readonly Operation[], unanswered: readonly Operation[]): Unanswered[][] {
  const groups = new Map<string, Unanswered[]>()
  for (const { request, invokedAt } of unanswered) {
    const notBefore = answered.findLastIndex(({ endedAt }) => endedAt < invokedAt) + 1
    const key = `${request.kind} ${'version' in request ? request.version : ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [{ request, notBefore }])
    else group.push({ request, notBefore })
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.notBefore - b.notBefore))
}

/** What a write makes of a znode. Source: `PrepRequestProcessor.pRequest2Txn`. */
export function write(request: ClientRequest, znode: Znode): { readonly znode: Znode; readonly error: number } {
  if (request.kind === 'create') return znode === null ? { znode: 0, error: 0 } : { znode, error: KeeperErrorCode.NODEEXISTS }
  if (znode === null) return { znode, error: KeeperErrorCode.NONODE }
  if ('version' in request && request.version !== -1 && request.version !== znode) return { znode, error: KeeperErrorCode.BADVERSION }
  return { znode: request.kind === 'delete' ? null : znode + 1, error: 0 }
}

/** Whether a write with this effect is answered like this. */
export function isAnswer({ outcome, error, answer }: Operation, after: { readonly znode: Znode; readonly error: number }): boolean {
  if (outcome === 'failed') return after.error === error
  return after.error === 0 && (answer.stat === undefined || answer.stat.version === after.znode)
}
