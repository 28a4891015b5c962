/**
 * What one client sees goes forward: within a session the zxids of its answers never fall, over a move to another server
 * either, and a write is seen by the reads that follow it. Source: `ZooKeeperServer.processConnectRequest` (the client that is
 * ahead), documentation: single system image, FIFO client order.
 */
import type { SessionId, Zxid } from '../../../kernel/index.ts'
import { type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class ClientOrder implements Checker {
  readonly name = 'client-order'

  judge({ history }: FinishedRun): Verdict {
    if (history.protocolErrors.length > 0) {
      return violated(
        this.name,
        'A client got an answer that breaks the protocol.',
        history.protocolErrors.map(({ at, client, what }) => `${client} at ${at.toFixed(1)} ms: ${what}`),
      )
    }
    const last = new Map<SessionId, Operation>()
    const seen = new Map<string, Zxid>()
    for (const operation of history.operations) {
      const { sessionId, outcome, zxid, request, answer } = operation
      if (outcome !== 'ok' && outcome !== 'failed') continue
      const before = last.get(sessionId)
      if (before !== undefined && zxid < before.zxid) return this.backwards(before, operation)
      last.set(sessionId, operation)
      if (outcome === 'failed' || answer.stat === undefined || !('path' in request)) continue
      const key = `${sessionId} ${answer.path ?? request.path}`
      if (answer.stat.mzxid < (seen.get(key) ?? 0n)) return this.backwards(before ?? operation, operation)
      seen.set(key, answer.stat.mzxid)
    }
    return holds(this.name, `${history.sessions.size} sessions saw time go forward.`)
  }

  private backwards(before: Operation, after: Operation): Verdict {
    return violated(this.name, `${after.client} went back in time.`, [before, after].map(tellOperation))
  }
}
