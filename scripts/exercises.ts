/**
 * `npm run exercises`: the table of wrong solutions and checks, and the mutants. What has not changed since it was recorded is
 * not measured again, unless with `--full`; `--record` writes `exercises/record.json`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { allExercises, type Entry, root, variantsOf } from '../exercises/support/catalogue.ts'
import { measure } from '../exercises/support/measure.ts'
import { loadRecord, type Measured, scoreOf } from '../exercises/support/record.ts'
import { firstSeedThatShows } from '../exercises/support/visible.ts'

const command = new Command('npm run exercises --')
  .description('Measures the exercises: each wrong solution must fail at its check, each right one pass, and mutants be noticed.')
  .argument('[ids...]', 'these alone')
  .option('--full', 'measure the mutants again even where nothing has changed')
  .option('--record', 'write exercises/record.json')
  .option('--simulate <seeds>', 'instead, say within how many seeds whole simulated ensembles show each wrong solution: its visibleWithin', Number)
  .action(main)

await command.parseAsync()

interface Options {
  readonly full?: boolean
  readonly record?: boolean
  readonly simulate?: number
}

async function main(ids: readonly string[], { full = false, record = false, simulate }: Options): Promise<void> {
  const all = await allExercises()
  const unknown = ids.filter((id) => !all.some((entry) => entry.id === id))
  if (unknown.length > 0) return command.error(`error: there is no exercise ${unknown.join(', ')}; there are ${all.map(({ id }) => id).join(' ')}`)
  const entries = all.filter(({ id }) => ids.length === 0 || ids.includes(id))
  if (simulate !== undefined) return look(entries, simulate)
  const records: Record<string, Measured> = { ...loadRecord() }
  const sum = { wrong: 0, mutants: 0, killed: 0, equivalent: 0, faults: 0 }
  for (const entry of entries) {
    const { measured, faults, alive } = await measure(entry, { full })
    const wrong = Object.keys(measured.caught).length
    const { mutants, killed, equivalent } = measured
    const score = `${(100 * scoreOf(measured)).toFixed(0)} %`.padStart(5)
    console.log(
      `${entry.id}  ${String(wrong).padStart(2)} wrong  ${String(mutants).padStart(3)} mutants, ${equivalent} equivalent, ${score} noticed  ${entry.title}`,
    )
    for (const fault of faults) console.log(`     ✗ ${fault}`)
    for (const name of alive) console.log(`     alive: ${name}`)
    records[entry.id] = measured
    sum.wrong += wrong
    sum.mutants += mutants
    sum.killed += killed
    sum.equivalent += equivalent
    sum.faults += faults.length
  }
  console.log(
    `\n${entries.length} exercises, ${sum.wrong} wrong solutions, ${sum.killed} of ${sum.mutants} mutants noticed, ${sum.equivalent} equivalent; ${sum.faults} faults`,
  )
  if (record) writeFileSync(join(root, 'exercises/record.json'), `${JSON.stringify(sorted(records), null, 1)}\n`)
  if (sum.faults > 0) process.exitCode = 1
}

async function look(entries: readonly Entry[], seeds: number): Promise<void> {
  for (const entry of entries) {
    for (const wrong of (await variantsOf(entry)).wrong) {
      const found = await firstSeedThatShows(entry, wrong, seeds)
      console.log(`${entry.id}  ${wrong.name.padEnd(40)} ${found === null ? `not within ${seeds}` : `seed ${found}`}`)
    }
  }
}

function sorted(records: Readonly<Record<string, Measured>>): Record<string, Measured> {
  return Object.fromEntries(Object.entries(records).sort(([a], [b]) => (a < b ? -1 : 1)))
}
