/** Exhibits that commit, apply, lead or elect by a wrong rule. */
import type { Epoch, Sid, Zxid } from '../../../kernel/index.ts'
import type { Peer } from '../../../peer/index.ts'
import { type Exhibit, LEADERS_LOST } from './exhibit.ts'
import { Afterwards, onRole, onServing, type Passing, replaceMethod, rewriteEffects, rewriteEvents } from './surgery.ts'

const DIVERGED = ['committed-order', 'durability', 'no-crash', 'liveness']

interface Tracker {
  readonly acks: ReadonlySet<Sid>
  readonly verifiers: readonly { readonly votingMembers: ReadonlySet<Sid> }[]
}

export const broadcastExhibits: readonly Exhibit[] = [
  {
    name: 'half-is-a-majority',
    story: 'The leader commits when half of the voters, rounded down, have a proposal: off by one.',
    ticket: null,
    checkers: [...DIVERGED, 'write-order', 'client-order'],
    operate: (peer) =>
      onRole(peer, 'leader', ({ machine }) =>
        replaceMethod<[{ readonly acks: Tracker }], void>(machine['outstandingProposals'] as object, 'push', (original) => (proposal) => {
          const { acks } = proposal
          replaceMethod<[], boolean>(acks, 'hasAllQuorums', () => () => 2 * acks.acks.size + 1 >= (acks.verifiers[0]?.votingMembers.size ?? 0))
          original(proposal)
        }),
      ),
  },
  {
    name: 'proposal-served-at-once',
    story: 'A follower applies a proposal when it is logged, without waiting for COMMIT.',
    ticket: null,
    checkers: [...DIVERGED, 'client-order'],
    operate(peer) {
      const afterwards = new Afterwards(peer)
      onRole(peer, 'learner', (role) => {
        let own = false
        rewriteEvents(role, (event) => (role.machine['stage'] === 'SERVING' && event.packet?.kind === 'COMMIT' && !own ? [] : [event]))
        rewriteEffects(role, (effects) => {
          if (role.machine['stage'] !== 'SERVING') return effects
          for (const { kind, txn } of effects) {
            if (kind !== 'append' || txn === undefined) continue
            afterwards.do((now) => {
              own = true
              role.step({ kind: 'packet', packet: { kind: 'COMMIT', zxid: txn.zxid, data: null, authinfo: null } }, now)
              own = false
            })
          }
          return effects
        })
      })
    },
  },
  {
    name: 'commit-out-of-order',
    story: 'Of every five commits a follower applies the fourth after the fifth.',
    ticket: null,
    checkers: [...DIVERGED, 'client-order'],
    operate: (peer) =>
      onRole(peer, 'learner', (role) => {
        let held: Passing | null = null
        rewriteEffects(role, (effects) =>
          effects.flatMap((effect) => {
            if (effect.kind !== 'commit' || effect.txn === undefined) return [effect]
            if (effect.txn.zxid % 5n === 3n) {
              held = effect
              return []
            }
            const late = held
            held = null
            return late === null ? [effect] : [effect, late]
          }),
        )
      }),
  },
  {
    name: 'learner-ahead-accepted',
    story: 'The leader does not check whether a follower has the longer history; and in the election it did not ask either.',
    ticket: null,
    checkers: [...DIVERGED, 'epochs'],
    operate(peer) {
      voteBySidAlone(peer)
      onRole(peer, 'leader', (role) =>
        rewriteEvents(role, (event) => {
          if (event.packet?.kind === 'ACKEPOCH') Object.assign(role.machine, { currentEpoch: 0x7fffffffn })
          return [event]
        }),
      )
    },
  },
  {
    name: 'vote-by-sid-alone',
    story: 'Votes carry no history: the highest id wins, and a quorum that knows more turns away for ever.',
    ticket: null,
    checkers: [...DIVERGED],
    operate: voteBySidAlone,
  },
  {
    name: 'settled-server-is-silent',
    story: 'A server that has found its leader does not answer those who are still looking.',
    ticket: null,
    checkers: ['liveness'],
    operate(peer) {
      const port = electionOf(peer)
      if (port === null) return
      replaceMethod<[{ readonly kind: string; readonly notification?: { readonly state: string } }, unknown], void>(
        port,
        'onElectionEffect',
        (original) => (effect, now) => {
          if (effect.kind !== 'sendNotification' || effect.notification?.state === 'LOOKING') original(effect, now)
        },
      )
    },
  },
  {
    name: 'vote-not-sent-again',
    story: 'A server that adopts a better vote tells nobody.',
    ticket: null,
    checkers: ['liveness'],
    operate(peer) {
      const port = electionOf(peer)
      if (port === null) return
      const { election } = port
      replaceMethod<[{ readonly kind: string; readonly notification?: { readonly leader: Sid } }, unknown], void>(
        port,
        'onElectionEffect',
        (original) => (effect, now) => {
          const adopted = election.role === 'LOOKING' && effect.notification?.leader !== peer.settings.myid
          if (effect.kind !== 'sendNotification' || !adopted) original(effect, now)
        },
      )
    },
  },
  {
    name: 'leader-without-followers',
    story: 'The leader does not count who still follows it, and leads on alone for ever.',
    ticket: null,
    checkers: ['liveness', 'synced-reads'],
    operate: (peer) =>
      onRole(peer, 'leader', (role) => {
        const settings = role.machine['settings'] as { readonly configuration: { readonly verifier: object } }
        const verifier = Object.create(settings.configuration.verifier, { containsQuorum: { value: () => true } })
        Object.assign(role.machine, { settings: { ...settings, configuration: { ...settings.configuration, verifier } } })
      }),
  },
  {
    name: 'leader-forgets-its-promise',
    story: 'The leader chooses an epoch as if it had never promised any, and the promises of others do not count either.',
    ticket: null,
    checkers: [...DIVERGED, 'epochs'],
    operate: (peer) =>
      onRole(peer, 'leader', (role) =>
        rewriteEvents(role, (event) => {
          const { packet } = event
          if (event.kind === 'lead')
            return [{ ...event, acceptedEpoch: lower((event as Passing & { acceptedEpoch: Epoch }).acceptedEpoch) } as Passing]
          if (packet?.kind !== 'FOLLOWERINFO' && packet?.kind !== 'OBSERVERINFO') return [event]
          return [{ ...event, packet: { ...packet, zxid: lower(packet.zxid >> 32n) << 32n } }]
        }),
      ),
  },
  {
    name: 'ack-counted-twice-as-far',
    story: 'The leader takes the acknowledgement of a transaction for one of the next as well.',
    ticket: null,
    faults: LEADERS_LOST,
    checkers: DIVERGED,
    operate: (peer) =>
      onRole(peer, 'leader', (role) =>
        rewriteEvents(role, (event) => {
          const { packet } = event
          const next = packet?.kind === 'ACK' && (packet.zxid & 0xffffffffn) > 0n
          return next ? [event, { ...event, packet: { ...packet, zxid: packet.zxid + 1n } }] : [event]
        }),
      ),
  },
  {
    name: 'outstanding-changes-ignored',
    story: 'A request is checked against the tree alone, not against what is proposed and not applied yet.',
    ticket: null,
    checkers: ['sequence', 'client-order', 'durability', 'no-crash'],
    operate: (peer) =>
      onServing(peer, 'leader', ({ pipeline }) => {
        const prep = (pipeline as { readonly pipeline: { readonly prep: { readonly changes: object } } }).pipeline.prep
        replaceMethod<[unknown], void>(prep.changes, 'add', () => () => {})
      }),
  },
]

function lower(epoch: Epoch): Epoch {
  return epoch > 0n ? epoch - 1n : epoch
}

interface OpenElectionPort {
  readonly election: { readonly role: string }
}

/** The election port of a server; null for one that stands alone. */
function electionOf(peer: Peer): OpenElectionPort | null {
  return (peer as unknown as { readonly electionPort: OpenElectionPort | null }).electionPort
}

function voteBySidAlone(peer: Peer): void {
  const port = electionOf(peer)
  if (port === null) return
  replaceMethod<[Sid, Zxid, Epoch, unknown], void>(port, 'look', (original) => (leader, zxid, epoch, now) => {
    if (zxid < 0n) original(leader, zxid, epoch, now)
    else original(leader, 0n, 0n, now)
  })
}
