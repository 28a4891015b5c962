import { type Ballot, formatBallot } from '../../src/paxos/ballot.ts'
import type { Proposal } from '../../src/paxos/events.ts'
import { highestAccepted } from '../../src/paxos/highest-accepted.ts'
import { combinations, permutations, same, subsets } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const ACCEPTORS = [1, 2, 3]

export const checks: Checks = {
  'who hears of nothing accepted is free'() {
    finds([], null, 'there is no report')
    finds([null], null, 'nobody has accepted anything')
    finds([null, null, null], null, 'nobody has accepted anything')
  },

  'one report is enough to bind'() {
    for (const reports of permutations([null, null, proposal(1, 1n, 'Ada')])) {
      finds(reports, 'Ada under 1.1', 'the acceptors that do not answer may have accepted it too: then it is chosen')
    }
  },

  'the highest ballot counts, not how many report a value'() {
    for (const reports of permutations([proposal(1, 1n, 'Ada'), proposal(1, 1n, 'Ada'), proposal(2, 1n, 'Ben')])) {
      finds(reports, 'Ben under 2.1', 'who proposed Ben under 2.1 had asked a quorum: Ada was not chosen, or it would have had to propose Ada')
    }
    for (const reports of permutations([proposal(2, 1n, 'Ben'), proposal(1, 1n, 'Ada'), null])) finds(reports, 'Ben under 2.1', 'the highest ballot')
  },

  'within a round the proposer decides'() {
    for (const reports of permutations([proposal(1, 1n, 'Ada'), proposal(1, 3n, 'Cleo'), proposal(1, 2n, 'Ben')])) {
      finds(reports, 'Cleo under 1.3', 'a ballot is round and proposer: 1.1 < 1.2 < 1.3')
    }
    for (const reports of permutations([proposal(1, 3n, 'Cleo'), proposal(2, 1n, 'Ada')])) finds(reports, 'Ada under 2.1', 'the round comes first')
  },

  'what was chosen stays chosen, in every small schedule'() {
    for (const schedule of combinations(ATTEMPTS, ATTEMPTS, ATTEMPTS)) play(schedule)
  },
}

/** One proposer's attempt: who promises and reports, and whom its proposal then reaches. */
interface Attempt {
  readonly quorum: readonly number[]
  readonly reached: readonly number[]
}

const ATTEMPTS: readonly Attempt[] = Array.from(
  combinations(
    subsets(ACCEPTORS).filter(({ length }) => length >= 2),
    subsets(ACCEPTORS),
  ),
  ([quorum, reached]) => ({ quorum, reached }),
)

/** Three proposers, one after the other, each with a wish of its own. As soon as a quorum has accepted one proposal, its value is the decree. */
function play(schedule: readonly Attempt[]): void {
  const accepted = new Map<number, Proposal>()
  const told: string[] = []
  let decree: string | null = null
  for (const [i, { quorum, reached }] of schedule.entries()) {
    const ballot: Ballot = { round: i + 1, proposer: BigInt(i + 1) }
    const reports = quorum.map((one) => accepted.get(one) ?? null)
    const value: string = highestAccepted(reports)?.value ?? (['Ada', 'Ben', 'Cleo'][i] as string)
    told.push(
      `${i + 1}. ${formatBallot(ballot)}: promised by ${quorum.join(' ')}, who report ${reports.map(tell).join(', ')}; reaches ${reached.join(' ') || 'nobody'}`,
    )
    if (decree !== null) {
      same(value, decree, {
        given: ['acceptors 1 2 3', ...told, `what does proposer ${i + 1} propose?`],
        because: `${decree} was chosen: a quorum has accepted it`,
      })
    }
    for (const one of reached) accepted.set(one, { ballot, value })
    if (reached.length >= 2) decree ??= value
  }
}

function proposal(round: number, proposer: bigint, value: string): Proposal {
  return { ballot: { round, proposer }, value }
}

function finds(reports: readonly (Proposal | null)[], expected: string | null, because: string): void {
  const given = reports.length === 0 ? 'no reports' : [`reports  ${reports.map(tell).join(', ')}`]
  const found = highestAccepted(reports)
  const answer = found === null || found === undefined ? found : tell(found)
  same<unknown>(answer, expected, { given, because }, (one) => (one === null ? 'free to propose one’s own' : String(one)))
}

function tell(report: Proposal | null): string {
  return report === null ? 'nothing' : `${report.value} under ${formatBallot(report.ballot)}`
}
