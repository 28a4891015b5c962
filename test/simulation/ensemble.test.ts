import { describe, expect, it } from 'vitest'
import {
  Ensemble,
  ensembleOptions,
  FAULT_KINDS,
  type HostEffect,
  ListedWorkload,
  runEnsemble,
  variedOptions,
  violations,
} from '../../src/hosts/simulation/index.ts'
import { type TraceRecord, utf8 } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { CreateMode } from '../../src/wire/index.ts'

const CREATE_A = { kind: 'create', path: '/a', data: utf8('1'), mode: CreateMode.PERSISTENT } as const

describe('an ensemble in the simulator', () => {
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

  it.each([1n, 2n, 3n])('keeps every promise over corrupted tails of the log: it reads up to a torn one, and refuses garbage (seed %s)', (seed) => {
    const refusals = (remains: 'torn' | 'garbage') => {
      const options = variedOptions(seed, { duration: 20_000 })
      const kinds = ['s1', 's2', 's3', 'leader', 's1', 's2', 's3', 'leader']
      const faults = kinds.map((server, i) => ({ kind: 'corruptTail', at: 3000 + 2000 * i, lasts: 1000, server, remains }) as const)
      const messages: string[] = []
      const onStep = ({ effects }: TraceRecord) => {
        for (const effect of effects) if ((effect as HostEffect).kind === 'exit') messages.push((effect as { message: string }).message)
      }
      expect(violations(runEnsemble(options, createPeer, { faults, onStep }))).toEqual([])
      return messages
    }
    expect(refusals('torn')).toEqual([])
    expect(refusals('garbage').filter((message) => /log\.[0-9a-f]+: .* at offset \d+/.test(message)).length).toBeGreaterThan(3)
  })

  it('is healed from damage that a server on a slow disk comes to later', () => {
    const faults = [
      { kind: 'slowDisk', at: 9400, lasts: 3000, server: 's2', factor: 300 },
      { kind: 'corruptTail', at: 9500, lasts: 200, server: 's2', remains: 'garbage' },
    ] as const
    const seeds = [1n, 2n, 3n, 4n, 5n, 6n]
    const results = seeds.map((seed) => {
      const exits: number[] = []
      const onStep = ({ at, effects }: TraceRecord) => {
        if (effects.some((effect) => (effect as HostEffect).kind === 'exit')) exits.push(at)
      }
      const result = runEnsemble(variedOptions(seed, { duration: 10_000 }), createPeer, { faults, onStep })
      return { violations: violations(result), late: exits.filter((at) => at > 10_000).length }
    })
    expect(results.map((result) => result.violations)).toEqual(seeds.map(() => []))
    expect(results.filter(({ late }) => late > 0).length).toBeGreaterThan(0)
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
