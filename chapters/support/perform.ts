/** The frame of every demo: options in, one run, and what was asked for out. */
import { createInterface } from 'node:readline/promises'
import { parseTrace } from '../../src/kernel/index.ts'
import type { ChapterOptions } from './options.ts'
import { asked, judged, type Question } from './question.ts'
import { stepThrough } from './step.ts'
import { diagram, story, type Telling, told } from './story.ts'

export interface Chapter {
  /** Plays the story and returns its trace, line by line. */
  readonly play: (options: ChapterOptions) => readonly string[] | Promise<readonly string[]>
  /** How it is told in a terminal. */
  readonly telling: (options: ChapterOptions) => Telling
  /** How much of it a diagram can bear; as much as is told, unless given. */
  readonly drawing?: (options: ChapterOptions) => Telling
  /** Something to predict: each seed asks another question. */
  readonly ask?: (seed: bigint) => Question
}

let performance: Promise<void> = Promise.resolve()

/** Plays a chapter and prints the view that was asked for. */
export function perform(chapter: Chapter, options: ChapterOptions): void {
  // Whoever reads the output may have read enough.
  process.stdout.on('error', () => process.exit(0))
  performance = (options.view === 'ask' ? ask(chapter, options) : show(chapter, options)).catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
}

/** For whoever plays several chapters in one process: when the last one has ended. */
export function performed(): Promise<void> {
  return performance
}

async function show({ play, telling, drawing = telling }: Chapter, options: ChapterOptions): Promise<void> {
  const text = `${(await play(options)).join('\n')}\n`
  switch (options.view) {
    case 'json':
      process.stdout.write(text)
      break
    case 'diagram':
      process.stdout.write(diagram(parseTrace(text), drawing(options)))
      break
    case 'step':
      await stepThrough(told(parseTrace(text), telling(options), options.colours))
      break
    default:
      process.stdout.write(story(parseTrace(text), telling(options), options.colours))
  }
}

/** Asks the seed's question. Right and wrong answers end with 0 and 1; one that was not to be chosen, with 2. */
async function ask({ ask }: Chapter, { chapter, seed, answer }: ChapterOptions): Promise<void> {
  if (!ask) return fail(`chapters/${chapter}.ts asks nothing`)
  const question = ask(seed)
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  if (answer === null) {
    console.log(`Question ${seed}\n\n${asked(question)}\n`)
    if (!isTerminal) return console.log(`Your answer: npx tsx chapters/${chapter}.ts --ask --seed ${seed} --answer …`)
  }
  const given = answer ?? (await typed('Your answer: '))
  const verdict = judged(question, given)
  if (verdict === null) return fail(`--answer: ${given.trim() === '' ? 'nothing was answered' : `${given} is none of ${listed(question.choices)}`}`)
  console.log(verdict.text)
  if (isTerminal) console.log(`\nThe next question: npx tsx chapters/${chapter}.ts --ask --seed ${seed + 1n}`)
  process.exitCode = verdict.right ? 0 : 1
}

function listed(choices: readonly string[] = []): string {
  return choices.map((choice) => `"${choice}"`).join(', ')
}

async function typed(prompt: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(prompt)
  } finally {
    terminal.close()
  }
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 2
}
