import { describe, expect, it } from 'vitest'
import { Ensemble, ensembleOptions, FAULT_KINDS, ListedWorkload, runEnsemble, variedOptions, violations } from '../../src/hosts/simulation/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { CreateMode } from '../../src/wire/index.ts'

const CREATE_A = { kind: 'create', path: '/a', data: utf8('1'), mode: CreateMode.PERSISTENT } as const

describe('an ensemble in the simulator', { timeout: 60_000 }, () => {
  it('elects a leader, takes a write, loses the leader, elects another, and still has the write', () => {
    const ensemble = new Ensemble(ensembleOptions(1n, { clients: 0 }), createPeer)
    const { world } = ensemble
    ensemble.start()
    expect(world.runWhile(() => !ensemble.isWhole(), 30_000)).toBe(true)
    const first = ensemble.leader()
    const writer = new ListedWorkload([CREATE_A])
    ensemble.addClient('writer', writer)
    expect(world.runWhile(() => !writer.finished, 10_000)).toBe(true)
    expect(ensemble.history.operations.at(-1)).toMatchObject({ outcome: 'ok', answer: { path: '/a' } })

    world.crash(first?.name as string, 'power')
    expect(world.runWhile(() => ensemble.leader() === null, 30_000)).toBe(true)
    expect(ensemble.leader()?.name).not.toBe(first?.name)
    const reader = new ListedWorkload([
      { kind: 'sync', path: '/a' },
      { kind: 'getData', path: '/a' },
    ])
    ensemble.addClient('reader', reader)
    expect(world.runWhile(() => !reader.finished, 30_000)).toBe(true)
    expect(ensemble.history.operations.at(-1)).toMatchObject({ outcome: 'ok', answer: { data: utf8('1') } })

    world.start(first?.name as string)
    expect(world.runWhile(() => !ensemble.isWhole(), 30_000)).toBe(true)
    expect(world.endings).toEqual([])
  })

  it.each([1n, 2n, 3n])('keeps every promise without faults (seed %s)', (seed) => {
    const result = runEnsemble(variedOptions(seed, { duration: 10_000, faults: { kinds: [], interval: 1000 } }), createPeer)
    expect(violations(result)).toEqual([])
    expect(result.acknowledged).toBeGreaterThan(50)
  })

  it.each([101n, 102n, 103n, 104n, 105n, 106n])('keeps every promise when everything goes wrong (seed %s)', (seed) => {
    const changes = { duration: 20_000, observers: Number(seed % 2n), faults: { kinds: FAULT_KINDS, interval: 2000 } }
    expect(violations(runEnsemble(variedOptions(seed, changes), createPeer))).toEqual([])
  })

  it('is caught when it acknowledges before the disk has it', () => {
    const verdicts = (seed: bigint, lieFor: number) => {
      const options = variedOptions(seed, { duration: 10_000, faults: { kinds: ['blackout'], interval: 3000 } })
      return violations(runEnsemble({ ...options, disk: { ...options.disk, lieFor } }, createPeer)).map(({ checker }) => checker)
    }
    const seeds = [1n, 2n, 3n, 4n, 5n, 6n]
    expect(seeds.flatMap((seed) => verdicts(seed, 0))).toEqual([])
    expect(seeds.flatMap((seed) => verdicts(seed, 500))).toContain('durability')
  })

  it('serves alone, as a standalone server', () => {
    const result = runEnsemble(
      variedOptions(1n, { servers: 1, duration: 10_000, faults: { kinds: ['crash', 'blackout'], interval: 2000 } }),
      createPeer,
    )
    expect(violations(result)).toEqual([])
    expect(result.acknowledged).toBeGreaterThan(50)
  })
})
