/**
 * Draws the diagrams of the chapters: `npm run diagrams`, or `npm run diagrams -- --check` to see only whether they still
 * say what the code does. Each chapter's demo prints its diagram as Mermaid text when run with `--diagram`; the text goes to
 * `diagrams/<chapter>.mmd` and its picture to `diagrams/<chapter>.svg`. The check compares texts alone, for a picture
 * depends on the fonts of the machine that drew it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'diagrams')
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const chapters = readdirSync(join(root, 'chapters'))
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .sort((a, b) => a.localeCompare(b))
  .map((name) => name.replace(/\.ts$/, ''))

if (options.check) check()
else draw()

/** Ends with 1 when a diagram is not what its chapter prints. */
function check(): void {
  const stale = chapters.filter((chapter) => !existsSync(textFile(chapter)) || readFileSync(textFile(chapter), 'utf8') !== mermaidOf(chapter))
  for (const chapter of stale) console.error(`diagrams/${chapter}.mmd is not what chapters/${chapter}.ts --diagram prints: npm run diagrams`)
  if (stale.length > 0) process.exitCode = 1
  else console.log(`${chapters.length} diagrams are up to date`)
}

/** Writes texts and pictures. */
function draw(): void {
  for (const chapter of chapters) writeFileSync(textFile(chapter), mermaidOf(chapter))
  installMermaid()
  const temporary = mkdtempSync(join(tmpdir(), 'diagrams-'))
  try {
    const browser = join(temporary, 'browser.json')
    writeFileSync(browser, JSON.stringify({ executablePath: findBrowser(), args: ['--no-sandbox'] }))
    for (const chapter of chapters) {
      const picture = join(folder, `${chapter}.svg`)
      run(join(folder, 'node_modules/.bin/mmdc'), ['--quiet', '-p', browser, '-i', textFile(chapter), '-o', picture])
      console.log(`diagrams/${chapter}.svg`)
    }
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

function textFile(chapter: string): string {
  return join(folder, `${chapter}.mmd`)
}

/** What the chapter prints; colours off, as in a file. */
function mermaidOf(chapter: string): string {
  return run(process.execPath, ['--import', 'tsx', join(root, 'chapters', `${chapter}.ts`), '--diagram'])
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

/** Runs a program to its end and returns what it printed. */
function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}
