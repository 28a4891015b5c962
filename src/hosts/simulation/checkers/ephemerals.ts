/**
 * An ephemeral znode lives exactly as long as its session: its own client always finds it, and when the session has ended no
 * server shows it. Source: reference documentation, Ephemeral Nodes; ZOOKEEPER-1367.
 */
import type { SessionId } from '../../../kernel/index.ts'
import { CreateMode, KeeperErrorCode } from '../../../wire/index.ts'
import { type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, unknown, type Verdict, violated } from './verdict.ts'

export class Ephemerals implements Checker {
  readonly name = 'ephemerals'

  judge({ history, audits, sessionsOver }: FinishedRun): Verdict {
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

function leftOver(server: string, { request, error, answer }: Operation): string[] {
  const owner: SessionId = error === 0 ? (answer.stat?.ephemeralOwner ?? 0n) : 0n
  return owner === 0n || !('path' in request) ? [] : [`${server}: ${request.path} of session 0x${owner.toString(16)}`]
}
