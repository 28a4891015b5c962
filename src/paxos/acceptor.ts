/** The acceptor, which remembers. It answers each message by itself, and knows neither quorums nor what is chosen. */
import { type Machine, type Now, note, type Sid, unreachable } from '../kernel/index.ts'
import { type Ballot, compareBallots, formatBallot } from './ballot.ts'
import type { PaxosEffect, PaxosEvent, PaxosMessage, PaxosRecord, Proposal, Slot } from './events.ts'

/** What an acceptor must never forget. */
export interface AcceptorMemory {
  /** The highest ballot that it has promised. Whatever comes under a smaller one is refused. */
  promised: Ballot | null
  /** For each decree the last proposal that it has accepted, which is the highest. */
  readonly accepted: Map<Slot, Proposal>
}

/** What an acceptor needs to know. */
export interface AcceptorOptions {
  readonly myid: Sid
  /** Who is told what it accepts. */
  readonly learners: readonly Sid[]
}

/** Plain data; {@link stepAcceptor} changes it. */
export interface AcceptorState extends AcceptorMemory {
  readonly options: AcceptorOptions
  /** Records of this role's log, on their way to the disk or there. */
  written: number
  /** What may be said once so many records are on the disk. */
  readonly unsaid: { readonly after: number; readonly to: readonly Sid[]; readonly message: PaxosMessage }[]
}

/** The machine of {@link stepAcceptor}. */
export const acceptorMachine: Machine<AcceptorState, PaxosEvent, PaxosEffect> = { step: stepAcceptor }

/** An acceptor that remembers what its log holds: nothing at first. */
export function createAcceptor(options: AcceptorOptions, log: readonly PaxosRecord[] = []): AcceptorState {
  const state: AcceptorState = { options, promised: null, accepted: new Map(), written: log.length, unsaid: [] }
  for (const record of log) remember(state, record)
  return state
}

/** Whether an acceptor with this memory may promise `ballot`: it is above all that it has promised. Source: PMS 2.2, P1a. */
export function mayPromise({ promised }: AcceptorMemory, ballot: Ballot): boolean {
  return compareBallots(ballot, promised) > 0
}

/**
 * Whether an acceptor with this memory may accept a proposal under `ballot`: it has not promised a higher one. *Equal* is
 * the usual case, the very ballot that it has promised. Source: PMS 2.2, P1a.
 */
export function mayAccept({ promised }: AcceptorMemory, ballot: Ballot): boolean {
  return compareBallots(ballot, promised) >= 0
}

/** Takes one event; changes `state`; returns what is to be done. Source: Lamport, *Paxos Made Simple* (PMS), section 2. */
export function stepAcceptor(state: AcceptorState, event: PaxosEvent, _now: Now): readonly PaxosEffect[] {
  switch (event.kind) {
    case 'message':
      if (event.message.kind === 'prepare') return onPrepare(state, event.from, event.message)
      if (event.message.kind === 'accept') return onAccept(state, event.from, event.message)
      return []
    case 'flushed':
      return onFlushed(state, event.count)
    default:
      return unreachable(event)
  }
}

/** Phase 1b: promises, and reports what it has accepted in the decrees that are asked for. */
function onPrepare(state: AcceptorState, from: Sid, { ballot, from: first }: PaxosMessage & { kind: 'prepare' }): PaxosEffect[] {
  if (!mayPromise(state, ballot)) return [refusal(state, from, ballot)]
  const accepted = new Map([...state.accepted].filter(([slot]) => slot >= first))
  const text = `Server ${state.options.myid} promises ballot ${formatBallot(ballot)}; it has accepted ${describeAccepted(accepted)}.`
  return [note('promised', text, 'PMS 2.2, phase 1b'), ...write(state, { kind: 'promised', ballot }, [from], { kind: 'promise', ballot, accepted })]
}

/** Phase 2b: accepts, and tells the learners. */
function onAccept(state: AcceptorState, from: Sid, { ballot, slot, value }: PaxosMessage & { kind: 'accept' }): PaxosEffect[] {
  if (!mayAccept(state, ballot)) return [refusal(state, from, ballot)]
  const accepted = { kind: 'accepted', ballot, slot, value } as const
  const text = `Server ${state.options.myid} accepts ${describeProposal(slot, { ballot, value })}.`
  return [note('accepted', text, 'PMS 2.2, phase 2b'), ...write(state, accepted, state.options.learners, accepted)]
}

/** Says what has waited for these records. */
function onFlushed(state: AcceptorState, count: number): PaxosEffect[] {
  const { unsaid } = state
  const ready = unsaid.splice(0, unsaid.filter(({ after }) => after <= count).length)
  return ready.flatMap(({ to, message }) => to.map((sid): PaxosEffect => ({ kind: 'send', to: sid, message })))
}

function write(state: AcceptorState, record: PaxosRecord, to: readonly Sid[], message: PaxosMessage): PaxosEffect[] {
  remember(state, record)
  state.unsaid.push({ after: ++state.written, to, message })
  return [{ kind: 'append', record }]
}

function remember(state: AcceptorMemory, record: PaxosRecord): void {
  state.promised = record.ballot
  if (record.kind === 'accepted') state.accepted.set(record.slot, { ballot: record.ballot, value: record.value })
}

/** A refusal rests on nothing that could be forgotten: it is said at once. Source: PMS 2.4 (an optimisation). */
function refusal({ promised }: AcceptorMemory, to: Sid, ballot: Ballot): PaxosEffect {
  return { kind: 'send', to, message: { kind: 'reject', ballot, promised: promised ?? ballot } }
}

function describeAccepted(accepted: ReadonlyMap<Slot, Proposal>): string {
  return accepted.size === 0 ? 'nothing' : [...accepted].map(([slot, proposal]) => describeProposal(slot, proposal)).join(' and ')
}

/** As notes name it: decree, value, ballot. */
function describeProposal(slot: Slot, { ballot, value }: Proposal): string {
  return `${slot} = ${value} (ballot ${formatBallot(ballot)})`
}
