/** For checks of what a leader makes of requests: clients that ask by name, and the outcomes in words. */
import { MultiRequest } from '../../src/client/multi.ts'
import { encode } from '../../src/jute/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import type { ChangeRecord } from '../../src/pipeline/outstanding-changes.ts'
import { PrepRequestProcessor } from '../../src/pipeline/prep/index.ts'
import { newRequest, type Request } from '../../src/pipeline/request.ts'
import { SessionTracker } from '../../src/sessions/session-tracker.ts'
import { AccessControl, ZKDatabase } from '../../src/tree/index.ts'
import {
  type ACL,
  CreateMode,
  type CreateModeName,
  CreateRequest,
  DeleteRequest,
  KeeperErrorCode,
  OPEN_ACL_UNSAFE,
  OpCode,
  SetDataRequest,
  type Transaction,
  type Txn,
} from '../../src/wire/index.ts'
import { same } from './check.ts'

/** One operation; a version that is not given is -1, which matches every one. */
type Operation =
  | { readonly create: string; readonly data?: string; readonly mode?: CreateModeName; readonly acl?: readonly ACL[] }
  | { readonly delete: string; readonly version?: number }
  | { readonly set: string; readonly data?: string; readonly version?: number }
  | { readonly check: string; readonly version?: number }

/** What a client asks for. `close` ends its session; with `apply` everything that was asked before is applied to the tree. */
export type Ask = Operation | { readonly multi: readonly Operation[] } | 'close' | 'apply'

/** One who asks, and what. Whoever is not named is `ada`. */
export type Asked = Ask | readonly [client: string, ask: Ask]

const CLIENTS = ['ada', 'ben', 'cleo']
const NOW = { elapsed: 0, wall: 0 }

/** A leader that prepares what its clients ask for, in their order, over a tree in which only what is applied stands. */
export class PreparingLeader {
  readonly database = new ZKDatabase()
  readonly sessions = new SessionTracker(2000, new Map(CLIENTS.map((_, i) => [BigInt(i + 1), 10_000])), 0)
  private readonly prep: PrepRequestProcessor
  private readonly prepared: Transaction[] = []

  constructor() {
    const access = new AccessControl({ skipACL: false, digestEnabled: true, x509Enabled: false, saslEnabled: false, anySaslUser: null })
    this.prep = new PrepRequestProcessor(this.database, this.sessions, 0n, { extendedTypes: true, enforceQuota: true, access })
  }

  /** Prepares a request; returns the transaction that it becomes. */
  ask(asked: Asked): Txn | null {
    const [client, ask] = isNamed(asked) ? asked : ['ada', asked]
    if (ask === 'apply') {
      for (const transaction of this.prepared.splice(0)) {
        this.database.apply(transaction)
        this.prep.changes.applied(transaction.header.zxid)
      }
      return null
    }
    const request = newRequest(sessionOf(client), 0, ...encoded(ask), [], 0, 0)
    return this.prepare(request)
  }

  /** The same for a request as it came over the wire. */
  prepare(request: Request): Txn {
    const { transaction } = this.prep.prepare(request, NOW)
    this.prepared.push(transaction)
    return transaction.txn
  }

  /** A znode as the next request sees it; null when it will not be there. */
  willBe(path: string): ChangeRecord | null {
    return this.prep.changes.get(path) ?? null
  }
}

/** Demands these outcomes of what is asked, one after the other, on an empty tree; what is applied has no outcome. */
export function outcomes(asked: readonly Asked[], expected: readonly string[], because: string, leader = new PreparingLeader()): void {
  const seen = asked.map((one) => leader.ask(one)).flatMap((txn) => (txn === null ? [] : [tellTxn(txn)]))
  const given = asked.map((one, i) => `${i + 1}. ${tellAsked(one)}`)
  same(seen, expected, { given, because }, (list) => (list.length === 0 ? 'nothing' : list))
}

/** The session of a client. */
export function sessionOf(client: string): bigint {
  return BigInt(CLIENTS.indexOf(client) + 1)
}

/** A transaction in words; a list of paths is sorted. */
export function tellTxn(txn: Txn): string {
  switch (txn.kind) {
    case 'error':
      return nameOf(txn.err)
    case 'multi':
      return `all of: ${txn.txns.map(tellTxn).join('; ') || 'nothing'}`
    case 'closeSession':
      return `the session ends, deleting ${[...(txn.paths2Delete ?? [])].sort((a, b) => (a < b ? -1 : 1)).join(' ') || 'nothing'}`
    case 'setData':
    case 'check':
      return `${txn.kind === 'check' ? 'check' : 'set'} ${txn.path} version ${txn.version}`
    default:
      return 'path' in txn ? `${txn.kind.replace(/^create.*/, 'create')} ${txn.path}` : txn.kind
  }
}

function tellAsked(asked: Asked): string {
  const [client, ask] = isNamed(asked) ? asked : ['ada', asked]
  return ask === 'apply' ? 'everything so far is applied' : `${client}: ${tellAsk(ask)}`
}

function tellAsk(ask: Ask): string {
  if (ask === 'apply' || ask === 'close') return ask
  if ('multi' in ask) return `all of: ${ask.multi.map(tellAsk).join('; ')}`
  if ('create' in ask) return `create ${ask.create}${ask.mode === undefined ? '' : ` ${ask.mode.toLowerCase()}`}`
  const version = ask.version === undefined ? '' : ` if its version is ${ask.version}`
  if ('delete' in ask) return `delete ${ask.delete}${version}`
  return 'set' in ask ? `set ${ask.set}${ask.data === undefined ? '' : ` to ‘${ask.data}’`}${version}` : `check ${ask.check}${version}`
}

function nameOf(err: number): string {
  return Object.entries(KeeperErrorCode).find(([, code]) => code === err)?.[0] ?? `error ${err}`
}

function isNamed(asked: Asked): asked is readonly [client: string, ask: Ask] {
  return Array.isArray(asked)
}

/** The operation and its record, as they come over the wire. */
function encoded(ask: Exclude<Ask, 'apply'>): [type: number, payload: Uint8Array] {
  if (ask === 'close') return [OpCode.closeSession, new Uint8Array(0)]
  if ('multi' in ask) return [OpCode.multi, encode(MultiRequest, ask.multi.map(operationOf))]
  const { type, record } = operationOf(ask)
  switch (type) {
    case OpCode.create2:
      return [type, encode(CreateRequest, record)]
    case OpCode.delete:
      return [type, encode(DeleteRequest, record)]
    case OpCode.setData:
      return [type, encode(SetDataRequest, record)]
    default:
      throw new Error('a check is asked for in a multi only')
  }
}

function operationOf(ask: Operation) {
  const dataOf = ({ data }: { readonly data?: string }) => (data === undefined ? null : utf8(data))
  if ('create' in ask) {
    const { create: path, mode = 'PERSISTENT', acl = OPEN_ACL_UNSAFE } = ask
    return { type: OpCode.create2, record: { path, data: dataOf(ask), acl, flags: CreateMode[mode] } } as const
  }
  const { version = -1 } = ask
  if ('delete' in ask) return { type: OpCode.delete, record: { path: ask.delete, version } } as const
  if ('set' in ask) return { type: OpCode.setData, record: { path: ask.set, data: dataOf(ask), version } } as const
  return { type: OpCode.check, record: { path: ask.check, version } } as const
}
