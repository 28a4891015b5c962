import { decode, JuteError } from '../../jute/index.ts'
import { fromUtf8, type Now, type Zxid } from '../../kernel/index.ts'
import type { SessionTracker } from '../../sessions/index.ts'
import type { ZKDatabase } from '../../tree/index.ts'
import {
  CreateRequest,
  CreateSessionTxn,
  CreateTTLRequest,
  DeleteRequest,
  encodeTransaction,
  KeeperErrorCode,
  OpCode,
  SetACLRequest,
  SetDataRequest,
  type Transaction,
  type Txn,
} from '../../wire/index.ts'
import { OutstandingChanges } from '../outstanding-changes.ts'
import type { PreparedTxn, Request } from '../request.ts'
import type { RequestRules } from '../rules.ts'
import { prepareDelete, prepareDeleteContainer, prepareSetACL, prepareSetData } from './changes.ts'
import type { PrepContext } from './context.ts'
import { prepareCreate } from './create.ts'
import { Refusal, refuse } from './failure.ts'
import { prepareMulti } from './multi.ts'
import { prepareCloseSession, prepareCreateSession } from './sessions.ts'

/**
 * Turns requests into transactions, one after the other. It alone gives out zxids, so the order in which it is asked is the
 * order of all writes. A write that is refused becomes a transaction too, of type error: it uses up its zxid and is logged
 * and committed like any other, so that its client gets the refusal in its turn.
 * Source: `PrepRequestProcessor.pRequest`.
 */
export class PrepRequestProcessor {
  readonly changes: OutstandingChanges
  private readonly database: ZKDatabase
  private readonly sessions: SessionTracker
  private readonly rules: RequestRules
  /** The last zxid given out. */
  private lastZxid: Zxid

  constructor(database: ZKDatabase, sessions: SessionTracker, lastZxid: Zxid, rules: RequestRules) {
    this.database = database
    this.sessions = sessions
    this.lastZxid = lastZxid
    this.rules = rules
    this.changes = new OutstandingChanges(database.tree)
  }

  /** Prepares a write. */
  prepare(request: Request, now: Now): PreparedTxn {
    const zxid = (this.lastZxid + 1n) as Zxid
    this.lastZxid = zxid
    const txn = this.attempt(request, zxid, now)
    const header = { clientId: request.sessionId, cxid: request.cxid, zxid, time: BigInt(now.wall), type: OpCode[txn.kind] }
    const transaction: Transaction = { header, txn, digest: null }
    return { zxid, bytes: encodeTransaction(transaction), transaction }
  }

  /** A request that changes nothing still needs a session that lives and has not moved. */
  checkRead(request: Request): void {
    const verdict = this.sessions.checkSession(request.sessionId, request.owner)
    if (verdict !== 'ok') request.error = KeeperErrorCode[verdict]
  }

  private attempt(request: Request, zxid: Zxid, now: Now): Txn {
    const mark = this.changes.mark()
    try {
      return this.prepareTxn(request, this.contextOf(request, zxid, now))
    } catch (error) {
      this.changes.rollBack(mark)
      if (error instanceof Refusal) return { kind: 'error', err: error.code }
      if (error instanceof JuteError) return { kind: 'error', err: KeeperErrorCode.MARSHALLINGERROR }
      throw error
    }
  }

  private contextOf(request: Request, zxid: Zxid, now: Now): PrepContext {
    return {
      database: this.database,
      changes: this.changes,
      sessions: this.sessions,
      rules: this.rules,
      zxid,
      sessionId: request.sessionId,
      owner: request.owner,
      authInfo: request.authInfo,
      elapsed: now.elapsed,
    }
  }

  private prepareTxn(request: Request, context: PrepContext): Txn {
    const { type, payload } = request
    switch (type) {
      case OpCode.create:
      case OpCode.create2:
      case OpCode.createContainer:
        return prepareCreate(context, type, { ...decode(CreateRequest, payload), ttl: -1n })
      case OpCode.createTTL:
        return prepareCreate(context, type, decode(CreateTTLRequest, payload))
      case OpCode.delete:
        return prepareDelete(context, decode(DeleteRequest, payload))
      case OpCode.deleteContainer:
        return prepareDeleteContainer(context, fromUtf8(payload))
      case OpCode.setData:
        return prepareSetData(context, decode(SetDataRequest, payload))
      case OpCode.setACL:
        return prepareSetACL(context, decode(SetACLRequest, payload))
      case OpCode.multi:
        return prepareMulti(context, payload)
      case OpCode.createSession:
        return prepareCreateSession(context, decode(CreateSessionTxn, payload).timeOut)
      case OpCode.closeSession:
        return prepareCloseSession(context)
      case OpCode.reconfig:
        return refuse('RECONFIGDISABLED')
      default:
        return refuse('UNIMPLEMENTED')
    }
  }
}
