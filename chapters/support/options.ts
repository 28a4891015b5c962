/** The options that every chapter's demo understands. */
import { Command } from 'commander'
import { z } from 'zod'

export interface ChapterOptions {
  /** The number from which everything that happens by chance is drawn. */
  readonly seed: bigint
  readonly servers: 3 | 5
  /** What is printed: the story, a Mermaid sequence diagram, or the trace. */
  readonly view: 'story' | 'diagram' | 'json'
  readonly colours: boolean
  /** The names of the other endings that were asked for. */
  readonly variants: ReadonlySet<string>
}

const Options = z.looseObject({
  seed: z
    .string()
    .regex(/^-?(\d+|0x[\da-f]+)$/i, 'a whole number is wanted')
    .transform(BigInt),
  servers: z.enum(['3', '5']).transform((count) => (count === '3' ? 3 : 5)),
  diagram: z.boolean().default(false),
  json: z.boolean().default(false),
  color: z.boolean().default(false),
})

/**
 * Reads the command line; on a wrong one, or for `--help`, ends the process as commands do.
 * @param chapter the chapter's name, such as `04-zab`
 * @param description what its demo shows, in one sentence
 * @param variants other endings of the story: each is an option without a value
 */
export function chapterOptions(chapter: string, description: string, variants: Readonly<Record<string, string>> = {}): ChapterOptions {
  const command = new Command(`chapters/${chapter}.ts`)
    .description(description)
    .option('--seed <n>', 'tells another story: other delays, other servers in its parts', '1')
    .option('--servers <n>', 'how many servers: 3 or 5', '3')
  for (const [name, meaning] of Object.entries(variants)) command.option(`--${name}`, meaning)
  command
    .option('--diagram', 'print the story as a Mermaid sequence diagram')
    .option('--json', 'print the trace: one line of JSON for each step of each machine')
    .option('--color', 'use colours also where there is no terminal')
    .parse()
  const parsed = Options.safeParse(command.opts())
  if (!parsed.success) return command.error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'))
  const { seed, servers, diagram, json, color, ...rest } = parsed.data
  if (diagram && json) return command.error('--diagram and --json: one of them')
  return {
    seed,
    servers,
    view: diagram ? 'diagram' : json ? 'json' : 'story',
    colours: color || (process.stdout.isTTY === true && !process.env['NO_COLOR']),
    variants: new Set(Object.keys(variants).filter((name) => rest[name] === true)),
  }
}
