/** What a server sends on an established connection: answers in the order of the requests, and between them events. */
import { JuteError, JuteReader } from '../jute/index.ts'
import { type Now, note } from '../kernel/index.ts'
import { KeeperErrorCode, ReplyHeader, WatcherEvent, XID_AUTH, XID_NOTIFICATION, XID_PING } from '../wire/index.ts'
import type { Outcome } from './boundary.ts'
import { endSession } from './ending.ts'
import { loseConnection, rejectServer } from './link.ts'
import { type ClientRequest, responseCodec } from './operations.ts'
import { dropAtServer, onForgetWatches } from './requests.ts'
import type { Cnxn, Out, Waiting } from './state.ts'
import { eventTypeName } from './watch-registry.ts'

/** One frame. Throws a JuteError when it is no reply. Source: `ClientCnxn.SendThread.readResponse`. */
export function onReply(cnxn: Cnxn, out: Out, frame: Uint8Array, now: Now): void {
  const reader = new JuteReader(frame)
  const header = ReplyHeader.read(reader)
  cnxn.lastHeard = now.elapsed
  if (header.xid === XID_PING) cnxn.failures = 0
  else if (header.xid === XID_NOTIFICATION) onNotification(cnxn, out, header, reader)
  else if (header.xid === XID_AUTH) onAuthReply(cnxn, out, header)
  else onAnswer(cnxn, out, header, reader, now)
}

/** A watch has fired. Several callers may have set it, or nobody who still cares. Source: `ZKWatchManager.materialize`. */
function onNotification(cnxn: Cnxn, out: Out, header: ReplyHeader, reader: JuteReader): void {
  const event = WatcherEvent.read(reader)
  const type = eventTypeName(event.type)
  if (type === undefined) throw new JuteError(`watch event of unknown type ${event.type}`)
  const watches = cnxn.watches.fire(type, event.path)
  if (watches.length === 0) {
    out.push(note('event-without-watch', `${type} of ${event.path}, which nobody watches any more`, 'ZKWatchManager.materialize'))
    return
  }
  out.push({ kind: 'watchEvent', watches, event: { type, state: 'SyncConnected', path: event.path, zxid: header.zxid } })
}

/** A refused identity is the end of the client: no later request could mean what its caller intends. */
function onAuthReply(cnxn: Cnxn, out: Out, header: ReplyHeader): void {
  if (header.err !== 0) {
    out.push(note('auth-failed', 'the server refuses the credentials', 'ClientCnxn.SendThread.readResponse'))
    endSession(cnxn, out, 'AuthFailed', 'the server has refused the credentials')
    return
  }
  const token = cnxn.authSent.shift() ?? 0
  if (token !== 0) out.push({ kind: 'settle', token, outcome: { ok: true, zxid: header.zxid, reply: {} } })
}

/** The answer to the oldest request; anything else means that the two sides have lost count. */
function onAnswer(cnxn: Cnxn, out: Out, header: ReplyHeader, reader: JuteReader, now: Now): void {
  const waiting = cnxn.sent[0]
  if (waiting === undefined || waiting.xid !== header.xid) {
    rejectServer(cnxn, out, `reply ${header.xid} where ${waiting?.xid ?? 'none'} was expected`)
    return
  }
  const reply = header.err === 0 ? responseCodec(waiting.request.op).read(reader) : undefined
  cnxn.sent.shift()
  cnxn.failures = 0
  if (header.zxid > 0n) cnxn.lastZxidSeen = header.zxid
  if (waiting.request.op === 'closeSession') {
    endSession(cnxn, out, 'Closed', 'closed by the caller', header.zxid)
    return
  }
  if (waiting.token === 0) return onUnawaited(cnxn, out, waiting.request, header.err, now)
  registerWatch(cnxn, waiting, header.err)
  if (waiting.request.op === 'removeWatches' && header.err === 0) onForgetWatches(cnxn, out, waiting.request.record.path, waiting.request.record.type)
  out.push({ kind: 'settle', token: waiting.token, outcome: outcomeOf(header, reply) })
}

function outcomeOf(header: ReplyHeader, reply: unknown): Outcome {
  if (header.err === 0) return { ok: true, zxid: header.zxid, reply }
  return { ok: false, zxid: header.zxid, code: header.err, maybeApplied: false, detail: '' }
}

/** The server has set the watch, so the client keeps it too. A missing node is watched by exists alone. */
function registerWatch(cnxn: Cnxn, { token, request }: Waiting, err: number): void {
  const found = err === 0
  if (request.op === 'addWatch') {
    if (found) cnxn.watches.add(request.record.mode === 0 ? 'persistent' : 'recursive', request.record.path, token)
  } else if (request.op === 'exists') {
    if (request.record.watch && found) cnxn.watches.add('data', request.record.path, token)
    if (request.record.watch && err === KeeperErrorCode.NONODE) cnxn.watches.add('exist', request.record.path, token)
  } else if (request.op === 'getData') {
    if (request.record.watch && found) cnxn.watches.add('data', request.record.path, token)
  } else if (request.op === 'getChildren2') {
    if (request.record.watch && found) cnxn.watches.add('child', request.record.path, token)
  }
}

/**
 * An answer that no caller waits for: to a request of the machine itself, or to one that was abandoned. Watches that could
 * not be set again would leave their owners waiting for ever, so that connection is given up and the next server asked.
 */
function onUnawaited(cnxn: Cnxn, out: Out, request: ClientRequest, err: number, now: Now): void {
  const setsWatches = request.op === 'setWatches' || request.op === 'setWatches2'
  if (setsWatches && err !== 0) loseConnection(cnxn, out, `the server does not set the watches again: error ${err}`, false)
  if (request.op === 'addWatch' && err === 0) {
    const kind = request.record.mode === 0 ? 'persistent' : 'recursive'
    if (!cnxn.watches.has(request.record.path, kind === 'persistent' ? 4 : 5)) dropAtServer(cnxn, out, request.record.path, kind, now)
  }
}
