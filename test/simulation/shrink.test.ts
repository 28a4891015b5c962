import { describe, expect, it } from 'vitest'
import {
  addRun,
  Ensemble,
  ensembleOptions,
  eventsOf,
  FAULT_KINDS,
  type Fault,
  newBlock,
  type RunResult,
  runEnsemble,
  runSmall,
  shrinkFaults,
  shrinkRun,
  tellBlock,
  variedOptions,
  violations,
} from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

const crash = (at: number, lasts = 1000): Fault => ({ kind: 'crash', at, lasts, server: 's1', outage: 'power' })

describe('shrinking', () => {
  it('leaves what the failure needs, as short as it may be', () => {
    const faults = Array.from({ length: 20 }, (_, i) => crash(i))
    const needs = (candidate: readonly Fault[]) => [3, 17].every((at) => candidate.some((fault) => fault.at === at && fault.lasts >= 100))
    expect(shrinkFaults(faults, needs).faults).toEqual([crash(3, 125), crash(17, 125)])
  })

  it('stops when the budget is spent, with something that fails', () => {
    const faults = Array.from({ length: 64 }, (_, i) => crash(i))
    const { faults: rest, runs } = shrinkFaults(faults, (candidate) => candidate.length >= 8, 10)
    expect(runs).toBeLessThanOrEqual(10)
    expect(rest.length).toBeGreaterThanOrEqual(8)
  })

  it('comes down to nothing when nothing is needed', () => {
    expect(shrinkFaults([crash(1), crash(2), crash(3)], () => true).faults).toEqual([])
  })
})

describe('a run that breaks a promise', () => {
  it('is made smaller, and what is left breaks it again, event for event', () => {
    const drawn = variedOptions(2n, { duration: 8000, faults: { kinds: ['blackout'], interval: 1000 } })
    const options = { ...drawn, disk: { ...drawn.disk, lieFor: 500 } }
    const fails = (result: RunResult) => violations(result).some(({ checker }) => checker === 'committed-order')
    const result = runEnsemble(options, createPeer)
    expect(fails(result)).toBe(true)
    const small = shrinkRun(options, result, createPeer, fails, 12)
    expect(small.events).toBeLessThan(eventsOf(result) / 4)
    const again = runSmall(options, JSON.parse(JSON.stringify(small)), createPeer)
    expect(fails(again)).toBe(true)
    expect(eventsOf(again)).toBe(small.events)
  })
})

describe('a given schedule', () => {
  it('repeats the run that drew it', () => {
    const options = variedOptions(3n, { duration: 5000, faults: { kinds: FAULT_KINDS, interval: 800 } })
    const drawn = runEnsemble(options, createPeer)
    const given = runEnsemble(options, createPeer, { faults: JSON.parse(JSON.stringify(drawn.faults)) })
    expect(drawn.faults.length).toBeGreaterThan(2)
    expect(given).toEqual(drawn)
  })

  it('is drawn apart from everything else', () => {
    const [one, other] = [1, 2].map(() => new Ensemble(ensembleOptions(1n), createPeer)) as [Ensemble, Ensemble]
    one.faultRandom.next()
    expect(one.random.next()).toBe(other.random.next())
  })
})

describe('a block of seeds', () => {
  it('comes to the same sum when it is broken off and taken up again', () => {
    const result = (seed: bigint) => runEnsemble(variedOptions(seed, { duration: 2000, faults: { kinds: ['crash'], interval: 500 } }), createPeer)
    const whole = newBlock(5n)
    for (const seed of [5n, 6n, 7n]) addRun(whole, result(seed), 'abc')
    let parts = newBlock(5n)
    for (const seed of [5n, 6n, 7n]) {
      addRun(parts, result(seed), 'abc')
      parts = JSON.parse(JSON.stringify(parts))
    }
    expect(parts).toEqual(whole)
    expect(tellBlock(whole)[0]).toBe('Seeds 5 to 7: 0 with violations, 0 undecided.')
    expect(tellBlock(whole).join('\n')).toMatch(/crash {2,}\d+\n/)
  })

  it('names the seeds with violations and the faults that took part', () => {
    const block = newBlock(1n)
    const verdict = { checker: 'durability', outcome: 'violated', sentence: '', evidence: [] } as const
    const options = ensembleOptions(1n)
    addRun(
      block,
      { options, faults: [crash(1)], verdicts: [verdict], marks: new Map(), duration: 1, steps: 1, operations: 1, requests: 1, acknowledged: 1 },
      'abc',
    )
    expect(tellBlock(block).slice(0, 2)).toEqual(['Seeds 1 to 1: 1 with violations, 0 undecided.', 'Seeds with violations: 1'])
    expect(tellBlock(block).join('\n')).toContain('1, in 1 runs with a violation')
    expect(tellBlock(block)).toContain('Commit abc.')
    expect(tellBlock(block)).toContain('Each run had at least 0 virtual seconds and 1 faults.')
  })
})
