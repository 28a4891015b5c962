/**
 * Tries the recipes in the simulated world, seed after seed, and prints what became of each: `npm run recipes -- --seeds 1000`.
 * With `--seed` it repeats one. Ends with code 1 when a promise was broken.
 */
import { Command, InvalidArgumentError } from 'commander'
import { attempt, type Trial } from '../test/recipes/stage.ts'
import { TRIALS } from '../test/recipes/trials.ts'

interface Options {
  readonly seeds: number
  readonly first: bigint
  readonly only?: string
}

const command = new Command('npm run recipes --')
  .description('Tries the recipes under lost connections, crashes, expiries and pauses.')
  .option('--seeds <n>', 'how many seeds for each recipe', (text) => Number(wholeNumber(text)), 100)
  .option('--first <n>', 'the first seed', wholeNumber, 1n)
  .option('--only <names>', `some of: ${TRIALS.map(({ name }) => name).join(', ')}`)
  .parse()
const options = command.opts<Options>()
const wanted = options.only?.split(/, */)
const unknown = wanted?.filter((name) => !TRIALS.some((trial) => trial.name === name)) ?? []
if (unknown.length > 0) command.error(`--only: there is no recipe ${unknown.join(', ')}; there are ${TRIALS.map(({ name }) => name).join(', ')}`)
let broken = 0
for (const trial of TRIALS) if (wanted?.includes(trial.name) ?? true) broken += await tryOut(trial)
process.exitCode = broken > 0 ? 1 : 0

/** Returns with how many seeds the promise was broken. */
async function tryOut(trial: Trial): Promise<number> {
  const counts = new Map<string, number>()
  let failed = 0
  for (let seed = options.first; seed < options.first + BigInt(options.seeds); seed++) {
    const outcome = await attempt(trial, seed)
    for (const [what, count] of outcome.counts) counts.set(what, (counts.get(what) ?? 0) + count)
    if (outcome.complaints.length === 0) continue
    failed++
    console.log(`${trial.name}, seed ${seed}: ${outcome.complaints[0]}`)
    console.log(`  again: npm run recipes -- --only '${trial.name}' --first ${seed} --seeds 1`)
  }
  const tally = [...counts].map(([what, count]) => `${count} ${what}`).join(', ')
  console.log(`${failed === 0 ? '✔' : '✘'} ${trial.name}: ${options.seeds - failed} of ${options.seeds} seeds. ${trial.promise} (${tally})`)
  return failed
}

function wholeNumber(text: string): bigint {
  if (!/^\d+$/.test(text) || BigInt(text) === 0n) throw new InvalidArgumentError('a whole number from 1 up is wanted.')
  return BigInt(text)
}
