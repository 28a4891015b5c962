import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { executed } from '../../chapters/02-paxos/log.ts'
import { ask } from '../../chapters/02-paxos/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/02-paxos.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

describe('the demo of chapter 02', () => {
  it.each([1, 2])('chooses one value by the rules, two by mistakes, and parts from Zab where it should: seed %i', (seed) => {
    const [, stuck, , second, , orders, highest, most, strict, , , multi, one, , , zab] = scenes(seed)
    expect(stuck).toContain('sold to nobody')
    expect(second).toContain('Chosen: Ada.')
    expect(orders).toMatch(/as they are +\d+ +no: at most one value\n.*TWO VALUES/)
    expect(highest).toContain('Chosen, ever: Ben.')
    expect(most).toContain('Chosen, ever: Ben AND Ada.')
    expect(strict).toMatch(/only greater +20 of up to 20 +nothing/)
    expect(multi).toContain('/balcony/seat-1 Ben  IMPOSSIBLE: there is no /balcony')
    expect(one).not.toContain('IMPOSSIBLE')
    expect(zab).toContain('So in the end there are /seat-1, /seat-2.')
  })
})

describe('a log of creates', () => {
  it('needs the parents', () => {
    expect(executed(['/a', 'no-op', '/b/c Ada', '/a/b Ben']).map(({ result }) => result)).toEqual([
      'created',
      'nothing',
      'IMPOSSIBLE: there is no /b',
      'created',
    ])
  })
})

describe('the questions of chapter 02', () => {
  const questions = Array.from({ length: 200 }, (_, seed) => ask(BigInt(seed)))

  it('have their answer among the choices, and there is more than one of these', () => {
    expect(questions.filter(({ choices = [], answer }) => choices.length < 2 || !choices.includes(answer))).toEqual([])
    for (const answer of ['yes', 'no', 'no-op', 'Finn', 'Ada']) expect(questions.map((question) => question.answer)).toContain(answer)
  })
})
