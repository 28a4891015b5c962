/**
 * Hunts every exhibit of the museum and prints the kill table: `npx tsx scripts/museum.ts`. The seeds that found something, with
 * the faults that it takes, go to `test/museum/found.json` with `--record`; the tests replay them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import {
  type Exhibit,
  type Fault,
  huntingGround,
  MUSEUM,
  type RunResult,
  runEnsemble,
  shrinkFaults,
  type Verdict,
  violations,
  withBug,
} from '../src/hosts/simulation/index.ts'

const FOUND = new URL('../test/museum/found.json', import.meta.url)

/** Where an exhibit was found, and what it takes to find it there. */
interface Finding {
  readonly seed: string
  readonly checker: string
  readonly faults: readonly Fault[]
}

const Options = z.object({
  from: z.coerce.bigint().default(1n),
  seeds: z.coerce.bigint().default(1000n),
  only: z.string().optional(),
  record: z.boolean().default(false),
})

main()

function main(): void {
  const command = new Command('museum')
    .description('hunts the planted bugs of the museum and prints who caught them')
    .option('--from <n>', 'the first seed (1)')
    .option('--seeds <n>', 'how many seeds at most for each (1000)')
    .option('--only <names>', 'these exhibits alone, separated by commas')
    .option('--record', 'write the findings to test/museum/found.json')
    .parse()
  const parsed = Options.safeParse(command.opts())
  if (!parsed.success) return command.error(z.prettifyError(parsed.error))
  const { from, seeds, only, record } = parsed.data
  const names = only?.split(',')
  const findings: Record<string, Finding> = record ? JSON.parse(readFileSync(FOUND, 'utf8')) : {}
  const ranks: number[] = []
  for (const exhibit of MUSEUM) {
    if (names !== undefined && !names.includes(exhibit.name)) continue
    const found = hunt(exhibit, from, seeds)
    console.log(row(exhibit, from, found))
    if (found === null) continue
    ranks.push(Number(BigInt(found.seed) - from) + 1)
    findings[exhibit.name] = found
    if (record) writeFileSync(FOUND, `${JSON.stringify(sorted(findings), null, 1)}\n`)
  }
  ranks.sort((a, b) => a - b)
  console.log(`\n${ranks.length} exhibits found; median ${ranks[ranks.length >> 1] ?? '–'} seeds, at most ${ranks.at(-1) ?? '–'}.`)
}

function hunt(exhibit: Exhibit, from: bigint, seeds: bigint): Finding | null {
  for (let seed = from; seed < from + seeds; seed++) {
    const caught = (result: RunResult): Verdict | undefined => violations(result).find(({ checker }) => exhibit.checkers.includes(checker))
    const run = (faults?: readonly Fault[]) => runEnsemble(huntingGround(exhibit, seed), withBug(exhibit), faults === undefined ? {} : { faults })
    const result = run()
    const first = caught(result)
    if (first === undefined) continue
    const { faults } = shrinkFaults(result.faults, (candidate) => caught(run(candidate))?.checker === first.checker, 60)
    return { seed: String(seed), checker: first.checker, faults }
  }
  return null
}

function row({ name, ticket }: Exhibit, from: bigint, found: Finding | null): string {
  if (found === null) return `${name.padEnd(36)} not found`
  const rank = `${BigInt(found.seed) - from + 1n}`.padStart(5)
  return `${name.padEnd(36)} ${rank} seeds  ${found.checker.padEnd(16)} ${String(found.faults.length).padStart(3)} faults  ${ticket ?? ''}`
}

function sorted(findings: Record<string, Finding>): Record<string, Finding> {
  return Object.fromEntries(MUSEUM.flatMap(({ name }) => (findings[name] === undefined ? [] : [[name, findings[name]]])))
}
