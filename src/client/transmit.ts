/** A request leaves. */
import type { Now } from '../kernel/index.ts'
import { requestFrame } from './frames.ts'
import { operations, requestCodec } from './operations.ts'
import type { Cnxn, Out, Waiting } from './state.ts'

/** After this request number comes 1 again. Source: `ClientCnxn.getXid`. */
const LAST_XID = 0x7ffffffe

/** Sends a request under the next number. */
export function transmit(cnxn: Cnxn, out: Out, waiting: Waiting, now: Now): void {
  const { op, record } = waiting.request
  cnxn.lastXid = cnxn.lastXid === LAST_XID ? 1 : cnxn.lastXid + 1
  waiting.xid = cnxn.lastXid
  cnxn.sent.push(waiting)
  cnxn.lastSent = now.elapsed
  out.push({ kind: 'send', connection: cnxn.link, bytes: requestFrame(waiting.xid, operations[op].type, requestCodec(op), record) })
}
