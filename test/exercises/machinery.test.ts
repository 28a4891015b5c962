import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Entry, findExercise, referenceOf, root, urlOf } from '../../exercises/support/catalogue.ts'
import { same, WrongAnswer } from '../../exercises/support/check.ts'
import { noSequenceFails } from '../../exercises/support/check-sequences.ts'
import { bodiesOf, changedSource, starterOf } from '../../exercises/support/cut.ts'
import { objectionsTo } from '../../exercises/support/guard.ts'
import { judge } from '../../exercises/support/judge.ts'
import { mutantsOf } from '../../exercises/support/mutate.ts'
import { formatProgress, parseProgress } from '../../exercises/support/progress.ts'
import { Runner } from '../../exercises/support/runner.ts'
import { fitted } from '../../exercises/support/say.ts'
import { Scratch } from '../../exercises/support/scratch.ts'
import { tellVerdict } from '../../exercises/support/verdict.ts'
import { begin, isUnsolved, reset, starterFor } from '../../exercises/support/workspace.ts'

const majority = (await findExercise('01a')) as Entry
const runner = new Runner()
const scratch = new Scratch()
afterAll(async () => {
  scratch.close()
  await runner.close()
})

/** The verdict on a body of `containsQuorum`. */
async function verdictOn(body: string, patience = 5000) {
  const text = starterFor(majority).replace("throw new Error('not solved yet')", body)
  return runner.run(majority, scratch.write('majority.ts', text), { patience })
}

describe('the judge of exercises', () => {
  it('accepts the reference, and finds the starter unsolved', async () => {
    const { results } = await runner.run(majority, urlOf(majority.source))
    expect(new Set(results.map(({ outcome }) => outcome.kind))).toEqual(new Set(['passed']))
    const starter = await runner.run(majority, scratch.write('starter.ts', starterFor(majority)))
    expect(new Set(starter.results.map(({ outcome }) => outcome.kind))).toEqual(new Set(['unsolved']))
  })

  it('shows a wrong answer as a picture, without a stack', async () => {
    const told = tellVerdict(majority, await verdictOn('return sids.size > half')).join('\n')
    expect(told).toContain(
      '✗ observers and strangers do not count\n\n      given     servers 1 vote; 0 agree\n      expected  no quorum\n      seen      a quorum\n',
    )
    expect(told).not.toContain('at ')
  })

  it('tells an exception by its line in the reader’s file', async () => {
    const { results } = await verdictOn('let nobody: Set<bigint> | undefined\n      return (nobody as unknown as Set<bigint>).size > 0')
    const line =
      starterFor(majority)
        .split('\n')
        .findIndex((text) => text.includes("throw new Error('not solved yet')")) + 2
    expect(results[0]?.outcome).toEqual({ kind: 'threw', message: "Cannot read properties of undefined (reading 'size')", line })
  })

  it('ends what does not end, and judges on', async () => {
    const { results } = await verdictOn('while (sids.size < Infinity) {}\n      return true', 300)
    expect(results).toHaveLength(1)
    expect(results[0]?.outcome).toEqual({ kind: 'endless', told: 'stopped after 0.3 s' })
    expect((await verdictOn('return sids.size > half')).results).toHaveLength(5)
  })

  it('says what an empty file, a broken one and one without the function lack', async () => {
    const broken = async (text: string) => (await runner.run(majority, scratch.write('broken.ts', text))).broken
    expect(await broken('')).toEqual({ message: 'it no longer exports majority', line: null })
    expect(await broken('export const majority = 1\nexport function (')).toMatchObject({ message: 'Expected identifier but found "("', line: 2 })
  })

  it('does not take a reader’s file that looks at what judges it', () => {
    const objections = (text: string) => objectionsTo(text, majority).map(({ line, message }) => `${line}: ${message}`)
    expect(objections(starterFor(majority))).toEqual([])
    expect(objections('')).toHaveLength(1)
    expect(objections('const a: any = 1')).toEqual([expect.stringContaining('1: `any`')])
    expect(objections("import { majority } from '../../src/quorum/majority.ts'")).toEqual(['1: this imports the solution'])
    expect(objections("import { checks } from '../../exercises/01a/checks.ts'")).toEqual([expect.stringContaining('is not a file of src/')])
    expect(objections("import fs from 'node:fs'")).toHaveLength(1)
    expect(objections(`\n// @ts-${'nocheck'}`)).toHaveLength(1)
    expect(objections('globalThis.x = 1')).toHaveLength(1)
    expect(objections('Set.prototype.has = () => true')).toHaveLength(1)
    expect(objections("const checks = await import('../../exercises/01a/checks.ts')")).toHaveLength(1)
  })
})

describe('the reader’s file', () => {
  const entry: Entry = { ...majority, mine: `${scratch.folder.slice(root.length)}/mine.ts` }

  it('is the starter to the byte after a reset, and what was written is kept beside it', () => {
    expect(begin(entry)).toBe(true)
    expect(readFileSync(join(root, entry.mine), 'utf8')).toBe(starterFor(entry))
    expect(reset(entry)).toBeNull()
    expect(isUnsolved(entry)).toBe(true)
    for (const number of [1, 2]) {
      writeFileSync(join(root, entry.mine), `attempt ${number}\r\n`)
      expect(begin(entry)).toBe(false)
      expect(isUnsolved(entry)).toBe(false)
      expect(reset(entry)).toBe(`${entry.mine}.${number}.old`)
      expect(readFileSync(join(root, entry.mine))).toEqual(Buffer.from(starterFor(entry)))
      expect(readFileSync(join(root, `${entry.mine}.${number}.old`), 'utf8')).toBe(`attempt ${number}\r\n`)
    }
  })

  it('may be empty, or gone: it is said, and how to get a fresh one', async () => {
    writeFileSync(join(root, entry.mine), '\n')
    expect(await judge(entry, runner)).toMatchObject({ passed: false, lines: [expect.stringContaining('the file is empty')] })
    rmSync(join(root, entry.mine))
    expect(await judge(entry, runner)).toEqual({
      passed: false,
      lines: [expect.stringContaining(`is gone: leave, and npm run learn -- ${entry.id}`)],
    })
  })
})

