/** A chapter's demo, for the tests of a file: each command line is played once. */
import { afterAll, expect } from 'vitest'
import { Outputs } from '../../scripts/book/outputs.ts'
import type { Played } from '../../scripts/book/player.ts'

/** Demos are short, but the machine may be busy with other tests. In milliseconds. */
export const PATIENCE = 120_000

export interface Demo {
  /** The command without options. */
  readonly command: string
  /** Plays it with these options. */
  readonly run: (options?: string) => Promise<Played>
  /** What it prints with these options; it has to end well and in silence. */
  readonly printed: (options?: string) => Promise<string>
}

const outputs = new Outputs()
afterAll(() => outputs.close())

/** The demo of a chapter, such as `04-zab`. */
export function demoOf(chapter: string): Demo {
  const command = `npx tsx chapters/${chapter}.ts`
  const run = (options = '') => outputs.run(`${command} ${options}`.trimEnd())
  const printed = async (options = '') => {
    const { status, stdout, stderr } = await run(options)
    expect({ options, status, stderr }).toEqual({ options, status: 0, stderr: '' })
    return stdout
  }
  return { command, run, printed }
}
