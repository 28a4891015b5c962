/** Exhibits that keep Zab's promises and break those to clients: order, reads, sessions, names. */
import type { Millis, Now, SessionId } from '../../../kernel/index.ts'
import { type Exhibit, LAGGING, LEADERS_LOST } from './exhibit.ts'
import { Afterwards, onServing, replaceMethod } from './surgery.ts'

interface OpenRequest {
  readonly type: number
  readonly sessionId: SessionId
}

const SYNC = 9
const READS: ReadonlySet<number> = new Set([3, 4, 8, 12])

export const clientExhibits: readonly Exhibit[] = [
  {
    name: 'sync-answered-by-the-follower',
    story: 'A follower answers sync by itself, without asking the leader.',
    ticket: 'ZOOKEEPER-108',
    faults: LAGGING,
    checkers: ['synced-reads'],
    operate(peer) {
      const afterwards = new Afterwards(peer)
      onServing(peer, 'learner', (role) =>
        replaceMethod<[OpenRequest, Now], void>(role, 'forward', (original) => (request, now) => {
          if (request.type !== SYNC) return original(request, now)
          const { pipeline } = role as unknown as { readonly pipeline: { syncAnswered(now: Now): void } }
          afterwards.do((later) => pipeline.syncAnswered(later))
        }),
      )
    },
  },
  {
    name: 'read-overtakes-write',
    story: "A read does not wait behind its own session's writes.",
    ticket: 'ZOOKEEPER-1863',
    checkers: ['client-order'],
    operate: (peer) => {
      for (const mode of ['leader', 'learner'] as const) {
        onServing(peer, mode, ({ pipeline }) => {
          const { committer } = (
            pipeline as unknown as { readonly pipeline: { readonly committer: { readonly next: { answer(request: OpenRequest): void } } } }
          ).pipeline
          replaceMethod<[OpenRequest], void>(committer, 'process', (original) => (request) => {
            if (READS.has(request.type)) committer.next.answer(request)
            else original(request)
          })
        })
      }
    },
  },
  {
    name: 'client-ahead-is-welcome',
    story: 'A server takes clients that have seen more than it has.',
    ticket: null,
    // A follower has caught up when it lets a session in: the leader's answer comes behind all COMMITs. What is left is a leader
    // that was paused, and lets in who comes to it before it knows that there is another one.
    world: { servers: 3, observers: 0, clients: 5, sessionTimeout: 6000, faults: { kinds: ['pause', 'break'], interval: 400 } },
    checkers: ['client-order', 'ephemerals'],
    operate: (peer) =>
      replaceMethod<[unknown, Uint8Array, Now], void>(peer.clients, 'onConnectRequest', (original) => (cnxn, frame, now) => {
        const lastZxidSeen = { from: 4, to: 12 }
        original(cnxn, frame.slice().fill(0, lastZxidSeen.from, lastZxidSeen.to), now)
      }),
  },
  {
    name: 'session-expires-early',
    story: 'Sessions are given a quarter of their timeout.',
    ticket: null,
    checkers: ['expiry', 'ephemerals'],
    operate: (peer) =>
      onServing(peer, 'leader', ({ sessions }) =>
        replaceMethod<[SessionId, Millis, Millis], boolean>(
          (sessions as { readonly tracker: object }).tracker,
          'touchSession',
          (original) => (id, timeout, now) => original(id, timeout / 4, now),
        ),
      ),
  },
  {
    name: 'session-never-expires',
    story: 'Nobody ends the sessions of clients that are gone.',
    ticket: null,
    checkers: ['ephemerals'],
    operate: (peer) =>
      onServing(peer, 'leader', ({ sessions }) =>
        replaceMethod<[Millis], readonly SessionId[]>((sessions as { readonly tracker: object }).tracker, 'expired', () => () => []),
      ),
  },
  {
    name: 'owner-not-set',
    story: 'A session that has moved still belongs to the server it came from.',
    ticket: null,
    faults: LEADERS_LOST,
    checkers: ['liveness', 'client-order'],
    operate: (peer) =>
      onServing(peer, 'leader', ({ sessions }) =>
        replaceMethod<[SessionId, number], boolean>((sessions as { readonly tracker: object }).tracker, 'setOwner', () => () => true),
      ),
  },
  {
    name: 'ephemerals-left-over',
    story: 'The end of a session does not delete its ephemeral znodes.',
    ticket: null,
    checkers: ['ephemerals'],
    operate: (peer) =>
      replaceMethod<[{ readonly clientId: SessionId }, readonly string[] | null], unknown>(peer.database, 'onCloseSession', () => ({ clientId }) => {
        peer.database.sessions.delete(clientId)
        return { kind: 'closeSession', err: 0, path: null, stat: null, changes: [] }
      }),
  },
  {
    name: 'sequence-from-child-count',
    story: 'The number of a sequential znode is the number of its siblings.',
    ticket: null,
    checkers: ['sequence', 'client-order'],
    operate: (peer) =>
      onServing(peer, 'leader', ({ pipeline }) => {
        const { changes } = (pipeline as unknown as { readonly pipeline: { readonly prep: { readonly changes: object } } }).pipeline.prep
        replaceMethod<[string], { readonly childCount: number } | undefined>(changes, 'get', (original) => (path) => {
          const record = original(path)
          return record && { ...record, cversion: record.childCount }
        })
      }),
  },
  {
    name: 'session-ids-again',
    story: 'Every life of a server begins to number its sessions at the same id.',
    ticket: null,
    checkers: ['client-order', 'liveness', 'ephemerals'],
    operate: (peer) =>
      replaceMethod<[Now], void>(peer, 'onStart', (original) => (now) => {
        original(now)
        Object.assign(peer, { nextSessionId: peer.settings.myid << 56n })
      }),
  },
]
