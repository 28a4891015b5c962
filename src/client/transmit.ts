/** A request leaves. */
import type { Now } from '../kernel/index.ts'
import type { Token } from './boundary.ts'
import { numberFrame, requestFrame } from './frames.ts'
import { type ClientRequest, operations, requestCodec } from './operations.ts'
import type { Cnxn, Out, Waiting } from './state.ts'

/** After this request number comes 1 again. Source: `ClientCnxn.getXid`. */
const LAST_XID = 0x7ffffffe

/** A request that has no number yet. */
export function encodeRequest(token: Token, request: ClientRequest): Waiting {
  const { op, record } = request
  return { token, xid: 0, request, frame: requestFrame(0, operations[op].type, requestCodec(op), record) }
}

/** Sends a request under the next number. */
export function transmit(cnxn: Cnxn, out: Out, waiting: Waiting, now: Now): void {
  cnxn.lastXid = cnxn.lastXid === LAST_XID ? 1 : cnxn.lastXid + 1
  waiting.xid = cnxn.lastXid
  numberFrame(waiting.frame, waiting.xid)
  cnxn.sent.push(waiting)
  cnxn.lastSent = now.elapsed
  out.push({ kind: 'send', connection: cnxn.link, bytes: waiting.frame })
}
