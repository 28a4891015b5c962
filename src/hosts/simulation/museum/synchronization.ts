/** Exhibits that bring a learner to something else than its leader's history. */
import type { Zxid } from '../../../kernel/index.ts'
import { quorumPacket } from '../../../wire/index.ts'
import { COMING_AND_GOING, type Exhibit, LEADERS_LOST } from './exhibit.ts'
import { tell } from './role-bug.ts'
import { type Passing, replaceMethod } from './surgery.ts'

const DIVERGED = ['committed-order', 'durability', 'no-crash', 'liveness']

export const synchronizationExhibits: readonly Exhibit[] = [
  {
    name: 'trunc-forgotten',
    story: 'A learner that is told to cut its log says that it has, and keeps the stale end.',
    ticket: null,
    checkers: DIVERGED,
    bugs: {
      learner: { effects: (_, effects) => effects.map((effect) => (effect.kind === 'truncate' ? tell({ kind: 'truncated' }) : effect)) },
    },
  },
  {
    name: 'trunc-one-too-few',
    story: 'The cut is made one transaction too late.',
    ticket: 'ZOOKEEPER-1156',
    checkers: DIVERGED,
    bugs: { learner: { effects: (_, effects) => moveCut(effects, 1n) } },
  },
  {
    name: 'trunc-one-too-many',
    story: 'The cut is made one transaction too early.',
    ticket: 'ZOOKEEPER-1156',
    checkers: DIVERGED,
    bugs: { learner: { effects: (_, effects) => moveCut(effects, -1n) } },
  },
  {
    name: 'diff-instead-of-trunc',
    story: 'The leader knows that the learner has what never was committed, and sends a plain DIFF.',
    ticket: 'ZOOKEEPER-1154',
    checkers: DIVERGED,
    bugs: {
      leader: {
        effects: (_, effects) =>
          effects.map((effect) => (effect.packet?.kind === 'TRUNC' ? { ...effect, packet: { ...effect.packet, kind: 'DIFF' } } : effect)),
      },
    },
  },
  {
    name: 'diff-of-one-is-empty',
    story: 'A learner that lacks one transaction alone is not sent it: the end of the DIFF is off by one.',
    ticket: 'ZOOKEEPER-508',
    checkers: DIVERGED,
    bugs: {
      leader: {
        effects(_, effects) {
          const diff = effects.findIndex(({ packet }) => packet?.kind === 'DIFF')
          const [proposal, commit, next] = effects.slice(diff + 1, diff + 4)
          const isAlone = proposal?.packet?.kind === 'PROPOSAL' && commit?.packet?.kind === 'COMMIT' && next?.packet?.kind === 'NEWLEADER'
          return diff >= 0 && isAlone ? effects.filter((effect) => effect !== proposal && effect !== commit) : effects
        },
      },
    },
  },
  {
    name: 'newleader-before-history',
    story: 'The leader sends NEWLEADER before the transactions of the DIFF: it is acked by a server that lacks them.',
    ticket: 'ZOOKEEPER-1136',
    world: COMING_AND_GOING,
    checkers: ['committed-order', 'durability'],
    bugs: {
      leader: {
        effects(_, effects) {
          const begins = effects.findIndex(({ packet }) => packet?.kind === 'DIFF')
          const newLeader = effects.find(({ packet }) => packet?.kind === 'NEWLEADER')
          if (begins < 0 || newLeader === undefined) return effects
          const others = effects.filter((effect) => effect !== newLeader)
          return [...others.slice(0, begins + 1), newLeader, ...others.slice(begins + 1)]
        },
      },
    },
  },
  {
    name: 'leader-serves-alone',
    story: 'The leader serves before a quorum has acked NEWLEADER: its history may still be lost.',
    ticket: null,
    faults: LEADERS_LOST,
    checkers: DIVERGED,
    bugs: { leader: { begin: ({ newLeaderAcks }) => void Object.assign(newLeaderAcks as object, { hasAllQuorums: () => true }) } },
  },
  {
    name: 'serves-before-uptodate',
    story: 'A learner serves as soon as it has acked NEWLEADER: nobody has said yet that the history is committed.',
    ticket: null,
    // An observer is no part of the quorum that keeps what it shows.
    world: { ...COMING_AND_GOING, observers: 1 },
    checkers: ['committed-order', 'durability'],
    bugs: {
      learner: {
        events: ({ stage }, event) => (stage === 'SERVING' && event.packet?.kind === 'UPTODATE' ? [] : [event]),
        effects({ stage }, effects) {
          const hasAcked = stage === 'SYNCHRONIZED' && effects.some(({ packet }) => packet?.kind === 'ACK')
          return hasAcked ? [...effects, tell({ kind: 'packet', packet: quorumPacket('UPTODATE', -1n) })] : effects
        },
      },
    },
  },
  {
    name: 'session-of-the-history-not-tracked',
    story: 'Sessions created in the transactions that a learner is synchronised with are not entered into its table.',
    ticket: 'ZOOKEEPER-1367',
    faults: LEADERS_LOST,
    checkers: ['expiry', 'ephemerals', 'liveness', 'durability'],
    operate: (peer) =>
      replaceMethod<[Passing['txn']], void>(peer, 'apply', (original) => (txn) => {
        const before = new Set(peer.database.sessions.keys())
        original(txn)
        for (const session of [...peer.database.sessions.keys()]) if (!before.has(session)) peer.database.sessions.delete(session)
      }),
  },
]

function moveCut(effects: readonly Passing[], by: Zxid): readonly Passing[] {
  return effects.map((effect) => (effect.kind === 'truncate' ? { ...effect, zxid: (effect.zxid ?? 0n) + by } : effect))
}
