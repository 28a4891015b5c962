import fc from 'fast-check'
import type { Zxid } from '../../src/kernel/index.ts'
import { DataTree, nameOf, parentPath, ZKDatabase } from '../../src/tree/index.ts'
import { type ACL, OPEN_ACL_UNSAFE, OpCode, READ_ACL_UNSAFE, type Transaction, type Txn } from '../../src/wire/index.ts'

/** One wish of a client; the numbers are drawn at random and mean what there is to mean. */
export type Wish =
  | {
      readonly kind: 'create'
      readonly path: string
      readonly how: 'persistent' | 'ephemeral' | 'create2' | 'container' | 'ttl'
      readonly acl: number
      readonly session: number
    }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'setData'; readonly path: string; readonly data: number }
  | { readonly kind: 'setACL'; readonly path: string; readonly acl: number }
  | { readonly kind: 'closeSession'; readonly session: number }
  | { readonly kind: 'multi'; readonly parts: readonly Wish[] }

/** Few names, so that nodes are deleted and made again all the time. */
const path = fc.constantFrom('/a', '/a/a', '/a/b', '/a/a/a')
const acl = fc.nat(3)
const session = fc.nat(2)
const simple: fc.Arbitrary<Wish>[] = [
  fc.record({
    kind: fc.constant('create' as const),
    path,
    how: fc.constantFrom('persistent', 'persistent', 'ephemeral', 'create2', 'container', 'ttl'),
    acl,
    session,
  }),
  fc.record({ kind: fc.constant('delete' as const), path }),
  fc.record({ kind: fc.constant('setData' as const), path, data: fc.nat(255) }),
  fc.record({ kind: fc.constant('setACL' as const), path, acl }),
]

/** One wish, a multi of up to three among them. */
export const wish: fc.Arbitrary<Wish> = fc.oneof(
  ...simple,
  ...simple.slice(0, 2),
  ...simple.slice(0, 2),
  fc.record({ kind: fc.constant('closeSession' as const), session }),
  fc.record({ kind: fc.constant('multi' as const), parts: fc.array(fc.oneof(...simple), { minLength: 1, maxLength: 3 }) }),
)

const ACLS: readonly (readonly ACL[])[] = [
  OPEN_ACL_UNSAFE,
  READ_ACL_UNSAFE,
  [{ perms: 31, id: { scheme: 'ip', id: '127.0.0.1' } }],
  [{ perms: 3, id: { scheme: 'digest', id: 'bob:x' } }],
]

/** A leader in small: makes transactions out of wishes that can be fulfilled, and applies them. */
export class Leader {
  readonly database = new ZKDatabase(new DataTree({ digest: true }))
  readonly transactions: Transaction[] = []

  /** The transaction, already applied to {@link database}; undefined for a wish that would be refused. */
  propose(wanted: Wish): Transaction | undefined {
    const zxid = this.database.lastProcessedZxid + 1n
    if (wanted.kind === 'multi') return this.proposeMulti(wanted.parts, zxid)
    const prepared = prepare(this.database, wanted)
    return prepared && this.commit(zxid, prepared.clientId, prepared.txn)
  }

  private proposeMulti(parts: readonly Wish[], zxid: Zxid): Transaction | undefined {
    const ahead = this.database.clone()
    const txns: Txn[] = []
    for (const part of parts) {
      const prepared = prepare(ahead, part.kind === 'create' ? { ...part, session: 0 } : part)
      if (prepared === undefined) continue
      ahead.apply(transaction(zxid, 100n, prepared.txn))
      txns.push(prepared.txn)
    }
    return this.commit(zxid, 100n, { kind: 'multi', txns })
  }

  private commit(zxid: Zxid, clientId: bigint, txn: Txn): Transaction {
    const made = transaction(zxid, clientId, txn)
    this.database.apply(made)
    this.transactions.push(made)
    return made
  }
}

/** A transaction around a record. */
export function transaction(zxid: Zxid, clientId: bigint, txn: Txn): Transaction {
  return { header: { clientId, cxid: 0, zxid, time: 1000n + zxid, type: OpCode[txn.kind] }, txn, digest: null }
}

function prepare(database: ZKDatabase, wanted: Wish): { clientId: bigint; txn: Txn } | undefined {
  const { tree } = database
  if (wanted.kind === 'multi') return undefined
  if (wanted.kind === 'closeSession') {
    const clientId = 100n + BigInt(wanted.session)
    return { clientId, txn: { kind: 'closeSession', paths2Delete: [...tree.ephemeralsOf(clientId)] } }
  }
  const node = tree.getNode(wanted.path)
  if (wanted.kind === 'create') {
    const parent = tree.getNode(parentPath(wanted.path))
    if (parent === undefined || node !== undefined || (parent.ephemeralOwner >= 100n && parent.ephemeralOwner <= 102n)) return undefined
    const fields = {
      path: wanted.path,
      data: new Uint8Array([nameOf(wanted.path).length]),
      acl: aclAt(wanted.acl),
      parentCVersion: parent.cversion + 1,
    }
    return { clientId: 100n + BigInt(wanted.session), txn: createTxn(wanted.how, fields) }
  }
  if (node === undefined) return undefined
  const clientId = 100n
  switch (wanted.kind) {
    case 'delete':
      return node.children === null ? { clientId, txn: { kind: 'delete', path: wanted.path } } : undefined
    case 'setData':
      return { clientId, txn: { kind: 'setData', path: wanted.path, data: new Uint8Array([wanted.data]), version: node.version + 1 } }
    case 'setACL':
      return { clientId, txn: { kind: 'setACL', path: wanted.path, acl: aclAt(wanted.acl), version: node.aversion + 1 } }
  }
}

type Fields = { path: string; data: Uint8Array; acl: readonly ACL[]; parentCVersion: number }

function createTxn(how: Extract<Wish, { kind: 'create' }>['how'], fields: Fields): Txn {
  switch (how) {
    case 'container':
      return { kind: 'createContainer', ...fields }
    case 'ttl':
      return { kind: 'createTTL', ...fields, ttl: 60_000n }
    case 'create2':
      return { kind: 'create2', ...fields, ephemeral: false }
    default:
      return { kind: 'create', ...fields, ephemeral: how === 'ephemeral' }
  }
}

function aclAt(index: number): readonly ACL[] {
  return ACLS[index] as readonly ACL[]
}
