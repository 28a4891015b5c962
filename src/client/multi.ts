/**
 * The body of multi and multiRead: headers and records in turn, closed by a header that says `done`.
 * Source: `MultiOperationRecord`, `MultiResponse`.
 */
import type { Codec, JuteReader, JuteWriter } from '../jute/index.ts'
import { JuteError } from '../jute/index.ts'
import {
  CheckVersionRequest,
  Create2Response,
  CreateRequest,
  CreateResponse,
  CreateTTLRequest,
  DeleteRequest,
  ErrorResponse,
  GetChildrenResponse,
  GetDataResponse,
  MultiHeader,
  OpCode,
  PathWatchRequest,
  SetDataRequest,
  SetDataResponse,
  type Stat,
} from '../wire/index.ts'

/** One operation of a multi or multiRead, as it goes over the wire. */
export type MultiOp =
  | { readonly type: typeof OpCode.create2 | typeof OpCode.createContainer; readonly record: CreateRequest }
  | { readonly type: typeof OpCode.createTTL; readonly record: CreateTTLRequest }
  | { readonly type: typeof OpCode.delete; readonly record: DeleteRequest }
  | { readonly type: typeof OpCode.setData; readonly record: SetDataRequest }
  | { readonly type: typeof OpCode.check; readonly record: CheckVersionRequest }
  | { readonly type: typeof OpCode.getData | typeof OpCode.getChildren; readonly record: PathWatchRequest }

/** One result. A create answers without a stat when the server (before 3.8.2) treats create2 as create. */
export type MultiResult =
  | { readonly kind: 'error'; readonly err: number }
  | { readonly kind: 'create'; readonly path: string; readonly stat: Stat | null }
  | { readonly kind: 'delete' }
  | { readonly kind: 'setData'; readonly stat: Stat }
  | { readonly kind: 'check' }
  | { readonly kind: 'getData'; readonly data: Uint8Array | null; readonly stat: Stat }
  | { readonly kind: 'getChildren'; readonly children: readonly string[] }

const END: MultiHeader = { type: -1, done: true, err: -1 }

/** The operations of a multi. A client only ever writes them. */
export const MultiRequest: Codec<readonly MultiOp[]> = {
  write(writer, ops) {
    for (const op of ops) {
      MultiHeader.write(writer, { type: op.type, done: false, err: -1 })
      writeRecord(writer, op)
    }
    MultiHeader.write(writer, END)
  },
  read() {
    throw new JuteError('a client reads no multi request')
  },
}

/** The results of a multi. A client only ever reads them. */
export const MultiResponse: Codec<readonly MultiResult[]> = {
  write() {
    throw new JuteError('a client writes no multi response')
  },
  read(reader) {
    const results: MultiResult[] = []
    for (;;) {
      const header = MultiHeader.read(reader)
      if (header.done) return results
      results.push(readResult(reader, header.type))
    }
  },
}

function writeRecord(writer: JuteWriter, op: MultiOp): void {
  switch (op.type) {
    case OpCode.create2:
    case OpCode.createContainer:
      return CreateRequest.write(writer, op.record)
    case OpCode.createTTL:
      return CreateTTLRequest.write(writer, op.record)
    case OpCode.delete:
      return DeleteRequest.write(writer, op.record)
    case OpCode.setData:
      return SetDataRequest.write(writer, op.record)
    case OpCode.check:
      return CheckVersionRequest.write(writer, op.record)
    case OpCode.getData:
    case OpCode.getChildren:
      return PathWatchRequest.write(writer, op.record)
  }
}

function readResult(reader: JuteReader, type: number): MultiResult {
  switch (type) {
    case OpCode.error:
      return { kind: 'error', err: ErrorResponse.read(reader).err }
    case OpCode.create:
      return { kind: 'create', path: CreateResponse.read(reader).path, stat: null }
    case OpCode.create2:
      return { kind: 'create', ...Create2Response.read(reader) }
    case OpCode.delete:
      return { kind: 'delete' }
    case OpCode.setData:
      return { kind: 'setData', stat: SetDataResponse.read(reader).stat }
    case OpCode.check:
      return { kind: 'check' }
    case OpCode.getData:
      return { kind: 'getData', ...GetDataResponse.read(reader) }
    case OpCode.getChildren:
      return { kind: 'getChildren', children: GetChildrenResponse.read(reader).children }
    default:
      throw new JuteError(`result of unknown type ${type} in a multi`)
  }
}
