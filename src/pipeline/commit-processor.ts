import type { SessionId, Zxid } from '../kernel/index.ts'
import { OpCode, type Transaction } from '../wire/index.ts'
import type { FinalRequestProcessor } from './final-processor.ts'
import { needsQuorum, type Request } from './request.ts'

/**
 * Keeps the promises on order. Committed transactions are applied in the order in which they come, which is that of their
 * zxids. A session's own requests are answered in the order in which it sent them: behind a write that is not committed yet,
 * its later requests wait, while other sessions go on reading.
 *
 * A committed transaction belongs to a client of this server if it is the oldest waiting write of its session; then the
 * waiting request is completed with it. Source: `CommitProcessor`; `zab.md` 7.6.
 */
export class CommitProcessor {
  private readonly next: FinalRequestProcessor
  /** Whether sync waits for the leader (on learners), or passes like a read. */
  private readonly syncWaits: boolean
  /** Per session, its requests from its oldest uncommitted write on. */
  private readonly waiting = new Map<SessionId, Request[]>()
  /** Syncs of this server's clients that the leader has not answered, oldest first. */
  private readonly pendingSyncs: Request[] = []

  constructor(next: FinalRequestProcessor, syncWaits: boolean) {
    this.next = next
    this.syncWaits = syncWaits
  }

  /** Sessions with a request that waits. */
  get waitingSessions(): number {
    return this.waiting.size
  }

  /** A request of a client of this server. */
  process(request: Request): void {
    const waits = this.needsCommit(request)
    if (waits && request.type === OpCode.sync) this.pendingSyncs.push(request)
    const queue = this.waiting.get(request.sessionId)
    if (queue !== undefined) queue.push(request)
    else if (waits) this.waiting.set(request.sessionId, [request])
    else this.next.answer(request)
  }

  /** The next transaction in zxid order is committed. */
  commit(transaction: Transaction, zxid: Zxid, bytes: Uint8Array): void {
    const { clientId, cxid } = transaction.header
    const queue = this.waiting.get(clientId)
    const oldest = queue?.[0]
    if (queue === undefined || oldest === undefined || oldest.cxid !== cxid || oldest.type === OpCode.sync) {
      this.next.apply(transaction, zxid, bytes, null)
      return
    }
    queue.shift()
    this.next.apply(transaction, zxid, bytes, oldest)
    this.drain(clientId, queue)
  }

  /** The leader has answered the oldest sync. */
  syncAnswered(): void {
    const request = this.pendingSyncs.shift()
    if (request === undefined) return
    request.synced = true
    const queue = this.waiting.get(request.sessionId)
    if (queue !== undefined) this.drain(request.sessionId, queue)
  }

  /** Answers what no longer has a write before it. */
  private drain(sessionId: SessionId, queue: Request[]): void {
    let done = 0
    while (done < queue.length && !this.needsCommit(queue[done] as Request)) this.next.answer(queue[done++] as Request)
    if (done === queue.length) this.waiting.delete(sessionId)
    else if (done > 0) queue.splice(0, done)
  }

  private needsCommit(request: Request): boolean {
    if (request.error !== 0) return false
    return needsQuorum(request) || (this.syncWaits && request.type === OpCode.sync && !request.synced)
  }
}
