import { type Codec, JuteError, JuteReader } from '../jute/index.ts'
import { copyStat, type DataNode } from '../tree/index.ts'
import { ErrorResponse, GetChildrenResponse, GetDataResponse, KeeperErrorCode, MultiHeader, OpCode, PathWatchRequest, Perms } from '../wire/index.ts'
import type { ReadService } from './read-service.ts'
import { replyFrame } from './replies.ts'
import type { Request } from './request.ts'

/** One read of a multiRead: what was asked, and the node, or why it is not given. */
interface ReadResult {
  readonly type: number
  readonly node: DataNode | null
  readonly err: number
}

/**
 * Several getData and getChildren in one round trip. They are answered at one moment, so what they tell belongs together; but
 * it is no transaction: one that fails has its code in its own place and spoils no other. Watches cannot be set.
 * Source: `FinalRequestProcessor`, case multiRead.
 *
 * Reads and writes cannot be mixed: that is a malformed request, and writes alone are answered with an empty list and
 * MARSHALLINGERROR, as Java does. Throws `JuteError` for a malformed one.
 */
export function multiRead(final: ReadService, request: Request): Uint8Array {
  const operations = decodeReads(request.payload)
  const err = operations === null ? KeeperErrorCode.MARSHALLINGERROR : 0
  const results = (operations ?? []).map((operation) => read(final, request, operation))
  return replyFrame(request.cxid, final.database.lastProcessedZxid, err, resultsCodec, results)
}

function read(final: ReadService, { authInfo }: Request, { type, path }: { readonly type: number; readonly path: string }): ReadResult {
  const { tree } = final.database
  const node = tree.getNode(path)
  if (node === undefined) return { type, node: null, err: KeeperErrorCode.NONODE }
  if (!final.access.permits(tree.getAcl(node), Perms.READ, authInfo)) return { type, node: null, err: KeeperErrorCode.NOAUTH }
  return { type, node, err: 0 }
}

/** The reads asked for; null when it begins with a write. */
function decodeReads(payload: Uint8Array): { readonly type: number; readonly path: string }[] | null {
  const reader = new JuteReader(payload)
  const operations: { type: number; path: string }[] = []
  for (let header = MultiHeader.read(reader); !header.done; header = MultiHeader.read(reader)) {
    const { type } = header
    if (type !== OpCode.getData && type !== OpCode.getChildren) {
      if (operations.length === 0 && WRITES.has(type)) return null
      throw new JuteError(`operation ${type} cannot be part of a multiRead`)
    }
    operations.push({ type, path: PathWatchRequest.read(reader).path })
  }
  return operations
}

const WRITES: ReadonlySet<number> = new Set([
  OpCode.create,
  OpCode.create2,
  OpCode.createContainer,
  OpCode.createTTL,
  OpCode.delete,
  OpCode.setData,
  OpCode.check,
])

const resultsCodec: Codec<readonly ReadResult[]> = {
  write(writer, results) {
    for (const { type, node, err } of results) {
      MultiHeader.write(writer, { type: node === null ? OpCode.error : type, done: false, err })
      if (node === null) ErrorResponse.write(writer, { err })
      else if (type === OpCode.getData) GetDataResponse.write(writer, { data: node.data, stat: copyStat(node) })
      else GetChildrenResponse.write(writer, { children: [...(node.children ?? [])] })
    }
    MultiHeader.write(writer, { type: -1, done: true, err: -1 })
  },
  read() {
    throw new JuteError('a server reads no answer to a multiRead')
  },
}
