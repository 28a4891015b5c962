/**
 * Runs a chapter's demo by its number: `npm run chapter 04`, options after `--`. Without a number: what there is.
 * `npm run chapter renew` puts into all chapters what they quote: code as it is, output as it is printed.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renewed } from '../chapters/support/prose.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'chapters')
const demos = chapters('.ts')
const [first, ...options] = process.argv.slice(2)
const demo = demos.find((name) => first !== undefined && name.startsWith(first.padStart(2, '0')))

if (first === 'renew') {
  for (const name of chapters('.md')) renew(join(folder, name))
} else if (demo) {
  process.exitCode = spawnSync(process.execPath, ['--import', 'tsx', join(folder, demo), ...options], { stdio: 'inherit' }).status ?? 1
} else {
  console.error(
    `npm run chapter NUMBER [-- options], or npm run chapter renew. There is:\n${demos.map((name) => `  ${name.replace('.ts', '')}`).join('\n')}`,
  )
  process.exitCode = 2
}

function chapters(extension: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d\d-/.test(name) && name.endsWith(extension))
    .sort((a, b) => a.localeCompare(b))
}

function renew(path: string): void {
  writeFileSync(path, renewed(readFileSync(path, 'utf8'), { outputOf, fileAt: (file) => readFileSync(join(root, file), 'utf8') }))
}

/** What `npx tsx FILE …` prints. */
function outputOf(command: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...command.split(' ').slice(2)], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stderr}`)
  return stdout
}
