import { assert, formatId, type Now, type Zxid } from '../kernel/index.ts'
import type { SessionTracker } from '../sessions/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import { OpCode, type Transaction } from '../wire/index.ts'
import { CommitProcessor } from './commit-processor.ts'
import type { PipelineEffect } from './effects.ts'
import { FinalRequestProcessor } from './final-processor.ts'
import { PrepRequestProcessor } from './prep/index.ts'
import { LOCAL_OWNER, needsQuorum, type Request } from './request.ts'
import type { Identities, RequestRules } from './rules.ts'

const NOTHING: readonly PipelineEffect[] = []

/** The processors of one role, put together. Each call returns what is to be done. */
export interface Pipeline {
  /** Takes a request: of a client of this server or, on the leader, of a learner's client. */
  submit(request: Request, now: Now): readonly PipelineEffect[]
  /**
   * The ensemble (or, standalone, the disk) has accepted this transaction. Called in zxid order.
   * @param transaction the decoded bytes; null where this pipeline has prepared it itself
   */
  commit(zxid: Zxid, bytes: Uint8Array, transaction: Transaction | null): readonly PipelineEffect[]
  /** Learners: the leader has answered the oldest sync. */
  syncAnswered(): readonly PipelineEffect[]
}

/**
 * The pipeline of a server that prepares its own transactions.
 *
 *     leader       Prep → (propose) → Commit → Final
 *     standalone   Prep → (log)     → Commit → Final
 *
 * They are the same: both propose, and go on when they are told that the transaction is committed. On the leader that is when
 * a quorum has logged it, on a standalone server when its own disk has.
 */
export class PreparingPipeline implements Pipeline {
  private readonly out: PipelineEffect[] = []
  private readonly prep: PrepRequestProcessor
  private readonly committer: CommitProcessor
  /** Transactions prepared here and not committed yet, in zxid order: they need not be decoded again. */
  private readonly prepared: Transaction[] = []

  /** @param lastZxid the zxid before the first that will be given out */
  constructor(database: ZKDatabase, watches: Watches, sessions: SessionTracker, lastZxid: Zxid, rules: RequestRules, identities: Identities) {
    this.prep = new PrepRequestProcessor(database, sessions, lastZxid, rules)
    const final = new FinalRequestProcessor(database, watches, rules, identities, this.prep.changes, this.out)
    this.committer = new CommitProcessor(final, false)
  }

  submit(request: Request, now: Now): readonly PipelineEffect[] {
    if (needsQuorum(request)) {
      const { zxid, bytes, transaction } = this.prep.prepare(request, now)
      if (request.owner === LOCAL_OWNER) this.committer.process(request)
      this.prepared.push(transaction)
      this.out.push({ kind: 'propose', zxid, bytes })
    } else if (request.owner !== LOCAL_OWNER) {
      // Learners answer their own reads; what reaches the leader is a sync, which has had its turn now.
      if (request.type === OpCode.sync) this.out.push({ kind: 'syncLearner', connection: request.owner })
    } else {
      if (request.type !== OpCode.ping && !request.isLocal && request.error === 0) this.prep.checkRead(request)
      this.committer.process(request)
    }
    return this.take()
  }

  commit(zxid: Zxid, bytes: Uint8Array): readonly PipelineEffect[] {
    const transaction = this.prepared.shift()
    assert(transaction?.header.zxid === zxid, `commit of ${formatId(zxid)}, which is not the oldest that was prepared`)
    this.committer.commit(transaction, zxid, bytes)
    return this.take()
  }

  syncAnswered(): readonly PipelineEffect[] {
    return []
  }

  private take(): readonly PipelineEffect[] {
    return this.out.length === 0 ? NOTHING : this.out.splice(0)
  }
}

/**
 * The pipeline of followers and observers.
 *
 *     Forward → Commit → Final
 *
 * A write is queued here first and passed on to the leader second, so that its commit always finds it.
 * Source: `FollowerRequestProcessor`, `ObserverRequestProcessor`.
 */
export class LearnerPipeline implements Pipeline {
  private readonly out: PipelineEffect[] = []
  private readonly committer: CommitProcessor

  constructor(database: ZKDatabase, watches: Watches, rules: RequestRules, identities: Identities) {
    this.committer = new CommitProcessor(new FinalRequestProcessor(database, watches, rules, identities, null, this.out), true)
  }

  submit(request: Request): readonly PipelineEffect[] {
    this.committer.process(request)
    const isSync = request.type === OpCode.sync && request.error === 0
    if (needsQuorum(request) || isSync) this.out.push({ kind: 'forward', request })
    return this.take()
  }

  commit(zxid: Zxid, bytes: Uint8Array, transaction: Transaction): readonly PipelineEffect[] {
    this.committer.commit(transaction, zxid, bytes)
    return this.take()
  }

  syncAnswered(): readonly PipelineEffect[] {
    this.committer.syncAnswered()
    return this.take()
  }

  private take(): readonly PipelineEffect[] {
    return this.out.length === 0 ? NOTHING : this.out.splice(0)
  }
}
