import { describe, expect, test } from 'vitest'
import type { ElectionEffect, ElectionEvent, ElectionOptions } from '../../src/election/index.ts'
import { createElection, stepElection } from '../../src/election/index.ts'
import { hexOf, NO_SID } from '../../src/kernel/index.ts'
import { parseConfiguration } from '../../src/quorum/index.ts'
import type { Notification, ServerState } from '../../src/wire/index.ts'
import { encodeNotification } from '../../src/wire/index.ts'

const TEXT = [1, 2, 3].map((n) => `server.${n}=127.0.0.1:2401${n}:2402${n}:participant`).join('\n')

const FIVE = parseConfiguration(`${TEXT}\nserver.4=a:1:2\nserver.5=b:1:2`)

/** One server under test, driven by hand. */
function server(myid: bigint, options: Partial<ElectionOptions> = {}) {
  const state = createElection({ myid, learnerType: 'participant', configuration: parseConfiguration(TEXT), ...options })
  const step = (event: ElectionEvent) => stepElection(state, event, { elapsed: 0, wall: 0 })
  return {
    state,
    step,
    look: (zxid = 0n, peerEpoch = 0n, leader = myid) => step({ kind: 'lookForLeader', leader, zxid, peerEpoch }),
    hear: (from: bigint, what: Partial<Notification>) => step({ kind: 'notification', from, notification: { ...notification, ...what } }),
    timeout: (timer: 'notification' | 'finalizeWait', delivered = true) => step({ kind: 'timeout', timer, delivered }),
  }
}

const notification: Notification = {
  state: 'LOOKING',
  leader: 1n,
  zxid: 0n,
  electionEpoch: 1n,
  peerEpoch: 0n,
  version: 2,
  config: `${TEXT}\nversion=0`,
}

function sent(effects: readonly ElectionEffect[]) {
  return effects.flatMap((effect) => (effect.kind === 'sendNotification' ? [effect] : []))
}

/** Who was told what, as [to, state, leader, zxid, round, peerEpoch]. */
function told(effects: readonly ElectionEffect[]) {
  return sent(effects).map(({ to, notification: n }) => [to, n.state, n.leader, n.zxid, n.electionEpoch, n.peerEpoch])
}

const elected = (effects: readonly ElectionEffect[]) => effects.find((effect) => effect.kind === 'elected')
const notes = (effects: readonly ElectionEffect[]) => effects.flatMap((effect) => (effect.kind === 'note' ? [effect.name] : []))
const timers = (effects: readonly ElectionEffect[]) => effects.filter(({ kind }) => kind === 'setTimer' || kind === 'cancelTimer')

describe('beginning', () => {
  test('proposes itself to all other voters, and waits 200 ms', () => {
    const effects = server(2n).look(5n, 1n)
    expect(told(effects)).toEqual([
      [1n, 'LOOKING', 2n, 5n, 1n, 1n],
      [3n, 'LOOKING', 2n, 5n, 1n, 1n],
    ])
    expect(timers(effects)).toEqual([{ kind: 'setTimer', timer: 'notification', delay: 200 }])
  })

  test('the bytes are the captured ones', () => {
    const [first] = sent(server(2n).look())
    const body = encodeNotification(first?.notification as Notification)
    expect(hexOf(body).slice(0, 88)).toBe(
      ['00000000', '0000000000000002', '0000000000000000', '0000000000000001', '0000000000000000', '00000002', '0000008a'].join(''),
    )
    expect(body.length).toBe(0xb6)
    expect(new TextDecoder().decode(body.subarray(44))).toBe(`${TEXT}\nversion=0`)
  })

  test('an observer proposes nobody', () => {
    const configuration = parseConfiguration(`${TEXT}\nserver.4=a:1:2:observer`)
    const [first] = sent(server(4n, { learnerType: 'observer', configuration }).look(NO_SID, NO_SID, NO_SID))
    const minimum = '8000000000000000'
    expect(hexOf(encodeNotification(first?.notification as Notification)).slice(0, 72)).toBe(`00000000${minimum}${minimum}0000000000000001${minimum}`)
  })

  test('a lonely voter elects itself', () => {
    const alone = server(1n, { configuration: parseConfiguration('server.1=a:1:2') })
    expect(timers(alone.look())).toContainEqual({ kind: 'setTimer', timer: 'finalizeWait', delay: 200 })
    expect(elected(alone.timeout('finalizeWait'))).toMatchObject({ state: 'LEADING' })
  })

  test('before the first election nobody is answered', () => {
    expect(server(1n).hear(2n, {})).toEqual([])
  })
})

