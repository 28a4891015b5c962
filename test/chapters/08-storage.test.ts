import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { oneSale } from '../../chapters/08-storage/one-sale.ts'
import { ask } from '../../chapters/08-storage/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(seed: number): string[] {
  const args = ['--import', 'tsx', 'chapters/08-storage.ts', '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

function lost(scene: string): number {
  return Number(/(\d+)\s+sales\s+are\s+lost/.exec(scene)?.[1])
}

describe('chapter 08', () => {
  it.each([1, 2])('loses sales only where the answer comes before the sync, and catches up in three ways: seed %i', (seed) => {
    const [, first = '', rule = '', group = '', , damage = '', snapshots = '', ...ways] = scenes(seed)
    expect(lost(first)).toBeGreaterThan(5)
    expect(lost(rule)).toBe(0)
    expect(rule).not.toContain('LOST')
    const syncs = [...group.matchAll(/^ {2}\d+ +(\d+) /gm)].map(([, count]) => Number(count))
    expect(syncs).toHaveLength(4)
    expect(Math.max(...syncs)).toBeLessThan(10)
    expect(damage.match(/REFUSED/g)).toHaveLength(4)
    const databases = [...snapshots.matchAll(/^ {2}s\d .*(\w{12})$/gm)].map(([, hash]) => hash)
    expect(databases).toHaveLength(3)
    expect(new Set(databases).size).toBe(1)
    expect(ways.map((way) => /(DIFF|SNAP) 0x/.exec(way)?.[1])).toEqual(['DIFF', 'DIFF', 'SNAP'])
    expect(ways.map((way) => way.match(/PROPOSAL/g)?.length ?? 0)).toEqual([3, 12, 0])
  })

  it('keeps what was told, wherever the power fails', () => {
    const { operations } = oneSale(7n, true, 'told')
    const cuts = [...operations.map((_, i) => i + 1), 'told' as const]
    for (const cut of cuts) {
      const { told, kept } = oneSale(7n, true, cut)
      expect(!told || kept, `cut ${cut}`).toBe(true)
    }
  })

  it('asks questions whose answer is among the choices, of every kind', () => {
    const questions = Array.from({ length: 40 }, (_, seed) => ask(BigInt(seed)))
    expect(questions.filter(({ choices, answer }) => !choices?.includes(answer))).toEqual([])
    expect(questions.some(({ answer }) => answer.includes('refuses'))).toBe(true)
    expect(questions.some(({ answer }) => answer.includes('ends with'))).toBe(true)
  })
})
