/**
 * An ephemeral znode lives exactly as long as its session: its own client always finds it, the transaction that ends the session
 * deletes every one of them, none is created after it, and in the end no server shows any. Source: reference documentation, Ephemeral Nodes; ZOOKEEPER-1367.
 */
import { formatId, type SessionId } from '../../../kernel/index.ts'
import { CreateMode, KeeperErrorCode, type Transaction } from '../../../wire/index.ts'
import { type Operation, tellOperation } from '../history.ts'
import type { CommittedOrder } from './committed-order.ts'
import { type Checker, type FinishedRun, holds, unknown, type Verdict, violated } from './verdict.ts'

export class Ephemerals implements Checker {
  readonly name = 'ephemerals'
  private readonly order: CommittedOrder

  /** @param order knows what was committed */
  constructor(order: CommittedOrder) {
    this.order = order
  }

  judge({ history, audits, sessionsOver }: FinishedRun): Verdict {
    const fault = faultIn(this.order.transactions())
    if (fault !== null) return violated(this.name, fault, [])
    const created = new Map<string, Operation>()
    for (const operation of history.operations) {
      const { request, outcome, answer, sessionId, error } = operation
      if (request.kind === 'create' && outcome === 'ok') {
        if (request.mode === CreateMode.EPHEMERAL || request.mode === CreateMode.EPHEMERAL_SEQUENTIAL) created.set(answer.path ?? '', operation)
      } else if (request.kind === 'exists' && error === KeeperErrorCode.NONODE) {
        const create = created.get(request.path)
        if (create?.sessionId === sessionId) {
          return violated(this.name, 'A client did not find an ephemeral znode of its living session.', [create, operation].map(tellOperation))
        }
      }
    }
    if (!sessionsOver) return unknown(this.name, 'No leader lasted long enough for all sessions to expire.')
    const left = [...audits].flatMap(([server, answers]) => answers.flatMap((answer) => leftOver(server, answer)))
    if (left.length > 0) return violated(this.name, `${left.length} ephemeral znodes are left although their sessions have ended.`, left)
    return holds(this.name, `All ${created.size} ephemeral znodes lived as long as their sessions.`)
  }
}

/** Where sessions and their znodes part in what was committed; null: nowhere. */
function faultIn(transactions: readonly Transaction[]): string | null {
  const owned = new Map<SessionId, Set<string>>()
  const ended = new Set<SessionId>()
  for (const { header, txn } of transactions) {
    const { clientId } = header
    if ((txn.kind === 'create' || txn.kind === 'create2') && txn.ephemeral) {
      if (ended.has(clientId)) return `${txn.path} was created for session ${formatId(clientId)}, which had ended.`
      owned.set(clientId, (owned.get(clientId) ?? new Set()).add(txn.path))
    } else if (txn.kind === 'delete') {
      for (const paths of owned.values()) paths.delete(txn.path)
    } else if (txn.kind === 'closeSession') {
      ended.add(clientId)
      const left = [...(owned.get(clientId) ?? [])].filter((path) => txn.paths2Delete?.includes(path) === false)
      if (left.length > 0) return `The end of session ${formatId(clientId)} left ${left.join(', ')}.`
      owned.delete(clientId)
    }
  }
  return null
}

function leftOver(server: string, { request, error, answer }: Operation): string[] {
  const owner: SessionId = error === 0 ? (answer.stat?.ephemeralOwner ?? 0n) : 0n
  return owner === 0n || !('path' in request) ? [] : [`${server}: ${request.path} of session 0x${owner.toString(16)}`]
}
