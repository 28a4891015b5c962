import { type Codec, JuteError } from '../jute/index.ts'
import type { Zxid } from '../kernel/index.ts'
import type { AccessControl, TreeChange, TxnResult, ZKDatabase } from '../tree/index.ts'
import type { WatchEvent, Watches } from '../watches/index.ts'
import {
  Create2Response,
  CreateResponse,
  ErrorResponse,
  type EventTypeName,
  KeeperErrorCode,
  MultiHeader,
  OpCode,
  Perms,
  SetACLResponse,
  SetDataResponse,
  type Stat,
  type Transaction,
} from '../wire/index.ts'
import type { PipelineEffect } from './effects.ts'
import type { OutstandingChanges } from './outstanding-changes.ts'
import type { ReadService } from './read-service.ts'
import { readAnswers } from './reads.ts'
import { notificationFrame, replyFrame } from './replies.ts'
import { isWrite, type Request } from './request.ts'
import type { Identities, RequestRules } from './rules.ts'

/**
 * The last processor, the only one that touches the tree. A transaction is applied, the watches on what it changed are told,
 * and only then its client gets the answer; a read is answered from the tree as it is. So an event always precedes the first
 * answer that could show the change. Source: `FinalRequestProcessor.processRequest`.
 */
export class FinalRequestProcessor implements ReadService {
  readonly database: ZKDatabase
  readonly watches: Watches
  readonly access: AccessControl
  private readonly identities: Identities
  private readonly out: PipelineEffect[]
  /** Where this server prepares: what was outstanding is now in the tree. Null on learners. */
  private readonly changes: OutstandingChanges | null

  /** @param out where effects are put; the pipeline hands them on */
  constructor(
    database: ZKDatabase,
    watches: Watches,
    rules: RequestRules,
    identities: Identities,
    changes: OutstandingChanges | null,
    out: PipelineEffect[],
  ) {
    this.database = database
    this.watches = watches
    this.access = rules.access
    this.identities = identities
    this.changes = changes
    this.out = out
  }

  /**
   * Applies a committed transaction.
   * @param request the request of a client of this server that it answers; null when it came from elsewhere
   */
  apply(transaction: Transaction, zxid: Zxid, bytes: Uint8Array, request: Request | null): void {
    const result = this.database.apply(transaction, request !== null)
    this.changes?.applied(zxid)
    for (const change of result.changes) for (const event of this.watches.fire(change)) this.tell(change, event, zxid)
    this.out.push({ kind: 'applied', zxid, bytes })
    if (request !== null && request.connection !== 0) this.answerWrite(request, transaction, result)
    if (transaction.txn.kind === 'closeSession') this.out.push({ kind: 'sessionClosed', sessionId: transaction.header.clientId })
  }

  /** Answers a read, or a request that failed before it became a transaction. */
  answer(request: Request): void {
    if (request.isLocal) return this.answerLocally(request)
    if (request.connection === 0) return
    const answer = readAnswers.get(request.type)
    const isUnknown = answer === undefined && !isWrite(request.type)
    if (isUnknown || request.error === KeeperErrorCode.UNIMPLEMENTED) return this.unimplemented(request)
    if (request.error !== 0 || answer === undefined) return this.refuse(request, request.error)
    try {
      this.reply(request, answer(this, request))
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.refuse(request, KeeperErrorCode.MARSHALLINGERROR)
    }
  }

  /** Tells a client that a watch of its has fired. @param zxid of the transaction that has caused it, -1 if it isn't known */
  notify(connection: number, type: EventTypeName, path: string, zxid: Zxid): void {
    this.out.push({ kind: 'reply', connection, bytes: notificationFrame(type, path, zxid), request: null })
  }

  /**
   * An event says that a node is there, so it goes only to who may read the node; to others its watch has fired in vain. Of a
   * changed list of children the list's owner is the parent. Source: `NIOServerCnxn.process` (3.8.4, ZOOKEEPER-4799).
   */
  private tell(change: TreeChange, { watcher, type, path }: WatchEvent, zxid: Zxid): void {
    const acl = type === 'NodeChildrenChanged' ? (change.parentAcl ?? []) : change.acl
    if (this.access.permits(acl, Perms.READ, this.identities.authInfoOf(watcher))) this.notify(watcher, type, path, zxid)
  }

