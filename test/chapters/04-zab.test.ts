import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quotedScenes, renewed, scenesOf } from '../../chapters/support/prose.ts'
import { parseTrace } from '../../src/kernel/index.ts'
import { root } from '../support/source.ts'

const COMMAND = 'npx tsx chapters/04-zab.ts'
const SEEDS = ['1', '2', '3', '-7']
const chapter = readFileSync(join(root, 'chapters/04-zab.md'), 'utf8')
const outputs = new Map<string, string>()

function run(command: string, env: Record<string, string> = {}): SpawnSyncReturns<string> {
  const args = ['--import', 'tsx', ...command.split(' ').slice(2)]
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env } })
}

/** What a command prints; each is run once. */
function outputOf(command: string): string {
  const known = outputs.get(command)
  if (known !== undefined) return known
  const { status, stdout, stderr } = run(command)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  outputs.set(command, stdout)
  return stdout
}

describe('the demo of chapter 04', { timeout: 30_000 }, () => {
  it('tells the same story every time, byte for byte, wherever it runs', () => {
    const elsewhere = { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', COLUMNS: '40' }
    for (const options of ['', ' --json']) expect(run(COMMAND + options, elsewhere).stdout).toBe(outputOf(COMMAND + options))
  })

  it('fits into 80 columns and has no colours unless it is asked for them', () => {
    const escapes = String.fromCharCode(27)
    for (const options of [' --seed 1', ' --servers 5', ' --late']) {
      const lines = outputOf(COMMAND + options).split('\n')
      expect(lines.filter((line) => [...line].length > 80)).toEqual([])
      expect(lines.filter((line) => line.endsWith(' ') || line.includes(escapes))).toEqual([])
    }
    expect(outputOf(`${COMMAND} --color`)).toContain(escapes)
  })

  it('casts other servers for other seeds', () => {
    const stories = SEEDS.map((seed) => outputOf(`${COMMAND} --seed ${seed}`))
    expect(stories[0]).toBe(outputOf(COMMAND))
    expect(new Set(stories).size).toBe(SEEDS.length)
    expect(new Set(stories.map((story) => /OLD LEADER (s\d)/.exec(story)?.[1])).size).toBeGreaterThan(1)
  })

  it.each([...SEEDS.map((seed) => `--seed ${seed}`), '--servers 5', '--servers 5 --seed 3'])(
    'keeps the sale that reached a follower, and cuts the other: %s',
    (options) => {
      const story = outputOf(`${COMMAND} ${options}`)
      const [, old, epoch, end] = /Server (\d) cuts its log after (0x\d)0+(\d):/.exec(story) ?? []
      expect([epoch, end]).toEqual(['0x1', '3'])
      expect(story).toContain(`THE OLD LEADER s${old} RETURNS`)
      expect(story).toContain('\nSo seat-1 belongs to Ada, seat-2 belongs to Ben, seat-3 is free.\n')
      expect(new Set(lastTable(story))).toEqual(new Set(['■■■■']))
    },
  )

  it('ends with a snapshot when the new epoch has a transaction already', () => {
    const late = outputOf(`${COMMAND} --late`)
    expect(late).toMatch(/Server \d ends at 0x100000004: SNAP\(0x200000001\)/)
    expect(late).not.toContain('TRUNC')
    expect(lastTable(late)).toEqual(['■■■■', '■■■■', '■■■■'])
  })

  it('gives its trace', () => {
    const { header, records } = parseTrace(outputOf(`${COMMAND} --json`))
    expect(header).toMatchObject({ seed: '0x1', options: { servers: 3, late: false } })
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1))
    expect(records.every(({ at }, i) => at >= (records[i - 1]?.at ?? 0))).toBe(true)
    const notes = records.flatMap((record) => record.notes.map(({ name }) => name))
    const inOrder = ['leader-serves', 'committed', 'leader-serves', 'trunc-received', 'log-truncated', 'learner-serves', 'committed']
    expect(positions(notes, inOrder)).not.toContain(-1)
  })

  it.each([
    ['--servers 4', /--servers/],
    ['--seed x', /--seed: a whole number/],
    ['--diagram --json', /one of them/],
    ['--nonsense', /unknown option/],
  ])('refuses %s in a word', (options, message) => {
    const { status, stdout, stderr } = run(`${COMMAND} ${options}`)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('explains its options', () => {
    expect(outputOf(`${COMMAND} --help`)).toMatch(/--seed[\s\S]*--servers[\s\S]*--late[\s\S]*--diagram[\s\S]*--json/)
  })
})

describe('the diagram of chapter 04', { timeout: 30_000 }, () => {
  it.each(['', ' --servers 5 --seed 3'])('is one that Mermaid can read%s', (options) => {
    const [first, ...lines] = outputOf(`${COMMAND} --diagram${options}`).trimEnd().split('\n')
    expect(first).toBe('sequenceDiagram')
    const participants = lines.filter((line) => line.startsWith('  participant ')).map((line) => line.slice(14))
    const name = `(?:${participants.join('|')})`
    const known = new RegExp(`^  (?:participant ${name}|${name}(?:->>|-x)${name}: [^;#]+|Note over ${name}(?:,${name})?: (?:[^;#]|#\\d+;)+)$`)
    expect(lines.filter((line) => !known.test(line))).toEqual([])
  })

  it('is the one in the book, and drawn', () => {
    expect(outputOf(`${COMMAND} --diagram`)).toBe(readFileSync(join(root, 'diagrams/04-zab.mmd'), 'utf8'))
    expect(existsSync(join(root, 'diagrams/04-zab.svg'))).toBe(true)
    expect(chapter).toContain('](../diagrams/04-zab.svg)')
  })
})

describe('the text of chapter 04', { timeout: 30_000 }, () => {
  const fileAt = (path: string) => readFileSync(join(root, path), 'utf8')

  it('quotes code and output as they are (npm run chapter renew puts them in)', () => {
    expect(renewed(chapter, { outputOf, fileAt })).toBe(chapter)
  })

  it('leaves out no scene', () => {
    expect(quotedScenes(chapter, COMMAND)).toEqual(scenesOf(outputOf(COMMAND)).map((_, i) => i))
  })

  it('quotes nothing by hand', () => {
    const fences = chapter.match(/^```\w+$/gm) ?? []
    expect(chapter.match(/-->\n```\w+$/gm)).toHaveLength(fences.length)
  })

  it('names files that exist', () => {
    const paths = [...chapter.matchAll(/`((?:src|test|chapters)\/[\w./-]+\.ts)`/g)].map(([, path]) => path as string)
    expect(paths.length).toBeGreaterThan(1)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('quotations', () => {
  const sources = { outputOf: () => 'intro\n\n── A ──\none\n\n── B ──\ntwo\n', fileAt: () => 'const a = 1\nfunction f() {\n  g()\n}\nf()\n' }
  const block = (source: string, content: string) => `<!-- ${source} -->\n\`\`\`ts\n${content}\`\`\`\ntext\n`

  it('put scenes and functions into their blocks, whatever was there', () => {
    const written = block('output: npx tsx a.ts; scenes 0-1', '') + block('code: a.ts f', 'old\n') + block('output: npx tsx a.ts; scenes 2', 'x\ny\n')
    const wanted =
      block('output: npx tsx a.ts; scenes 0-1', '$ npx tsx a.ts\nintro\n\n── A ──\none\n') +
      block('code: a.ts f', 'function f() {\n  g()\n}\n') +
      block('output: npx tsx a.ts; scenes 2', '── B ──\ntwo\n')
    expect(renewed(written, sources)).toBe(wanted)
    expect(renewed(wanted, sources)).toBe(wanted)
    expect(quotedScenes(wanted, 'npx tsx a.ts')).toEqual([0, 1, 2])
  })

  it('put a method into its block without the indentation of its class', () => {
    const text = 'export class A {\n  f() {}\n}\nexport class B {\n  /** Says so. */\n  private f(): void {\n    if (1) {\n    }\n  }\n}\n'
    const quoted = renewed(block('code: a.ts B.f', ''), { ...sources, fileAt: () => text })
    expect(quoted).toBe(block('code: a.ts B.f', 'private f(): void {\n  if (1) {\n  }\n}\n'))
  })

  it('say when there is nothing to quote', () => {
    expect(() => renewed(block('output: npx tsx a.ts; scenes 3', ''), sources)).toThrow('has the scenes 0 to 2')
    expect(() => renewed(block('code: a.ts g', ''), sources)).toThrow('a.ts has no function g')
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
