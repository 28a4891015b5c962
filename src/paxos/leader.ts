/** The leader of Multi-Paxos: one phase 1 for the whole rest of the log, then one phase 2 for each value, many at a time. */
import { type Machine, type Now, note, type Sid, unreachable } from '../kernel/index.ts'
import { type Ballot, formatBallot } from './ballot.ts'
import { begin, type Campaign, type CampaignOptions, createCampaign, isWonBy, onReject, prepare, reportsFor, toAcceptors } from './campaign.ts'
import type { LeaderEvent, PaxosEffect, PaxosMessage, PaxosRecord, Slot, Value } from './events.ts'
import { highestAccepted } from './highest-accepted.ts'

/** What fills a place in the log for which nobody has a value: it does nothing. Source: PMS 3. */
export const NO_OP: Value = 'no-op'

/** What a leader of Multi-Paxos needs to know. */
export interface LeaderOptions extends CampaignOptions {
  /** How many decrees may be on their way at once, at least 1. Source: PMS 3, where it is called α. */
  readonly window: number
}

/** Plain data; {@link stepLeader} changes it. */
export interface LeaderState extends Campaign {
  readonly options: LeaderOptions
  /** Decrees that are known to be chosen. */
  readonly chosen: Set<Slot>
  /** The first decree for which this leader has proposed nothing. */
  next: Slot
  /** Values that wait for a leader, or for room in the window. */
  readonly queue: Value[]
}

/** The machine of {@link stepLeader}. */
export const leaderMachine: Machine<LeaderState, LeaderEvent, PaxosEffect> = { step: stepLeader }

/** A server that may lead but does not try yet. `log`: the ballots of its earlier lives. */
export function createLeader(options: LeaderOptions, log: readonly PaxosRecord[] = []): LeaderState {
  return { ...createCampaign(options, log), options, chosen: new Set(), next: 1, queue: [] }
}

/** Takes one event; changes `state`; returns what is to be done. Source: Lamport, *Paxos Made Simple* (PMS), section 3. */
export function stepLeader(state: LeaderState, event: LeaderEvent, _now: Now): readonly PaxosEffect[] {
  switch (event.kind) {
    case 'lead':
      return begin(state)
    case 'propose':
      state.queue.push(event.value)
      return proposeQueued(state)
    case 'flushed':
      return prepare(state, event.count, firstUnknown(state))
    case 'message':
      return onMessage(state, event.from, event.message)
    case 'chosen':
      state.chosen.add(event.slot)
      return [...proposeQueued(state), ...rest(state)]
    case 'timeout':
      return isIdle(state) ? [] : begin(state)
    default:
      return unreachable(event)
  }
}

function onMessage(state: LeaderState, from: Sid, message: PaxosMessage): PaxosEffect[] {
  if (message.kind === 'reject') return onReject(state, from, message.promised)
  if (message.kind !== 'promise' || !isWonBy(state, from, message)) return []
  return takeOver(state)
}

/**
 * In the step that completes the quorum of promises: every decree that anybody reports, and that may therefore be chosen, is
 * proposed again, each by itself; gaps between them get a no-op. Then the log goes on with values of its own.
 */
function takeOver(state: LeaderState): PaxosEffect[] {
  const { ballot, options, promises } = state
  if (ballot === null) return []
  const first = firstUnknown(state)
  const last = Math.max(first - 1, ...state.chosen, ...[...promises.values()].flatMap((accepted) => [...accepted.keys()]))
  const text = `Server ${options.myid} leads in ballot ${formatBallot(ballot)}, promised by servers ${[...promises.keys()].join(', ')}.`
  const out: PaxosEffect[] = [note('leads', text, 'PMS 3')]
  for (let slot = first; slot <= last; slot++) if (!state.chosen.has(slot)) out.push(...proposeAgain(state, ballot, slot))
  state.next = last + 1
  return [...out, ...proposeQueued(state), ...rest(state)]
}

function proposeAgain(state: LeaderState, ballot: Ballot, slot: Slot): PaxosEffect[] {
  const highest = highestAccepted(reportsFor(state, slot))
  const value = highest?.value ?? NO_OP
  const why = highest === null ? 'nobody has accepted anything there' : `accepted under ballot ${formatBallot(highest.ballot)}`
  const text = `Server ${state.options.myid} proposes ${slot} = ${value} again: ${why}.`
  return [note(highest === null ? 'gap-filled' : 'proposed-again', text, 'PMS 3'), ...toAcceptors(state, { kind: 'accept', ballot, slot, value })]
}

/** Proposes what waits, each value in a decree of its own, as long as the window has room. */
function proposeQueued(state: LeaderState): PaxosEffect[] {
  const { ballot, queue, options } = state
  const out: PaxosEffect[] = []
  while (state.stage === 'PROPOSING' && ballot !== null && queue.length > 0 && state.next - firstUnknown(state) < options.window) {
    const slot = state.next++
    const value = queue.shift() as Value
    out.push(note('proposed', `Server ${options.myid} proposes ${slot} = ${value}.`, 'PMS 3'))
    out.push(...toAcceptors(state, { kind: 'accept', ballot, slot, value }))
  }
  return out
}

/** The first decree that is not known to be chosen. */
function firstUnknown({ chosen }: LeaderState): Slot {
  let slot = 1
  while (chosen.has(slot)) slot++
  return slot
}

/** There is nothing left to try again. */
function rest(state: LeaderState): PaxosEffect[] {
  return isIdle(state) ? [{ kind: 'cancelTimer', timer: 'retry' }] : []
}

/** Whether all that this leader has proposed is chosen, and nothing waits. */
function isIdle(state: LeaderState): boolean {
  return state.queue.length === 0 && firstUnknown(state) >= state.next
}
