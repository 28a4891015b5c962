/** The frame of every demo: options in, one run, and what was asked for out. */
import { createInterface } from 'node:readline/promises'
import { parseTrace } from '../../src/kernel/index.ts'
import type { Broken } from './broken.ts'
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
  performance = viewed(chapter, options).catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
}

/** For whoever plays several chapters in one process: when the last one has ended. */
export function performed(): Promise<void> {
  return performance
}

async function viewed(chapter: Chapter, options: ChapterOptions): Promise<void> {
  if (options.view === 'ask') return ask(chapter, options)
  const text = `${(await chapter.play(options)).join('\n')}\n`
  if (options.view === 'step') return stepThrough(told(parseTrace(text), chapter.telling(options), options.colours))
  const seen = rendered(text, chapter, options)
  process.stdout.write(options.broken === null ? seen : await withBroken(options.broken, seen, options.chapter))
}

function rendered(text: string, { telling, drawing = telling }: Chapter, options: ChapterOptions): string {
  if (options.view === 'json') return text
  return options.view === 'diagram' ? diagram(parseTrace(text), drawing(options)) : story(parseTrace(text), telling(options), options.colours)
}

/** What comes out otherwise when a rule is broken, without colours. `usual`: the story as it is. */
async function withBroken(broken: Broken, usual: string, chapter: string): Promise<string> {
  // It brings the compiler along, which no other view needs.
  const { playBroken } = await import('./broken.ts')
  const args = process.argv.slice(2).filter((arg) => arg !== '--color')
  const at = args.findIndex((arg) => arg.startsWith('--broken'))
  args.splice(at, args[at] === '--broken' ? 2 : 1)
  return playBroken(broken, usual, `chapters/${chapter}.ts`, args)
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
