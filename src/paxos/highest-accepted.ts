/** The rule on which the safety of Paxos rests: what a proposer must propose. */
import { compareBallots } from './ballot.ts'
import type { Proposal } from './events.ts'

/**
 * Of what the acceptors of a quorum report to have accepted (null: nothing), the proposal with the highest number. A
 * proposer must propose its value; only when all reports are null is it free to propose its own.
 *
 * Not the value that most of them report, nor the first: whatever was chosen under an earlier ballot, each proposer after
 * that one was bound to it by this very rule, so the highest-numbered report is the chosen value if there is one.
 * Source: Lamport, *Paxos Made Simple*, section 2.2, P2c.
 */
export function highestAccepted(reports: Iterable<Proposal | null>): Proposal | null {
  let highest: Proposal | null = null
  for (const report of reports) {
    if (report !== null && compareBallots(report.ballot, highest?.ballot ?? null) > 0) highest = report
  }
  return highest
}
