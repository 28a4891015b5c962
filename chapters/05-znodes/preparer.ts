/**
 * The znodes of one server without network, disk and clients: a real pipeline turns requests into transactions and applies
 * them. Chapter 05 lets one of these prepare for all servers (the rule), or each for itself (the first version).
 */
import { replaceMethod } from '../../src/hosts/simulation/museum/surgery.ts'
import { JuteReader } from '../../src/jute/index.ts'
import type { SessionId, Zxid } from '../../src/kernel/index.ts'
import { DEFAULT_CLIENT_SETTINGS } from '../../src/peer/index.ts'
import { newRequest, type PipelineEffect, PreparingPipeline } from '../../src/pipeline/index.ts'
import { SessionTracker } from '../../src/sessions/index.ts'
import { AccessControl, ZKDatabase } from '../../src/tree/index.ts'
import { Watches } from '../../src/watches/index.ts'
import { decodeTransaction, type Id, ReplyHeader, type Txn } from '../../src/wire/index.ts'
import { encodeWish, type Wish } from './wishes.ts'

/** What was made of a request. */
export interface Prepared {
  readonly zxid: Zxid
  /** What is logged and sent round. */
  readonly bytes: Uint8Array
  readonly txn: Txn
}

/** The only client connection that there is. */
const CONNECTION = 1
/** Nobody lets time pass here. */
const ELAPSED = 0

export class Preparer {
  readonly database: ZKDatabase
  readonly sessions: SessionTracker
  private readonly pipeline: PreparingPipeline
  private readonly wall: () => number
  private cxid = 0

  /**
   * @param sessions whose requests are taken
   * @param wall the server's time of day, in ms since 1970
   */
  constructor(sessions: readonly SessionId[], wall: () => number, database: ZKDatabase = new ZKDatabase()) {
    this.database = database
    this.wall = wall
    this.sessions = new SessionTracker(1000, new Map(sessions.map((id) => [id, 4000])), ELAPSED)
    const access = new AccessControl(DEFAULT_CLIENT_SETTINGS)
    const rules = { extendedTypes: true, enforceQuota: true, access }
    this.pipeline = new PreparingPipeline(database, new Watches(), this.sessions, database.lastProcessedZxid, rules, { authInfoOf: () => [] })
  }

  /** From now on requests are checked against the tree alone, not against what was prepared and not applied yet. */
  forgetWhatIsUnderWay(): void {
    const { prep } = this.pipeline as unknown as { readonly prep: { readonly changes: object } }
    replaceMethod<[unknown], void>(prep.changes, 'add', () => () => {})
  }

  /**
   * Makes the transaction that a request becomes, without applying it.
   * @param ids whom the client has proved to be
   */
  prepare(session: SessionId, wish: Wish, ids: readonly Id[] = []): Prepared {
    const { type, payload } = encodeWish(wish)
    const request = newRequest(session, ++this.cxid, type, payload, ids, CONNECTION, ELAPSED)
    const { zxid, bytes } = only('propose', this.pipeline.submit(request, { elapsed: ELAPSED, wall: this.wall() }))
    return { zxid, bytes, txn: decodeTransaction(bytes).txn }
  }

  /** Applies what was prepared. Returns what the client is told: 0, or the code of a KeeperException. */
  commit({ zxid, bytes }: Prepared): number {
    const reply = only('reply', this.pipeline.commit(zxid, bytes))
    return ReplyHeader.read(new JuteReader(reply.bytes, 4)).err
  }
}

function only<Kind extends PipelineEffect['kind']>(kind: Kind, effects: readonly PipelineEffect[]): Extract<PipelineEffect, { kind: Kind }> {
  return effects.find((effect) => effect.kind === kind) as Extract<PipelineEffect, { kind: Kind }>
}
