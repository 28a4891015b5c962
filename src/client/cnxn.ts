/** The dispatcher: one event in, its handler, effects out. Source: `ClientCnxn.SendThread`. */

import { JuteError } from '../jute/index.ts'
import { type Machine, type Now, unreachable } from '../kernel/index.ts'
import type { ClientEffect, ClientEvent, ConnectionNumber } from './boundary.ts'
import { takeFrames } from './frames.ts'
import { onConnected, onConnectResponse } from './handshake.ts'
import { loseConnection, rejectServer, tryNextServer } from './link.ts'
import { onTimeout } from './liveness.ts'
import { onProbeAnswer, onProbeConnected } from './probe.ts'
import { onReply } from './replies.ts'
import { onAbandon, onAddAuth, onClose, onForgetWatches, onRequest, onUnwatch } from './requests.ts'
import { type Cnxn, isConnected, type Out } from './state.ts'

/** The client's machine; its state is made by `newCnxn`. */
export const clientCnxn: Machine<Cnxn, ClientEvent, ClientEffect> = { step }

function step(cnxn: Cnxn, event: ClientEvent, now: Now): readonly ClientEffect[] {
  const out: Out = []
  switch (event.kind) {
    case 'start':
      tryNextServer(cnxn, out)
      break
    case 'connected':
      if (event.connection === cnxn.link) onConnected(cnxn, out)
      else if (event.connection === cnxn.probe?.link) onProbeConnected(out, event.connection)
      break
    case 'data':
      onData(cnxn, out, event.connection, event.bytes, now)
      break
    case 'closed':
      if (event.connection === cnxn.link) loseConnection(cnxn, out, event.reason, true)
      else if (event.connection === cnxn.probe?.link) cnxn.probe = null
      break
    case 'timeout':
      onTimeout(cnxn, out, event.timer, now)
      break
    case 'request':
      onRequest(cnxn, out, event.token, event.request, now)
      break
    case 'addAuth':
      onAddAuth(cnxn, out, event, now)
      break
    case 'abandon':
      onAbandon(cnxn, event.token)
      break
    case 'unwatch':
      onUnwatch(cnxn, out, event.watch, now)
      break
    case 'forgetWatches':
      onForgetWatches(cnxn, out, event.path, event.type)
      break
    case 'close':
      onClose(cnxn, out, event.token, now)
      break
    default:
      unreachable(event)
  }
  return out
}

/** Cuts what has arrived into frames and hands on each, until one of them ends the connection. */
function onData(cnxn: Cnxn, out: Out, connection: ConnectionNumber, bytes: Uint8Array, now: Now): void {
  if (connection === cnxn.probe?.link) onProbeAnswer(cnxn, out, cnxn.probe, bytes)
  if (connection !== cnxn.link) return
  try {
    const { frames, rest } = takeFrames(cnxn.partialFrame, bytes, cnxn.options.maxFrameLength)
    cnxn.partialFrame = rest
    for (const frame of frames) {
      if (connection !== cnxn.link) return
      if (isConnected(cnxn)) onReply(cnxn, out, frame, now)
      else onConnectResponse(cnxn, out, frame, now)
    }
  } catch (error) {
    if (!(error instanceof JuteError)) throw error
    rejectServer(cnxn, out, `the server sent what is no reply: ${error.message}`)
  }
}
