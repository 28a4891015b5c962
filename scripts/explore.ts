/**
 * Tries every order of events in the small world: `npm run explore`. With `--bug` a bug of the museum is planted first, and the
 * shortest way to a broken promise is told.
 */
import { Command } from 'commander'
import { z } from 'zod'
import { type Bounds, type Explored, explore, MUSEUM, SmallWorld } from '../src/hosts/simulation/index.ts'
import { checkedOptions } from './command-line.ts'

const count = z.coerce.number().int().nonnegative()
const Options = z.object({
  from: z.enum(['established', 'looking']).default('established'),
  writes: count.default(2),
  crashes: count.default(1),
  cuts: count.default(0),
  elections: count.optional(),
  limit: count.default(5_000_000),
  bug: z.string().optional(),
})
type Options = z.infer<typeof Options>

main()

function main(): void {
  const command = new Command('explore')
    .description('tries every order of events of three servers, and tells what it has seen')
    .option('--from <start>', 'established (an epoch with a leader, one write committed everywhere) or looking')
    .option('--writes <n>', 'transactions that are proposed (2)')
    .option('--crashes <n>', 'power cuts; each server may come back (1)')
    .option('--cuts <n>', 'connections that break (0)')
    .option('--elections <n>', 'how often anybody may be elected (1 when established, 2 when looking)')
    .option('--limit <n>', 'end after so many states (5000000)')
    .option('--bug <name>', 'plant this bug of the museum; all: each in turn')
    .parse()
  const options = checkedOptions(command, Options)
  if (options.bug === undefined) return visitAll(options)
  const planted = MUSEUM.filter(({ bugs }) => bugs !== undefined)
  if (options.bug === 'all')
    return huntAll(
      planted.map(({ name }) => name),
      options,
    )
  const names = planted.map(({ name }) => name).join(', ')
  if (!planted.some(({ name }) => name === options.bug))
    return command.error(`error: there is no bug ‘${options.bug}’ at Zab's machines; there are ${names}`)
  visitAll(options)
}

function visitAll(options: Options): void {
  const started = performance.now()
  const bounds = boundsOf(options)
  const { from, limit, bug } = options
  console.log(
    `Three servers, ${from}: ${Object.entries(bounds)
      .map(([what, many]) => `${many} ${what}`)
      .join(', ')}${bug === undefined ? '' : `, with ${bug}`}.`,
  )
  const result = search(options, (depth, states) => {
    if (depth % 10 === 0) console.log(`  after ${depth} steps: ${states} states`)
  })
  const { states, steps, depth, exhausted, marks, breach } = result
  const end = exhausted ? `there are no more` : breach === null ? `the limit is ${limit}` : 'a promise is broken'
  console.log(`${states} states, ${steps} steps between them, the farthest ${depth} steps away; ${end}. ${seconds(started)} s.`)
  if (breach === null) {
    console.log('Seen, and in how many steps:')
    const byName = ([a]: readonly [string, number], [b]: readonly [string, number]) => (a < b ? -1 : 1)
    for (const [mark, many] of [...marks].sort(byName)) console.log(`  ${mark.padEnd(46)} ${many}`)
    return
  }
  console.log(`\n${breach.promise}: ${breach.sentence} It takes ${breach.way.length} steps:\n`)
  for (const line of breach.way) console.log(`  ${line}`)
  process.exitCode = 1
}

function huntAll(names: readonly string[], options: Options): void {
  let found = 0
  for (const bug of names) {
    const started = performance.now()
    const { states, breach } = search({ ...options, bug })
    if (breach !== null) found++
    const outcome = breach === null ? 'not found' : `${breach.promise}, ${breach.way.length} steps`
    console.log(`${bug.padEnd(32)} ${outcome.padEnd(44)} ${String(states).padStart(8)} states ${seconds(started).padStart(6)} s`)
  }
  console.log(`\n${found} of ${names.length} bugs found.`)
}

function search(options: Options, onLayer?: (depth: number, states: number) => void): Explored {
  const bugs = MUSEUM.find(({ name }) => name === options.bug)?.bugs
  const world = new SmallWorld(boundsOf(options), bugs)
  return explore(options.from === 'established' ? world.establish(1) : world, options.limit, onLayer)
}

function boundsOf({ from, writes, crashes, cuts, elections = from === 'looking' ? 2 : 1 }: Options): Bounds {
  return { writes, crashes, cuts, elections }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
