import { describe, expect, it } from 'vitest'
import type { HostEvent } from '../../src/hosts/simulation/index.ts'
import { QUIET, World } from '../../src/hosts/simulation/index.ts'
import { COUNTER_ADDRESS, Counter, inhabitant, Teller } from './toys.ts'

function build(seed = 1n, lieFor = 0) {
  const world = new World({ ...QUIET, disk: { ...QUIET.disk, lieFor }, seed })
  const lives: Counter[] = []
  const teller = new Teller()
  world.add(
    inhabitant('counter', COUNTER_ADDRESS, () => {
      lives.push(new Counter())
      return lives.at(-1) as Counter
    }),
  )
  world.add(inhabitant('teller', '10.0.0.2', () => teller))
  world.start('counter')
  world.plan(100, () => world.start('teller'))
  return { world, teller, counter: () => lives.at(-1) as Counter }
}

describe('a world', () => {
  it('carries bytes in order, keeps timers and the disk, and jumps over the time between', () => {
    const { world, teller, counter } = build()
    world.runUntil(5000)
    expect(world.now).toBe(5000)
    expect(counter().count).toBeGreaterThan(90)
    expect(teller.answers).toEqual([...teller.answers].sort((a, b) => a - b))
    expect(teller.losses).toEqual([])
  })

  it('gives the turn after everything that was ready', () => {
    const { world } = build()
    const kinds: string[] = []
    world.onStep = ({ host, event }) => host === 'counter' && kinds.push(event.kind)
    world.runUntil(1000)
    expect(kinds[0]).toBe('start')
    expect(kinds[1]).toBe('turn')
    expect(kinds.filter((kind, i) => kind === 'turn' && kinds[i - 1] === 'turn')).toEqual([])
  })

  it('overwrites received bytes after the step', () => {
    const { world } = build()
    let kept: Extract<HostEvent, { kind: 'data' }> | null = null
    world.onStep = ({ event }) => {
      if (event.kind === 'data') kept ??= event
    }
    world.runUntil(1000)
    expect([...(kept as unknown as { bytes: Uint8Array }).bytes]).toEqual([0xdd])
  })

  it('tells the other end of a killed process, and a restarted one goes on from its disk', () => {
    const { world, teller, counter } = build()
    world.runUntil(1000)
    const answered = teller.answers.at(-1) as number
    world.crash('counter', 'kill')
    world.runUntil(1500)
    expect(teller.losses[0]).toBe('connection reset by peer')
    expect(teller.losses[1]).toBe('connection refused')
    world.start('counter')
    world.runUntil(2000)
    expect(teller.connections).toBe(2)
    expect(counter().count).toBeGreaterThan(answered)
  })

  it('says nothing when the power fails: the other end learns of it from the next life, or by its own timeout', () => {
    const { world, teller } = build()
    world.runUntil(1000)
    world.crash('counter', 'power')
    world.runUntil(4000)
    expect(teller.losses).toEqual([])
    world.start('counter')
    world.runUntil(4500)
    expect(teller.losses[0]).toBe('connection reset by peer')
  })

  it('lets an attempt to reach a dark host run into its timeout', () => {
    const { world, teller } = build()
    world.runUntil(50)
    world.crash('counter', 'power')
    world.runUntil(3000)
    expect(teller.losses[0]).toBe('connect timed out')
  })

  it('keeps what is sent into a partition until it heals', () => {
    const { world, teller, counter } = build()
    world.runUntil(1000)
    world.network.block('teller', 'counter')
    world.runUntil(1100)
    const before = counter().count
    world.runUntil(3000)
    expect(counter().count).toBe(before)
    world.network.unblock('teller', 'counter')
    world.runUntil(3500)
    expect(counter().count).toBeGreaterThan(before + 30)
    expect(teller.losses).toEqual([])
  })

  it('partitions one way: the answers get lost, the questions do not', () => {
    const { world, teller, counter } = build()
    world.runUntil(1000)
    world.network.block('counter', 'teller')
    world.runUntil(1100)
    const [answers, count] = [teller.answers.length, counter().count]
    world.runUntil(2000)
    expect(teller.answers.length).toBe(answers)
    expect(counter().count).toBeGreaterThan(count + 10)
  })

  it('breaks connections: both ends hear of it', () => {
    const { world, teller } = build()
    world.runUntil(1000)
    world.network.breakConnections('counter', 'teller')
    world.runUntil(2000)
    expect(teller.losses[0]).toBe('connection reset')
    expect(teller.connections).toBe(2)
  })

  it('holds a paused process, which then finds everything waiting', () => {
    const { world, counter } = build()
    world.runUntil(1000)
    world.pause('counter')
    const before = counter().count
    world.runUntil(2000)
    expect(counter().count).toBe(before)
    world.resume('counter')
    world.runUntil(2100)
    expect(counter().count).toBeGreaterThan(before + 15)
  })

  it('crashes at a disk operation, before its result is known', () => {
    const { world } = build()
    world.runUntil(1000)
    let crashed = 0
    const { finished } = world.diskOf('counter')
    world.crashAtDisk('counter', 3, 'power', () => crashed++)
    world.runUntil(2000)
    expect(crashed).toBe(1)
    expect(world.isUp('counter')).toBe(false)
    expect(world.diskOf('counter').finished).toBe(finished + 3)
  })

  it('loses nothing that was answered, on an honest disk; on a lying one it does', () => {
    const lost = (lieFor: number) => {
      let count = 0
      for (let seed = 1n; seed <= 60n; seed++) {
        const { world, teller, counter } = build(seed, lieFor)
        world.runUntil(2000 + Number(seed) * 7)
        world.crash('counter', 'power')
        const answered = teller.answers.at(-1) as number
        world.crash('teller', 'kill')
        world.start('counter')
        world.runUntil(world.now + 1000)
        if (counter().count < answered) count++
      }
      return count
    }
    expect(lost(0)).toBe(0)
    expect(lost(200)).toBeGreaterThan(5)
  })

  it('records a machine that throws as an ending', () => {
    const { world } = build()
    world.add(
      inhabitant('thrower', '10.0.0.9', () => ({
        step: () => {
          throw new Error('a broken assumption')
        },
      })),
    )
    world.start('thrower')
    world.runUntil(100)
    expect(world.endings).toMatchObject([{ host: 'thrower', thrown: true, code: 1 }])
    expect(world.isUp('thrower')).toBe(false)
  })

  it('gives each host clocks of its own, and fires no timer early by its own clock', () => {
    const { world } = build(7n)
    const elapsed = (name: string, at: number) => world.clockOf(name).now(at).elapsed
    const [a, b] = ['counter', 'teller'].map((name) => elapsed(name, 1_000_000) - elapsed(name, 0)) as [number, number]
    expect(a).not.toBe(b)
    expect(Math.abs(a - 1_000_000)).toBeLessThanOrEqual(10_001)
    for (let i = 0; i < 2000; i++) {
      const clock = world.clockOf(i % 2 === 0 ? 'counter' : 'teller')
      const at = i * 17.777
      expect(clock.now(clock.after(at, i)).elapsed).toBeGreaterThanOrEqual(clock.now(at).elapsed + i)
    }
  })
})
