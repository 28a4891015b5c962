import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type BrokenRules, playBroken } from '../../chapters/support/broken.ts'
import { quotationsOf } from '../../chapters/support/prose.ts'
import { fileAt, root } from '../../scripts/book/library.ts'
import { demoOf, PATIENCE } from './demo.ts'

const breaking = readdirSync(join(root, 'chapters'), { withFileTypes: true })
  .filter((entry) => /^\d\d-/.test(entry.name) && entry.isDirectory() && readdirSync(join(root, 'chapters', entry.name)).includes('broken.ts'))
  .map(({ name }) => name)

describe.each(breaking)('chapter %s', (chapter) => {
  it('quotes what comes of each rule that it breaks, and so has it run', async () => {
    const { broken } = (await import(pathToFileURL(join(root, `chapters/${chapter}/broken.ts`)).href)) as { broken: BrokenRules }
    const quoted = quotationsOf(fileAt(`chapters/${chapter}.md`)).map(({ source }) => source)
    const isQuoted = (name: string) => quoted.some((source) => `${source} `.includes(` --broken ${name} `))
    expect(Object.keys(broken).filter((name) => !isQuoted(name))).toEqual([])
  })
})

describe('breaking a rule', { timeout: PATIENCE }, () => {
  const { run, printed } = demoOf('01-quorums')

  it('shows the change and the scenes that come out otherwise', async () => {
    const output = await printed('--broken counts-everybody')
    expect(output).toMatch(/^src\/quorum\/majority\.ts\n- for .*\n\+ for .*\n\n── OBSERVERS/)
    expect(output.match(/^── /gm)).toHaveLength(1)
    expect(output).toContain('Ada was told that it is hers')
  })

  it('says so when nothing does', async () => {
    expect(await printed('--broken no-early-no')).toMatch(/\n\nEverything comes out as before\.\n$/)
  })

  it('is a view of its own, and only known rules can be broken', async () => {
    expect(await run('--broken counts-everybody --step')).toMatchObject({ status: 1, stderr: '--step and --broken: one of them\n' })
    expect(await run('--broken nonsense')).toMatchObject({ status: 1, stderr: expect.stringContaining('counts-everybody, no-early-no') })
  })

  it('refuses a change that does not fit the source', async () => {
    const broken = { source: 'src/quorum/majority.ts', edits: [['there is no such line', '']] } as const
    await expect(playBroken(broken, '', 'chapters/01-quorums.ts', [])).rejects.toThrow('occurs 0 times')
  })
})
