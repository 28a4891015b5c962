import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/05-znodes/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/05-znodes.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

/** The columns of the servers in the last table of a scene, times left out. */
function servers(scene: string | undefined): string[][] {
  const table = (scene ?? '').split('\n\n').at(-1) ?? ''
  const rows = table
    .split('\n')
    .slice(1)
    .filter((row) => !row.includes('made at'))
    .map((row) => row.trim().split(/ {2,}/).slice(1))
  return [0, 1, 2].map((column) => rows.map((row) => row[column] as string))
}

describe('chapter 05', () => {
  it.each([1, 2, 3])('shows a server going astray that repeats requests, and none that repeats transactions: seed %i', (seed) => {
    const [, first, rule] = scenes(seed)
    const [s1, s2, s3] = servers(first)
    expect(s1).toEqual(s2)
    expect(s3).not.toEqual(s1)
    expect(s3?.filter((owner) => owner === 'Ada')).toHaveLength(2)
    const [leader, ...others] = servers(rule)
    expect(leader?.slice(0, 3)).toEqual(['"38" version 2', 'Ada', 'Ben'])
    expect(others).toEqual([leader, leader])
  })

  it('counts a sale twice over only where nobody looks at what is under way', () => {
    const underWay = scenes(1)[6] ?? ''
    const [careful = '', forgetful = ''] = underWay.split('at a leader that looks at its tree alone')
    expect(careful.match(/error BADVERSION/g)).toHaveLength(2)
    expect(careful).toContain('then /free is "38", version 2')
    expect(forgetful.match(/→ setData \/free "39", version 1/g)).toHaveLength(2)
  })

  it('asks questions whose answer is among the choices, and of which some catch who counts children', () => {
    const questions = Array.from({ length: 40 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.filter(({ choices, answer }) => !choices?.includes(answer))).toEqual([])
    expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(3)
    expect(questions.every(({ choices = [] }) => choices.length > 1)).toBe(true)
  })
})
