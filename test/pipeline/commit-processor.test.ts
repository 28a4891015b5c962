/** What the last step but one promises: who is answered by a commit, and in which order. */
import { expect, it } from 'vitest'
import { decode, encode } from '../../src/jute/index.ts'
import { CommitProcessor } from '../../src/pipeline/commit-processor.ts'
import { FinalRequestProcessor } from '../../src/pipeline/final-processor.ts'
import { newRequest, type PipelineEffect, type Request } from '../../src/pipeline/index.ts'
import { AccessControl, ZKDatabase } from '../../src/tree/index.ts'
import { Watches } from '../../src/watches/index.ts'
import {
  encodeTransaction,
  OPEN_ACL_UNSAFE,
  OpCode,
  PathWatchRequest,
  ReplyHeader,
  SetDataRequest,
  SyncRequest,
  type Transaction,
} from '../../src/wire/index.ts'

const ME = 7n
const rules = {
  extendedTypes: false,
  enforceQuota: false,
  access: new AccessControl({ skipACL: true, digestEnabled: true, x509Enabled: false, saslEnabled: false, anySaslUser: null }),
}

/** A learner's last two processors, on a tree with /a. */
function learner() {
  const out: PipelineEffect[] = []
  const processor = new CommitProcessor(new FinalRequestProcessor(new ZKDatabase(), new Watches(), rules, { authInfoOf: () => [] }, null, out), true)
  let zxid = 0n
  const commit = (sessionId: bigint, cxid: number, txn: Transaction['txn']) => {
    zxid++
    const transaction: Transaction = { header: { clientId: sessionId, cxid, zxid, time: 0n, type: OpCode[txn.kind] }, txn, digest: null }
    processor.commit(transaction, zxid, encodeTransaction(transaction))
  }
  commit(1n, 1, { kind: 'create', path: '/a', data: null, acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 1 })
  /** The answers since the last call: whose connection, which request, as of which zxid. */
  const answers = () => {
    const replies = out.splice(0).flatMap((effect) => (effect.kind === 'reply' ? [effect] : []))
    return replies.map(({ connection, bytes }) => {
      const header = decode(ReplyHeader, bytes.subarray(4))
      return `${connection}: ${header.xid} at ${header.zxid}`
    })
  }
  answers()
  return { processor, commit, answers }
}

const write = (cxid: number): Request =>
  newRequest(ME, cxid, OpCode.setData, encode(SetDataRequest, { path: '/a', data: null, version: -1 }), [], 1, 0)
const read = (cxid: number, session = ME, connection = 1): Request =>
  newRequest(session, cxid, OpCode.getData, encode(PathWatchRequest, { path: '/a', watch: false }), [], connection, 0)
const changed = (version: number) => ({ kind: 'setData', path: '/a', data: null, version }) as const

it('a read waits behind the writes of its session, and for nobody else’s', () => {
  const { processor, commit, answers } = learner()
  for (const request of [write(1), read(2), write(3), read(4), read(1, 8n, 2)]) processor.process(request)
  expect(answers()).toEqual(['2: 1 at 1'])
  commit(9n, 1, changed(1))
  expect(answers()).toEqual([])
  commit(ME, 1, changed(2))
  expect(answers()).toEqual(['1: 1 at 3', '1: 2 at 3'])
  commit(ME, 3, changed(3))
  expect(answers()).toEqual(['1: 3 at 4', '1: 4 at 4'])
  expect(processor.waitingSessions).toBe(0)
})

it('a write that the session has sent to an earlier server answers none that waits here', () => {
  const { processor, commit, answers } = learner()
  processor.process(write(5))
  commit(ME, 4, changed(1))
  expect(answers()).toEqual([])
  commit(ME, 5, changed(2))
  expect(answers()).toEqual(['1: 5 at 3'])
})

it('a sync waits for the leader, and what comes behind it for the sync', () => {
  const { processor, commit, answers } = learner()
  const sync = newRequest(ME, 1, OpCode.sync, encode(SyncRequest, { path: '/a' }), [], 1, 0)
  for (const request of [sync, read(2)]) processor.process(request)
  commit(ME, 1, changed(1))
  expect(answers()).toEqual([])
  processor.syncAnswered()
  expect(answers()).toEqual(['1: 1 at 2', '1: 2 at 2'])
})
