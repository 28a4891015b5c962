import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/09-recipes/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/09-recipes.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

describe('chapter 09', () => {
  it.each([1, 2])('shows each first version fail, and the recipe in its place hold: seed %i', (seed) => {
    const [, first = '', fenced = '', lost = '', herd = '', barrier = '', queue = '', told = ''] = scenes(seed)
    expect(first.match(/ p\d +2$/gm)).toHaveLength(2)
    expect(fenced).toMatch(/ p1 +2 +0x\w+ +refused: older than 0x/)
    expect(lost.match(/^ {2}\/stubborn .*$/gm)).toHaveLength(2)
    expect(lost.match(/^ {2}\/lock .*$/gm)).toHaveLength(1)
    expect(herd).toMatch(/all watch the list +5050 +5050 /)
    expect(herd).toMatch(/each watches one +99 +199 /)
    expect(barrier).toMatch(/counts who is there +ada pulls +ben enters$/m)
    expect(barrier).toMatch(/a node says: all were there +ada has left +ben has left$/m)
    const [naive = 0, right = 0] = [...queue.matchAll(/^ {2}\w.*seat.*$/gm)].map(([row]) => new Set(row.match(/seat \d/g)).size)
    expect(naive).toBeLessThan(4)
    expect(right).toBe(4)
    expect(told.match(/^ {2}p\d +\d +\d +no$/gm)).toHaveLength(5)
    expect(told.replace(/\s+/g, ' ')).toMatch(/: (p2 leads\. p2 closes its session, and p3|p3 leads\. p3 closes its session, and p2) leads\.$/)
  })

  it('asks of readers and writers, some of whom wait and some do not', () => {
    const questions = Array.from({ length: 60 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.every(({ choices, answer }) => choices?.includes(answer))).toBe(true)
    const waiting = questions.filter(({ answer }) => !answer.startsWith('nobody')).length
    expect(waiting).toBeGreaterThan(10)
    expect(waiting).toBeLessThan(60)
  })
})
