/** The learner, which finds out what has been chosen. Nobody decides that; it is so once a quorum has accepted one proposal. */
import { type Machine, type Now, note, type Sid } from '../kernel/index.ts'
import { type QuorumVerifier, SyncedLearnerTracker } from '../quorum/index.ts'
import { formatBallot } from './ballot.ts'
import type { PaxosEffect, PaxosEvent, PaxosMessage, Slot, Value } from './events.ts'

/** What a learner needs to know. */
export interface LearnerOptions {
  readonly myid: Sid
  /** Who the acceptors are, and which of them are a quorum. */
  readonly verifier: QuorumVerifier
}

/** Plain data; {@link stepLearner} changes it. */
export interface LearnerState {
  readonly options: LearnerOptions
  /** Who has accepted which proposal, by decree and ballot: acceptances of one value under two ballots do not add up. */
  readonly acceptances: Map<string, SyncedLearnerTracker>
  readonly chosen: Map<Slot, Value>
  /** Up to here every decree is known and handed to the state machine. */
  delivered: Slot
}

/** The machine of {@link stepLearner}. */
export const learnerMachine: Machine<LearnerState, PaxosEvent, PaxosEffect> = { step: stepLearner }

/** A learner that knows nothing. It needs no disk: what it forgets it can learn again. */
export function createLearner(options: LearnerOptions): LearnerState {
  return { options, acceptances: new Map(), chosen: new Map(), delivered: 0 }
}

/** Takes one event; changes `state`; returns what is to be done. Source: Lamport, *Paxos Made Simple* (PMS), 2.3 and 3. */
export function stepLearner(state: LearnerState, event: PaxosEvent, _now: Now): readonly PaxosEffect[] {
  return event.kind === 'message' && event.message.kind === 'accepted' ? onAccepted(state, event.from, event.message) : []
}

function onAccepted(state: LearnerState, from: Sid, { ballot, slot, value }: PaxosMessage & { kind: 'accepted' }): PaxosEffect[] {
  if (!isChosenBy(state, from, `${slot} ${formatBallot(ballot)}`) || state.chosen.has(slot)) return []
  state.chosen.set(slot, value)
  const text = `Server ${state.options.myid} learns that ${slot} = ${value} is chosen: a quorum has accepted it under ballot ${formatBallot(ballot)}.`
  return [note('chosen', text, 'PMS 2.3'), { kind: 'chosen', slot, value }, ...deliverInOrder(state)]
}

/** Counts an acceptance; tells whether a quorum has accepted this very proposal. */
function isChosenBy({ acceptances, options }: LearnerState, from: Sid, proposal: string): boolean {
  const tracker = acceptances.get(proposal) ?? new SyncedLearnerTracker([options.verifier])
  acceptances.set(proposal, tracker)
  tracker.ack(from)
  return tracker.hasAllQuorums()
}

/** A state machine takes decree after decree: what comes after a gap has to wait. Source: PMS 3. */
function deliverInOrder(state: LearnerState): PaxosEffect[] {
  const out: PaxosEffect[] = []
  for (let slot = state.delivered + 1; state.chosen.has(slot); slot++) {
    out.push({ kind: 'deliver', slot, value: state.chosen.get(slot) as Value })
    state.delivered = slot
  }
  return out
}
