import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/07-watches/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/07-watches.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

const EVENT = 'event NodeDataChanged /seat-1'

describe('chapter 07', () => {
  it.each([1, 2])('lets the board contradict itself only where events may be late: seed %i', (seed) => {
    const [, , late = '', rule = '', once = '', gap = '', away = '', recursive = '', acl = ''] = scenes(seed)
    expect(late).toMatch(/ok "38"[\s\S]*event NodeDataChanged[\s\S]*seat 1: nobody,\s+free:\s+38/)
    expect(rule).toMatch(/event NodeDataChanged \/seat-1[\s\S]*ok "38"/)
    expect(once.split(EVENT)).toHaveLength(2)
    expect(once).toContain('ok "Cleo"')
    expect(gap).not.toContain('event')
    expect(away).toMatch(/setWatches2? since 0x\w+: [\s\S]*event NodeDataChanged \/seat-1[\s\S]*ok "Dan"/)
    expect(recursive.match(/event Node\w+ \/hall/g)).toHaveLength(5)
    expect(acl).not.toContain('event Node')
  })

  it('asks questions whose answer is among the choices', () => {
    const questions = Array.from({ length: 40 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.filter(({ choices, answer }) => !choices?.includes(answer))).toEqual([])
    expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(3)
  })
})
