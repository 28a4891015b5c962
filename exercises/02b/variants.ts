import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const COMPARED = 'compareBallots(report.ballot, highest?.ballot ?? null) > 0'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'what-most-of-them-say',
    tempts: 'Quorums are majorities, so the value that most of them report seems to be the one that was chosen.',
    caughtBy: 'the highest ballot counts, not how many report a value',
    bodies: {
      highestAccepted: `
        const all = [...reports].filter((report) => report !== null)
        const votes = (value: string) => all.filter((report) => report.value === value).length
        return all.sort((a, b) => votes(b.value) - votes(a.value) || compareBallots(b.ballot, a.ballot))[0] ?? null`,
    },
  },
  {
    name: 'only-what-a-majority-says',
    tempts: 'Chosen is what a majority has accepted, so what only one reports seems not to be chosen. The others that have it may be down.',
    caughtBy: 'one report is enough to bind',
    bodies: {
      highestAccepted: `
        const all = [...reports]
        const candidates = all.filter((one) => one !== null && 2 * all.filter((other) => other?.value === one.value).length > all.length)
        return candidates.sort((a, b) => compareBallots(b?.ballot ?? null, a?.ballot ?? null))[0] ?? null`,
    },
  },
  {
    name: 'one-nothing-is-freedom',
    tempts: 'If one of the quorum has accepted nothing, no quorum can have accepted anything: as if all three had been asked.',
    caughtBy: 'one report is enough to bind',
    edits: [['let highest: Proposal | null = null', 'let highest: Proposal | null = null\n  if ([...reports].includes(null)) return null']],
  },
  {
    name: 'the-first-report',
    tempts: 'Whatever was accepted must be the chosen value, so all reports are thought to be equal.',
    caughtBy: 'the highest ballot counts, not how many report a value',
    edits: [[COMPARED, 'highest === null']],
  },
  {
    name: 'the-last-report',
    tempts: 'The last answer is thought to be the newest. It is only the slowest.',
    caughtBy: 'the highest ballot counts, not how many report a value',
    edits: [[COMPARED, 'true']],
  },
  {
    name: 'the-oldest-proposal',
    tempts: 'First come, first served: who was accepted first should win.',
    caughtBy: 'the highest ballot counts, not how many report a value',
    edits: [[COMPARED, '(highest === null || compareBallots(report.ballot, highest.ballot) < 0)']],
  },
  {
    name: 'by-round-alone',
    tempts: 'The round is what is called the number; that two proposers can use the same round is forgotten.',
    caughtBy: 'within a round the proposer decides',
    edits: [[COMPARED, 'report.ballot.round > (highest?.ballot.round ?? 0)']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'sorted',
    how: 'All reports in the order of their ballots; the last one is the answer.',
    bodies: {
      highestAccepted: 'return [...reports].sort((a, b) => compareBallots(a?.ballot ?? null, b?.ballot ?? null)).at(-1) ?? null',
    },
  },
  {
    name: 'pairwise',
    how: 'Two reports at a time, of which the better one goes on.',
    bodies: {
      highestAccepted: `
        const better = (a: Proposal | null, b: Proposal | null): Proposal | null => {
          if (a === null || b === null) return a ?? b
          return compareBallots(a.ballot, b.ballot) < 0 ? b : a
        }
        return [...reports].reduce(better, null)`,
    },
  },
]

export const equivalent = {
  '> → >=': 'Equal ballots carry equal values: a proposer proposes one value under a ballot.',
}
