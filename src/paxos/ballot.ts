/** The numbers of proposals: whoever tries to get something chosen does so under a number that nobody else uses. */
import type { Sid } from '../kernel/index.ts'

/**
 * The number of a proposal. Two proposers never use the same one, because the proposer's own id is a part of it, and one
 * proposer never uses it twice, because it is on its disk before it is sent.
 */
export interface Ballot {
  readonly round: number
  readonly proposer: Sid
}

/** Orders ballots: by round, and within a round by proposer. `null`, no ballot at all, comes before every one. */
export function compareBallots(a: Ballot | null, b: Ballot | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1)
  if (a.round !== b.round) return a.round - b.round
  return a.proposer < b.proposer ? -1 : a.proposer > b.proposer ? 1 : 0
}

/** The smallest ballot of this proposer that is above another one. */
export function ballotAbove(ballot: Ballot | null, proposer: Sid): Ballot {
  const round = ballot?.round ?? 0
  const isSameRound = ballot !== null && proposer > ballot.proposer
  return { round: isSameRound ? round : round + 1, proposer }
}

/** As it is printed: `2.1` is round 2 of server 1. */
export function formatBallot({ round, proposer }: Ballot): string {
  return `${round}.${proposer}`
}
