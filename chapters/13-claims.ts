/**
 * The demo of chapter 13: what people are told about ZooKeeper, and what a run says to it.
 * `npx tsx chapters/13-claims.ts --help`
 */
import { Prng } from '../src/kernel/index.ts'
import { CLAIMS, claimOf, TOPICS } from './13-claims/catalogue.ts'
import { type Claim, type Verdict, WORDS } from './13-claims/claim.ts'
import { judge } from './13-claims/run.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Question } from './support/question.ts'
import { Stage } from './support/stage.ts'
import type { Telling } from './support/story.ts'

const HOSTS = ['app', 's1', 's2', 's3']
const MARKS: Readonly<Record<Verdict, string>> = { true: '✔', false: '✘', half: '≈' }

async function play({ seed, argument }: ChapterOptions): Promise<readonly string[]> {
  const claim = claimOf(argument)
  return claim === undefined ? list(seed) : (await judge(claim, seed)).lines
}

/** All claims with what this book says of them. */
function list(seed: bigint): readonly string[] {
  const stage = new Stage(seed, { chapter: '13-claims' })
  stage.say(
    'aside',
    'introduction',
    '✔ true · ✘ false · ≈ true only in a more precise form. With its number, a claim is tried; (live) takes real processes.',
  )
  for (const { name, claims } of TOPICS) {
    stage.say('heading', 'topic', name)
    stage.show(
      columns(claims.map(({ number, verdict, claim, live }) => [String(number).padStart(2), MARKS[verdict], `${claim}${live ? ' (live)' : ''}`])),
    )
  }
  return stage.lines
}

/** Packets are told where they are the evidence. */
function telling({ argument }: ChapterOptions): Telling {
  const told = new Set(claimOf(argument)?.told)
  return { hosts: told.size > 0 ? HOSTS : [], tells: ({ name }) => told.has(name), notes: new Set(), omits: new Set(['opening']) }
}

function drawing(options: ChapterOptions): Telling {
  return { ...telling(options), hosts: HOSTS }
}

/** What do you think of this one? Of the claim that was named, or of one that the seed draws. */
function ask(seed: bigint): Question {
  const { claim, verdict, truth, number } = claimOf(options.argument) ?? (new Prng(seed).pick(CLAIMS) as Claim)
  return {
    situation: `Claim ${number}: "${claim}."`,
    question: 'Is that so?',
    choices: Object.values(WORDS),
    answer: WORDS[verdict],
    because: `${truth} See it: npx tsx chapters/13-claims.ts ${number}`,
  }
}

const options = chapterOptions('13-claims', 'What people are told about ZooKeeper, and what a run says to it.', {}, [], {
  name: 'number',
  meaning: 'the claim to try; without one, all are listed',
  faultOf: (text) => (claimOf(text) === undefined ? `The claims have the numbers 1 to ${Math.max(...CLAIMS.map(({ number }) => number))}.` : null),
})
perform({ play, telling, drawing, ask }, options)
