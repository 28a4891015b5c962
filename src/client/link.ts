/** How connections and sessions end, and what becomes of those who wait. */
import { type KeeperErrorName, KeeperErrorCode, type KeeperStateName } from '../wire/index.ts'
import { formatId, type Millis, note } from '../kernel/index.ts'
import type { ClientTimer, WatchedEvent } from './boundary.ts'
import { tryNextServer } from './handshake.ts'
import { type Cnxn, isConnected, type Out, type Waiting } from './state.ts'

/** The pause after a round of servers without success: doubles from the first to the second, and a random part of it is left out. */
const FIRST_PAUSE: Millis = 100
const LONGEST_PAUSE: Millis = 1000

/**
 * The connection is gone, or given up (`gone` false: the host still has to close it). What was sent fails, and may have been
 * applied. What was not sent waits for the next server; only when a whole round of servers has failed does it fail as well.
 * Source: `ClientCnxn.SendThread.cleanup`; Java fails the unsent requests on every lost connection.
 */
export function loseConnection(cnxn: Cnxn, out: Out, reason: string, gone: boolean): void {
  const wasConnected = isConnected(cnxn)
  dropLink(cnxn, out, gone)
  if (cnxn.closing.length > 0) {
    endSession(cnxn, out, 'Closed', reason)
    return
  }
  cnxn.connection = 'CONNECTING'
  cnxn.session = 'SUSPENDED'
  cnxn.failures += 1
  const sent = takeSent(cnxn)
  out.push(note('connection-lost', `the connection is lost (${reason}); ${sent.length} requests may or may not have been applied`, 'ClientCnxn.SendThread.cleanup'))
  failAll(out, sent, 'CONNECTIONLOSS', true, reason)
  if (wasConnected) out.push({ kind: 'sessionEvent', event: sessionEvent('Disconnected') })
  if (cnxn.failures % cnxn.servers.length !== 0) {
    tryNextServer(cnxn, out)
    return
  }
  failAll(out, cnxn.queue.splice(0), 'CONNECTIONLOSS', false, `no server could be reached: ${reason}`)
  const round = cnxn.failures / cnxn.servers.length
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(round - 1, 10)) * (0.5 + cnxn.random.float() / 2)
  out.push({ kind: 'setTimer', timer: 'reconnect', delay: pause })
}

/** Closes and forgets the connection, with its timers. The session's own deadline stays. */
function dropLink(cnxn: Cnxn, out: Out, gone: boolean): void {
  if (cnxn.link !== 0 && !gone) out.push({ kind: 'close', connection: cnxn.link })
  cnxn.link = 0
  cnxn.server = null
  cnxn.partialFrame = new Uint8Array(0)
  for (const timer of ['connect', 'ping', 'silence'] as const) out.push({ kind: 'cancelTimer', timer })
}

const endings = {
  Expired: { connection: 'CLOSED', code: 'SESSIONEXPIRED' },
  Closed: { connection: 'CLOSED', code: 'SESSIONEXPIRED' },
  AuthFailed: { connection: 'AUTH_FAILED', code: 'AUTHFAILED' },
} as const

/**
 * The end of the client, in one of three ways: everybody who waits is told, every watch hears its last event, and no
 * connection is made again. Source: `ClientCnxn.SendThread.run`, `EventThread.queueEventOfDeath`.
 */
export function endSession(cnxn: Cnxn, out: Out, ending: keyof typeof endings, detail: string): void {
  const { connection, code } = endings[ending]
  dropLink(cnxn, out, cnxn.link === 0)
  for (const timer of ['expiry', 'reconnect', 'close'] satisfies ClientTimer[]) out.push({ kind: 'cancelTimer', timer })
  cnxn.connection = connection
  cnxn.session = 'LOST'
  failAll(out, takeSent(cnxn), ending === 'AuthFailed' ? code : 'CONNECTIONLOSS', true, detail)
  failAll(out, cnxn.queue.splice(0), code, false, detail)
  out.push(note('session-ended', `session ${formatId(cnxn.sessionId)} is over for this client: ${ending}, ${detail}`, 'ClientCnxn.SendThread'))
  out.push({ kind: 'sessionEvent', event: sessionEvent(ending) })
  cnxn.watches.clear()
  for (const token of cnxn.closing.splice(0)) out.push({ kind: 'settle', token, outcome: { ok: true, zxid: cnxn.lastZxidSeen, reply: {} } })
}

/** Everybody whose request is on its way, without those who close (they are told at the very end). */
function takeSent(cnxn: Cnxn): Pick<Waiting, 'token'>[] {
  const sent = cnxn.sent.splice(0).filter((waiting) => waiting.request.op !== 'closeSession')
  return [...sent, ...cnxn.authSent.splice(0).map((token) => ({ token }))]
}

function failAll(out: Out, waiting: readonly Pick<Waiting, 'token'>[], code: KeeperErrorName, maybeApplied: boolean, detail: string): void {
  for (const { token } of waiting) {
    if (token !== 0) out.push({ kind: 'settle', token, outcome: { ok: false, code: KeeperErrorCode[code], maybeApplied, detail } })
  }
}

/** An event that tells of the session rather than of a znode. */
export function sessionEvent(state: KeeperStateName): WatchedEvent {
  return { type: 'None', state, path: null, zxid: -1n }
}
