/** From a server's name to a connection on which requests can be sent. */
import { decode } from '../jute/index.ts'
import { equalBytes, formatId, type Now, note } from '../kernel/index.ts'
import { AuthPacket, ConnectRequest, ConnectResponse, OpCode, type SetWatches2, XID_AUTH } from '../wire/index.ts'
import { endSession, sessionEvent } from './ending.ts'
import { bareFrame, requestFrame } from './frames.ts'
import { startLiveness } from './liveness.ts'
import { startProbing } from './probe.ts'
import type { Cnxn, Out } from './state.ts'
import { encodeRequest, transmit } from './transmit.ts'

/** Introduces the client: which session it wants to go on with, and which state it must not fall behind. */
export function onConnected(cnxn: Cnxn, out: Out): void {
  const resumes = cnxn.seenReadWriteServer
  const request: ConnectRequest = {
    protocolVersion: 0,
    lastZxidSeen: cnxn.lastZxidSeen,
    timeOut: cnxn.options.sessionTimeout,
    sessionId: resumes ? cnxn.sessionId : 0n,
    passwd: resumes ? cnxn.passwd : new Uint8Array(16),
    readOnly: cnxn.options.canBeReadOnly,
  }
  out.push({ kind: 'send', connection: cnxn.link, bytes: bareFrame(ConnectRequest, request) })
}

/**
 * The server's answer: a session, or that there is none any more. On a session follow, in this order, credentials, watches
 * and what has been waiting, so that the watches are set with the right identity and before anything can be read.
 * Source: `ClientCnxn.SendThread.onConnected`, `primeConnection`.
 */
export function onConnectResponse(cnxn: Cnxn, out: Out, frame: Uint8Array, now: Now): void {
  const response = decode(ConnectResponse, frame)
  if (response.timeOut <= 0) {
    out.push(note('session-expired-by-server', `the ensemble has ended session ${formatId(cnxn.sessionId)}`, 'ClientCnxn.SendThread.onConnected'))
    endSession(cnxn, out, 'Expired', 'the server says that the session is over')
    return
  }
  const resumed = response.sessionId === cnxn.sessionId && equalBytes(response.passwd ?? new Uint8Array(0), cnxn.passwd)
  const readOnly = response.readOnly === true
  cnxn.connection = readOnly ? 'CONNECTEDREADONLY' : 'CONNECTED'
  cnxn.session = 'CONNECTED'
  cnxn.seenReadWriteServer ||= !readOnly
  cnxn.sessionId = response.sessionId
  cnxn.passwd = response.passwd ?? new Uint8Array(16)
  cnxn.timeout = response.timeOut
  out.push({ kind: 'cancelTimer', timer: 'connect' })
  const text = `session ${formatId(cnxn.sessionId)} is ${resumed ? 'resumed' : 'new'}, timeout ${cnxn.timeout} ms`
  out.push(note(resumed ? 'session-resumed' : 'session-created', text, 'ClientCnxn.SendThread.onConnected'))
  startLiveness(cnxn, out, now)
  if (readOnly) startProbing(cnxn, out)
  presentCredentials(cnxn, out)
  setWatchesAgain(cnxn, out, now)
  out.push({ kind: 'sessionEvent', event: sessionEvent(readOnly ? 'ConnectedReadOnly' : 'SyncConnected') })
  for (const waiting of cnxn.queue.splice(0)) transmit(cnxn, out, waiting, now)
}

/** Identities belong to a connection, so a new one starts without them. */
function presentCredentials(cnxn: Cnxn, out: Out): void {
  for (const { scheme, auth } of cnxn.credentials) {
    cnxn.authSent.push(0)
    out.push({ kind: 'send', connection: cnxn.link, bytes: requestFrame(XID_AUTH, OpCode.auth, AuthPacket, { type: 0, scheme, auth }) })
  }
}

/**
 * So do watches. The server compares each path with `lastZxidSeen` and sends at once what was missed. SetWatches2 goes out
 * only if there are persistent watches, since servers before 3.6 do not know it.
 */
function setWatchesAgain(cnxn: Cnxn, out: Out, now: Now): void {
  const batches = cnxn.watches.setWatches(cnxn.lastZxidSeen)
  if (batches.length === 0) return
  out.push(note('watches-set-again', `sets its watches again in ${batches.length} requests`, 'ClientCnxn.SendThread.primeConnection'))
  for (const record of batches) {
    const op = hasPersistent(record) ? 'setWatches2' : 'setWatches'
    transmit(cnxn, out, encodeRequest(0, { op, record }), now)
  }
}

function hasPersistent(record: SetWatches2): boolean {
  return record.persistentWatches.length > 0 || record.persistentRecursiveWatches.length > 0
}
