import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../src/jute/index.ts'
import { newRequest, OutstandingChanges, PreparingPipeline, type Request } from '../../src/pipeline/index.ts'
import { SessionTracker } from '../../src/sessions/index.ts'
import { AccessControl, ZKDatabase } from '../../src/tree/index.ts'
import { Watches } from '../../src/watches/index.ts'
import { CreateRequest, DeleteRequest, OPEN_ACL_UNSAFE, OpCode, SetDataRequest } from '../../src/wire/index.ts'

const now = { elapsed: 0, wall: 0 }
const session = 7n
const rules = {
  extendedTypes: false,
  enforceQuota: false,
  access: new AccessControl({ skipACL: false, digestEnabled: true, x509Enabled: false, saslEnabled: false, anySaslUser: null }),
}

interface Command {
  readonly type: 'create' | 'delete' | 'setData' | 'closeSession'
  readonly path: string
  readonly flags: number
  readonly version: number
}

const command: fc.Arbitrary<Command> = fc.record({
  type: fc.constantFrom('create', 'create', 'create', 'delete', 'setData', 'closeSession'),
  path: fc.constantFrom('/a', '/b', '/a/a', '/a/b', '/a/a/a'),
  flags: fc.constantFrom(0, 0, 1, 2, 3),
  version: fc.constantFrom(-1, -1, 0, 1),
})

function requestOf({ type, path, flags, version }: Command, cxid: number): Request {
  const record = {
    create: () => encode(CreateRequest, { path, data: null, acl: OPEN_ACL_UNSAFE, flags }),
    delete: () => encode(DeleteRequest, { path, version }),
    setData: () => encode(SetDataRequest, { path, data: new Uint8Array(1), version }),
    closeSession: () => new Uint8Array(0),
  }[type]()
  return newRequest(session, cxid, OpCode[type], record, [], 0, 0)
}

/** Runs the commands with at most `inFlight` of them prepared and not yet applied; gives the tree and the transactions. */
function run(commands: readonly Command[], inFlight: number): { hash: string; txns: string[] } {
  const database = new ZKDatabase()
  const sessions = new SessionTracker(2000, new Map([[session, 10_000]]), 0)
  const pipeline = new PreparingPipeline(database, new Watches(), sessions, 0n, rules, { authInfoOf: () => [] })
  const waiting: { zxid: bigint; bytes: Uint8Array }[] = []
  const txns: string[] = []
  const commitOldest = () => {
    const txn = waiting.shift()
    if (txn !== undefined) pipeline.commit(txn.zxid, txn.bytes)
  }
  commands.forEach((one, index) => {
    for (const effect of pipeline.submit(requestOf(one, index + 1), now)) {
      if (effect.kind !== 'propose') continue
      waiting.push(effect)
      txns.push(String(effect.bytes))
    }
    while (waiting.length > inFlight) commitOldest()
  })
  while (waiting.length > 0) commitOldest()
  return { hash: database.hash(), txns }
}

describe('outstanding changes', () => {
  it('make the outcome of a write independent of how many writes are in flight before it', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (commands, inFlight) => {
        expect(run(commands, inFlight)).toEqual(run(commands, 0))
      }),
      { numRuns: 500 },
    )
  })

  it('are taken back in the order in which they came', () => {
    const changes = new OutstandingChanges(new ZKDatabase().tree)
    const root = changes.get('')
    expect(root).toBeDefined()
    if (root === undefined) return
    changes.add({ ...root, zxid: 1n, childCount: 2 })
    const mark = changes.mark()
    changes.add({ ...root, zxid: 2n, childCount: 3 })
    changes.add({ ...root, zxid: 2n, path: '/new' })
    expect(changes.get('/')?.childCount).toBe(3)
    changes.rollBack(mark)
    expect(changes.get('/')?.childCount).toBe(2)
    expect(changes.get('/new')).toBeUndefined()
    changes.applied(1n)
    expect(changes.size).toBe(0)
    expect(changes.get('/')?.childCount).toBe(1)
  })
})
