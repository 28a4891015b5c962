/** The messages of Paxos, and the boundaries of its machines: what is told to them, and what they want done. */
import type { Millis, Note, Sid } from '../kernel/index.ts'
import type { Ballot } from './ballot.ts'

/** What is decided upon. No machine of Paxos looks into it. */
export type Value = string

/** The number of a decree, from 1. Single-decree Paxos knows number 1 only; a log has one for each of its places. */
export type Slot = number

/** A value under a number: the only thing that can be accepted. */
export interface Proposal {
  readonly ballot: Ballot
  readonly value: Value
}

/**
 * | message | from, to | means |
 * |---|---|---|
 * | prepare | proposer to acceptors | phase 1a: promise to take nothing below this ballot, in this decree and all later ones |
 * | promise | acceptor to proposer | phase 1b: promised; this is what I have accepted so far |
 * | accept | proposer to acceptors | phase 2a: accept this value under this ballot |
 * | accepted | acceptor to learners | phase 2b: accepted |
 * | reject | acceptor to proposer | neither: I have promised more than you ask under |
 */
export type PaxosMessage =
  | { readonly kind: 'prepare'; readonly ballot: Ballot; readonly from: Slot }
  | { readonly kind: 'promise'; readonly ballot: Ballot; readonly accepted: ReadonlyMap<Slot, Proposal> }
  | { readonly kind: 'accept'; readonly ballot: Ballot; readonly slot: Slot; readonly value: Value }
  | { readonly kind: 'accepted'; readonly ballot: Ballot; readonly slot: Slot; readonly value: Value }
  | { readonly kind: 'reject'; readonly ballot: Ballot; readonly promised: Ballot }

/** What is written before anything is said that rests on it. Each role has a log of its own. */
export type PaxosRecord =
  /** An acceptor's promise. */
  | { readonly kind: 'promised'; readonly ballot: Ballot }
  /** An acceptor's acceptance, which is a promise too. */
  | { readonly kind: 'accepted'; readonly ballot: Ballot; readonly slot: Slot; readonly value: Value }
  /** A proposer's ballot: it may have been sent, so it may not be used again. */
  | { readonly kind: 'tried'; readonly ballot: Ballot }

/** What every role may be told. */
export type PaxosEvent =
  | { readonly kind: 'message'; readonly from: Sid; readonly message: PaxosMessage }
  /** The first `count` records of this role's log are on the disk for good. */
  | { readonly kind: 'flushed'; readonly count: number }

/** What proposers and leaders may be told besides. */
export type ProposerEvent =
  | PaxosEvent
  /** Get this value chosen, if it can be. */
  | { readonly kind: 'propose'; readonly value: Value }
  /** The learner of this server knows what a decree is. */
  | { readonly kind: 'chosen'; readonly slot: Slot; readonly value: Value }
  /** Nothing has come of the last attempt. */
  | { readonly kind: 'timeout'; readonly timer: 'retry' }

/** What a leader may be told besides: to try to lead. */
export type LeaderEvent = ProposerEvent | { readonly kind: 'lead' }

/** What comes out of every role. */
export type PaxosEffect =
  /** To other servers, and to this one too: the host brings it back. */
  | { readonly kind: 'send'; readonly to: Sid; readonly message: PaxosMessage }
  /** Write this at the end of this role's log; answered by `flushed`. */
  | { readonly kind: 'append'; readonly record: PaxosRecord }
  /** A learner knows what a decree is. */
  | { readonly kind: 'chosen'; readonly slot: Slot; readonly value: Value }
  /** And all before it: the state machine may take it. */
  | { readonly kind: 'deliver'; readonly slot: Slot; readonly value: Value }
  | { readonly kind: 'setTimer'; readonly timer: 'retry'; readonly delay: Millis }
  | { readonly kind: 'cancelTimer'; readonly timer: 'retry' }
  | Note
