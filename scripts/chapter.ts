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

const [first, ...rest] = process.argv.slice(2)
const demo = chapters('.ts').find((name) => first !== undefined && name.startsWith(first.padStart(2, '0')))

if (first === 'renew') {
  for (const { path, text } of await renew(rest.map((number) => number.padStart(2, '0')))) writeFileSync(join(root, path), text)
} else if (first === 'check') {
  const { report, faults } = await check()
  console.log(report)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
} else if (demo) {
  process.exitCode = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'chapters', `${demo}.ts`), ...rest], { stdio: 'inherit' }).status ?? 1
} else {
  const names = chapters('.ts').map((name) => `  ${name}`)
  if (first !== undefined) console.error(`There is no chapter ‘${first}’.`)
  console.error(`npm run chapter NUMBER [-- options]; npm run chapter renew; npm run chapter check. There is:\n${names.join('\n')}`)
  process.exitCode = 2
}
