/** Sends the same sessions to both sides until they differ. */
import fc from 'fast-check'
import { type Observation, Side, Silence } from './side.ts'
import { describeStep, type Profile, type Session, sessions } from './steps.ts'

export interface Comparison {
  /** Client ports of ours and of Java's. */
  readonly ours: readonly number[]
  readonly java: readonly number[]
  readonly profile: Profile
  /** How many requests to send at least. */
  readonly operations: number
  readonly seed: number
}

export interface Outcome {
  /** Requests that were sent to each side. */
  readonly operations: number
  /** Whether it ended early because 3.8.0 stopped reading from a connection, which it does now and then: what follows would differ. */
  readonly stalled: boolean
  /** The seed to go on with. */
  readonly nextSeed: number
  /** The shortest session found whose sides differ, as a transcript; null when none was found. */
  readonly difference: string | null
}

/** Runs with one seed each, until enough has been sent. */
const runsPerSeed = 20
const longestSession = 60
let lastRun = 0

export async function compareAtRandom(comparison: Comparison): Promise<Outcome> {
  let operations = 0
  let stalled = false
  let transcript = ''
  const property = fc.asyncProperty(sessions(comparison.profile, longestSession), async (session) => {
    if (stalled) return true
    const difference = await differenceOf(comparison, session)
    stalled = difference === 'stalled'
    if (stalled) return true
    operations += countOperations(session)
    if (difference !== null) transcript = difference
    return difference === null
  })
  let { seed } = comparison
  for (; operations < comparison.operations && !stalled; seed++) {
    const { failed, numShrinks } = await fc.check(property, { seed, numRuns: runsPerSeed })
    if (failed) return { operations, stalled, nextSeed: seed, difference: `ZK_LOCKSTEP_SEED=${seed}, after ${numShrinks} shrinks\n${transcript}` }
  }
  return { operations, stalled, nextSeed: seed, difference: null }
}

/** The transcript of a session up to the first step in which the sides differ; null when they do not; `stalled` when Java has. */
async function differenceOf({ ours, java }: Comparison, session: Session): Promise<string | 'stalled' | null> {
  const root = `/lockstep${++lastRun}`
  const [theirs, mine] = await Promise.all([Side.begin(java, session.clients, root).catch(nullIfSilent), Side.begin(ours, session.clients, root)])
  if (theirs === null) {
    await mine.end()
    return 'stalled'
  }
  const transcript: string[] = []
  try {
    for (const step of session.steps) {
      const [expected, got] = await Promise.all([theirs.perform(step), mine.perform(step)])
      transcript.push(describeStep(step))
      if (expected === null) return 'stalled'
      if (got !== null && sameObservations(expected, got)) {
        transcript.push(...describeObservation('both', expected))
        continue
      }
      transcript.push(...describeObservation('java', expected), ...(got === null ? ['   ours says nothing'] : describeObservation('ours', got)))
      return transcript.join('\n')
    }
    return null
  } finally {
    // A server that has stalled may not even let go.
    await Promise.allSettled([theirs.end(), mine.end()])
  }
}

function nullIfSilent(error: unknown): null {
  if (error instanceof Silence) return null
  throw error
}

function sameObservations(a: Observation, b: Observation): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function describeObservation(who: string, observation: Observation): string[] {
  return observation.flatMap((lines, client) => lines.map((line) => `   ${who} c${client} ← ${line}`))
}

function countOperations({ steps }: Session): number {
  return steps.reduce((sum, step) => sum + (step.kind === 'burst' ? step.operations.length : 1), 0)
}
