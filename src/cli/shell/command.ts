/** What a command of the shell is, and what it may use. */
import type { WatchedEvent, ZooKeeper } from '../../index.ts'
import type { Options } from './words.ts'

/** What a command works with. */
export interface CommandContext {
  readonly zk: ZooKeeper
  readonly options: Options
  /** The argument after the command's name, counted from 0. Throws the command's usage when it is missing. */
  arg(index: number): string
  /** The result on standard output: the lines, or with `--json` the fields as one line. */
  answer(fields: object, ...lines: readonly string[]): void
  /** A line on standard error, for people. */
  err(line: string): void
  /** Prints the event of a watch when it comes. */
  onWatch(watch: Promise<WatchedEvent>): void
  /** Prints the events of a watch until it ends. */
  onEvents(events: AsyncIterable<WatchedEvent>): void
}

export interface Command {
  /** What follows the name in the list of commands. */
  readonly usage: string
  /** The letters of its options, see `parseOptions`. */
  readonly letters: string
  /** Options of more than one letter, each with a value. */
  readonly words?: readonly string[]
  /** How many arguments it cannot do without. */
  readonly needs: number
  run(context: CommandContext): Promise<void>
}
