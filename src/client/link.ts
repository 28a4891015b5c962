/** From one server to the next. */
import { type Millis, note } from '../kernel/index.ts'
import { dropLink, endSession, failAll, sessionEvent, takeSent } from './ending.ts'
import { type Cnxn, isConnected, type Out } from './state.ts'

/** The pause after a round of servers without success: doubles from the first to the second, and a random part of it is left out. */
const FIRST_PAUSE: Millis = 100
const LONGEST_PAUSE: Millis = 1000

/** Opens a connection to the server whose turn it is. Each gets its share of the session's timeout to answer the handshake. */
export function tryNextServer(cnxn: Cnxn, out: Out): void {
  const server = cnxn.servers[cnxn.nextServer] as (typeof cnxn.servers)[number]
  cnxn.nextServer = (cnxn.nextServer + 1) % cnxn.servers.length
  cnxn.links += 1
  cnxn.link = cnxn.links
  cnxn.server = server
  out.push(note('connecting', `connects to ${server.host}:${server.port}`, 'ClientCnxn.SendThread.startConnect'))
  out.push({ kind: 'setTimer', timer: 'connect', delay: cnxn.timeout / cnxn.servers.length })
  out.push({ kind: 'connect', connection: cnxn.link, host: server.host, port: server.port })
}

/**
 * The connection is gone, or given up (`gone` false: the host still has to close it). What was sent fails, and may have been
 * applied. What was not sent waits for the next server; only when a whole round of servers has failed does it fail as well.
 * Source: `ClientCnxn.SendThread.cleanup`; Java fails the unsent requests on every lost connection.
 */
export function loseConnection(cnxn: Cnxn, out: Out, reason: string, gone: boolean): void {
  if (cnxn.closing.length > 0) {
    dropLink(cnxn, out, gone)
    endSession(cnxn, out, 'Closed', reason)
    return
  }
  suspend(cnxn, out, reason, gone)
  cnxn.failures += 1
  if (cnxn.failures % cnxn.servers.length !== 0) {
    tryNextServer(cnxn, out)
    return
  }
  failAll(out, cnxn.queue.splice(0), 'CONNECTIONLOSS', false, `no server could be reached: ${reason}`)
  const round = cnxn.failures / cnxn.servers.length
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(round - 1, 10)) * (0.5 + cnxn.random.float() / 2)
  out.push({ kind: 'setTimer', timer: 'reconnect', delay: pause })
}

/** What the server has sent breaks the protocol: nothing more is believed of it. */
export function rejectServer(cnxn: Cnxn, out: Out, reason: string): void {
  out.push(note('reply-rejected', reason, 'ClientCnxn.SendThread.readResponse'))
  loseConnection(cnxn, out, reason, false)
}

/** Leaves a server that still answers for a better one. Source: `ClientCnxn.SendThread.RWServerFoundException`. */
export function switchServer(cnxn: Cnxn, out: Out, server: number, reason: string): void {
  suspend(cnxn, out, reason, false)
  cnxn.nextServer = server
  tryNextServer(cnxn, out)
}

/** From now on the session is without a connection, and who waits for an answer on it is told. */
function suspend(cnxn: Cnxn, out: Out, reason: string, gone: boolean): void {
  const wasConnected = isConnected(cnxn)
  dropLink(cnxn, out, gone)
  cnxn.connection = 'CONNECTING'
  cnxn.session = 'SUSPENDED'
  const sent = takeSent(cnxn)
  const text = `the connection is lost (${reason}); ${sent.length} requests may or may not have been applied`
  out.push(note('connection-lost', text, 'ClientCnxn.SendThread.cleanup'))
  failAll(out, sent, 'CONNECTIONLOSS', true, reason)
  if (wasConnected) out.push({ kind: 'sessionEvent', event: sessionEvent('Disconnected') })
}
