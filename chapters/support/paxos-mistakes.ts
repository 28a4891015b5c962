/**
 * The classic mistakes of people who write Paxos, each a small wrong belief. The machines stay as they are: a mistake rewrites
 * what a role is told, or what it wants done, or what its disk keeps, or what a quorum is.
 */
import { note, type Sid } from '../../src/kernel/index.ts'
import {
  type Ballot,
  compareBallots,
  type LeaderEvent,
  type PaxosEffect,
  type PaxosMessage,
  type PaxosRecord,
  type Value,
} from '../../src/paxos/index.ts'
import type { QuorumVerifier } from '../../src/quorum/index.ts'
import { naiveQuorum } from './naive-quorums.ts'
import type { PaxosServer, RoleName } from './paxos-world.ts'

export interface Mistake {
  /** What its author believed. */
  readonly belief: string
  /** What a role is told instead of this; null: nothing. */
  readonly before?: (server: PaxosServer, role: RoleName, event: LeaderEvent) => LeaderEvent | null
  /** What is done instead of this. */
  readonly after?: (server: PaxosServer, role: RoleName, effects: readonly PaxosEffect[]) => readonly PaxosEffect[]
  /** Which records a power cut takes although the disk has said that it has them. */
  readonly forgets?: (record: PaxosRecord) => boolean
  readonly verifier?: (sids: readonly Sid[]) => QuorumVerifier
}

/** Each under the name by which chapters and tests call it. */
export const MISTAKES = {
  'most-frequent': {
    belief: 'The proposer takes the value that most acceptors reported.',
    after: (server, _role, effects) => effects.map((effect) => withValue(effect, mostFrequent(server))),
  },
  'strictly-greater': {
    belief: 'An acceptor accepts only a ballot that is greater than any that it has promised.',
    before: ({ acceptor }, _role, event) => (isFor(event, 'accept') && compareBallots(event.message.ballot, acceptor.promised) === 0 ? null : event),
  },
  'own-value': {
    belief: 'Who has the promises of a quorum may propose what it likes.',
    before: (_server, _role, event) => (isFor(event, 'promise') ? { ...event, message: { ...event.message, accepted: new Map() } } : event),
  },
  'promise-ignored': {
    belief: 'A promise concerns other promises; what is proposed may always be accepted.',
    before: (server, _role, event) => {
      if (isFor(event, 'accept')) server.acceptor.promised = null
      return event
    },
  },
  'promise-forgotten': {
    belief: 'Only what was accepted needs to be on the disk.',
    forgets: ({ kind }) => kind === 'promised',
  },
  'acceptance-forgotten': {
    belief: 'The others have the value too, so one disk does not matter.',
    forgets: ({ kind }) => kind === 'accepted',
  },
  'ballot-forgotten': {
    belief: 'Proposers have nothing to remember: after a crash they begin anew with 1.',
    forgets: ({ kind }) => kind === 'tried',
  },
  'values-counted': {
    belief: 'A value is chosen when a quorum has accepted it, each of them at some time.',
    before: (_server, _role, event) => (isFor(event, 'accepted') ? { ...event, message: byValue(event.message) } : event),
  },
  half: {
    belief: 'Half of the servers are enough.',
    verifier: (sids) => naiveQuorum('half', sids),
  },
} satisfies Readonly<Record<string, Mistake>>

export type MistakeName = keyof typeof MISTAKES

type MessageEvent<Kind> = LeaderEvent & { readonly kind: 'message'; readonly message: PaxosMessage & { readonly kind: Kind } }

/** Whether this is a message of a kind. */
function isFor<Kind extends PaxosMessage['kind']>(event: LeaderEvent, kind: Kind): event is MessageEvent<Kind> {
  return event.kind === 'message' && event.message.kind === kind
}

function withValue(effect: PaxosEffect, value: Value | null): PaxosEffect {
  if (effect.kind === 'note' && effect.name === 'value-proposed' && value !== null) {
    return note(effect.name, `It proposes ${value}, which most of the promises report.`, 'a mistake')
  }
  if (effect.kind !== 'send' || effect.message.kind !== 'accept' || value === null) return effect
  return { ...effect, message: { ...effect.message, value } }
}

/** The value that most of the promises report; the first of several. Null: none reports any. */
export function mostFrequent({ proposer }: Pick<PaxosServer, 'proposer'>): Value | null {
  const counts = new Map<Value, number>()
  for (const accepted of proposer.promises.values()) for (const { value } of accepted.values()) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce<[Value, number] | null>((most, one) => (most === null || one[1] > most[1] ? one : most), null)?.[0] ?? null
}

/** Under one number for each value, so that acceptances under different ballots add up. */
function byValue<Message extends PaxosMessage & { readonly value: Value }>(message: Message): Message {
  const ballot: Ballot = { round: [...message.value].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0), proposer: 0n }
  return { ...message, ballot }
}
