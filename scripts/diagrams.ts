/**
 * Draws the diagrams: `npm run diagrams`, or `npm run diagrams -- --check` to see only whether they still say what the code
 * does. The text of each goes to `diagrams/<name>.mmd` and its picture to `diagrams/<name>.svg`. A picture is drawn anew when
 * its text has changed, or for `--all`. The check compares texts alone, for a picture depends on the fonts of the machine that
 * drew it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Command } from 'commander'
import { type Drawing, drawings, fileTextOf } from './book/drawings.ts'
import { root } from './book/library.ts'
import { Outputs } from './book/outputs.ts'

const folder = join(root, 'diagrams')
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const options = new Command('diagrams')
  .description('draws the diagrams of which the source has changed')
  .option('--check', 'only says which ones would change; the code is 1 when there are any')
  .option('--all', 'draws all of them')
  .parse()
  .opts<{ readonly check?: true; readonly all?: true }>()
const outputs = new Outputs()
const all = await drawings(outputs)
outputs.close()
const stale = all.filter((drawing) => !isCurrent(drawing))
const forgotten = readdirSync(folder).filter(
  (file) => /\.(mmd|svg)$/.test(file) && !all.some(({ name }) => file === `${name}.mmd` || file === `${name}.svg`),
)

if (options.check) check()
else draw(options.all ? all : stale)

/** Ends with 1 when a diagram is not what its source says. */
function check(): void {
  for (const { name, from } of stale) console.error(`diagrams/${name}.mmd is not what ${from} says: npm run diagrams`)
  for (const file of forgotten) console.error(`diagrams/${file} comes from nowhere: remove it`)
  if (stale.length + forgotten.length > 0) process.exitCode = 1
  else console.log(`${'diagrams as their sources say'.padEnd(34)} ${String(all.length).padStart(4)} / ${all.length}`)
}

/** Writes texts and pictures. */
function draw(wanted: readonly Drawing[]): void {
  for (const file of forgotten) rmSync(join(folder, file))
  if (wanted.length === 0) return console.log(`${all.length} diagrams, none of them changed`)
  installMermaid()
  const temporary = mkdtempSync(join(tmpdir(), 'diagrams-'))
  try {
    const browser = join(temporary, 'browser.json')
    writeFileSync(browser, JSON.stringify({ executablePath: findBrowser(), args: ['--no-sandbox'] }))
    for (const drawing of wanted) {
      const { name } = drawing
      const [text, picture] = [join(temporary, `${name}.mmd`), join(folder, `${name}.svg`)]
      writeFileSync(text, fileTextOf(drawing))
      run(join(folder, 'node_modules/.bin/mmdc'), ['--quiet', '-p', browser, '-c', join(folder, 'mermaid.json'), '-i', text, '-o', picture])
      writeFileSync(join(folder, `${name}.mmd`), fileTextOf(drawing))
      console.log(`diagrams/${name}.svg`)
    }
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

function isCurrent(drawing: Drawing): boolean {
  const [text, picture] = ['mmd', 'svg'].map((extension) => join(folder, `${drawing.name}.${extension}`)) as [string, string]
  return existsSync(picture) && existsSync(text) && readFileSync(text, 'utf8') === fileTextOf(drawing)
}

/** The drawing program weighs more than all the rest and has a package of its own, installed when it is first wanted. */
function installMermaid(): void {
  if (existsSync(join(folder, 'node_modules/.bin/mmdc'))) return
  console.log('installing what draws diagrams, once')
  run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'])
}

function findBrowser(): string {
  const named = process.env['CHROME_PATH']
  if (named) return named
  const places = (process.env['PATH'] ?? '').split(delimiter).flatMap((path) => browsers.map((name) => join(path, name)))
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  const found = [...places, mac].find((path) => existsSync(path))
  if (!found) throw new Error('no Chromium found to draw with: install one, or name it in CHROME_PATH')
  return found
}

/** Runs a program to its end. */
function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
}
