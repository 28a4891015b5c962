import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/11-operations/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(...options: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'chapters/11-operations.ts', ...options], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

/** What the director says at the end of a scene, on one line. */
const verdict = (scene = '') => scene.split('\n\n').at(-1)?.replaceAll('\n', ' ')

describe('chapter 11', () => {
  it.each([1, 2, 3])('nobody serves at two and two, one history survives a split, and order saves elections: seed %i', (seed) => {
    const [, , four, , , seat, restart, alone] = scenes('--seed', String(seed))
    expect(four?.match(/^ {2}s\d {6}-$/gm)).toHaveLength(4)
    expect(verdict(seat)).toMatch(/^The app was told CONNECTIONLOSS.* web was told ok\. On all servers seat 1 belongs to Ben\.$/)
    const elections = [...(restart ?? '').matchAll(/(first|last) +(\d) +/g)].map(([, , count]) => Number(count))
    expect(elections[1]).toBe(1)
    expect(elections[0]).toBeGreaterThan(1)
    expect(verdict(alone)).toMatch(/seat 1 belongs to Ada .* refused with NOTREADONLY\.$/)
  })

  it('asks of halls with a quorum and of halls without', () => {
    const questions = Array.from({ length: 60 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.every(({ choices, answer }) => choices?.includes(answer))).toBe(true)
    expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(2)
  })
})
