/** The proposer of single-decree Paxos: it tries to get its value chosen, and settles for another one that may have been. */
import { type Machine, type Now, note, type Sid, unreachable } from '../kernel/index.ts'
import { formatBallot } from './ballot.ts'
import { begin, type Campaign, type CampaignOptions, createCampaign, isWonBy, onReject, prepare, reportsFor, toAcceptors } from './campaign.ts'
import type { PaxosEffect, PaxosMessage, PaxosRecord, Proposal, ProposerEvent, Slot, Value } from './events.ts'
import { highestAccepted } from './highest-accepted.ts'

/** The number of the only decree. */
export const THE_DECREE: Slot = 1

/** Plain data; {@link stepProposer} changes it. */
export interface ProposerState extends Campaign {
  /** What it would like to be chosen; null when there is nothing to try any more. */
  wish: Value | null
  /** The decree, once it is known. */
  decree: Value | null
}

/** The machine of {@link stepProposer}. */
export const proposerMachine: Machine<ProposerState, ProposerEvent, PaxosEffect> = { step: stepProposer }

/** A proposer that does not try yet. `log`: the ballots of its earlier lives. */
export function createProposer(options: CampaignOptions, log: readonly PaxosRecord[] = []): ProposerState {
  return { ...createCampaign(options, log), wish: null, decree: null }
}

/** What must be proposed in phase 2: what may have been chosen already, and only otherwise the own wish. Source: PMS 2.2, P2c. */
export function valueToPropose(reports: Iterable<Proposal | null>, wish: Value): Value {
  return highestAccepted(reports)?.value ?? wish
}

/** Takes one event; changes `state`; returns what is to be done. Source: Lamport, *Paxos Made Simple* (PMS), sections 2.2 to 2.4. */
export function stepProposer(state: ProposerState, event: ProposerEvent, _now: Now): readonly PaxosEffect[] {
  switch (event.kind) {
    case 'propose':
      return onPropose(state, event.value)
    case 'flushed':
      return prepare(state, event.count, THE_DECREE)
    case 'message':
      return onMessage(state, event.from, event.message)
    case 'timeout':
      return state.wish === null ? [] : begin(state)
    case 'chosen':
      state.decree = event.value
      state.wish = null
      state.stage = 'IDLE'
      return [{ kind: 'cancelTimer', timer: 'retry' }]
    default:
      return unreachable(event)
  }
}

/** Once there is a decree, wishes come too late. */
function onPropose(state: ProposerState, value: Value): PaxosEffect[] {
  if (state.decree !== null) return []
  state.wish = value
  return begin(state)
}

function onMessage(state: ProposerState, from: Sid, message: PaxosMessage): PaxosEffect[] {
  if (message.kind === 'reject') return onReject(state, from, message.promised)
  if (message.kind !== 'promise' || !isWonBy(state, from, message)) return []
  return proposeValue(state)
}

/** Phase 2a, in the step that completes the quorum of promises. */
function proposeValue(state: ProposerState): PaxosEffect[] {
  const { ballot, wish, promises, options } = state
  if (ballot === null || wish === null) return []
  const reports = reportsFor(state, THE_DECREE)
  const value = valueToPropose(reports, wish)
  const why = reports.some((report) => report !== null) ? 'the highest accepted one' : 'its own: none is accepted'
  const text = `Server ${options.myid} has promises of servers ${[...promises.keys()].join(', ')} for ballot ${formatBallot(ballot)} and proposes ${value}, ${why}.`
  return [note('value-proposed', text, 'PMS 2.2, phase 2a'), ...toAcceptors(state, { kind: 'accept', ballot, slot: THE_DECREE, value })]
}
