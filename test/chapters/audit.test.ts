import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { brokenLinks, faultyCommands, type House, tally, unknownSymbols } from '../../scripts/book/audit.ts'
import { chapters } from '../../scripts/book/library.ts'
import { nodesOf, root, sources } from '../support/source.ts'

const fileAt = (path: string) => readFileSync(join(root, path), 'utf8')

const house: House = {
  exists: (path) => existsSync(join(root, path)),
  fileAt,
  scripts: new Set(Object.keys((JSON.parse(fileAt('package.json')) as { scripts: object }).scripts)),
  members: membersOf(),
}

const documents = ['.', 'src', 'test', 'chapters', 'diagrams', 'exercises']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))

describe('the Markdown of this repository', () => {
  it.each<[string, (text: string, path: string) => string[]]>([
    ['links to files and headings that exist', (text, path) => brokenLinks(path, text, house)],
    ['names files and members that exist', (text) => unknownSymbols(text, house)],
    ['tells the reader to type commands that exist', (text, path) => (path.startsWith('chapters') ? faultyCommands(text, house) : [])],
  ])('%s', (_, faultsOf) => {
    expect(documents.length).toBeGreaterThan(5)
    expect(documents.flatMap((path) => faultsOf(fileAt(path), path).map((fault) => `${path}: ${fault}`))).toEqual([])
  })
})

it("the README's map has every chapter, in their order, with its title and its demo", () => {
  const rows = chapters('.md').map((name) => {
    const title = /^# (.+)$/m.exec(fileAt(`chapters/${name}.md`))?.[1]
    return [`[${title}](chapters/${name}.md)`, `\`npm run chapter ${Number(name.slice(0, 2))}\``]
  })
  const map = [...fileAt('README.md').matchAll(/^\| (\[\d\d .+?\)) \| .+ \| (`.+`) \|$/gm)]
  expect(map.map(([, link, command]) => [link, command])).toEqual(rows)
})

it("a chapter's demo uses its own folder, those of earlier chapters, and what all share", () => {
  const numberOf = (path: string) => Number(/^chapters\/(\d\d)-/.exec(path)?.[1] ?? 0)
  const files = sources('chapters')
  const wrong = files.flatMap(({ path, tree }) =>
    tree.statements
      .filter(ts.isImportDeclaration)
      .map(({ moduleSpecifier }) => posix.join(posix.dirname(path), (moduleSpecifier as ts.StringLiteral).text))
      .filter((imported) => numberOf(imported) > numberOf(path))
      .map((imported) => `${path}: ${imported}`),
  )
  expect(files.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

describe('the audit', () => {
  const small: House = {
    exists: (path) => ['a.md', 'src/a.ts', 'chapters/b.ts'].includes(path),
    fileAt: () => '# One, two: *three*\n\n```text\n# no heading\n```\n## `Four`\n## Four\n',
    scripts: new Set(['chapter', 'test']),
    members: new Map([['Peer', new Set(['step'])]]),
  }

  it('finds links that lead nowhere', () => {
    const text =
      '[a](a.md) [b](b.md) [c](https://x.org/y) [d](a.md#one-two-three) [e](a.md#four) [f](a.md#four-1) [g](a.md#no-heading) `[h](h.md)`\n```text\n[i](i.md)\n```\n'
    expect(brokenLinks('z.md', text, small)).toEqual(['b.md', 'a.md#no-heading'])
    expect(brokenLinks('src/z.md', '[a](../a.md) [b](a.md)', small)).toEqual(['a.md'])
  })

  it('finds names of what does not exist', () => {
    const text = "`src/a.ts` `src/b.ts` `Peer.step` `Peer.stop()` Java's `Peer.leap` `Learner.syncWithLeader` `a.b`\n```ts\n`src/c.ts`\n```\n"
    expect(unknownSymbols(text, small)).toEqual(['src/b.ts', 'Peer.stop()'])
  })

  it('finds commands that cannot be typed', () => {
    const fence =
      'Text.\n\n```sh\n$ npx tsx chapters/b.ts --x | head -3   # comment\nnpx tsx chapters/c.ts\nFOO=1 npm test && npm run chapters 4\nsudo rm -rf /\n```\n'
    expect(faultyCommands(`${fence}\nSee:\n\n    npm run chapter 4\n    frobnicate\n`, small)).toEqual([
      'npx tsx chapters/c.ts',
      'npm run chapters 4',
      'sudo rm -rf /',
      'frobnicate',
    ])
  })

  it('finds blocks that come from nowhere', () => {
    const text =
      '<!-- code: src/a.ts f -->\n```ts\nf()\n```\n\n```sh\nls\n```\n\n```text\nmade up\n```\n\n<!-- a remark -->\n```ts\nold\n```\n\n<!-- exercises: 04 -->\n'
    expect(tally(text).quotations.map(({ kind }) => kind)).toEqual(['code', 'exercises'])
    expect(tally(text).stray).toEqual(['made up', 'old'])
  })
})

/** The members of all exported classes, interfaces and objects of `src/`. */
function membersOf(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { tree } of sources('src')) {
    for (const node of nodesOf(tree)) {
      if (!(ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) || node.name === undefined) continue
      const names = [...node.members].map((member) => member.name?.getText() ?? 'constructor')
      found.set(node.name.text, new Set([...(found.get(node.name.text) ?? []), ...names]))
    }
  }
  return found
}
