/** Two servers that look right and are not: each is the real one with its idea of a session replaced. */
import type { CreateServer } from '../../src/hosts/simulation/index.ts'
import { Afterwards, replaceMethod } from '../../src/hosts/simulation/museum/surgery.ts'
import type { Millis, Now, SessionId } from '../../src/kernel/index.ts'
import { createPeer, type Peer } from '../../src/peer/index.ts'
import { newRequest } from '../../src/pipeline/index.ts'
import { OpCode } from '../../src/wire/index.ts'

/** When a client's connection breaks, its session ends. */
export const sessionIsConnection: CreateServer = (settings) => {
  const peer = createPeer(settings)
  const afterwards = new Afterwards(peer)
  replaceMethod<[number], void>(peer.clients, 'closed', (original) => (connection) => {
    const session = peer.clients.connections.get(connection)?.sessionId
    original(connection)
    if (session !== undefined) afterwards.do((now) => endSession(peer, session, now))
  })
  return peer
}

/** Each server ends the sessions of which it has not heard for their timeout. */
export const everyServerExpires: CreateServer = (settings) => {
  const peer = createPeer(settings)
  const deadlines = new Map<SessionId, Millis>()
  replaceMethod<[SessionId, Millis, Now], void>(peer, 'touch', (original) => (session, timeout, now) => {
    deadlines.set(session, now.elapsed + timeout)
    original(session, timeout, now)
  })
  replaceMethod<[Now], void>(peer.clients, 'tick', (original) => (now) => {
    original(now)
    for (const [session, deadline] of deadlines) {
      if (deadline > now.elapsed) continue
      deadlines.delete(session)
      endSession(peer, session, now)
    }
  })
  return peer
}

function endSession(peer: Peer, session: SessionId, now: Now): void {
  peer.submit(newRequest(session, 0, OpCode.closeSession, new Uint8Array(0), [], 0, now.elapsed), now)
}
