import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JuteWriter } from '../../src/jute/index.ts'
import { concatBytes } from '../../src/kernel/index.ts'
import { SnapshotReader, SnapshotSerializer } from '../../src/storage/index.ts'
import { parentPath, type ZKDatabase } from '../../src/tree/index.ts'
import { type ACL, decodeTransaction, encodeTransaction, OPEN_ACL_UNSAFE, OpCode, type Transaction, type Txn } from '../../src/wire/index.ts'
import { newDatabase } from './support.ts'

const SESSIONS = [0x10n, 0x20n]
const ACLS: readonly (readonly ACL[])[] = [
  OPEN_ACL_UNSAFE,
  [{ perms: 1, id: { scheme: 'ip', id: '10.0.0.1' } }],
  [{ perms: 3, id: { scheme: 'digest', id: 'bob:x' } }],
]

/** One wish of a client, as small numbers; {@link prepare} makes a transaction of it, or an error transaction where it cannot be. */
interface Wish {
  readonly kind: 'create' | 'delete' | 'setData' | 'setACL' | 'open' | 'close' | 'multi'
  readonly path: string
  readonly session: bigint
  readonly acl: readonly ACL[]
  readonly ephemeral: boolean
}

const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom('create', 'create', 'create', 'delete', 'setData', 'setACL', 'open', 'close', 'multi'),
  path: fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/b/x', '/a/x/z'),
  session: fc.constantFrom(...SESSIONS),
  acl: fc.constantFrom(...ACLS),
  ephemeral: fc.boolean(),
})

/** What a leader makes of a wish: an idempotent transaction with absolute values. */
function prepare(database: ZKDatabase, { kind, path, session, acl, ephemeral }: Wish): Transaction {
  const zxid = database.lastProcessedZxid + 1n
  const txn = (): Txn => {
    const node = database.tree.getNode(path)
    const parent = database.tree.getNode(parentPath(path))
    switch (kind) {
      case 'open':
        return { kind: 'createSession', timeOut: 4000 }
      case 'close':
        return { kind: 'closeSession', paths2Delete: [...database.tree.ephemeralsOf(session)] }
      case 'create':
      case 'multi': {
        if (node !== undefined || parent === undefined || parent.ephemeralOwner !== 0n || !database.sessions.has(session))
          return { kind: 'error', err: -110 }
        const create = { path, data: new Uint8Array([Number(zxid)]), acl, ephemeral, parentCVersion: parent.cversion + 1 }
        if (kind === 'create') return { kind, ...create }
        const write = { kind: 'setData', path, data: new Uint8Array([7]), version: 1 } as const
        return { kind: 'multi', txns: [{ kind: 'create', ...create }, write] }
      }
      case 'delete':
        return node === undefined || node.children?.size ? { kind: 'error', err: -101 } : { kind, path }
      case 'setData':
        return node === undefined ? { kind: 'error', err: -101 } : { kind, path, data: new Uint8Array([Number(zxid)]), version: node.version + 1 }
      case 'setACL':
        return node === undefined ? { kind: 'error', err: -101 } : { kind, path, acl, version: node.aversion + 1 }
    }
  }
  const made = txn()
  return { header: { clientId: session, cxid: 1, zxid, time: 1000n + zxid, type: OpCode[made.kind] }, txn: made, digest: null }
}

/** Grants the wishes to a new database. */
function grant(wishes: readonly Wish[]): { database: ZKDatabase; history: Uint8Array[] } {
  const database = newDatabase()
  const history: Uint8Array[] = []
  for (const each of wishes) {
    const transaction = prepare(database, each)
    history.push(encodeTransaction(transaction))
    database.apply(transaction)
  }
  return { database, history }
}

function restore(pieces: readonly Uint8Array[], form: 'file' | 'stream'): { database: ZKDatabase; reader: SnapshotReader } {
  const database = newDatabase()
  const reader = new SnapshotReader(database, form)
  let reading = reader.push(new Uint8Array(0))
  for (const piece of pieces) if (reading.kind === 'more') reading = reader.push(piece)
  if (reading.kind === 'more' && form === 'file') reading = reader.finish()
  if (reading.kind !== 'done') throw new Error(JSON.stringify(reading))
  return { database, reader }
}

/** Begins a snapshot after `start` transactions and applies one more before the pieces that `schedule` names. */
function fuzzy(history: readonly Uint8Array[], start: number, schedule: readonly number[], form: 'file' | 'stream') {
  const database = newDatabase()
  for (const bytes of history.slice(0, start)) database.apply(decodeTransaction(bytes))
  const serializer = new SnapshotSerializer(database, form, 1)
  const pieces: Uint8Array[] = []
  let next = start
  for (let piece = serializer.next(), i = 0; piece !== null; piece = serializer.next(), i++) {
    pieces.push(piece)
    for (const at of schedule) if (at === i && next < history.length) database.apply(decodeTransaction(history[next++] as Uint8Array))
  }
  return pieces
}

