import { describe, expect, test } from 'vitest'
import type { ElectionWorld } from '../../chapters/support/election-world.ts'
import { Prng } from '../../src/kernel/index.ts'
import { parseConfiguration } from '../../src/quorum/index.ts'
import { checkedWorld } from './properties.ts'

function ensemble(voters: number, observers = 0, ...more: string[]) {
  const types = [...Array<string>(voters).fill('participant'), ...Array<string>(observers).fill('observer')]
  return parseConfiguration([...types.map((type, i) => `server.${i + 1}=server${i + 1}:2888:3888:${type}`), ...more].join('\n'))
}

/** Gives every server a log of its own. */
function scatterLogs(world: ElectionWorld, random: Prng): void {
  for (const server of world.servers.values()) {
    server.currentEpoch = BigInt(random.below(3))
    server.zxid = (server.currentEpoch << 32n) + BigInt(random.below(4))
  }
}

/** Crashes, restarts, wipes and cuts for `until` ms of world time, then lets everything run undisturbed. */
function torment(world: ElectionWorld, random: Prng, until: number): void {
  const sids = [...world.servers.keys()]
  for (const sid of sids) if (random.below(4) > 0) world.start(sid)
  while (world.now < until) {
    world.run(world.now + random.below(500))
    const sid = random.pick(sids)
    const server = world.server(sid)
    if (!server.alive) world.start(sid)
    else if (random.below(3) === 0) world.cut(sid, random.pick(sids))
    else world.crash(sid)
    if (random.below(4) === 0) world.heal()
  }
  world.heal()
  for (const sid of sids) if (!world.server(sid).alive) world.start(sid)
}

/** Long enough for a wait of 60 s between two questions to come round. */
const PATIENCE = 300_000

describe('over many seeds the properties hold and, once left in peace, everybody finds one leader', () => {
  test.each([
    ['3 servers', ensemble(3), 300],
    ['5 servers', ensemble(5), 200],
    ['4 servers', ensemble(4), 100],
    ['3 servers and 2 observers', ensemble(3, 2), 150],
    ['two groups and a weight of 0', ensemble(5, 0, 'group.1=1:2:3', 'group.2=4:5', 'weight.5=0'), 150],
  ] as const)('%s', (_, configuration, seeds) => {
    for (let seed = 1; seed <= seeds; seed++) {
      const random = new Prng(BigInt(seed))
      const world = checkedWorld({ seed: BigInt(seed), configuration })
      scatterLogs(world, random)
      torment(world, random, 10_000)
      const healed = world.now
      expect(
        world.run(healed + PATIENCE, () => world.settled),
        `seed ${seed}: no leader by ${world.now}`,
      ).toBe(true)
    }
  })

  test('the notes of the chapter all occur', () => {
    const seen = new Set<string>()
    for (let seed = 1n; seed <= 60n; seed++) {
      const random = new Prng(seed)
      const world = checkedWorld({ seed, configuration: ensemble(5, 1) })
      scatterLogs(world, random)
      torment(world, random, 10_000)
      world.run(world.now + PATIENCE, () => world.settled)
      for (const name of world.notes) seen.add(name)
    }
    for (const name of [
      'looking',
      'vote-adopted',
      'later-round-joined',
      'vote-of-older-round',
      'quorum-of-votes',
      'elected',
      'ensemble-found',
      'leader-check-failed',
      'answered',
      'asked-again',
      'called-back',
      'challenge-lost',
      'election-connect-failed',
    ]) {
      expect(seen).toContain(name)
    }
  })
})

