import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { faultsWithoutLive } from '../../scripts/book/book.ts'
import { drawings, fileTextOf } from '../../scripts/book/drawings.ts'
import { chapters, fileAt, root } from '../../scripts/book/library.ts'
import { Outputs } from '../../scripts/book/outputs.ts'
import { parseTrace } from '../../src/kernel/index.ts'
import { demoOf, PATIENCE } from './demo.ts'

const ESCAPE = String.fromCharCode(27)
const outputs = new Outputs()

afterAll(() => outputs.close())

it('every chapter quotes code and output as they are (npm run chapter renew puts them in)', { timeout: 3 * PATIENCE }, async () => {
  expect(await faultsWithoutLive()).toEqual([])
})

it('every diagram says from what it is made, and what that says (npm run diagrams draws them)', { timeout: PATIENCE }, async () => {
  const all = await drawings(outputs)
  for (const drawing of all) expect(fileAt(`diagrams/${drawing.name}.mmd`)).toBe(fileTextOf(drawing))
  const files = readdirSync(join(root, 'diagrams')).filter((file) => /\.(mmd|svg)$/.test(file))
  expect(files.sort((a, b) => (a < b ? -1 : 1))).toEqual(all.flatMap(({ name }) => [`${name}.mmd`, `${name}.svg`]).sort((a, b) => (a < b ? -1 : 1)))
})

describe.each(chapters('.ts'))('the demo of chapter %s', { timeout: PATIENCE }, (chapter) => {
  const { run, printed } = demoOf(chapter)

  it('tells the same story every time, byte for byte, wherever it runs', async () => {
    const env = { ...process.env, TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', COLUMNS: '40' }
    const elsewhere = spawnSync(process.execPath, ['--import', 'tsx', `chapters/${chapter}.ts`], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env,
    })
    expect(elsewhere.stdout).toBe(await printed('--seed 1'))
  })

  it('fits into 80 columns and has no colours unless it is asked for them', async () => {
    const lines = (await printed('--seed 1')).split('\n')
    expect(lines.filter((line) => [...line].length > 80 || line.endsWith(' ') || line.includes(ESCAPE))).toEqual([])
    expect(await printed('--color')).toContain(ESCAPE)
  })

  it('gives its trace', async () => {
    const { header, records } = parseTrace(await printed('--json --seed 2'))
    expect(header).toMatchObject({ seed: '0x2' })
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1))
    expect(records.every(({ at }, i) => at >= (records[i - 1]?.at ?? 0))).toBe(true)
  })

  it('draws a diagram that Mermaid can read', async () => {
    const [first, ...lines] = (await printed('--diagram')).trimEnd().split('\n')
    expect(first).toBe('sequenceDiagram')
    const participants = lines.filter((line) => line.startsWith('  participant ')).map((line) => line.slice(14))
    const name = `(?:${participants.join('|')})`
    const known = new RegExp(`^  (?:participant ${name}|${name}(?:->>|-x)${name}: [^;#]+|Note over ${name}(?:,${name})?: (?:[^;#]|#\\d+;)+)$`)
    expect(lines.filter((line) => !known.test(line))).toEqual([])
  })

  it('asks questions, each with one right answer', async () => {
    const questions = await Promise.all([1, 2, 3, 4].map((seed) => printed(`--ask --seed ${seed}`)))
    expect(new Set(questions).size).toBe(questions.length)
    for (const [i, question] of questions.entries()) {
      const letters = [...question.matchAll(/^ {2}(\w)\) /gm)].map(([, letter]) => letter)
      const verdicts = await Promise.all(letters.map((letter) => run(`--ask --seed ${i + 1} --answer ${letter}`)))
      expect(verdicts.filter(({ status }) => status === 0).length).toBe(letters.length > 0 ? 1 : 0)
      expect(verdicts.filter(({ status }) => status === 1).length).toBe(Math.max(0, letters.length - 1))
    }
  })

  it('explains its options, and refuses what it does not know in a word', async () => {
    expect(await printed('--help')).toMatch(/--seed[\s\S]*--step[\s\S]*--diagram[\s\S]*--json[\s\S]*--ask[\s\S]*--answer/)
    for (const options of ['--nonsense', '--seed x', '--diagram --json']) {
      const { status, stdout, stderr } = await run(options)
      expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 })
    }
  })

  it('has a text', () => {
    expect(fileAt(`chapters/${chapter}.md`)).toMatch(new RegExp(`^# ${chapter.slice(0, 2)} · `))
  })
})
