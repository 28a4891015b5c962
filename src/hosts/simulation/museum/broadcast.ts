/** Exhibits that commit, apply, lead or elect by a wrong rule. */
import type { Epoch, Sid, Zxid } from '../../../kernel/index.ts'
import type { Peer } from '../../../peer/index.ts'
import { quorumPacket } from '../../../wire/index.ts'
import { type Exhibit, LEADERS_LOST } from './exhibit.ts'
import { tell } from './role-bug.ts'
import { type EncodedTxn, onServing, type Passing, replaceMethod } from './surgery.ts'

const DIVERGED = ['committed-order', 'durability', 'no-crash', 'liveness']

export const broadcastExhibits: readonly Exhibit[] = [
  {
    name: 'half-is-a-majority',
    story: 'The leader commits when half of the voters, rounded down, have a proposal: off by one.',
    ticket: null,
    checkers: [...DIVERGED, 'write-order', 'client-order'],
    bugs: {
      leader: {
        begin(machine) {
          const acks = machine['newLeaderAcks'] as { readonly verifiers: readonly { readonly votingMembers: ReadonlySet<Sid> }[] }
          const verifiers = acks.verifiers.map((verifier) => {
            const isHalf = (sids: ReadonlySet<Sid>) => 2 * sids.size + 1 >= verifier.votingMembers.size
            return Object.create(verifier, { containsQuorum: { value: isHalf } })
          })
          Object.assign(acks, { verifiers })
        },
      },
    },
  },
  {
    name: 'proposal-served-at-once',
    story: 'A follower applies a proposal when it is logged, without waiting for COMMIT.',
    ticket: null,
    checkers: [...DIVERGED, 'client-order'],
    bugs: {
      learner: {
        // What was served already is not committed again when its COMMIT comes.
        events(machine, event) {
          if (machine['stage'] !== 'SERVING' || event.packet?.kind !== 'COMMIT') return [event]
          const next = (machine['pendingTxns'] as { peek(): EncodedTxn | undefined }).peek()
          return next?.zxid === event.packet.zxid ? [event] : []
        },
        effects({ stage }, effects) {
          const logged = stage === 'SERVING' ? effects.flatMap(({ kind, txn }) => (kind === 'append' && txn !== undefined ? [txn] : [])) : []
          return [...effects, ...logged.map(({ zxid }) => tell({ kind: 'packet', packet: quorumPacket('COMMIT', zxid) }))]
        },
      },
    },
  },
  {
    name: 'commit-out-of-order',
    story: 'Of every five commits a follower applies the fourth after the fifth.',
    ticket: null,
    checkers: [...DIVERGED, 'client-order'],
    bugs: {
      learner: {
        effects: (machine, effects) =>
          effects.flatMap((effect) => {
            if (effect.kind !== 'commit' || effect.txn === undefined) return [effect]
            const late = machine['held'] as Passing | undefined
            machine['held'] = effect.txn.zxid % 5n === 3n ? effect : undefined
            return [...(machine['held'] === effect ? [] : [effect]), ...(late === undefined ? [] : [late])]
          }),
      },
    },
  },
  {
    name: 'learner-ahead-accepted',
    story: 'The leader does not check whether a follower has the longer history; and in the election it did not ask either.',
    ticket: null,
    checkers: [...DIVERGED, 'epochs'],
    bugs: {
      leader: {
        events(machine, event) {
          if (event.packet?.kind === 'ACKEPOCH') machine['currentEpoch'] = 0x7fffffffn
          return [event]
        },
      },
    },
    operate: voteBySidAlone,
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
    bugs: {
      leader: {
        begin(machine) {
          const settings = machine['settings'] as { readonly configuration: { readonly verifier: object } }
          const verifier = Object.create(settings.configuration.verifier, { containsQuorum: { value: () => true } })
          machine['settings'] = { ...settings, configuration: { ...settings.configuration, verifier } }
        },
      },
    },
  },
  {
    name: 'leader-forgets-its-promise',
    story: 'The leader chooses an epoch as if it had never promised any, and the promises of others do not count either.',
    ticket: null,
    checkers: [...DIVERGED, 'epochs'],
    bugs: {
      leader: {
        events(_, event) {
          const { packet } = event
          if (event.kind === 'lead') return [{ ...event, acceptedEpoch: lower(event.acceptedEpoch ?? 0n) }]
          if (packet?.kind !== 'FOLLOWERINFO' && packet?.kind !== 'OBSERVERINFO') return [event]
          return [{ ...event, packet: { ...packet, zxid: lower(packet.zxid >> 32n) << 32n } }]
        },
      },
    },
  },
  {
    name: 'ack-counted-twice-as-far',
    story: 'The leader takes the acknowledgement of a transaction for one of the next as well.',
    ticket: null,
    faults: LEADERS_LOST,
    checkers: DIVERGED,
    bugs: {
      leader: {
        events(_, event) {
          const { packet } = event
          const isOfProposal = packet?.kind === 'ACK' && (packet.zxid & 0xffffffffn) > 0n
          return isOfProposal ? [event, { ...event, packet: { ...packet, zxid: packet.zxid + 1n } }] : [event]
        },
      },
    },
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
