import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/06-sessions/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/06-sessions.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

describe('chapter 06', () => {
  it.each([1, 3])('loses the seat twice by a wrong idea of sessions, and once by the right one: seed %i', (seed) => {
    const [, first = '', second = '', , moves = '', , silence = '', late = '', closed = ''] = scenes(seed)
    expect(first).toMatch(/closeSession, deletes \/hold-7[\s\S]*there is no such session[\s\S]*nobody\s+holds\s+seat 7/)
    expect(second).toMatch(/All is well[\s\S]*closeSession, deletes \/hold-7[\s\S]*nobody\s+holds\s+seat 7/)
    expect(moves).toMatch(/session is open[\s\S]*seat\s+7\s+is\s+held\s+for\s+app/)
    expect(moves).not.toContain('closeSession')
    const zxids = [...silence.matchAll(/^ {2}s\d +[\d.]+ +(0x\w+)$/gm)].map(([, zxid]) => zxid)
    expect(zxids).toHaveLength(3)
    expect(new Set(zxids).size).toBe(1)
    const lasted = Number(/([\d.]+) s after the last word/.exec(silence)?.[1])
    expect(lasted).toBeGreaterThanOrEqual(4)
    expect(lasted).toBeLessThan(5.5)
    expect(late).toMatch(/there is no such session[\s\S]*seat\s+7\s+is\s+held\s+for\s+bob/)
    expect(closed).toContain('At once nobody holds seat 7')
  })

  it('asks for deadlines that are never early and are multiples of the tick', () => {
    for (let seed = 0n; seed < 40n; seed++) {
      const { situation, choices, answer } = ask(seed)
      const [tick = 0, timeout = 0, ...touches] = (situation.match(/\d+/g) ?? []).map(Number)
      const due = (touches.at(-1) as number) + timeout
      expect(choices).toContain(answer)
      expect(Number(answer) % tick).toBe(0)
      expect(Number(answer)).toBeGreaterThan(due)
      expect(Number(answer)).toBeLessThanOrEqual(due + tick)
    }
  })
})
