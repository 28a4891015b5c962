/** The frame of every demo: options in, one run, and what was asked for out. */
import { parseTrace } from '../../src/kernel/index.ts'
import type { ChapterOptions } from './options.ts'
import { diagram, story, type Telling } from './story.ts'

export interface Chapter {
  /** Plays the story and returns its trace, line by line. */
  readonly play: (options: ChapterOptions) => readonly string[]
  /** How it is told in a terminal. */
  readonly telling: (options: ChapterOptions) => Telling
  /** How much of it a diagram can bear. */
  readonly drawing: (options: ChapterOptions) => Telling
}

/** Plays a chapter and prints the view that was asked for. */
export function perform({ play, telling, drawing }: Chapter, options: ChapterOptions): void {
  // Whoever reads the output may have read enough.
  process.stdout.on('error', () => process.exit(0))
  const text = `${play(options).join('\n')}\n`
  if (options.view === 'json') process.stdout.write(text)
  else if (options.view === 'story') process.stdout.write(story(parseTrace(text), telling(options), options.colours))
  else process.stdout.write(diagram(parseTrace(text), drawing(options)))
}
