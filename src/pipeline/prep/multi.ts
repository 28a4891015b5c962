import { JuteError, JuteReader } from '../../jute/index.ts'
import {
  CheckVersionRequest,
  CreateMode,
  CreateRequest,
  CreateTTLRequest,
  DeleteRequest,
  KeeperErrorCode,
  MultiHeader,
  OpCode,
  SetDataRequest,
  type Txn,
} from '../../wire/index.ts'
import { prepareCheck, prepareDelete, prepareSetData } from './changes.ts'
import type { PrepContext } from './context.ts'
import { type CreateWish, prepareCreate } from './create.ts'
import { Refusal } from './failure.ts'

/** One operation of a multi, decoded. */
type SubOperation =
  | { readonly type: 'create'; readonly opcode: number; readonly hasTtl: boolean; readonly wish: CreateWish }
  | { readonly type: 'delete'; readonly request: DeleteRequest }
  | { readonly type: 'setData'; readonly request: SetDataRequest }
  | { readonly type: 'check'; readonly request: CheckVersionRequest }

/**
 * All or nothing. Each operation is prepared on top of the ones before it; when one is refused everything is taken back, and
 * the transaction records why: the operations before keep their records, the failing one carries its code and all after it
 * RUNTIMEINCONSISTENCY. Whoever applies such a transaction changes nothing.
 * Source: `PrepRequestProcessor.pRequest`, case multi. Throws `JuteError` for a request that is malformed.
 */
export function prepareMulti(context: PrepContext, payload: Uint8Array): Txn {
  const mark = context.changes.mark()
  const txns: Txn[] = []
  let failure = 0
  for (const operation of decodeMulti(payload)) {
    if (failure !== 0) {
      txns.push({ kind: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY })
      continue
    }
    try {
      txns.push(prepareOne(context, operation))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failure = error.code
      context.changes.rollBack(mark)
      txns.push({ kind: 'error', err: failure })
    }
  }
  return { kind: 'multi', txns }
}

function prepareOne(context: PrepContext, operation: SubOperation): Txn {
  switch (operation.type) {
    case 'create':
      if (operation.opcode === OpCode.createTTL && !operation.hasTtl) throw new JuteError('a create with the flags of TTL has none')
      return prepareCreate(context, operation.opcode, operation.wish)
    case 'delete':
      return prepareDelete(context, operation.request)
    case 'setData':
      return prepareSetData(context, operation.request)
    case 'check':
      return prepareCheck(context, operation.request)
  }
}

/** Source: `MultiOperationRecord.deserialize`. */
export function decodeMulti(payload: Uint8Array): SubOperation[] {
  const reader = new JuteReader(payload)
  const operations: SubOperation[] = []
  for (let header = MultiHeader.read(reader); !header.done; header = MultiHeader.read(reader)) {
    operations.push(decodeOne(header.type, reader))
  }
  return operations
}

function decodeOne(type: number, reader: JuteReader): SubOperation {
  switch (type) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createContainer: {
      const request = CreateRequest.read(reader)
      return { type: 'create', opcode: createOpcode(request.flags), hasTtl: false, wish: { ...request, ttl: -1n } }
    }
    case OpCode.createTTL: {
      const request = CreateTTLRequest.read(reader)
      return { type: 'create', opcode: createOpcode(request.flags), hasTtl: true, wish: request }
    }
    case OpCode.delete:
      return { type: 'delete', request: DeleteRequest.read(reader) }
    case OpCode.setData:
      return { type: 'setData', request: SetDataRequest.read(reader) }
    case OpCode.check:
      return { type: 'check', request: CheckVersionRequest.read(reader) }
    default:
      throw new JuteError(`operation ${type} cannot be part of a multi`)
  }
}

/** Inside a multi the flags decide which create it is, create2 counting as create. Source: `Op.Create.getOpcode` (3.8.0). */
function createOpcode(flags: number): number {
  if (flags === CreateMode.CONTAINER) return OpCode.createContainer
  const hasTtl = flags === CreateMode.PERSISTENT_WITH_TTL || flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  return hasTtl ? OpCode.createTTL : OpCode.create
}
