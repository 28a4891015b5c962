/** Who is answered, and with what: a pure decision made for every notification before anything else happens to it. */
import type { ServerState } from '../wire/index.ts'

/** What the decision depends on. */
export interface Question {
  /** Whether the sender votes. */
  readonly fromVoter: boolean
  readonly senderState: ServerState
  readonly senderRound: bigint
  readonly myState: ServerState
  readonly logicalclock: bigint
}

/** What a server does with a notification, and what it tells its sender. */
export interface Answer {
  /** Whether the notification takes part in this server's own election. */
  readonly take: boolean
  /**
   * What the sender is told. `proposal`: what this server proposes in its present round. `currentVote`: the result of its
   * last election, in that election's round. `currentVoteInThisRound`: the same result under the present round.
   */
  readonly reply: 'nothing' | 'proposal' | 'currentVote' | 'currentVoteInThisRound'
}

/**
 * The table:
 *
 * | sender | this server | sender's state | taken | told |
 * |---|---|---|---|---|
 * | no voter | any | any | no | result of the last election, under the present round |
 * | voter | LOOKING | LOOKING, in an older round | yes | present proposal: catch up |
 * | voter | LOOKING | anything else | yes | nothing |
 * | voter | settled | LOOKING | no | result of the last election |
 * | voter | settled | settled | no | nothing |
 *
 * So a settled ensemble is silent, a leader never announces itself, and who looks for a leader has to ask.
 * Source: `FastLeaderElection.Messenger.WorkerReceiver.run`.
 */
export function answerTo({ fromVoter, senderState, senderRound, myState, logicalclock }: Question): Answer {
  if (!fromVoter) return { take: false, reply: 'currentVoteInThisRound' }
  const senderLooks = senderState === 'LOOKING'
  if (myState === 'LOOKING') return { take: true, reply: senderLooks && senderRound < logicalclock ? 'proposal' : 'nothing' }
  return { take: false, reply: senderLooks ? 'currentVote' : 'nothing' }
}
