/** The options that every chapter's demo understands. */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Broken, BrokenRules } from './broken.ts'

export interface ChapterOptions {
  /** The chapter's name, such as `04-zab`. */
  readonly chapter: string
  /** The number from which everything that happens by chance is drawn. */
  readonly seed: bigint
  /** How many servers; 0 in a chapter that does not let one choose. */
  readonly servers: number
  /** What is printed: the story, event by event, a Mermaid sequence diagram, the trace, or a question about it all. */
  readonly view: View
  /** The answer to the question; null: it is only asked. */
  readonly answer: string | null
  readonly colours: boolean
  /** The names of the other endings that were asked for. */
  readonly variants: ReadonlySet<string>
  /** What was named besides the options; null: nothing. */
  readonly argument: string | null
  /** The rule of the code that is to be broken; null: none. */
  readonly broken: Broken | null
}

/** What one may name besides the options. */
export interface Argument {
  readonly name: string
  readonly meaning: string
  /** A sentence that says what there is, if it is not this; otherwise null. */
  readonly faultOf: (text: string) => string | null
}

type View = 'story' | 'step' | 'diagram' | 'json' | 'ask'

const VIEWS = ['step', 'diagram', 'json', 'ask'] as const satisfies readonly View[]

/** What the parser makes of the options that every demo has; the variants come besides. */
interface Given extends Partial<Record<Exclude<View, 'story'>, boolean>> {
  readonly seed: string
  readonly servers?: string
  readonly answer?: string
  readonly broken?: string
  readonly color?: boolean
}

/**
 * Reads the command line; on a wrong one, or for `--help`, ends the process as commands do.
 * @param chapter the chapter's name, such as `04-zab`
 * @param description what its demo shows, in one sentence
 * @param variants other endings of the story: each is an option without a value
 * @param servers how many servers one may choose; the first is the default. None: there is no such option.
 * @param argument what one may name besides; null: nothing
 * @param broken rules of the code that may be broken, by their names
 */
export function chapterOptions(
  chapter: string,
  description: string,
  variants: Readonly<Record<string, string>> = {},
  servers: readonly number[] = [3, 5],
  argument: Argument | null = null,
  broken: BrokenRules = {},
): ChapterOptions {
  const command = commandOf(chapter, description, variants, servers)
  if (Object.keys(broken).length > 0) command.addOption(brokenOption(broken))
  if (argument !== null) command.argument(`[${argument.name}]`, argument.meaning, (text) => checked(argument, text))
  command.parse()
  const given = command.opts<Given>()
  const seed = seedOf(given.seed)
  if (seed === null) return command.error('--seed: a whole number is wanted')
  const views = [...VIEWS, 'broken' as const].filter((view) => given[view] || (view === 'ask' && given.answer !== undefined))
  if (views.length > 1) return command.error(`${views.map((view) => `--${view}`).join(' and ')}: one of them`)
  const [view = 'story'] = views
  const count = Number(given.servers ?? 0)
  if (servers.length > 0 && !servers.includes(count)) return command.error(`--servers: ${listed(servers)} are possible`)
  return {
    chapter,
    seed,
    servers: count,
    view: view === 'broken' ? 'story' : view,
    answer: given.answer ?? null,
    colours: view !== 'broken' && (given.color === true || (process.stdout.isTTY === true && !process.env['NO_COLOR'])),
    variants: new Set(Object.keys(variants).filter((name) => command.getOptionValue(camelCased(name)) === true)),
    argument: command.args[0] ?? null,
    broken: broken[given.broken ?? ''] ?? null,
  }
}

/** Null: it is none. */
function seedOf(text: string): bigint | null {
  if (!/^-?(\d+|0x[\da-f]+)$/i.test(text)) return null
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
}

function brokenOption(broken: BrokenRules): Option {
  return new Option('--broken <rule>', 'change a line of the code, and see what comes out otherwise').choices(Object.keys(broken))
}

function checked({ faultOf }: Argument, text: string): string {
  const fault = faultOf(text)
  if (fault !== null) throw new InvalidArgumentError(fault)
  return text
}

function commandOf(chapter: string, description: string, variants: Readonly<Record<string, string>>, servers: readonly number[]): Command {
  const command = new Command(`chapters/${chapter}.ts`)
    .description(description)
    .option('--seed <n>', 'tells another story: other delays, other servers in its parts', '1')
  if (servers.length > 0) command.option('--servers <n>', `how many servers: ${listed(servers)}`, String(servers[0]))
  for (const [name, meaning] of Object.entries(variants)) command.option(`--${name}`, meaning)
  return command
    .option('--step', 'go through the story event by event, forth and back')
    .option('--diagram', 'print the story as a Mermaid sequence diagram')
    .option('--json', 'print the trace: one line of JSON for each step of each machine')
    .option('--ask', 'ask a question about it all; every seed asks another one')
    .option('--answer <text>', 'say whether this is the right answer, and why')
    .option('--color', 'use colours also where there is no terminal')
}

function listed(counts: readonly number[]): string {
  return counts.join(', ').replace(/, (?=[^,]*$)/, ' or ')
}

/** How the parser calls an option with a dash in its name. */
function camelCased(name: string): string {
  return name.replace(/-(\w)/g, (_, initial: string) => initial.toUpperCase())
}
