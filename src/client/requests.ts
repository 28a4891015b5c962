/** The commands of the API: what is sent at once, what waits, and what is refused. */
import { type Now, note } from '../kernel/index.ts'
import { AuthPacket, KeeperErrorCode, type KeeperErrorName, OpCode, XID_AUTH } from '../wire/index.ts'
import type { ClientEvent, Token } from './boundary.ts'
import { endSession } from './ending.ts'
import { requestFrame } from './frames.ts'
import type { ClientRequest } from './operations.ts'
import { type Cnxn, isConnected, isOver, type Out } from './state.ts'
import { encodeRequest, transmit } from './transmit.ts'
import { WatcherType } from './watch-registry.ts'

/** The longest that close waits for the server's answer, in ms. */
const CLOSE_PATIENCE = 5000

/** An operation: sent when there is a connection, else kept in the order of the calls. */
export function onRequest(cnxn: Cnxn, out: Out, token: Token, request: ClientRequest, now: Now): void {
  const refusal = refusalOf(cnxn, request)
  if (refusal !== undefined) return refuse(out, token, ...refusal)
  const waiting = encodeRequest(token, request)
  const tooLong = lengthFault(cnxn, waiting.frame)
  if (tooLong !== undefined) refuse(out, token, 'MARSHALLINGERROR', tooLong)
  else if (isConnected(cnxn)) transmit(cnxn, out, waiting, now)
  else cnxn.queue.push(waiting)
}

/**
 * Why a frame is not sent: every server closes the connection on one that is longer than its `jute.maxbuffer`, which would
 * cost all other requests on it their answers. Java sends it.
 */
function lengthFault(cnxn: Cnxn, frame: Uint8Array): string | undefined {
  const limit = cnxn.options.maxFrameLength
  const length = frame.length - 4
  return length > limit ? `the request has ${length} bytes, the limit is ${limit} (jute.maxbuffer)` : undefined
}

/** Why a request cannot even be tried. */
function refusalOf(cnxn: Cnxn, request: ClientRequest): readonly [KeeperErrorName, string] | undefined {
  if (cnxn.connection === 'AUTH_FAILED') return ['AUTHFAILED', 'the server has refused the credentials of this client']
  if (isOver(cnxn) || cnxn.closing.length > 0) return ['SESSIONEXPIRED', 'the session is over']
  if (cnxn.queue.length + cnxn.sent.length >= cnxn.options.queueLimit)
    return ['CONNECTIONLOSS', `${cnxn.options.queueLimit} requests are waiting already`]
  const unwatched = request.op === 'removeWatches' && !cnxn.watches.has(request.record.path, request.record.type)
  return unwatched ? ['NOWATCHER', 'this client has set no such watch'] : undefined
}

function refuse(out: Out, token: Token, code: KeeperErrorName, detail: string): void {
  out.push({ kind: 'settle', token, outcome: { ok: false, zxid: -1n, code: KeeperErrorCode[code], maybeApplied: false, detail } })
}

/**
 * Credentials: kept for all connections to come, and sent now if there is one. Without one they count as accepted for now; a
 * server that refuses them later ends the client. Source: `ClientCnxn.addAuthInfo`, which never waits.
 */
export function onAddAuth(cnxn: Cnxn, out: Out, event: Extract<ClientEvent, { kind: 'addAuth' }>, now: Now): void {
  const { token, scheme, auth } = event
  if (cnxn.connection === 'AUTH_FAILED') return refuse(out, token, 'AUTHFAILED', 'the server has refused the credentials of this client')
  if (isOver(cnxn) || cnxn.closing.length > 0) return refuse(out, token, 'SESSIONEXPIRED', 'the session is over')
  const frame = requestFrame(XID_AUTH, OpCode.auth, AuthPacket, { type: 0, scheme, auth })
  const tooLong = lengthFault(cnxn, frame)
  if (tooLong !== undefined) return refuse(out, token, 'MARSHALLINGERROR', tooLong)
  cnxn.credentials.push({ scheme, auth })
  if (!isConnected(cnxn)) {
    out.push({ kind: 'settle', token, outcome: { ok: true, zxid: -1n, reply: {} } })
    return
  }
  cnxn.authSent.push(token)
  cnxn.lastSent = now.elapsed
  out.push({ kind: 'send', connection: cnxn.link, bytes: frame })
}

/** Nobody waits any more: an unsent request disappears, the answer to a sent one will be thrown away. */
export function onAbandon(cnxn: Cnxn, token: Token): void {
  cnxn.queue = cnxn.queue.filter((waiting) => waiting.token !== token)
  for (const waiting of cnxn.sent) if (waiting.token === token) waiting.token = 0
  cnxn.authSent = cnxn.authSent.map((waiting) => (waiting === token ? 0 : waiting))
}

/** Nobody listens any more; if this was the path's last watch of its kind, the server is told. */
export function onUnwatch(cnxn: Cnxn, out: Out, watch: Token, now: Now): void {
  const last = cnxn.watches.removePersistent(watch)
  if (last !== undefined) dropAtServer(cnxn, out, last.path, last.kind, now)
}

/**
 * Takes a persistent watch that nobody listens to from the server. Only servers from 3.9 on can remove one kind and leave the
 * others at that path; elder ones answer an error, keep the watch, and its events find nobody here.
 */
export function dropAtServer(cnxn: Cnxn, out: Out, path: string, kind: 'persistent' | 'recursive', now: Now): void {
  const awaited = cnxn.sent.some(({ request }) => 'path' in request.record && request.record.path === path && setsWatch(request))
  if (!isConnected(cnxn) || awaited || cnxn.closing.length > 0) return
  const own = kind === 'persistent' ? WatcherType.Persistent : WatcherType.PersistentRecursive
  const type = cnxn.watches.has(path, WatcherType.Any) ? own : WatcherType.Any
  out.push(note('watch-dropped', `nobody watches ${path} any more`, 'ZooKeeper.removeWatches'))
  transmit(cnxn, out, encodeRequest(0, { op: 'removeWatches', record: { path, type } }), now)
}

function setsWatch(request: ClientRequest): boolean {
  return request.op === 'addWatch' || ('watch' in request.record && request.record.watch)
}

/** Takes all watches at `path` that `type` means out of the registry and tells them so. */
export function onForgetWatches(cnxn: Cnxn, out: Out, path: string, type: number): void {
  for (const { event, watches } of cnxn.watches.removeAll(path, type)) {
    out.push({ kind: 'watchEvent', watches, event: { type: event, state: isConnected(cnxn) ? 'SyncConnected' : 'Disconnected', path, zxid: -1n } })
  }
}

/**
 * Ends the session. Requests sent before are answered first, the server works in order. Without a connection there is nobody
 * to tell, so the ensemble will expire the session in its own time.
 */
export function onClose(cnxn: Cnxn, out: Out, token: Token, now: Now): void {
  if (isOver(cnxn)) {
    out.push({ kind: 'settle', token, outcome: { ok: true, zxid: -1n, reply: {} } })
    return
  }
  cnxn.closing.push(token)
  if (cnxn.closing.length > 1) return
  if (!isConnected(cnxn)) return endSession(cnxn, out, 'Closed', 'closed by the caller')
  transmit(cnxn, out, encodeRequest(0, { op: 'closeSession', record: {} }), now)
  out.push({ kind: 'setTimer', timer: 'close', delay: CLOSE_PATIENCE })
}
