import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allCheckers, type Finding, MUSEUM, replay } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

/** Written by `npm run museum -- --record`. */
const findings: Record<string, Finding> = JSON.parse(readFileSync(new URL('./found.json', import.meta.url), 'utf8'))

const found = MUSEUM.flatMap((exhibit) => {
  const finding = findings[exhibit.name]
  return finding === undefined ? [] : ([[exhibit.name, exhibit, finding]] as const)
})

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

describe('the museum', { timeout: 120_000 }, () => {
  it('names each bug once, and checkers that there are', () => {
    const names = MUSEUM.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const known = new Set(allCheckers().map(({ name }) => name))
    expect(MUSEUM.flatMap(({ checkers }) => checkers).filter((checker) => !known.has(checker))).toEqual([])
    expect(Object.keys(findings).filter((name) => !names.includes(name))).toEqual([])
  })

  it('shows nothing that no seed has found', () => {
    expect(found.map(([name]) => name)).toEqual(MUSEUM.map(({ name }) => name))
  })

  it('shows at least 25 bugs that seeds have found, half of them soon, and in small runs', () => {
    expect(found.length).toBeGreaterThanOrEqual(25)
    const seeds = found.map(([, , { seed }]) => Number(seed))
    expect(Math.max(...seeds)).toBeLessThanOrEqual(20_000)
    expect(median(seeds)).toBeLessThan(1000)
    expect(median(found.map(([, , { small }]) => small.events))).toBeLessThan(40)
  })

  it.each(found)('%s is caught by its seed, and in its small run', (_, exhibit, finding) => {
    const { checker, small } = finding
    expect(replay(exhibit, finding, 'seed').checker).toBe(checker)
    expect(replay(exhibit, finding, 'small')).toEqual({ checker, events: small.events })
  })

  it('finds nothing in the server as it is, where the first ten bugs were found', () => {
    for (const [name, exhibit, finding] of found.slice(0, 10)) expect(replay(exhibit, finding, 'small', createPeer).checker, name).toBeNull()
  })
})