function replayed(pieces: readonly Uint8Array[], form: 'file' | 'stream', history: readonly Uint8Array[], start: number): string {
  const { database, reader } = restore(pieces, form)
  for (const bytes of history.slice(start)) {
    const transaction = decodeTransaction(bytes)
    database.apply(transaction)
    // The file states the digest that its tree must have when this transaction has been replayed.
    if (reader.digest?.zxid === transaction.header.zxid) expect(database.tree.digest).toBe(reader.digest.digest)
  }
  return database.hash()
}

describe('snapshots', () => {
  it('are read back as they were, from a file and from a stream, in pieces of any length', () => {
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 30 }),
        fc.constantFrom('file' as const, 'stream' as const),
        fc.integer({ min: 1, max: 100 }),
        (wishes, form, length) => {
          const { database } = grant(wishes)
          const whole = concatBytes(fuzzy(grant(wishes).history, wishes.length, [], form))
          const pieces = Array.from({ length: Math.ceil(whole.length / length) }, (_, i) => whole.slice(i * length, (i + 1) * length))
          const again = restore(pieces, form)
          expect(again.database.hash()).toBe(database.hash())
          if (form === 'file' && wishes.length > 0)
            expect(again.reader.digest).toEqual({ zxid: database.lastProcessedZxid, digest: database.tree.digest })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that are written while transactions go on give the same database after the replay', () => {
    fc.assert(
      fc.property(
        fc.array(wish, { minLength: 5, maxLength: 25 }),
        fc.nat(),
        fc.array(fc.nat(12), { maxLength: 12 }),
        fc.constantFrom('file' as const, 'stream' as const),
        (wishes, begin, schedule, form) => {
          const open = SESSIONS.map((session): Wish => ({ kind: 'open', path: '/', session, acl: [], ephemeral: false }))
          const { database, history } = grant([...open, ...wishes])
          const start = begin % (history.length + 1)
          const pieces = fuzzy(
            history,
            start,
            schedule.sort((a, b) => a - b),
            form,
          )
          expect(replayed(pieces, form, history, start)).toBe(database.hash())
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('ZOOKEEPER-3125, -3145, -3249, -3306: every moment of every short history', () => {
    const of = (kind: Wish['kind'], path: string, ephemeral = false, acl = 0): Wish => ({
      kind,
      path,
      session: 0x10n,
      acl: ACLS[acl] as readonly ACL[],
      ephemeral,
    })
    const { database, history } = grant([
      of('open', '/'),
      of('create', '/a'),
      of('create', '/a/x'),
      of('delete', '/a/x'),
      of('create', '/a/x', true, 1),
      of('setACL', '/a', false, 2),
      of('multi', '/a/y', true),
      of('close', '/'),
      of('create', '/b'),
    ])
    expect(database.hash()).not.toBe(newDatabase().hash())
    const expected = database.hash()
    for (let start = 0; start <= history.length; start++) {
      for (let first = 0; first < 8; first++) {
        for (let second = first; second < 8; second++) {
          for (let third = second; third < 8; third++) {
            const schedule = [first, first, second, second, third, third]
            expect(replayed(fuzzy(history, start, schedule, 'file'), 'file', history, start), `${start}: ${schedule}`).toBe(expected)
          }
        }
      }
    }
  })

  it('a stream ends exactly behind its signature, and what follows is left over', () => {
    const { database } = grant([{ kind: 'open', path: '/', session: 0x10n, acl: [], ephemeral: false }])
    const stream = new SnapshotSerializer(database, 'stream').next() as Uint8Array
    expect(new TextDecoder().decode(stream.slice(-19))).toBe('\0\0\0\x01/\0\0\0\nBenWasHere')
    const reader = new SnapshotReader(newDatabase(), 'stream')
    expect(reader.push(stream.slice(0, 50))).toEqual({ kind: 'more' })
    expect(reader.push(concatBytes([stream.slice(50), new Uint8Array(33)]))).toEqual({ kind: 'done', leftover: 33 })
  })

  it('a stream that is none fails without an exception', () => {
    const stream = new SnapshotSerializer(newDatabase(), 'stream').next() as Uint8Array
    const signature = stream.slice()
    signature.set([0x42, 0x43], stream.length - 10)
    expect(new SnapshotReader(newDatabase(), 'stream').push(signature)).toEqual({
      kind: 'failed',
      message: 'the stream ends with "BCnWasHere" instead of "BenWasHere"',
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('file' as const, 'stream' as const), (bytes, form) => {
        expect(['more', 'failed', 'done']).toContain(new SnapshotReader(newDatabase(), form).push(bytes).kind)
      }),
    )
    const orphan = new JuteWriter()
    for (const count of [0, 0]) orphan.int(count)
    orphan.ustring('/no/parent')
    orphan.buffer(null)
    orphan.raw(new Uint8Array(8 + 68))
    expect(new SnapshotReader(newDatabase(), 'stream').push(orphan.finish()).kind).toBe('failed')
  })
})
