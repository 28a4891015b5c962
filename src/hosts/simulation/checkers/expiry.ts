/**
 * A session ends only when its client asks for it or has been silent for the session's timeout. Silence is the server's to
 * measure, so the checker allows for what a server may miss: touches that a follower had collected when it lost its leader,
 * clocks that drift, and a process that was paused, which finds its clock ahead and what clients sent still unread. Source: `SessionTrackerImpl`, `LearnerSessionTracker`.
 */
import type { Millis, SessionId, Zxid } from '../../../kernel/index.ts'
import { decodeTxnHeader, OpCode } from '../../../wire/index.ts'
import type { Observed } from '../ensemble.ts'
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

/** How late a follower may find out that its leader hears nothing from it, and the drift of clocks. */
const ALLOWANCE: Millis = 4500

/** Less is no transaction, which is another checker's concern. */
const TXN_HEADER_LENGTH = 32

export class Expiry implements Checker {
  readonly name = 'expiry'
  /** When the end of a session was first put into anybody's log: close to the moment at which it was decided. */
  private readonly ended = new Map<SessionId, Millis>()
  private readonly seen = new Set<Zxid>()

  observe({ at, fact }: Observed): void {
    if (fact.kind !== 'appended' || this.seen.has(fact.zxid)) return
    this.seen.add(fact.zxid)
    if (fact.bytes.length < TXN_HEADER_LENGTH) return
    const { type, clientId } = decodeTxnHeader(fact.bytes)
    if (type === OpCode.closeSession && !this.ended.has(clientId)) this.ended.set(clientId, at)
  }

  judge({ history, faults }: FinishedRun): Verdict {
    const asked = new Set(history.operations.filter(({ request }) => request.kind === 'closeSession').map(({ sessionId }) => sessionId))
    const pauses = faults.filter(({ kind }) => kind === 'pause')
    let expired = 0
    for (const [sessionId, at] of this.ended) {
      const session = history.sessions.get(sessionId)
      if (session === undefined || asked.has(sessionId)) continue
      expired++
      if (pauses.some((pause) => pause.at < at && pause.at + pause.lasts > at - session.timeout)) continue
      const heard = session.heard.find((time) => time > at - (session.timeout - ALLOWANCE) && time < at)
      if (heard === undefined) continue
      // The silence was long enough, and what broke it in the last moment the leader would have learned with its next ping.
      const before = session.heard.findLast((time) => time < heard)
      if (before !== undefined && at - before >= session.timeout) continue
      const evidence = [`${session.client} had an answer at ${heard.toFixed(1)} ms, the session was ended at ${at.toFixed(1)} ms`]
      return violated(this.name, `Session 0x${sessionId.toString(16)} of ${session.client} expired although its client was alive.`, evidence)
    }
    for (const { sessionId, client, state, endedAt } of history.sessions.values()) {
      if (state !== 'expired' || this.ended.has(sessionId)) continue
      const evidence = [`${client} was told so at ${endedAt.toFixed(1)} ms`]
      return violated(this.name, `Session 0x${sessionId.toString(16)} is unknown to a server, but nobody has ended it.`, evidence)
    }
    return holds(this.name, `${expired} sessions expired, none before its time.`)
  }
}
