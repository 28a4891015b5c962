import { describe, expect, it } from 'vitest'
import { quotedScenes, scenesOf } from '../../chapters/support/prose.ts'
import { fileAt } from '../../scripts/book/library.ts'
import { parseTrace } from '../../src/kernel/index.ts'
import { demoOf, PATIENCE } from './demo.ts'

const SEEDS = ['1', '2', '3', '-7']

describe('the demo of chapter 04', { timeout: PATIENCE }, () => {
  const { command, run, printed } = demoOf('04-zab')

  it('casts other servers for other seeds', async () => {
    const stories = await Promise.all(SEEDS.map((seed) => printed(`--seed ${seed}`)))
    expect(stories[0]).toBe(await printed())
    expect(new Set(stories).size).toBe(SEEDS.length)
    expect(new Set(stories.map((story) => /OLD LEADER (s\d)/.exec(story)?.[1])).size).toBeGreaterThan(1)
  })

  it.each([...SEEDS.map((seed) => `--seed ${seed}`), '--servers 5', '--servers 5 --seed 3'])(
    'keeps the sale that reached a follower, and cuts the other: %s',
    async (options) => {
      const story = await printed(options)
      const [, old, epoch, end] = /Server (\d) cuts its log after (0x\d)0+(\d):/.exec(story) ?? []
      expect([epoch, end]).toEqual(['0x1', '3'])
      expect(story).toContain(`THE OLD LEADER s${old} RETURNS`)
      expect(story).toContain('\nSo seat-1 belongs to Ada, seat-2 belongs to Ben, seat-3 is free.\n')
      expect(new Set(lastTable(story))).toEqual(new Set(['■■■■']))
    },
  )

  it('ends with a snapshot when the new epoch has a transaction already', async () => {
    const late = await printed('--late')
    expect(late).toMatch(/Server \d ends at 0x100000004: SNAP\(0x200000001\)/)
    expect(late).not.toContain('TRUNC')
    expect(lastTable(late)).toEqual(['■■■■', '■■■■', '■■■■'])
  })

  it('goes through all phases, and again', async () => {
    const { header, records } = parseTrace(await printed('--json'))
    expect(header.options).toEqual({ chapter: '04-zab', servers: 3, late: false })
    const notes = records.flatMap((record) => record.notes.map(({ name }) => name))
    const inOrder = ['leader-serves', 'committed', 'leader-serves', 'trunc-received', 'log-truncated', 'learner-serves', 'committed']
    expect(positions(notes, inOrder)).not.toContain(-1)
  })

  it.each([
    ['--servers 4', /--servers/],
    ['--seed x', /--seed: a whole number/],
    ['--diagram --json --ask', /one of them/],
    ['--nonsense', /unknown option/],
  ])('says what is wrong with %s', async (options, message) => {
    expect((await run(options)).stderr).toMatch(message)
  })

  it('is told without leaving out a scene', async () => {
    expect(quotedScenes(fileAt('chapters/04-zab.md'), command)).toEqual(scenesOf(await printed()).map((_, i) => i))
  })
})

/** Where each name is found, searching on from the one before. */
function positions(names: readonly string[], wanted: readonly string[]): number[] {
  let from = 0
  return wanted.map((name) => {
    const at = names.indexOf(name, from)
    from = at + 1
    return at
  })
}

/** The rows of the last table of a story, without blanks: one mark for each transaction. */
function lastTable(story: string): string[] {
  const scene = scenesOf(story).at(-1) ?? ''
  return scene.split('\n').flatMap((line) => /^ {2}s\d +(.*)$/.exec(line)?.[1]?.replaceAll(' ', '') ?? [])
}
