/**
 * Makes the web site of the course in `docs/`: `npm run site`. Its pages are the Markdown files of this repository and its
 * source; the API reference is TypeDoc's, in `docs/api`. Nothing is fetched, neither here nor by the reader's browser. Ends
 * with 1 when a link leads nowhere.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { chapters, fileAt, root } from './book/library.ts'
import { coloured } from './site/colours.ts'
import { type Entry, escaped, page } from './site/layout.ts'
import { deadLinks } from './site/links.ts'
import { render } from './site/markdown.ts'

const site = join(root, 'docs')
const API = 'api/index.html'
// Hints are given one by one, by `npm run learn`: whoever looks around here shall not read them by accident.
const exercises = filesBelow('exercises', /\.md$/).filter((path) => path !== 'exercises/README.md' && !path.endsWith('/hints.md'))
const parts: readonly (readonly [title: string, pages: readonly string[]])[] = [
  ['', ['README.md']],
  ['Chapters', chapters('.md').map((name) => `chapters/${name}.md`)],
  ['Source', ['src/README.md', API]],
  ['Exercises', ['exercises/README.md', ...exercises]],
  ['More', ['test/differences.md', 'CONTRIBUTING.md']],
]
const documents = parts.flatMap(([, pages]) => pages).filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
const sources = ['src', 'chapters', 'exercises', 'test', 'scripts', 'bin'].flatMap((folder) => filesBelow(folder, /\.(ts|js|txt|py)$/))
const known = new Set(sources)

for (const name of existsSync(site) ? readdirSync(site) : []) if (name !== 'api') rmSync(join(site, name), { recursive: true })
const menu = parts.flatMap(([title, pages]): Entry[] => {
  const entries = pages.filter((path) => path === API || documents.includes(path)).map((path) => ({ title: titleOf(path), place: placeOf(path) }))
  return title === '' || entries.length === 0 ? entries : [{ title, place: null }, ...entries]
})
const index = documents.flatMap(writeDocument)
for (const path of sources) writeSource(path)
write('search.js', `globalThis.searchIndex = ${JSON.stringify(index)}\n`)
for (const name of ['site.css', 'site.js']) write(name, fileAt(`scripts/site/${name}`))
for (const name of ['LICENSE', 'NOTICE']) write(name, fileAt(name))
cpSync(join(root, 'diagrams'), join(site, 'diagrams'), { recursive: true, filter: (path) => !/node_modules|\.json$/.test(path) })

linkReference()

const dead = deadLinks(site)
for (const { from, link } of dead) console.error(`${from}: ${link} leads nowhere`)
console.log(`docs/index.html: ${documents.length} pages, ${sources.length} files of source, ${dead.length} dead links`)
if (dead.length > 0) process.exitCode = 1

/** Writes a page and returns its sections for the search. */
function writeDocument(path: string) {
  const place = placeOf(path)
  const { html, sections } = render(path, fileAt(path), locate)
  const contents = sections.filter(({ level, title }) => level === 2 && title !== '')
  write(place, page({ place, title: titleOf(path), body: html, contents, menu }))
  const entries = sections.map(({ title, anchor, text }) => ({
    page: titleOf(path),
    title,
    place: anchor === '' ? place : `${place}#${anchor}`,
    text,
  }))
  return entries.filter(({ title, text }) => title !== '' || text !== '')
}

/** Writes a page with a file of source, each line with an anchor. */
function writeSource(path: string): void {
  const text = fileAt(path).trimEnd()
  const lines = (/\.[jt]s$/.test(path) ? coloured(text) : escaped(text)).split('\n')
  const code = lines.map((line, i) => `<span id="L${i + 1}">${line}</span>`).join('\n')
  const place = placeOf(path)
  write(place, page({ place, title: path, body: `<h1>${path}</h1>\n<pre class="lines"><code>${code}</code></pre>`, contents: [], menu }))
}

/** TypeDoc does not know of the other pages: a path in its text, such as a module's chapter, becomes a link here, as it does in ours. */
function linkReference(): void {
  for (const path of readdirSync(join(site, 'api'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))) {
    const file = join(site, 'api', path)
    const html = readFileSync(file, 'utf8')
    const linked = html.replace(/(?<!\.html">)<code>([\w.-]+(?:\/[\w.-]+)+)<\/code>/g, (code, target: string) => {
      const place = locate(target)
      return place === null ? code : `<a href="${posix.relative(posix.dirname(`api/${path}`), place)}">${code}</a>`
    })
    if (linked !== html) writeFileSync(file, linked)
  }
}

/** Where a file or folder of the checkout is in the site; null: nowhere. */
function locate(path: string): string | null {
  const plain = posix.normalize(path).replace(/\/$/, '')
  if (documents.includes(plain) || known.has(plain)) return placeOf(plain)
  if (/^diagrams\/[\w-]+\.(svg|mmd)$/.test(plain)) return plain
  const door = [`${plain}/README.md`, `${plain}/index.ts`].find((file) => documents.includes(file) || known.has(file))
  return door === undefined ? null : placeOf(door)
}

function placeOf(path: string): string {
  if (path.endsWith('.html')) return path
  return path.endsWith('.md') ? path.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html') : `code/${path}.html`
}

function titleOf(path: string): string {
  return path === API ? 'API reference' : (/^# (.+)$/m.exec(fileAt(path))?.[1] ?? path)
}

function write(place: string, text: string): void {
  mkdirSync(dirname(join(site, place)), { recursive: true })
  writeFileSync(join(site, place), text)
}

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort((a, b) => (a < b ? -1 : 1))
}
