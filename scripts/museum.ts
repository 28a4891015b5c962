/**
 * The kill table of the museum: every exhibit, who caught it and where. `npm run museum` runs again what is recorded in
 * `test/museum/found.json` and tells what it sees; `--record` hunts through the seeds anew, makes what it finds small, and writes
 * it there, which is due when a change of the server or the simulator has changed what a seed means.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { z } from 'zod'
import { type Exhibit, type Finding, hunt, MUSEUM, replay } from '../src/hosts/simulation/index.ts'
import { checkedOptions } from './command-line.ts'

const FOUND = new URL('../test/museum/found.json', import.meta.url)

const Options = z.object({
  from: z.coerce.bigint().default(1n),
  seeds: z.coerce.bigint().default(20_000n),
  only: z.string().optional(),
  record: z.boolean().default(false),
})

main()

function main(): void {
  const command = new Command('museum')
    .description('prints who has caught the planted bugs of the museum')
    .option('--record', 'hunt for them anew and write what is found to test/museum/found.json')
    .option('--from <n>', 'the first seed to hunt from (1)')
    .option('--seeds <n>', 'how many seeds at most for each (20000)')
    .option('--only <names>', 'these exhibits alone, separated by commas')
    .parse()
  const { from, seeds, only, record } = checkedOptions(command, Options)
  const names = only?.split(',') ?? MUSEUM.map(({ name }) => name)
  const unknown = names.filter((name) => !MUSEUM.some((exhibit) => exhibit.name === name))
  if (unknown.length > 0) return command.error(`error: the museum has no ${unknown.join(', ')}; npm run museum names what it has`)
  console.log(line('exhibit', 'seed', 'caught by', 'events', 'ticket'))
  const shown: Finding[] = []
  for (const exhibit of MUSEUM.filter(({ name }) => names.includes(name))) {
    const finding = record ? hunt(exhibit, from, seeds) : (recorded()[exhibit.name] ?? null)
    if (record) write(exhibit.name, finding)
    if (finding !== null) shown.push(finding)
    console.log(row(exhibit, finding))
  }
  const ranks = shown.map(({ seed }) => Number(BigInt(seed) - from) + 1)
  console.log(
    `\n${shown.length} of ${names.length} exhibits are found by seeds from ${from} on: median ${median(ranks)}, at most ${Math.max(0, ...ranks)} seeds.`,
  )
  console.log(
    `What is left of a run when it is made small: median ${median(shown.map(({ small }) => small.events))} events (clients, requests, faults).`,
  )
}

/** What a run shows now of what is recorded of it. A run that has not repeated itself ends the program with 1. */
function row(exhibit: Exhibit, finding: Finding | null): string {
  const { name, ticket } = exhibit
  if (finding === null) return line(name, '–', '(no seed)', '–', ticket ?? '')
  const { seed, checker, small } = finding
  const again = replay(exhibit, finding, 'small')
  const repeats = again.checker === checker && again.events === small.events
  if (!repeats) process.exitCode = 1
  return line(name, seed, repeats ? checker : 'CHANGED', String(small.events), ticket ?? '')
}

function line(name: string, seed: string, checker: string, events: string, ticket: string): string {
  return `${name.padEnd(34)} ${seed.padStart(5)}  ${checker.padEnd(15)} ${events.padStart(6)}  ${ticket}`.trimEnd()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function recorded(): Record<string, Finding> {
  return JSON.parse(readFileSync(FOUND, 'utf8'))
}

/** Two hunts may write side by side, so the file is read anew. */
function write(name: string, finding: Finding | null): void {
  const { [name]: _, ...others } = recorded()
  const all: Record<string, Finding> = finding === null ? others : { ...others, [name]: finding }
  const inOrder = MUSEUM.flatMap((exhibit) => (all[exhibit.name] === undefined ? [] : [[exhibit.name, all[exhibit.name]]]))
  writeFileSync(FOUND, `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n`)
}
