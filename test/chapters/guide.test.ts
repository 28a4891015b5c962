import { expect, it } from 'vitest'
import { chapters, fileAt } from '../../scripts/book/library.ts'
import { sources } from '../support/source.ts'
import { folderOf } from '../tidy/import-rules.ts'

/** The folders of `src/` that `src/README.md` links to their doors, each with the chapters that it links to. */
const guide = [...fileAt('src/README.md').matchAll(/^\|[ \d]*\| \[`(.+)\/`\]\(\1\/index\.ts\) .*\|(.*)\|$/gm)].map(([, folder = '', cell = '']) => ({
  folder,
  chapters: [...cell.matchAll(/\(\.\.\/(chapters\/.+?)\)/g)].map(([, chapter]) => chapter as string),
}))
const taught = guide.filter((row) => row.chapters.length > 0)

it('the guide to the source leads from every folder to its chapters', () => {
  const folders = new Set(sources('src').map(({ path }) => folderOf(path)))
  folders.delete('')
  folders.delete('cli')
  expect(taught.map(({ folder }) => folder)).toEqual(expect.arrayContaining([...folders]))
})

it('the page of theory of every folder names the same chapters', () => {
  for (const row of taught) {
    const [, named = ''] = /^ \* Chapters?: (.+)\.$/m.exec(fileAt(`src/${row.folder}/index.ts`)) ?? []
    expect([row.folder, named]).toEqual([row.folder, row.chapters.map((chapter) => `\`${chapter}\``).join(', ')])
  }
})

it('every chapter leads to the folders that it explains', () => {
  const missing = taught.flatMap((row) =>
    row.chapters.filter((chapter) => !fileAt(chapter).includes(`](../src/${row.folder}/index.ts)`)).map((chapter) => `${chapter}: src/${row.folder}`),
  )
  expect(missing).toEqual([])
  // Chapters 12 and 13 explain nothing new: they use all there is.
  const explaining = new Set(taught.flatMap((row) => row.chapters))
  expect(
    chapters('.md')
      .slice(0, -2)
      .filter((name) => !explaining.has(`chapters/${name}.md`)),
  ).toEqual([])
})
