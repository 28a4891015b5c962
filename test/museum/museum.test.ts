import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allCheckers, type Exhibit, type Finding, MUSEUM, parseScenario, replay } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { EXPLORED } from './explored.ts'

/** Written by `npm run museum -- --record`. */
const findings: Record<string, Finding> = JSON.parse(readFileSync(new URL('./found.json', import.meta.url), 'utf8'))

const found = MUSEUM.flatMap((exhibit) => {
  const finding = findings[exhibit.name]
  return finding === undefined ? [] : ([[exhibit.name, exhibit, finding]] as const)
})

/** Exhibits that are the faulty variant of a scenario, which its own test plays. */
function variants(): string[] {
  const folder = new URL('../scenarios/', import.meta.url)
  const texts = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return texts.flatMap((name) => parseScenario(readFileSync(new URL(name, folder), 'utf8')).variant?.name ?? [])
}

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

  it('shows nothing that nobody has caught: a seed has, or, what is rare, a scenario, the explorer or a claim', () => {
    const isRare = ({ rare }: Exhibit) => rare === true
    expect(found.map(([name]) => name)).toEqual(MUSEUM.filter((exhibit) => !isRare(exhibit)).map(({ name }) => name))
    const claims = readFileSync(new URL('../chapters/13-claims.test.ts', import.meta.url), 'utf8')
    const claimed = MUSEUM.map(({ name }) => name).filter((name) => claims.includes(`['${name}'`))
    const shown = new Set([...Object.keys(EXPLORED), ...variants(), ...claimed])
    expect(MUSEUM.filter(isRare).filter(({ name }) => !shown.has(name))).toEqual([])
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
