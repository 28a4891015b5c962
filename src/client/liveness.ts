/**
 * Staying alive and noticing death. With T the negotiated timeout: after T/3 without sending, a ping; after 2T/3 without
 * hearing, another server, which leaves T/3 to find one before the ensemble expires the session; after 4T/3 the session is
 * given up even if no server can be asked. Timers are not moved on every packet: when one fires it looks at the clock and,
 * if it came too early, waits for the rest.
 */
import { type Millis, type Now, note, unreachable } from '../kernel/index.ts'
import { OpCode, XID_PING } from '../wire/index.ts'
import type { ClientTimer } from './boundary.ts'
import { endSession } from './ending.ts'
import { headerFrame } from './frames.ts'
import { loseConnection, tryNextServer } from './link.ts'
import { onProbeTime } from './probe.ts'
import { type Cnxn, isConnected, isOver, type Out } from './state.ts'

/** However long the timeout, a ping goes out at least this often. Source: `ClientCnxn.SendThread.MAX_SEND_PING_INTERVAL`. */
const LONGEST_PING_INTERVAL: Millis = 10_000

/** How long a server may be silent before this client looks for another. */
export function silenceLimit(timeout: Millis): Millis {
  return (timeout * 2) / 3
}

/** How long the ensemble may be silent before this client holds its session for lost. Source: ZOOKEEPER-4508. */
export function expiryLimit(timeout: Millis): Millis {
  return (timeout * 4) / 3
}

/** How long this client may be silent. */
export function pingInterval(timeout: Millis): Millis {
  return Math.min(timeout / 3, LONGEST_PING_INTERVAL)
}

/** The handshake is done: the three watches of the clock begin. */
export function startLiveness(cnxn: Cnxn, out: Out, now: Now): void {
  cnxn.lastHeard = now.elapsed
  cnxn.lastSent = now.elapsed
  out.push({ kind: 'setTimer', timer: 'ping', delay: pingInterval(cnxn.timeout) })
  out.push({ kind: 'setTimer', timer: 'silence', delay: silenceLimit(cnxn.timeout) })
  out.push({ kind: 'setTimer', timer: 'expiry', delay: expiryLimit(cnxn.timeout) })
}

/** A deadline has come. It may have been on its way when it was cancelled, and then it means nothing any more. */
export function onTimeout(cnxn: Cnxn, out: Out, timer: ClientTimer, now: Now): void {
  if (isOver(cnxn)) return
  switch (timer) {
    case 'connect':
      if (cnxn.link !== 0 && !isConnected(cnxn)) loseConnection(cnxn, out, 'the server did not answer in time', false)
      return
    case 'reconnect':
      if (cnxn.link === 0) tryNextServer(cnxn, out)
      return
    case 'ping':
      return onPing(cnxn, out, now)
    case 'silence':
      return onSilence(cnxn, out, now)
    case 'expiry':
      return onExpiry(cnxn, out, now)
    case 'probe':
      return onProbeTime(cnxn, out)
    case 'close':
      return endSession(cnxn, out, 'Closed', 'the server did not answer closeSession in time')
    default:
      return unreachable(timer)
  }
}

function onPing(cnxn: Cnxn, out: Out, now: Now): void {
  if (!isConnected(cnxn)) return
  const interval = pingInterval(cnxn.timeout)
  const idle = now.elapsed - cnxn.lastSent
  if (idle >= interval) {
    out.push({ kind: 'send', connection: cnxn.link, bytes: headerFrame(XID_PING, OpCode.ping) })
    cnxn.lastSent = now.elapsed
  }
  out.push({ kind: 'setTimer', timer: 'ping', delay: idle >= interval ? interval : interval - idle })
}

function onSilence(cnxn: Cnxn, out: Out, now: Now): void {
  if (!isConnected(cnxn)) return
  const limit = silenceLimit(cnxn.timeout)
  const idle = now.elapsed - cnxn.lastHeard
  if (idle < limit) {
    out.push({ kind: 'setTimer', timer: 'silence', delay: limit - idle })
    return
  }
  out.push(
    note('server-silent', `nothing heard for ${Math.round(idle)} ms, two thirds of the timeout: tries another server`, 'ClientCnxn.SendThread.run'),
  )
  loseConnection(cnxn, out, `nothing heard for ${Math.round(idle)} ms`, false)
}

function onExpiry(cnxn: Cnxn, out: Out, now: Now): void {
  const limit = expiryLimit(cnxn.timeout)
  const idle = now.elapsed - cnxn.lastHeard
  if (idle < limit) {
    out.push({ kind: 'setTimer', timer: 'expiry', delay: limit - idle })
    return
  }
  out.push(
    note('session-expired-locally', `nothing heard for ${Math.round(idle)} ms, four thirds of the timeout: the session is over`, 'ZOOKEEPER-4508'),
  )
  endSession(cnxn, out, 'Expired', `no server was reached for ${Math.round(idle)} ms`)
}
