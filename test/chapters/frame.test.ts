import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/04-zab/question.ts'
import { asked, judged, type Question } from '../../chapters/support/question.ts'
import { Stage } from '../../chapters/support/stage.ts'
import { diagram, story, type Telling } from '../../chapters/support/story.ts'
import { note, parseTrace } from '../../src/kernel/index.ts'
import { root } from '../support/source.ts'

const COMMAND = ['--import', 'tsx', 'chapters/04-zab.ts']

function run(options: string, input = '') {
  return spawnSync(process.execPath, [...COMMAND, ...options.split(' ')], { cwd: root, encoding: 'utf8', input, maxBuffer: 1 << 28 })
}

describe('a story without an ensemble', () => {
  const stage = new Stage(7n, { chapter: 'none' })
  stage.say('heading', 'begin', 'TWO CASHIERS')
  stage.tell('alice', 'bob', 'QUESTION', 'is seat 1 free?')
  stage.think('bob', 'looks', 'There is nobody in seat 1.')
  stage.cut([['bob', 'alice']], 'fault', 'The line goes dead.')
  stage.tell('bob', 'alice', 'ANSWER', 'yes')
  stage.step('bob', 'counter', { kind: 'count' }, [{ kind: 'send' }, note('counted', 'One.', 'nowhere'), note('untold', 'Two.', 'nowhere')])
  stage.show(['  a table'])
  const trace = parseTrace(stage.lines.join('\n'))
  const telling: Telling = { hosts: ['alice', 'bob'], tells: () => true, notes: new Set(['counted']) }

  it('is told in columns as wide as the names, without times', () => {
    expect(story(trace, telling, false)).toBe(
      [
        `── TWO CASHIERS ${'─'.repeat(64)}`,
        '  alice bob',
        '  ●────▶│     is seat 1 free?',
        '  │     ●     There is nobody in seat 1.',
        '',
        '⚡ The line goes dead.',
        '',
        '  │✗────●     yes',
        '  │     ●     One.',
        '',
        '  a table',
        '',
      ].join('\n'),
    )
  })

  it('is drawn', () => {
    expect(diagram(trace, telling).split('\n').slice(3, -1)).toEqual([
      '  Note over alice,bob: TWO CASHIERS',
      '  alice->>bob: is seat 1 free?',
      '  Note over bob: There is nobody in seat 1.',
      '  Note over alice,bob: The line goes dead.',
      '  bob-xalice: yes',
      '  Note over bob: One.',
    ])
  })
})

describe('going through a story', () => {
  it('shows each event, and less again', () => {
    const { stdout, stderr, status } = run('--step', 'n\n\nn\nb\nG\nn\nx\ng\nq\nn\n')
    expect([stderr, status]).toEqual(['', 0])
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^Seed 1\./)
    const third = lines.findIndex((line) => line.endsWith('s3 starts'))
    expect(lines[third + 1]).toMatch(/The history on disk ends with 0x0\.$/)
    expect(lines[third + 2]).toMatch(/^\(event 3 of \d+\)$/)
    expect(lines.filter((line) => line.endsWith('s3 starts'))).toHaveLength(2)
    expect(stdout.match(/^\(event (\d+) of \1\)$/gm)).toHaveLength(2)
    expect(stdout.match(/^n, space, Enter: next/gm)).toHaveLength(1)
    expect(stdout.match(/^Seed 1\./gm)).toHaveLength(2)
  })

  it('ends where its input ends, and event by event it is the whole story', () => {
    const forward = run('--step', 'n\n'.repeat(200)).stdout.replace(/^\(event .*\n/gm, '')
    expect(forward).toBe(run('--seed 1').stdout)
  })
})

describe('a question', () => {
  const question: Question = { situation: 'A table:\n\n  1   2', question: 'Which?', choices: ['One seat', 'two'], answer: 'two', because: 'It is.' }

  it('shows what there is to choose from', () => {
    expect(asked(question)).toBe('A table:\n\n  1   2\n\nWhich?\n\n  a) One seat\n  b) two')
  })

  it.each([
    ['two', true],
    [' B ', true],
    ['one  SEAT', false],
    ['a', false],
  ])('judges %j', (given, right) => {
    expect(judged(question, given)).toEqual({ right, text: right ? 'Right: two. It is.' : 'Not so: the answer is two. It is.' })
  })

  it('wants one of the choices, if there are any', () => {
    expect(judged(question, 'c')).toBeNull()
    const { choices: _, ...open } = question
    expect([judged(open, 'Two')?.right, judged(open, 'c')?.right]).toEqual([true, false])
  })

  it('of chapter 04 has every answer for some seed, one of its choices', () => {
    const questions = Array.from({ length: 200 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.filter(({ choices, answer }) => !choices?.includes(answer))).toEqual([])
    expect(new Set(questions.map(({ answer }) => answer))).toEqual(new Set(['s1', 's2', 's3', 'yes', 'no', 'DIFF', 'TRUNC', 'SNAP']))
    expect(new Set(questions.map(asked)).size).toBeGreaterThan(100)
  })
})
