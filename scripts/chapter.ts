/** Runs a chapter's demo by its number: `npm run chapter 04`, options after `--`. Without a number: what there is. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../chapters/', import.meta.url))
const demos = readdirSync(folder)
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .sort((a, b) => a.localeCompare(b))
const [number, ...options] = process.argv.slice(2)
const demo = demos.find((name) => number !== undefined && name.startsWith(number.padStart(2, '0')))

if (demo) {
  process.exitCode = spawnSync(process.execPath, ['--import', 'tsx', join(folder, demo), ...options], { stdio: 'inherit' }).status ?? 1
} else {
  console.error(`npm run chapter NUMBER [-- options]. There is:\n${demos.map((name) => `  ${name.replace('.ts', '')}`).join('\n')}`)
  process.exitCode = 2
}
