/** The sum of many runs. It is plain data, so that a block of seeds can be broken off and taken up again. */
import { FAULT_KINDS, type FaultKind } from './fault.ts'
import { type RunResult, violations } from './run.ts'

/** What some seeds in a row have shown. */
export interface Block {
  /** The first seed, and the one after the last that was run; as text, for JSON. */
  readonly from: string
  next: string
  runs: number
  /** The commits of the source that ran, the first one first; one, if nothing has changed meanwhile. */
  readonly commits: string[]
  /** Virtual time, in ms. */
  time: number
  /** Of the shortest run, and of the one with the fewest faults. Null before the first. */
  least: { time: number; faults: number } | null
  steps: number
  requests: number
  acknowledged: number
  /** Seeds with a violation, and how many could not be judged. */
  readonly violated: string[]
  undecided: number
  /** How many faults of each kind there were, and in how many runs with a violation the kind took part. */
  readonly faults: Partial<Record<FaultKind, { count: number; violated: number }>>
  /** In how many runs each note was made. */
  readonly marks: Record<string, number>
}

/** A block that begins with this seed and has run none. */
export function newBlock(from: bigint): Block {
  const [first, next] = [String(from), String(from)]
  const sums = { runs: 0, time: 0, least: null, steps: 0, requests: 0, acknowledged: 0, undecided: 0 }
  return { from: first, next, commits: [], ...sums, violated: [], faults: {}, marks: {} }
}

/** Adds the run of the next seed, made with the source as of `commit`. */
export function addRun(block: Block, result: RunResult, commit: string): void {
  if (!block.commits.includes(commit)) block.commits.push(commit)
  const { verdicts, faults, marks } = result
  const isViolated = violations(result).length > 0
  if (isViolated) block.violated.push(block.next)
  else if (verdicts.some(({ outcome }) => outcome === 'unknown')) block.undecided++
  block.next = String(BigInt(block.next) + 1n)
  block.runs++
  block.time += result.duration
  const { time = result.duration, faults: fewest = faults.length } = block.least ?? {}
  block.least = { time: Math.min(time, result.duration), faults: Math.min(fewest, faults.length) }
  block.steps += result.steps
  block.requests += result.operations
  block.acknowledged += result.acknowledged
  for (const { kind } of faults) {
    block.faults[kind] ??= { count: 0, violated: 0 }
    block.faults[kind].count++
  }
  for (const kind of new Set(faults.map(({ kind }) => kind))) {
    const sum = block.faults[kind]
    if (isViolated && sum !== undefined) sum.violated++
  }
  for (const mark of marks.keys()) block.marks[mark] = (block.marks[mark] ?? 0) + 1
}

/** The block in plain text, a line each. */
export function tellBlock(block: Block): string[] {
  const { from, next, commits, runs, time, least, steps, requests, acknowledged, violated, undecided, faults, marks } = block
  const total = FAULT_KINDS.reduce((sum, kind) => sum + (faults[kind]?.count ?? 0), 0)
  return [
    `Seeds ${from} to ${BigInt(next) - 1n}: ${violated.length} with violations, ${undecided} undecided.`,
    ...(violated.length > 0 ? [`Seeds with violations: ${violated.slice(0, 20).join(', ')}${violated.length > 20 ? ', …' : ''}`] : []),
    `Commit ${commits.join(', then ')}.`,
    `${runs} runs, ${(time / 3_600_000).toFixed(1)} virtual hours, ${steps} steps, ${requests} requests, ${acknowledged} acknowledged writes.`,
    ...(least === null ? [] : [`Each run had at least ${Math.floor(least.time / 1000)} virtual seconds and ${least.faults} faults.`]),
    `${total} faults:`,
    ...FAULT_KINDS.flatMap((kind) => {
      const sum = faults[kind]
      return sum === undefined ? [] : [`  ${kind.padEnd(40)} ${sum.count}${sum.violated > 0 ? `, in ${sum.violated} runs with a violation` : ''}`]
    }),
    'Marks, and in how many runs each was reached:',
    ...Object.keys(marks)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((mark) => `  ${mark.padEnd(40)} ${marks[mark]}`),
  ]
}
