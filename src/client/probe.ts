/**
 * Looking for a server with a quorum while the session's server can only be read from. One after the other is asked the
 * four-letter word `isro` on a connection of its own; the first that answers `rw` becomes the session's.
 * Source: `ClientCnxn.SendThread.pingRwServer`.
 */
import { type Millis, note, utf8 } from '../kernel/index.ts'
import type { ConnectionNumber } from './boundary.ts'
import { switchServer } from './link.ts'
import type { Cnxn, Out, Probe } from './state.ts'

/** The pause before a question: doubles from the first to the longest. */
const FIRST_PAUSE: Millis = 100
const LONGEST_PAUSE: Millis = 60_000
const QUESTION = utf8('isro')
const READ_WRITE = 'rw\n'

/** The session has a server that can only be read from. */
export function startProbing(cnxn: Cnxn, out: Out): void {
  cnxn.probePause = FIRST_PAUSE
  out.push({ kind: 'setTimer', timer: 'probe', delay: FIRST_PAUSE })
}

/** Asks the next server, whether or not the one before has answered. */
export function onProbeTime(cnxn: Cnxn, out: Out): void {
  if (cnxn.connection !== 'CONNECTEDREADONLY') return
  if (cnxn.probe !== null) out.push({ kind: 'close', connection: cnxn.probe.link })
  const server = cnxn.servers[cnxn.nextServer] as (typeof cnxn.servers)[number]
  cnxn.links += 1
  cnxn.probe = { link: cnxn.links, server: cnxn.nextServer, answer: '' }
  cnxn.nextServer = (cnxn.nextServer + 1) % cnxn.servers.length
  out.push({ kind: 'connect', connection: cnxn.links, host: server.host, port: server.port })
  cnxn.probePause = Math.min(cnxn.probePause * 2, LONGEST_PAUSE)
  out.push({ kind: 'setTimer', timer: 'probe', delay: cnxn.probePause })
}

/** The server listens: the question. */
export function onProbeConnected(out: Out, link: ConnectionNumber): void {
  out.push({ kind: 'send', connection: link, bytes: QUESTION })
}

/** The answer, in as many pieces as it comes. Whoever says anything but `rw` is left alone until its turn comes again. */
export function onProbeAnswer(cnxn: Cnxn, out: Out, probe: Probe, bytes: Uint8Array): void {
  probe.answer += String.fromCharCode(...bytes.subarray(0, READ_WRITE.length))
  if (READ_WRITE.startsWith(probe.answer) && probe.answer !== READ_WRITE) return
  if (probe.answer !== READ_WRITE) {
    out.push({ kind: 'close', connection: probe.link })
    cnxn.probe = null
    return
  }
  const { host, port } = cnxn.servers[probe.server] as (typeof cnxn.servers)[number]
  out.push(note('read-write-server-found', `${host}:${port} has a quorum: goes there`, 'ClientCnxn.SendThread.pingRwServer'))
  switchServer(cnxn, out, probe.server, `${host}:${port} has a quorum`)
}
