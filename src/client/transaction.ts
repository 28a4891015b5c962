/** Several operations as one: all of them happen, or none. */
import { type ACL, CreateMode, KeeperErrorCode, OPEN_ACL_UNSAFE, OpCode, type Stat } from '../wire/index.ts'
import { MultiError } from './errors.ts'
import type { MultiOp, MultiResult } from './multi.ts'
import { bytesOf, type CallOptions, type CreateFields, type Data } from './options.ts'
import { prependChroot, stripChroot, validatePath } from './paths.ts'

/** One operation of a transaction. */
export type TransactionOp =
  | ({ readonly op: 'create'; readonly path: string } & CreateFields)
  | { readonly op: 'delete'; readonly path: string; readonly version?: number | undefined }
  | { readonly op: 'setData'; readonly path: string; readonly data: Data; readonly version?: number | undefined }
  | { readonly op: 'check'; readonly path: string; readonly version: number }

/** What each operation of a transaction that happened answers. The stat of a create is null from servers before 3.8.2. */
export type TransactionResult =
  | { readonly op: 'create'; readonly path: string; readonly stat: Stat | null }
  | { readonly op: 'delete' }
  | { readonly op: 'setData'; readonly stat: Stat }
  | { readonly op: 'check' }

/** The same, put together call by call: `client.transaction().check('/a', 3).create('/b').commit()`. */
export class Transaction {
  private readonly ops: TransactionOp[] = []
  private readonly send: (ops: readonly TransactionOp[], options: CallOptions) => Promise<{ readonly results: readonly TransactionResult[] }>

  constructor(send: Transaction['send']) {
    this.send = send
  }

  /** Creates a node. */
  create(path: string, fields: CreateFields = {}): this {
    this.ops.push({ op: 'create', path, ...fields })
    return this
  }

  /** Deletes a node of this version, -1 for any. */
  delete(path: string, version = -1): this {
    this.ops.push({ op: 'delete', path, version })
    return this
  }

  /** Replaces the data of a node of this version, -1 for any. */
  setData(path: string, data: Data, version = -1): this {
    this.ops.push({ op: 'setData', path, data, version })
    return this
  }

  /** Changes nothing: the node must have this version. */
  check(path: string, version: number): this {
    this.ops.push({ op: 'check', path, version })
    return this
  }

  /** Sends the transaction. Rejects with a MultiError when one operation fails. */
  commit(options: CallOptions = {}): Promise<{ readonly results: readonly TransactionResult[] }> {
    return this.send(this.ops, options)
  }
}

/** How a create goes over the wire: mode and ttl decide between three operations. Throws an InvalidPathError. */
export function createOp(chroot: string, path: string, fields: CreateFields): Extract<MultiOp, { record: { flags: number } }> {
  const mode = fields.mode ?? 'PERSISTENT'
  validatePath(path, mode.includes('SEQUENTIAL'))
  const record = {
    path: prependChroot(chroot, path),
    data: bytesOf(fields.data === undefined ? '' : fields.data),
    acl: (fields.acl ?? OPEN_ACL_UNSAFE) as ACL[],
    flags: CreateMode[mode],
  }
  if (mode.endsWith('_WITH_TTL')) return { type: OpCode.createTTL, record: { ...record, ttl: BigInt(Math.trunc(fields.ttl ?? -1)) } }
  return { type: mode === 'CONTAINER' ? OpCode.createContainer : OpCode.create2, record }
}

/** How an operation of a transaction goes over the wire. Throws an InvalidPathError. */
export function multiOp(chroot: string, op: TransactionOp): MultiOp {
  if (op.op === 'create') return createOp(chroot, op.path, op)
  validatePath(op.path)
  const path = prependChroot(chroot, op.path)
  if (op.op === 'delete') return { type: OpCode.delete, record: { path, version: op.version ?? -1 } }
  if (op.op === 'check') return { type: OpCode.check, record: { path, version: op.version } }
  return { type: OpCode.setData, record: { path, data: bytesOf(op.data), version: op.version ?? -1 } }
}

/** The results of a transaction that happened. Throws a MultiError for one that did not. */
export function transactionResults(chroot: string, ops: readonly TransactionOp[], results: readonly MultiResult[]): readonly TransactionResult[] {
  const index = results.findIndex((result) => result.kind === 'error' && result.err !== KeeperErrorCode.OK)
  const failed = results[index]
  if (failed?.kind === 'error') throw new MultiError(failed.err, ops[index]?.path ?? null, index, results)
  return results.map((result): TransactionResult => {
    if (result.kind === 'create') return { op: 'create', path: stripChroot(chroot, result.path), stat: result.stat }
    if (result.kind === 'setData') return { op: 'setData', stat: result.stat }
    return { op: result.kind === 'check' ? 'check' : 'delete' }
  })
}