  /** The begin or the end of a session that only this server knows. */
  private answerLocally(request: Request): void {
    const { connection, cxid, sessionId, type } = request
    if (type === OpCode.createSession) {
      this.out.push({ kind: 'sessionCreated', connection, sessionId, valid: true })
      return
    }
    if (connection !== 0) this.reply(request, replyFrame(cxid, this.database.lastProcessedZxid, 0))
    this.out.push({ kind: 'sessionClosed', sessionId })
  }

  private reply(request: Request, bytes: Uint8Array): void {
    this.out.push({ kind: 'reply', connection: request.connection, bytes, request })
  }

  /** Source: `UnimplementedRequestProcessor`. */
  private unimplemented(request: Request): void {
    const { connection, cxid, type } = request
    this.reply(request, replyFrame(cxid, -1n, KeeperErrorCode.UNIMPLEMENTED))
    this.out.push({ kind: 'closeClient', connection, reason: `operation ${type} is not for clients` })
  }

  private refuse(request: Request, code: number): void {
    // A client that has moved learns it by losing this connection: an error code would only be returned by the library.
    if (code === KeeperErrorCode.SESSIONMOVED) {
      this.out.push({ kind: 'closeClient', connection: request.connection, reason: 'the session has moved to another server' })
      return
    }
    this.reply(request, replyFrame(request.cxid, this.database.lastProcessedZxid, code))
  }

  private answerWrite(request: Request, { header, txn }: Transaction, result: TxnResult): void {
    const { connection, cxid, sessionId } = request
    const zxid = this.database.lastProcessedZxid
    if (txn.kind === 'error') return this.refuse(request, txn.err)
    if (request.type === OpCode.createSession) {
      this.out.push({ kind: 'sessionCreated', connection, sessionId, valid: true })
      return
    }
    if (request.type === OpCode.multi) {
      const body = multiResponse(result)
      this.reply(request, replyFrame(cxid, zxid, 0, body.codec, body.results))
      return
    }
    if (result.err !== 0) return this.refuse(request, result.err)
    this.reply(request, writeReply(request.type, cxid, zxid, result))
    if (header.type === OpCode.closeSession) this.out.push({ kind: 'closeClient', connection, reason: 'the client has closed its session' })
  }
}

function writeReply(type: number, cxid: number, zxid: Zxid, { path, stat }: TxnResult): Uint8Array {
  switch (type) {
    case OpCode.create:
      return replyFrame(cxid, zxid, 0, CreateResponse, { path: path as string })
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL:
      return replyFrame(cxid, zxid, 0, Create2Response, { path: path as string, stat: stat as Stat })
    case OpCode.setData:
      return replyFrame(cxid, zxid, 0, SetDataResponse, { stat: stat as Stat })
    case OpCode.setACL:
      return replyFrame(cxid, zxid, 0, SetACLResponse, { stat: stat as Stat })
    default:
      return replyFrame(cxid, zxid, 0)
  }
}

/** The answer to a multi: per operation its header and result. Source: `MultiResponse.serialize`. */
function multiResponse(result: TxnResult): { codec: Codec<readonly TxnResult[]>; results: readonly TxnResult[] } {
  return { codec: multiCodec, results: result.results ?? [] }
}

const multiCodec: Codec<readonly TxnResult[]> = {
  write(writer, results) {
    // One failure makes errors of all: those before it carry 0, those after it RUNTIMEINCONSISTENCY.
    const failed = results.some((result) => result.err !== 0)
    for (const result of results) {
      if (failed) {
        MultiHeader.write(writer, { type: OpCode.error, done: false, err: result.err })
        ErrorResponse.write(writer, { err: result.err })
        continue
      }
      const type = result.kind === 'createContainer' || result.kind === 'createTTL' ? OpCode.create2 : OpCode[result.kind]
      MultiHeader.write(writer, { type, done: false, err: 0 })
      if (type === OpCode.create) CreateResponse.write(writer, { path: result.path as string })
      else if (type === OpCode.create2) Create2Response.write(writer, { path: result.path as string, stat: result.stat as Stat })
      else if (type === OpCode.setData) SetDataResponse.write(writer, { stat: result.stat as Stat })
    }
    MultiHeader.write(writer, { type: -1, done: true, err: -1 })
  },
  read() {
    throw new JuteError('a server reads no multi response')
  },
}
