import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  allCheckers,
  type Exhibit,
  type Fault,
  huntingGround,
  MUSEUM,
  type RunResult,
  runEnsemble,
  violations,
  withBug,
} from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

interface Finding {
  readonly seed: string
  readonly checker: string
  readonly faults: readonly Fault[]
}

/** Written by `npx tsx scripts/museum.ts --record`. */
const findings: Record<string, Finding> = JSON.parse(readFileSync(new URL('./found.json', import.meta.url), 'utf8'))

/** Any change to the server shifts what a seed means, so the seeds that follow may show the bug as well. */
const SEEDS_AFTER = 40

function caught({ checkers }: Exhibit, result: RunResult): boolean {
  return violations(result).some(({ checker }) => checkers.includes(checker))
}

function isFoundFrom(exhibit: Exhibit, { seed, faults }: Finding): boolean {
  const first = BigInt(seed)
  if (caught(exhibit, runEnsemble(huntingGround(exhibit, first), withBug(exhibit), { faults }))) return true
  for (let other = first; other < first + BigInt(SEEDS_AFTER); other++) {
    if (caught(exhibit, runEnsemble(huntingGround(exhibit, other), withBug(exhibit)))) return true
  }
  return false
}

const found = MUSEUM.flatMap((exhibit) => {
  const finding = findings[exhibit.name]
  return finding === undefined ? [] : ([[exhibit.name, exhibit, finding]] as const)
})

describe('the museum', { timeout: 120_000 }, () => {
  it('names each bug once, and checkers that there are', () => {
    const names = MUSEUM.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const known = new Set(allCheckers().map(({ name }) => name))
    expect(MUSEUM.flatMap(({ checkers }) => checkers).filter((checker) => !known.has(checker))).toEqual([])
    expect(Object.keys(findings).filter((name) => !names.includes(name))).toEqual([])
  })

  it('shows at least 25 bugs that were found', () => {
    expect(found.length).toBeGreaterThanOrEqual(25)
  })

  it.each(found)('%s is caught', (_, exhibit, finding) => {
    expect(isFoundFrom(exhibit, finding)).toBe(true)
  })

  it('finds nothing in the server as it is, where the first ten bugs were found', () => {
    for (const [, exhibit, { seed, faults }] of found.slice(0, 10)) {
      expect(violations(runEnsemble(huntingGround(exhibit, BigInt(seed)), createPeer, { faults }))).toEqual([])
    }
  })
})