describe('asking again', () => {
  test('the wait doubles up to a minute; without delivery it connects instead of sending', () => {
    const one = server(1n)
    one.look()
    const delays: unknown[] = []
    for (let i = 0; i < 10; i++) delays.push(timers(one.timeout('notification')).map((timer) => (timer as { delay: number }).delay))
    expect(delays.flat()).toEqual([400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000])
    expect(told(one.timeout('notification', true))).toHaveLength(2)
    const undelivered = one.timeout('notification', false)
    expect(undelivered).toContainEqual({ kind: 'connectAll' })
    expect(told(undelivered)).toEqual([])
  })

  test('votes are counted again: those of servers that have settled in this round may complete a quorum', () => {
    const one = server(1n, { configuration: FIVE })
    one.look()
    one.hear(2n, { leader: 2n })
    expect(notes(one.hear(3n, { state: 'FOLLOWING', leader: 2n }))).toContain('leader-check-failed')
    expect(one.state.finalizing).toBe(false)
    expect(notes(one.timeout('notification'))).toContain('quorum-of-votes')
  })

  test('the next election begins with the shortest wait again', () => {
    const one = server(1n)
    one.look()
    one.timeout('notification')
    expect(timers(one.look())).toEqual([{ kind: 'setTimer', timer: 'notification', delay: 200 }])
  })

  test('each notification starts the same wait anew', () => {
    const one = server(1n)
    one.look()
    one.timeout('notification')
    expect(timers(one.hear(2n, { electionEpoch: 0n }))).toEqual([{ kind: 'setTimer', timer: 'notification', delay: 400 }])
  })
})

describe('a vote of a LOOKING server', () => {
  test('a better one is adopted, told to all, counted with the own one; 200 ms later it stands', () => {
    const one = server(1n)
    one.look()
    const effects = one.hear(2n, { leader: 2n })
    expect(told(effects).map(([to, , leader]) => [to, leader])).toEqual([
      [2n, 2n],
      [3n, 2n],
    ])
    expect(timers(effects)).toEqual([
      { kind: 'cancelTimer', timer: 'notification' },
      { kind: 'setTimer', timer: 'finalizeWait', delay: 200 },
    ])
    expect(elected(one.timeout('finalizeWait'))).toEqual({
      kind: 'elected',
      state: 'FOLLOWING',
      vote: { leader: 2n, zxid: 0n, electionEpoch: 1n, peerEpoch: 0n, state: 'LOOKING', version: 0 },
    })
  })

  test('a worse one is kept and changes nothing, but its sender is told of the better one', () => {
    const two = server(2n)
    two.look()
    expect(told(two.hear(1n, { leader: 1n }))).toEqual([[1n, 'LOOKING', 2n, 0n, 1n, 0n]])
    expect(two.state.recvset.get(1n)).toMatchObject({ leader: 1n })
    expect(two.state.finalizing).toBe(false)
  })

  test('a later round empties the ballot box and compares with the own candidacy, not with the present vote', () => {
    const one = server(1n, { configuration: FIVE })
    one.look(5n)
    one.hear(3n, { leader: 3n, zxid: 9n })
    expect(one.state.proposal.leader).toBe(3n)
    expect(told(one.hear(2n, { leader: 2n, zxid: 4n, electionEpoch: 7n }))[0]).toEqual([2n, 'LOOKING', 1n, 5n, 7n, 0n])
    expect([...one.state.recvset.keys()]).toEqual([1n, 2n])
    one.hear(3n, { leader: 3n, zxid: 9n, electionEpoch: 7n })
    expect(told(one.hear(4n, { leader: 4n, zxid: 6n, electionEpoch: 8n }))[0]).toEqual([2n, 'LOOKING', 4n, 6n, 8n, 0n])
  })

  test('an older round is dropped and told where the others are', () => {
    const one = server(1n)
    one.look()
    one.look()
    const effects = one.hear(3n, { leader: 3n, electionEpoch: 1n })
    expect(told(effects)).toEqual([[3n, 'LOOKING', 1n, 0n, 2n, 0n]])
    expect(one.state.recvset.has(3n)).toBe(false)
  })

  test('neither sender nor candidate may be a stranger', () => {
    const one = server(1n)
    one.look()
    one.hear(2n, { leader: 9n, zxid: 99n })
    expect(one.state.proposal.leader).toBe(1n)
    expect(told(one.hear(9n, { leader: 3n, zxid: 99n }))).toEqual([[9n, 'LOOKING', 1n, 0n, 1n, 0n]])
    expect(one.state.proposal.leader).toBe(1n)
  })

  test('a server that lost its data neither votes nor is voted for (ZOOKEEPER-261)', () => {
    const empty = server(1n)
    empty.look(-1n)
    expect(empty.state.recvset.size).toBe(0)
    expect(notes(empty.hear(2n, { leader: 2n }))).toContain('empty-server-ignored')
    expect(empty.state.recvset.size).toBe(0)
    const other = server(2n)
    other.look()
    other.hear(1n, { leader: 1n, zxid: -1n, electionEpoch: 8n })
    expect(other.state).toMatchObject({ logicalclock: 1n })
    expect(other.state.recvset.has(1n)).toBe(false)
  })
})