describe('who wins', () => {
  test('with everybody up from the start and prompt, the best log: epoch, then zxid, then sid', () => {
    for (let seed = 1n; seed <= 100n; seed++) {
      const random = new Prng(seed)
      const world = checkedWorld({ seed, configuration: ensemble(5), delay: [1, 20] })
      scatterLogs(world, random)
      const key = ({ zxid, sid }: { zxid: bigint; sid: bigint }) => zxid * 10n + sid
      const best = [...world.servers.values()].reduce((a, b) => (key(b) > key(a) ? b : a)).sid
      for (const sid of world.servers.keys()) world.start(sid)
      expect(world.run(10_000, () => world.settled)).toBe(true)
      expect(world.role(best), `seed ${seed}`).toBe('LEADING')
    }
  })

  test('takes little more than 200 ms with everybody up', () => {
    const world = checkedWorld({ seed: 1n, configuration: ensemble(3), delay: [1, 3] })
    for (const sid of world.servers.keys()) world.start(sid)
    expect(world.run(250, () => [...world.servers.keys()].every((sid) => world.role(sid) !== 'LOOKING'))).toBe(true)
  })

  test('a server that lost its data joins, but neither votes nor leads (ZOOKEEPER-261)', () => {
    for (let seed = 1n; seed <= 50n; seed++) {
      const world = checkedWorld({ seed, configuration: ensemble(3) })
      world.server(2n).zxid = (1n << 32n) + 9n
      world.server(2n).currentEpoch = 1n
      world.server(3n).zxid = -1n
      world.start(1n)
      world.start(3n)
      expect(world.run(5000, () => world.role(1n) !== 'LOOKING' || world.role(3n) !== 'LOOKING')).toBe(false)
      world.start(2n)
      expect(world.run(100_000, () => world.settled)).toBe(true)
      expect(world.role(2n)).toBe('LEADING')
    }
  })

  test('a minority elects nobody', () => {
    const world = checkedWorld({ seed: 3n, configuration: ensemble(5, 2) })
    for (const sid of [1n, 2n, 6n, 7n]) world.start(sid)
    expect(world.run(60_000, () => [...world.servers.keys()].some((sid) => world.role(sid) !== 'LOOKING'))).toBe(false)
  })

  test('a late server joins the leader that is there, even with a larger sid', () => {
    for (let seed = 1n; seed <= 50n; seed++) {
      const world = checkedWorld({ seed, configuration: ensemble(3) })
      world.start(1n)
      world.start(2n)
      world.run(5000, () => world.settled)
      world.start(3n)
      expect(world.run(world.now + 5000, () => world.settled)).toBe(true)
      expect([1n, 2n, 3n].map((sid) => world.role(sid))).toEqual(['FOLLOWING', 'LEADING', 'FOLLOWING'])
    }
  })
})

/** Server 2 starts a moment after 1, server 3 five seconds later; every message takes 3 ms. */
function firstElection(): ElectionWorld {
  const world = checkedWorld({ seed: 1n, configuration: ensemble(3), delay: [3, 3] })
  world.start(1n)
  world.run(4)
  world.start(2n)
  world.run(5000)
  world.start(3n)
  world.run(6000)
  return world
}

describe('the captured first election', () => {
  const says = ({ from, to, notification: n }: ElectionWorld['sent'][number]) =>
    `${from}→${to} ${n.state} leader ${n.leader} zxid ${n.zxid} round ${n.electionEpoch} pe ${n.peerEpoch}`

  test('servers 1 and 2: own votes cross, 1 adopts 2', () => {
    const early = firstElection().sent.filter(({ at }) => at < 200)
    expect(early.map(says)).toEqual([
      '2→1 LOOKING leader 2 zxid 0 round 1 pe 0',
      '1→2 LOOKING leader 1 zxid 0 round 1 pe 0',
      '1→2 LOOKING leader 2 zxid 0 round 1 pe 0',
      // Not in the capture: ours tells whoever votes for less.
      '2→1 LOOKING leader 2 zxid 0 round 1 pe 0',
    ])
  })

  test('server 3 is told first what had waited for it, then how things stand', () => {
    const late = firstElection().sent.filter(({ at, from, to }) => at >= 5000 && (from === 1n || to === 1n))
    expect(late.map(says)).toEqual([
      '3→1 LOOKING leader 3 zxid 0 round 1 pe 0',
      '1→3 LOOKING leader 2 zxid 0 round 1 pe 0',
      '1→3 FOLLOWING leader 2 zxid 0 round 1 pe 1',
      // Not in the capture: ours tells whoever votes for less, and a settled server answers that too.
      '3→1 LOOKING leader 3 zxid 0 round 1 pe 0',
      '1→3 FOLLOWING leader 2 zxid 0 round 1 pe 1',
    ])
    expect(firstElection().server(3n).election.currentVote).toMatchObject({ leader: 2n, peerEpoch: 1n })
  })

  test('a lonely server tries to connect after 0, 0.2, 0.6, 1.4 and 3 s', () => {
    const world = checkedWorld({ seed: 1n, configuration: ensemble(3) })
    world.start(1n)
    world.run(5000)
    expect(world.attempts.filter(([, , to]) => to === 2n).map(([at]) => at)).toEqual([0, 200, 600, 1400, 3000])
  })
})

test('the same seed tells the same story', () => {
  const story = () => {
    const random = new Prng(7n)
    const world = checkedWorld({ seed: 7n, configuration: ensemble(5) })
    scatterLogs(world, random)
    torment(world, random, 10_000)
    return world.sent.map(({ at, from, to }) => [at, from, to])
  }
  expect(story()).toEqual(story())
})
