import { describe, expect, test } from 'vitest'
import { MISTAKES, type Mistake } from '../../chapters/support/paxos-mistakes.ts'
import { searchAllOrders } from '../../chapters/support/paxos-search.ts'
import { PaxosWorld, type PaxosWorldOptions } from '../../chapters/support/paxos-world.ts'
import { contested, heal, settle, tormented } from './torment.ts'

const TURNS = 300

function twoProposers(servers: number, mistake?: Mistake): PaxosWorld {
  const world = new PaxosWorld({ seed: 1n, servers, window: 'one decree', ...(mistake ? { mistake } : {}) })
  world.ask('s1', { kind: 'propose', value: 'Ada' })
  world.ask('s2', { kind: 'propose', value: 'Ben' })
  return world
}

describe('every order of the messages of two proposers', () => {
  test('leads to one value', () => {
    const { states, fault } = searchAllOrders(twoProposers(3))
    expect(fault).toBeNull()
    expect(states).toBeGreaterThan(1000)
  })

  test.each([
    ['own-value', 3],
    ['promise-ignored', 3],
    ['half', 4],
  ] as const)('but with the mistake %s some lead to two', (name, servers) => {
    expect(searchAllOrders(twoProposers(servers, MISTAKES[name])).fault).not.toBeNull()
  })
})

describe('with crashes, losses, doubles and slow disks', () => {
  test.each<[string, Omit<PaxosWorldOptions, 'seed'>, number]>([
    ['one decree, 3 servers', { servers: 3, window: 'one decree' }, 200],
    ['one decree, 5 servers', { servers: 5, window: 'one decree' }, 150],
    ['a log, 3 servers', { servers: 3, window: 4 }, 200],
    ['a log, 5 servers, one decree at a time', { servers: 5, window: 1 }, 100],
  ])('%s: one value for each decree, and once left in peace all proposals come to an end', (_, options, seeds) => {
    for (let seed = 1n; seed <= seeds; seed++) {
      const world = tormented({ ...options, seed }, TURNS)
      expect(contested(world), `seed ${seed}`).toEqual([])
      heal(world)
      expect(contested(world), `seed ${seed}, healed`).toEqual([])
      const waiting = world.servers.filter(({ isImpatient }) => isImpatient)
      expect(
        waiting.map(({ name }) => name),
        `seed ${seed}: still trying`,
      ).toEqual([])
    }
  })

  test.each(['own-value', 'promise-ignored', 'promise-forgotten', 'acceptance-forgotten', 'half'] as const)('the mistake %s is found out', (name) => {
    const options = { servers: name === 'half' ? 4 : 3, window: 'one decree', mistake: MISTAKES[name] } as const
    expect(range(1, 1000).find((seed) => contested(tormented({ ...options, seed: BigInt(seed) }, TURNS)).length > 0)).toBeDefined()
  })
})

describe('the mistakes that need a longer story', () => {
  test.each([
    ['most-frequent', 5, mostFrequent],
    ['values-counted', 3, valuesCounted],
    ['ballot-forgotten', 3, ballotForgotten],
  ] as const)('%s: two values; without the mistake the same story leads to one', (name, servers, story) => {
    const options = { seed: 1n, servers, window: 'one decree' } as const
    const [wrong, right] = [new PaxosWorld({ ...options, mistake: MISTAKES[name] }), new PaxosWorld(options)]
    for (const world of [wrong, right]) {
      story(world)
      world.exchange()
    }
    expect(wrong.chosen(1).size).toBe(2)
    expect(right.chosen(1).size).toBe(1)
  })

  /** Two have accepted Ada, then three have Ben, and somebody asks the two and one of the three. */
  function mostFrequent(world: PaxosWorld): void {
    attempt(world, 's1', 'Ada', ['s1', 's2', 's3'], ['s1', 's2'])
    attempt(world, 's5', 'Ben', ['s3', 's4', 's5'], ['s3', 's4', 's5'])
    attempt(world, 's1', 'Cleo', ['s1', 's2', 's3'], ['s1', 's2', 's3'])
  }

  /** One accepts Ada, and another one accepts it again, later; in between Ben has a chance. */
  function valuesCounted(world: PaxosWorld): void {
    attempt(world, 's1', 'Ada', ['s1', 's2'], ['s1'])
    attempt(world, 's2', 'Ben', ['s2', 's3'], ['s2'])
    attempt(world, 's3', 'Cleo', ['s1', 's3'], ['s3'])
    attempt(world, 's2', 'Dan', ['s1', 's2'], ['s1', 's2'])
  }

  /** A proposer wakes up, proposes something else under its old ballot, and an old promise comes late. */
  function ballotForgotten(world: PaxosWorld): void {
    world.ask('s1', { kind: 'propose', value: 'Ada' })
    world.pass('prepare', 's1', 's1', 's2')
    const late = world.letters.find(({ from, message }) => from === 's1' && message.kind === 'promise')
    world.pass('promise', 's1', 's1')
    world.pass('promise', 's2', 's1')
    const accepts = world.letters.filter(({ message }) => message.kind === 'accept')
    world.crash('s1')
    world.start('s1')
    world.ask('s1', { kind: 'propose', value: 'Ben' })
    world.lose(({ to, message }) => message.kind === 'prepare' && to !== 's3')
    if (late) world.read(late)
    world.exchange(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
    for (const letter of accepts) if (letter.to !== 's3') world.deliver(letter)
  }

  /** A server tries to get a value chosen; only these promise, and only these accept. Learners hear of it later. */
  function attempt(world: PaxosWorld, proposer: string, value: string, promising: readonly string[], accepting: readonly string[]): void {
    world.ask(proposer, { kind: 'propose', value })
    world.pass('prepare', proposer, ...promising)
    for (const server of promising) world.pass('promise', server, proposer)
    world.pass('accept', proposer, ...accepting)
    world.lose(({ message }) => message.kind !== 'accepted')
  }
})

test('with the mistake strictly-greater nothing is ever chosen', () => {
  const world = new PaxosWorld({ seed: 1n, servers: 3, window: 'one decree', mistake: MISTAKES['strictly-greater'] })
  world.ask('s1', { kind: 'propose', value: 'Ada' })
  for (let attempt = 1; attempt <= 20; attempt++) {
    settle(world)
    world.ask('s1', { kind: 'timeout', timer: 'retry' })
  }
  expect(world.chosen(1).size).toBe(0)
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