describe('the last 200 ms', () => {
  function finalizing() {
    const two = server(2n)
    two.look()
    two.look()
    two.hear(1n, { leader: 2n, electionEpoch: 2n })
    expect(two.state.finalizing).toBe(true)
    return two
  }

  test('a better vote of this round or a later one interrupts them', () => {
    for (const electionEpoch of [2n, 3n]) {
      const two = finalizing()
      const effects = two.hear(3n, { leader: 3n, electionEpoch })
      expect(timers(effects)).toContainEqual({ kind: 'cancelTimer', timer: 'finalizeWait' })
      expect(two.state.proposal.leader).toBe(3n)
      expect(two.state.recvset.get(3n)).toMatchObject({ leader: 3n })
    }
  })

  test('a better-looking vote that would be dropped does not: of an older round, of a server without data, for a stranger', () => {
    for (const stale of [{ electionEpoch: 1n }, { zxid: -1n, electionEpoch: 2n }, { leader: 9n, electionEpoch: 2n }]) {
      const two = finalizing()
      const effects = two.hear(3n, { leader: 3n, peerEpoch: 5n, ...stale })
      expect(timers(effects)).toEqual([{ kind: 'setTimer', timer: 'finalizeWait', delay: 200 }])
      expect(elected(two.timeout('finalizeWait'))).toMatchObject({ state: 'LEADING' })
    }
  })

  test('any other vote only starts them anew, and is forgotten', () => {
    const two = finalizing()
    const effects = two.hear(3n, { leader: 1n, electionEpoch: 5n })
    expect(timers(effects)).toEqual([{ kind: 'setTimer', timer: 'finalizeWait', delay: 200 }])
    expect(two.state.recvset.has(3n)).toBe(false)
    expect(two.state.logicalclock).toBe(2n)
  })

  test('a timeout that crossed with an interruption decides nothing', () => {
    const two = server(2n)
    two.look()
    expect(two.timeout('finalizeWait')).toEqual([])
  })
})

describe('what settled servers say', () => {
  const settled = (state: ServerState, electionEpoch = 7n, peerEpoch = 3n): Partial<Notification> => ({
    state,
    leader: 2n,
    zxid: 4n,
    electionEpoch,
    peerEpoch,
  })

  test('a quorum of them, the leader included, is an ensemble to join, whatever the round', () => {
    for (const round of [-1n, 1n, 7n]) {
      const three = server(3n)
      three.look(100n)
      expect(elected(three.hear(1n, settled('FOLLOWING', round)))).toBeUndefined()
      expect(elected(three.hear(2n, settled('LEADING', round)))).toMatchObject({
        state: 'FOLLOWING',
        vote: { leader: 2n, zxid: 4n, electionEpoch: round, peerEpoch: 3n },
      })
      expect(three.state.logicalclock).toBe(round)
    }
  })

  test('they may have joined through different elections', () => {
    const three = server(3n)
    three.look()
    three.hear(1n, { ...settled('FOLLOWING', 9n), zxid: 77n })
    expect(elected(three.hear(2n, settled('LEADING', 7n)))).toBeDefined()
  })

  test('what was said before the present election is forgotten', () => {
    for (const round of [1n, 7n]) {
      const three = server(3n)
      three.look()
      three.hear(1n, settled('FOLLOWING', round))
      expect(elected(three.hear(2n, settled('LEADING', round)))).toBeDefined()
      three.look()
      expect(elected(three.hear(1n, settled('FOLLOWING', three.state.logicalclock)))).toBeUndefined()
    }
  })

  test('of the present round they are compared by leader only', () => {
    const three = server(3n)
    three.look()
    three.hear(1n, settled('FOLLOWING', 1n, 2n))
    expect(elected(three.hear(2n, settled('LEADING', 1n, 3n)))).toBeDefined()
  })

  test('different epochs of the same leader do not add up', () => {
    const three = server(3n)
    three.look()
    three.hear(1n, settled('FOLLOWING', 7n, 2n))
    expect(elected(three.hear(2n, settled('LEADING', 7n, 3n)))).toBeUndefined()
  })

  test('without the word of the leader itself nobody follows it: the ghost (ZOOKEEPER-975)', () => {
    const five = server(5n, { configuration: FIVE })
    five.look()
    five.hear(1n, settled('FOLLOWING'))
    five.hear(3n, settled('FOLLOWING'))
    const effects = five.hear(4n, settled('FOLLOWING'))
    expect(notes(effects)).toContain('leader-check-failed')
    expect(elected(effects)).toBeUndefined()
  })

  test('a restarted leader is not talked into leading by an older round (ZOOKEEPER-1514)', () => {
    const outcome = (round: bigint) => {
      const two = server(2n)
      two.look()
      two.hear(1n, settled('FOLLOWING', round))
      return elected(two.hear(3n, settled('FOLLOWING', round)))
    }
    expect([7n, 0n].map(outcome)).toEqual([undefined, undefined])
    expect(outcome(1n)).toMatchObject({ state: 'LEADING' })
  })

  test('and not at all when it lost its data or has no weight', () => {
    const weightless = parseConfiguration(`${TEXT}\ngroup.1=1:2:3\nweight.2=0`)
    for (const [zxid, configuration] of [
      [-1n, parseConfiguration(TEXT)],
      [0n, weightless],
    ] as const) {
      const two = server(2n, { configuration })
      two.look(zxid)
      two.hear(1n, settled('FOLLOWING', 1n))
      expect(notes(two.hear(3n, settled('FOLLOWING', 1n)))).toContain('leader-check-failed')
      expect(two.state.role).toBe('LOOKING')
    }
  })

  test('a settled vote of this round counts together with equal LOOKING votes, the own one too', () => {
    const three = server(3n)
    three.look(0n)
    three.hear(1n, { leader: 2n, zxid: 4n })
    expect(three.state.proposal.leader).toBe(2n)
    expect(elected(three.hear(2n, settled('LEADING', 1n, 0n)))).toMatchObject({ state: 'FOLLOWING' })
  })

  test('they are heard during the last 200 ms as well', () => {
    const three = server(3n)
    three.look()
    three.hear(1n, { leader: 3n })
    expect(three.state.finalizing).toBe(true)
    three.hear(1n, settled('FOLLOWING'))
    expect(three.state.finalizing).toBe(true)
    expect(elected(three.hear(2n, settled('LEADING')))).toBeDefined()
  })

  test('a voter that has gone elsewhere takes its vote out of the quorum', () => {
    const two = server(2n)
    two.look()
    two.hear(1n, { leader: 2n })
    const effects = two.hear(1n, { state: 'FOLLOWING', leader: 3n })
    expect(notes(effects)).toContain('quorum-lost')
    expect(timers(effects)).toEqual([
      { kind: 'cancelTimer', timer: 'finalizeWait' },
      { kind: 'setTimer', timer: 'notification', delay: 200 },
    ])
  })

  test('observers say nothing that matters', () => {
    const three = server(3n)
    three.look()
    three.hear(1n, settled('OBSERVING'))
    three.hear(2n, settled('OBSERVING'))
    expect(three.state.outofelection.size).toBe(0)
  })
})

