/** What clients asked and what they were told: the outside view of an ensemble, from which most checkers judge. */
import type { Millis, SessionId, Zxid } from '../../kernel/index.ts'
import type { EventTypeName, Stat } from '../../wire/index.ts'

/** What clients of a world ask for. */
export type ClientRequest =
  | { readonly kind: 'create'; readonly path: string; readonly data: Uint8Array; readonly mode: number }
  | { readonly kind: 'setData'; readonly path: string; readonly data: Uint8Array; readonly version: number }
  | { readonly kind: 'delete'; readonly path: string; readonly version: number }
  | { readonly kind: 'exists' | 'getData' | 'getChildren2'; readonly path: string; readonly watch?: boolean }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'closeSession' }

/** What an answer carries, as far as its operation has it. */
export interface Answer {
  readonly path?: string
  readonly data?: Uint8Array | null
  readonly stat?: Stat
  readonly children?: readonly string[]
}

/** One request of one client. */
export interface Operation {
  /** 0, 1, 2 … in the order in which the requests of the world were invoked. */
  readonly id: number
  readonly client: string
  readonly sessionId: SessionId
  readonly request: ClientRequest
  readonly invokedAt: Millis
  /** The server that it was sent to, on the how-manieth connection of the session, counted from 0. */
  readonly server: string
  readonly connection: number
  /** `ok` and `failed` were answered; `unknown` means that the connection broke first: it may have happened, or may still. */
  outcome: 'pending' | 'ok' | 'failed' | 'unknown'
  endedAt: Millis
  /** Its place among all that clients were told, answers and watch events alike; -1 before. */
  place: number
  /** Of the reply's header; for a write its own transaction, for a read how far the server had come. -1 before. */
  zxid: Zxid
  /** The `KeeperErrorCode` of a failure, else 0. */
  error: number
  answer: Answer
}

/** The writes, each of which is a transaction when it succeeds. */
export const WRITES: ReadonlySet<ClientRequest['kind']> = new Set(['create', 'setData', 'delete', 'closeSession'])

/** Whether the request is a transaction when it succeeds. */
export function isWrite({ request }: Operation): boolean {
  return WRITES.has(request.kind)
}

/** A one-shot watch, from the answer that set it on. */
export interface WatchRecord {
  /** The read that asked for it, and its answer. */
  readonly read: Operation
  /** What its client was told; null: nothing, so far. */
  event: { readonly type: EventTypeName; readonly path: string; readonly at: Millis; readonly place: number } | null
  /** The place at which its client forgot it with its session; infinity before. */
  forgottenAt: number
}

/** What became of one session, as its client knows. */
export interface SessionRecord {
  readonly client: string
  readonly sessionId: SessionId
  readonly openedAt: Millis
  /** What the server granted. */
  readonly timeout: Millis
  /** When the client heard of a server in this session. */
  readonly heard: Millis[]
  /** `expired`: a server said so. `given up`: no server was reached for too long. `closed`: the client has closed it and was told that it is. */
  state: 'open' | 'expired' | 'given up' | 'closed'
  endedAt: Millis
  /** How often it moved to another connection. */
  moves: number
}

/** All that clients asked, were answered and were told: the evidence that most checkers judge by. */
export class History {
  readonly operations: Operation[] = []
  readonly sessions = new Map<SessionId, SessionRecord>()
  readonly watches: WatchRecord[] = []
  /** Watch events that came although their client had no such watch. */
  readonly strayEvents: { readonly at: Millis; readonly client: string; readonly what: string }[] = []
  /** Answers that break the protocol: wrong xid, rubbish. */
  readonly protocolErrors: { readonly at: Millis; readonly client: string; readonly what: string }[] = []

  /** How many watch events clients were told, stray ones included. */
  events = 0
  private told = 0

  /** The place of the next thing that a client is told. */
  nextPlace(): number {
    return this.told++
  }

  /** A client sends a request. Returns its record, which is filled in when the answer comes. */
  invoke(client: string, sessionId: SessionId, server: string, request: ClientRequest, at: Millis): Operation {
    const connection = this.sessions.get(sessionId)?.moves ?? 0
    const operation: Operation = {
      id: this.operations.length,
      client,
      sessionId,
      request,
      invokedAt: at,
      server,
      connection,
      outcome: 'pending',
      endedAt: Number.POSITIVE_INFINITY,
      place: -1,
      zxid: -1n,
      error: 0,
      answer: {},
    }
    this.operations.push(operation)
    return operation
  }

  /** The writes that were acknowledged. */
  acknowledged(): Operation[] {
    return this.operations.filter((operation) => operation.outcome === 'ok' && isWrite(operation))
  }
}

/** One line on an operation, for verdicts. */
export function tellOperation(operation: Operation): string {
  const { request, client, outcome, zxid, invokedAt, endedAt, server } = operation
  const what = request.kind === 'closeSession' ? 'closeSession' : `${request.kind} ${operation.answer.path ?? request.path}`
  const when = Number.isFinite(endedAt) ? `${invokedAt.toFixed(1)}–${endedAt.toFixed(1)} ms` : `from ${invokedAt.toFixed(1)} ms`
  return `${client} at ${server}: ${what} → ${outcome}${zxid >= 0n ? ` 0x${zxid.toString(16)}` : ''} (${when})`
}
