/** How connections and sessions end, and what becomes of those who wait. */
import { formatId, note, type Zxid } from '../kernel/index.ts'
import { KeeperErrorCode, type KeeperErrorName, type KeeperStateName } from '../wire/index.ts'
import type { ClientTimer, WatchedEvent } from './boundary.ts'
import type { Cnxn, Out, Waiting } from './state.ts'

/** Closes and forgets the connection, with its timers and what is asked beside it. The session's own deadline stays. */
export function dropLink(cnxn: Cnxn, out: Out, gone: boolean): void {
  if (cnxn.link !== 0 && !gone) out.push({ kind: 'close', connection: cnxn.link })
  if (cnxn.probe !== null) out.push({ kind: 'close', connection: cnxn.probe.link })
  cnxn.probe = null
  cnxn.link = 0
  cnxn.server = null
  cnxn.partialFrame = new Uint8Array(0)
  for (const timer of ['connect', 'ping', 'silence', 'probe'] as const) out.push({ kind: 'cancelTimer', timer })
}

const endings = {
  Expired: { connection: 'CLOSED', code: 'SESSIONEXPIRED' },
  Closed: { connection: 'CLOSED', code: 'SESSIONEXPIRED' },
  AuthFailed: { connection: 'AUTH_FAILED', code: 'AUTHFAILED' },
} as const

/**
 * The end of the client, in one of three ways: everybody who waits is told, every watch hears its last event, and no
 * connection is made again. `zxid` is that of the answer to closeSession, if there was one. Source: `ClientCnxn.SendThread.run`, `EventThread.queueEventOfDeath`.
 */
export function endSession(cnxn: Cnxn, out: Out, ending: keyof typeof endings, detail: string, zxid: Zxid = -1n): void {
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
  for (const token of cnxn.closing.splice(0)) out.push({ kind: 'settle', token, outcome: { ok: true, zxid, reply: {} } })
}

/** Everybody whose request is on its way, without those who close (they are told at the very end). */
export function takeSent(cnxn: Cnxn): Pick<Waiting, 'token'>[] {
  const sent = cnxn.sent.splice(0).filter((waiting) => waiting.request.op !== 'closeSession')
  return [...sent, ...cnxn.authSent.splice(0).map((token) => ({ token }))]
}

/** Tells all of these that they have failed, and how. */
export function failAll(out: Out, waiting: readonly Pick<Waiting, 'token'>[], code: KeeperErrorName, maybeApplied: boolean, detail: string): void {
  for (const { token } of waiting) {
    if (token !== 0) out.push({ kind: 'settle', token, outcome: { ok: false, zxid: -1n, code: KeeperErrorCode[code], maybeApplied, detail } })
  }
}

/** An event that tells of the session rather than of a znode. */
export function sessionEvent(state: KeeperStateName): WatchedEvent {
  return { type: 'None', state, path: null, zxid: -1n }
}