describe('a line in a terminal', () => {
  it('is broken at blanks and goes on below where it began; commands and long words stay whole', () => {
    expect(fitted('  ✗ a promise of many words', 16)).toEqual(['  ✗ a promise of', '    many words'])
    expect(fitted('      given     servers 1 2 3 vote', 26)).toEqual(['      given     servers 1', '                2 3 vote'])
    expect(fitted('  again  npm run learn -- check 01a', 16)).toEqual(['  again  npm run learn -- check 01a'])
    expect(fitted('my/01a-majority/majority.ts:12 is long', 16)).toEqual(['my/01a-majority/majority.ts:12', 'is long'])
    expect(fitted('short', 16)).toEqual(['short'])
  })
})

describe('cutting', () => {
  const exercise = { name: 'a', source: 'src/zab/a.ts', cut: ['Class.method', 'outer.inner'], hide: ['helper'] }
  const text = `import { b } from './b.ts'
import { c } from "../kernel/index.ts"

class Class {
  method(): number {
    return b + helper()
  }
}

/** Gone. */
function helper(): number {
  return 1
}

const outer = () => ({ inner: () => c })
`

  it('replaces bodies, leaves out helpers, and moves imports', () => {
    expect(starterOf(text, '99a', exercise, fromHere).split('\n').slice(3).join('\n')).toBe(`import { b } from '../../src/zab/b.ts'
import { c } from "../../src/kernel/index.ts"

class Class {
  method(): number {
    throw new Error('not solved yet')
  }
}

const outer = () => ({ inner: () => {
  throw new Error('not solved yet')
} })
`)
  })

  it('finds a function by its path, and refuses what is not there or not one', () => {
    expect(bodiesOf(text, ['helper']).map(({ start, end }) => text.slice(start, end))).toEqual(['{\n  return 1\n}'])
    expect(() => bodiesOf(text, ['nobody'])).toThrow('0 declarations are called nobody')
    expect(() => bodiesOf(text, ['Class'])).toThrow('Class is no function')
  })

  it('makes variants of texts that occur once', () => {
    expect(changedSource(text, { name: 'v', edits: [['return 1', 'return 2']] })).toContain('return 2')
    expect(() => changedSource(text, { name: 'v', edits: [['return', 'x']] })).toThrow('occurs 2 times')
  })
})

describe('mutants', () => {
  it('are one small fault each', () => {
    const text = `function f(a: number) {\n  if (a < 1 && !b) return g()\n  done = true\n  out.push(note('n', \`\${a > 2}\`, 's'))\n  return Math.max(a, 2)\n}`
    expect(mutantsOf(text, ['f']).map(({ name }) => name)).toEqual([
      'a < 1 && !b → true',
      'a < 1 && !b → false',
      '&& → ||',
      '< → <=',
      '1 → 2',
      '!b → b',
      'done = true → nothing',
      'true → false',
      'max → min',
      '2 → 3',
    ])
  })

  it('are made of the bodies alone', () => {
    expect(mutantsOf(referenceOf(majority), majority.cut).every(({ text }) => text.includes('Math.floor(votingMembers.size / 2)'))).toBe(true)
  })
})

describe('checks', () => {
  it('show what was expected and seen, also when both look the same', () => {
    const wrong = (act: () => void): string => {
      try {
        act()
      } catch (error) {
        return (error as WrongAnswer).message
      }
      return ''
    }
    expect(wrong(() => same([1n, 2n], [2n, 1n], { given: 'x' }))).toBe('given     x\nexpected  [2, 1]\nseen      [1, 2]')
    expect(wrong(() => same<unknown>('1', 1n, { given: 'x' }))).toContain('seen      1 (string)')
    expect(wrong(() => same(new Set([1]), new Set([1]), { given: 'x' }))).toBe('')
  })

  it('show the shortest sequence that goes wrong', () => {
    const play = (ops: readonly number[]) => (ops.includes(3) && ops.indexOf(5) > ops.indexOf(3) ? { expected: 'a', seen: 'b' } : null)
    const act = () => noSequenceFails({ seeds: 10, length: 30, draw: (random) => random.below(8), play, tell: String })
    expect(act).toThrow(new WrongAnswer('a', 'b', { given: ['1. 3', '2. 5'] }))
  })
})

describe('progress', () => {
  it('is read in every format there has been, and keeps what it does not understand', () => {
    const text = readFileSync(new URL('./progress-1.txt', import.meta.url), 'utf8')
    const progress = parseProgress(text)
    expect(progress.standings.get('01a')).toEqual({ state: 'passed', day: '2026-11-25', hints: 1 })
    expect(progress.standings.get('04b')).toEqual({ state: 'started', day: '2026-11-26', hints: 0 })
    expect(formatProgress(progress)).toBe(text)
    expect(parseProgress('')).toEqual({ standings: new Map(), others: [] })
  })
})

function fromHere(path: string): string {
  return `../../${path}`
}
