import { describe, expect, it } from 'vitest'
import { excerpt } from '../../chapters/support/excerpt.ts'
import { normalised } from '../../chapters/support/live.ts'
import { quotedScenes, renewed, type Sources } from '../../chapters/support/prose.ts'

const OUTPUT = 'intro\n\n── A ──\none\n\n── B ──\ntwo\n'
const CODE = 'const a = 1\nfunction f() {\n  g()\n}\nf()\n'
const sources: Sources = {
  outputOf: (command, exit) => (exit === 1 ? 'broken\n' : command.includes('live') ? 'pid 77 at port 2181\n' : OUTPUT),
  fileAt: (path) => (path.endsWith('.mmd') ? '%% from npx tsx a.ts --diagram\nsequenceDiagram\n' : CODE),
  exercisesOf: (chapter) => (chapter === '04' ? [{ id: '04-acks', title: 'Count acks', minutes: 20, task: 'Count them.' }] : []),
}
const block = (source: string, content: string, language = 'ts') => `<!-- ${source} -->\n\`\`\`${language}\n${content}\`\`\`\ntext\n`

describe('quotations', () => {
  it.each([
    ['a piece of code', 'code: a.ts f', 'function f() {\n  g()\n}\n'],
    ['lines of code', 'code: a.ts f; lines /g/ - /g/', '  g()\n'],
    ['a whole file', 'code: a.ts', CODE],
    ['the first scenes', 'output: npx tsx a.ts; scenes 0-1', '$ npx tsx a.ts\nintro\n\n── A ──\none\n'],
    ['a later scene', 'output: npx tsx a.ts; scenes 2', '── B ──\ntwo\n'],
    ['all of an output', 'output: npx tsx a.ts --x', `$ npx tsx a.ts --x\n${OUTPUT}`],
    ['lines of an output', 'output: npx tsx a.ts; lines /A/ - /one/', '$ npx tsx a.ts\n…\n── A ──\none\n…\n'],
    ['an error', 'output: npx tsx a.ts; exit 1', '$ npx tsx a.ts\nbroken\n'],
    ['a live run', 'live: npx tsx live.ts', '$ npx tsx live.ts\npid 77 at port 2181\n'],
  ])('put %s into their block, whatever was there', (_, source, content) => {
    for (const before of ['', 'x\n', 'x\n\ny\n']) expect(renewed(block(source, before), sources)).toBe(block(source, content))
    expect(renewed(block(source, content), sources)).toBe(block(source, content))
  })

  it('leave a live block alone that differs in numbers only', () => {
    const recorded = block('live: npx tsx live.ts', '$ npx tsx live.ts\npid 4711 at port 40001\n')
    expect(renewed(recorded, sources)).toBe(recorded)
  })

  it.each([
    ['the exercises', 'exercises: 04', '- **[04-acks · Count acks](../exercises/04-acks/README.md)** (about 20 minutes): Count them.\n'],
    ['that there are no exercises', 'exercises: 05', 'None of its own: what it puts together has its exercises in the chapters before.\n'],
    [
      'a picture',
      'diagram: diagrams/a.mmd',
      '![npx tsx a.ts --diagram](../diagrams/a.svg)\n*Drawn from `npx tsx a.ts --diagram` by `npm run diagrams`.*\n',
    ],
  ])('put %s below their comment, up to the next blank line', (_, source, content) => {
    for (const before of ['', 'x\n', 'x\ny\n', content])
      expect(renewed(`<!-- ${source} -->\n${before}\ntext\n`, sources)).toBe(`<!-- ${source} -->\n${content}\ntext\n`)
  })

  it("keep the author's description of a picture", () => {
    expect(renewed('<!-- diagram: diagrams/a.mmd -->\n![A sale](x.svg)\n', sources)).toContain('![A sale](../diagrams/a.svg)\n')
  })

  it('know which scenes are quoted', () => {
    const text =
      ['0-1', '2'].map((scenes) => block(`output: npx tsx a.ts; scenes ${scenes}`, '')).join('') + block('output: npx tsx b.ts; scenes 1', '')
    expect(quotedScenes(text, 'npx tsx a.ts')).toEqual([0, 1, 2])
  })

  it.each([
    ['output: npx tsx a.ts; scenes 3', 'has the scenes 0 to 2'],
    ['output: npx tsx a.ts; lines /A/ - /never/', 'has no lines /A/ - /never/'],
    ['output: npx tsx a.ts; scene 1', '"scene 1" is neither'],
    ['code: a.ts h', 'a.ts has no h'],
  ])('say when there is nothing to quote: %s', (source, message) => {
    expect(() => renewed(block(source, ''), sources)).toThrow(message)
  })
})

describe('an excerpt', () => {
  const text = [
    '/** About. */',
    'export default function main(): void {}',
    'export function over(a: string): void',
    'export function over(a: unknown): void {}',
    'export interface Shape {',
    '  /** How wide. */',
    '  readonly width: number',
    '}',
    'export type Name = string',
    'const [first] = [1]',
    'export const TABLE = {',
    '  a: 1,',
    '}',
    'export class Peer {',
    '  constructor() {}',
    '',
    '  /** Steps. */',
    '  step(): void {',
    '    if (a) {',
    '      b()',
    '    }',
    '  }',
    '}',
  ].join('\n')

  it.each([
    ['default', 'export default function main(): void {}'],
    ['over', 'export function over(a: string): void\nexport function over(a: unknown): void {}'],
    ['Shape.width', 'readonly width: number'],
    ['Name', 'export type Name = string'],
    ['TABLE', 'export const TABLE = {\n  a: 1,\n}'],
    ['Peer.constructor', 'constructor() {}'],
    ['Peer.step', 'step(): void {\n  if (a) {\n    b()\n  }\n}'],
  ])('is the piece that is named %s, without its comment', (name, piece) => {
    expect(excerpt('a.ts', text, name)).toBe(piece)
  })

  it('is there, or it is said that it is not', () => {
    expect(() => excerpt('a.ts', text, 'Peer.jump')).toThrow('a.ts has no Peer.jump')
    expect(() => excerpt('a.ts', 'x\n'.repeat(101), undefined)).toThrow('a.ts has 101 lines: name the piece to quote')
  })
})

describe('live output', () => {
  it.each([
    ['server 1: pid 4711, 127.0.0.1:2181, up in 412 ms', 'server 1: pid 815, 127.0.0.1:40017, up in 1203 ms'],
    ['2026-11-25T18:47:51.123Z session 0x1000058a2f30000 in /tmp/zk-Ab3', '2027-01-02T03:04:05Z session 0x3001671696d0000 in /tmp/zk-x9/data'],
    ['s1    leader      0x100000003\n-----', 's1   leader  0x20000000a\n--------'],
  ])('is equal but for what differs from run to run', (one, other) => {
    expect(normalised(one)).toBe(normalised(other))
  })

  it('is different when it says something else', () => {
    expect(normalised('s1 leads')).not.toBe(normalised('s2 leads'))
    expect(normalised('3 servers')).not.toBe(normalised('5 servers'))
  })
})
