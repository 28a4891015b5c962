import { describe, expect, it } from 'vitest'
import { Excerpt } from '../../scripts/simulate/excerpt.ts'
import { pictureOf } from '../../scripts/simulate/picture.ts'
import { promiseOf } from '../../scripts/simulate/promises.ts'
import { allCheckers, ensembleOptions, type Fault, runEnsemble, type Verdict, violations } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

/** Its disks say that all is durable long before it is, so the last restart loses what was acknowledged. */
const lying = { clients: 1, duration: 3000, disk: { ...ensembleOptions(5n).disk, lieFor: 1_000_000 } }

describe('the picture of a broken promise', () => {
  it('says what was promised and seen, which faults it takes, and what led to it', () => {
    const options = ensembleOptions(5n, lying)
    const faults: readonly Fault[] = [{ kind: 'break', at: 1500, lasts: 0, server: 's1', other: 's2' }]
    const [verdict] = violations(runEnsemble(options, createPeer, { faults }))
    const { lines, mermaid } = pictureOf({ options, faults }, verdict as Verdict)
    const text = lines.join('\n')
    expect(text).toMatch(/^✗ [\w-]+, in the world of seed 5\n\n {4}promised {2}\S/)
    expect(text).toContain(`\n    seen      ${verdict?.sentence.slice(0, 30)}`)
    expect(text).toContain('\n    it takes  1.500 s: break (server s1, other s2, 0 ms)\n')
    expect(text).toMatch(/^ +s1 {2}s2 {2}s3/m)
    expect(mermaid).toMatch(/^sequenceDiagram\n {2}participant s1\n/)
  })

  it('tells what the verdict names, up to the last moment of which it speaks', () => {
    const verdict = { checker: 'reads', outcome: 'violated', sentence: 'c1 at s2 saw 0x100000001.', evidence: ['ok (400.0–2500.0 ms)'] } as const
    const excerpt = new Excerpt(verdict)
    runEnsemble(ensembleOptions(7n, { clients: 1, duration: 3000 }), createPeer, { faults: [], onStep: (step) => excerpt.hear(step) })
    const { records } = excerpt.trace(7n, [], 'over')
    expect(Math.max(...records.map(({ at }) => at))).toBeLessThanOrEqual(2500.1)
    const texts = records.flatMap(({ effects, notes }) => [...(effects as { text: string }[]), ...notes].map(({ text }) => text))
    expect(texts).toContain('NEWLEADER epoch 1')
    expect(texts.some((text) => text.startsWith('PROPOSAL 0x100000001 '))).toBe(true)
    expect(texts.some((text) => text.startsWith('PROPOSAL 0x100000002 '))).toBe(false)
    expect(texts.at(-1)).toBe('✗ over')
  })

  it('knows what each checker holds an ensemble to', () => {
    for (const { name } of allCheckers()) expect(promiseOf(name)).not.toBe(name)
  })
})