describe('a settled server', () => {
  function following() {
    const one = server(1n)
    one.look(3n)
    one.hear(2n, { leader: 2n, zxid: 4n })
    one.timeout('finalizeWait')
    expect(one.state.role).toBe('FOLLOWING')
    return one
  }

  test('answers a LOOKING voter with its vote and that vote’s round, and keeps silent otherwise', () => {
    const one = following()
    expect(told(one.hear(3n, { leader: 3n, zxid: 99n, electionEpoch: 6n }))).toEqual([[3n, 'FOLLOWING', 2n, 4n, 1n, 0n]])
    expect(one.hear(3n, { state: 'FOLLOWING', leader: 2n })).toEqual([])
    expect(one.state.logicalclock).toBe(1n)
  })

  test('names the epoch of the reign once it is established; zxid and round stay', () => {
    const one = following()
    one.step({ kind: 'established', epoch: 4n })
    expect(told(one.hear(3n, {}))).toEqual([[3n, 'FOLLOWING', 2n, 4n, 1n, 4n]])
  })

  test('takes no notice of timers that were late', () => {
    const one = following()
    expect([...one.timeout('notification'), ...one.timeout('finalizeWait')]).toEqual([])
  })

  test('while it looks again, it answers strangers with the old result under the new round', () => {
    const one = following()
    one.look(3n)
    expect(told(one.hear(9n, {}))).toEqual([[9n, 'LOOKING', 2n, 4n, 2n, 0n]])
  })
})

describe('configurations in notifications', () => {
  const one = server(1n)
  one.look()

  test('a newer one is noted, an older or equal one is not', () => {
    expect(notes(one.hear(2n, { config: `${TEXT}\nversion=5`, electionEpoch: 0n }))).toContain('newer-configuration')
    expect(notes(one.hear(2n, { config: `${TEXT}\nserver.4=a:1:2\nversion=0`, electionEpoch: 0n }))).not.toContain('newer-configuration')
  })

  test('an unreadable one costs nothing but a note', () => {
    const effects = one.hear(2n, { config: '\u0000garbage', leader: 2n })
    expect(notes(effects)).toContain('configuration-unreadable')
    expect(one.state.proposal.leader).toBe(2n)
  })
})
