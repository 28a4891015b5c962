/** Phase 1, which is the same for one decree and for a log: find a ballot of one's own, and get a quorum to promise it. */
import { type Millis, note, type Sid } from '../kernel/index.ts'
import type { QuorumVerifier } from '../quorum/index.ts'
import { type Ballot, ballotAbove, compareBallots, formatBallot } from './ballot.ts'
import type { PaxosEffect, PaxosMessage, PaxosRecord, Proposal, Slot } from './events.ts'

/** What whoever asks for promises needs to know. */
export interface CampaignOptions {
  readonly myid: Sid
  /** Who the acceptors are, and which of them are a quorum. */
  readonly verifier: QuorumVerifier
  /** How long to wait before another attempt, in milliseconds. */
  readonly retryAfter: Millis
}

/** What proposers and leaders have in common. Plain data. */
export interface Campaign {
  readonly options: CampaignOptions
  /**
   * IDLE: not trying. NUMBERING: the ballot is on its way to the disk. PREPARING: waiting for promises. PROPOSING: a quorum has
   * promised, so phase 2 goes on.
   */
  stage: 'IDLE' | 'NUMBERING' | 'PREPARING' | 'PROPOSING'
  /** The ballot of the present attempt. */
  ballot: Ballot | null
  /** The highest ballot that this server has used or heard of. */
  seen: Ballot | null
  /** Who has promised the present ballot, with what each has accepted. */
  readonly promises: Map<Sid, ReadonlyMap<Slot, Proposal>>
  /** Records of this role's log. */
  written: number
}

type Promised = PaxosMessage & { readonly kind: 'promise' }

/** A campaign that has not begun; `log` holds the ballots that were used in earlier lives. */
export function createCampaign(options: CampaignOptions, log: readonly PaxosRecord[]): Campaign {
  return { options, stage: 'IDLE', ballot: null, seen: log.at(-1)?.ballot ?? null, promises: new Map(), written: log.length }
}

/** Takes a ballot above all that are known. Nothing is sent before it is on the disk: after a crash it must not be used again. */
export function begin(campaign: Campaign): PaxosEffect[] {
  const { myid, retryAfter } = campaign.options
  const ballot = ballotAbove(campaign.seen, myid)
  campaign.stage = 'NUMBERING'
  campaign.ballot = ballot
  campaign.seen = ballot
  campaign.written++
  campaign.promises.clear()
  return [
    { kind: 'append', record: { kind: 'tried', ballot } },
    { kind: 'setTimer', timer: 'retry', delay: retryAfter },
  ]
}

/** The ballot is on the disk: asks all acceptors to promise it, for the decrees from `first` on. Source: PMS 2.2, phase 1a. */
export function prepare(campaign: Campaign, count: number, first: Slot): PaxosEffect[] {
  const { stage, ballot, written } = campaign
  if (stage !== 'NUMBERING' || ballot === null || count < written) return []
  campaign.stage = 'PREPARING'
  const text = `Server ${campaign.options.myid} asks for promises of ballot ${formatBallot(ballot)}.`
  return [note('preparing', text, 'PMS 2.2, phase 1a'), ...toAcceptors(campaign, { kind: 'prepare', ballot, from: first })]
}

/** Counts a promise. True for the one that completes the quorum: phase 2 begins. */
export function isWonBy(campaign: Campaign, from: Sid, { ballot, accepted }: Promised): boolean {
  if (campaign.stage !== 'PREPARING' || compareBallots(ballot, campaign.ballot) !== 0) return false
  campaign.promises.set(from, accepted)
  if (!campaign.options.verifier.containsQuorum(new Set(campaign.promises.keys()))) return false
  campaign.stage = 'PROPOSING'
  return true
}

/** What the acceptors of the quorum have reported for one decree. */
export function reportsFor({ promises }: Campaign, slot: Slot): (Proposal | null)[] {
  return [...promises.values()].map((accepted) => accepted.get(slot) ?? null)
}

/** Somebody is ahead: this attempt is given up. Source: PMS 2.4. */
export function onReject(campaign: Campaign, from: Sid, promised: Ballot): PaxosEffect[] {
  if (compareBallots(promised, campaign.seen) > 0) campaign.seen = promised
  if (campaign.stage === 'IDLE' || campaign.ballot === null || compareBallots(promised, campaign.ballot) <= 0) return []
  campaign.stage = 'IDLE'
  const text = `Server ${campaign.options.myid} gives up ballot ${formatBallot(campaign.ballot)}: server ${from} has promised ${formatBallot(promised)}.`
  return [note('given-up', text, 'PMS 2.4')]
}

/** The same message to every acceptor. */
export function toAcceptors({ options }: Campaign, message: PaxosMessage): PaxosEffect[] {
  return [...options.verifier.votingMembers].map((to) => ({ kind: 'send', to, message }))
}
