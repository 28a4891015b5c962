/**
 * Runs a chapter's demo by its number: `npm run chapter 4`, options after `--`. Without a number: what there is.
 * `npm run chapter renew [NN …]` puts into the chapters what they quote: code as it is, output as it is printed.
 * `npm run chapter check` runs everything that is quoted, live runs too, and prints how much of it is as it is printed.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, renew } from './book/book.ts'
import { chapters, root } from './book/library.ts'

const USAGE = 'npm run chapter NUMBER [-- options]; npm run chapter renew [NUMBER …]; npm run chapter check. There is:'

const [first, ...rest] = process.argv.slice(2)
const nameOf = (given: string) => chapters('.ts').find((name) => name.startsWith(given.padStart(2, '0')))
const demo = first === undefined ? undefined : nameOf(first)
const unknown = first === 'renew' ? rest.filter((given) => nameOf(given) === undefined) : []

if (unknown.length > 0) {
  console.error(`There is no chapter ‘${unknown.join('’, ‘')}’.`)
  process.exitCode = 2
} else if (first === 'renew') {
  for (const { path, text } of await renew(rest.map((given) => (nameOf(given) as string).slice(0, 2)))) writeFileSync(join(root, path), text)
} else if (first === 'check') {
  const { report, faults } = await check()
  console.log(report)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
} else if (demo) {
  process.exitCode = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'chapters', `${demo}.ts`), ...rest], { stdio: 'inherit' }).status ?? 1
} else {
  const wantsHelp = first === '--help' || first === '-h'
  if (first !== undefined && !wantsHelp) console.error(`There is no chapter ‘${first}’.`)
  const print = wantsHelp ? console.log : console.error
  print([USAGE, ...chapters('.ts').map((name) => `  ${name}`)].join('\n'))
  process.exitCode = wantsHelp ? 0 : 2
}
