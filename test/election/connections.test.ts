import { describe, expect, test } from 'vitest'
import type { CnxEffect, CnxEvent } from '../../src/election/index.ts'
import { createConnections, haveDelivered, stepConnections } from '../../src/election/index.ts'
import type { Notification } from '../../src/wire/index.ts'

const ADDRESS = '10.0.0.2:3888'

/** Server 2 between a smaller and a larger one. */
function two() {
  const state = createConnections({ myid: 2n, addresses: [ADDRESS], handshakeTimeout: 1000 })
  let elapsed = 0
  const step = (event: CnxEvent) => stepConnections(state, event, { elapsed, wall: 0 }).filter(({ kind }) => kind !== 'note')
  return {
    state,
    step,
    pass: (ms: number) => {
      elapsed += ms
    },
    /** A call of `sid` on `connection`, without the timers. */
    called(connection: number, sid: bigint, addresses: string[] = [`10.0.0.${sid}:3888`]): CnxEffect[] {
      step({ kind: 'accepted', connection })
      return step({ kind: 'introduced', connection, message: { sid, addresses } }).filter((effect) => !effect.kind.endsWith('Timer'))
    },
    tell: (sid: bigint, round: bigint) => step({ kind: 'toSend', sid, notification: say(round) }),
  }
}

const say = (electionEpoch: bigint): Notification => ({
  state: 'LOOKING',
  leader: 2n,
  zxid: 0n,
  electionEpoch,
  peerEpoch: 0n,
  version: 2,
  config: null,
})
const kinds = (effects: readonly CnxEffect[]) => effects.map(({ kind }) => kind)

describe('the challenge', () => {
  test('calling a smaller server: introduce, keep, send what waits', () => {
    const server = two()
    expect(server.tell(1n, 1n)).toEqual([{ kind: 'connect', sid: 1n, addresses: [] }])
    expect(server.step({ kind: 'connected', sid: 1n, connection: -1 })).toEqual([
      { kind: 'introduce', connection: -1, message: { sid: 2n, addresses: [ADDRESS] } },
      { kind: 'send', connection: -1, notification: say(1n) },
    ])
  })

  test('calling a larger server: introduce, hang up, wait for its call', () => {
    const server = two()
    server.tell(3n, 1n)
    expect(kinds(server.step({ kind: 'connected', sid: 3n, connection: -1 }))).toEqual(['introduce', 'close'])
    expect(server.called(1, 3n)).toEqual([{ kind: 'send', connection: 1, notification: say(1n) }])
  })

  test('called by a smaller server: finish what there is, hang up, call back where it said', () => {
    const server = two()
    server.tell(1n, 1n)
    server.step({ kind: 'connected', sid: 1n, connection: -1 })
    const effects = server.called(1, 1n, ['0.0.0.0:3888', '10.0.0.1:3888', '[::]:3888'])
    expect(kinds(effects)).toEqual(['close', 'close', 'connect'])
    expect(effects).toMatchObject([{ connection: -1 }, { connection: 1 }, { sid: 1n, addresses: ['10.0.0.1:3888'] }])
  })

  test('a stranger that calls is called back too', () => {
    expect(two().called(1, -7n, ['10.9.9.9:1'])).toContainEqual({ kind: 'connect', sid: -7n, addresses: ['10.9.9.9:1'] })
  })

  test('called by a larger server: keep; a second call replaces the first', () => {
    const server = two()
    expect(server.called(1, 3n)).toEqual([])
    expect(server.called(2, 3n)).toMatchObject([{ kind: 'close', connection: 1 }])
    expect(server.tell(3n, 1n)).toEqual([{ kind: 'send', connection: 2, notification: say(1n) }])
  })

  test('called by itself, or with an address that is none: close', () => {
    expect(kinds(two().called(1, 2n))).toEqual(['close'])
    expect(kinds(two().called(1, 3n, ['nonsense']))).toEqual(['close'])
    expect(kinds(two().called(1, 1n, ['nonsense']))).toEqual(['close'])
  })
})

describe('sending', () => {
  test('while there is no connection the newest notification takes the place of the one that waits', () => {
    const server = two()
    server.tell(1n, 1n)
    expect(server.tell(1n, 2n)).toEqual([])
    const effects = server.step({ kind: 'connected', sid: 1n, connection: -1 })
    expect(effects.filter(({ kind }) => kind === 'send')).toEqual([{ kind: 'send', connection: -1, notification: say(2n) }])
  })

  test('the last notification is said again on a new connection, unless a newer one waits', () => {
    const server = two()
    server.called(1, 3n)
    server.tell(3n, 1n)
    server.step({ kind: 'closed', connection: 1 })
    expect(server.called(2, 3n)).toEqual([{ kind: 'send', connection: 2, notification: say(1n) }])
    server.step({ kind: 'closed', connection: 2 })
    server.tell(3n, 5n)
    expect(server.called(3, 3n)).toEqual([{ kind: 'send', connection: 3, notification: say(5n) }])
  })

  test('haveDelivered: no queue, a full one, one empty one', () => {
    const server = two()
    expect(haveDelivered(server.state)).toBe(false)
    server.tell(1n, 1n)
    expect(haveDelivered(server.state)).toBe(false)
    server.called(1, 3n)
    expect(haveDelivered(server.state)).toBe(true)
  })
})

describe('connecting', () => {
  test('one attempt at a time; after a failure the next occasion makes another', () => {
    const server = two()
    expect(kinds(server.tell(1n, 1n))).toEqual(['connect'])
    expect(server.step({ kind: 'connectAll' })).toEqual([])
    server.step({ kind: 'connectFailed', sid: 1n, reason: 'refused' })
    expect(kinds(server.step({ kind: 'connectAll' }))).toEqual(['connect'])
  })

  test('connectAll leaves connected servers alone; a broken connection is not mended by itself', () => {
    const server = two()
    server.called(1, 3n)
    expect(server.step({ kind: 'connectAll' })).toEqual([])
    expect(server.step({ kind: 'closed', connection: 1 })).toEqual([])
    expect(server.step({ kind: 'connectAll' })).toEqual([{ kind: 'connect', sid: 3n, addresses: [] }])
  })
})

describe('receiving', () => {
  test('delivers with the name of the sender; a connection without a name delivers nothing', () => {
    const server = two()
    server.step({ kind: 'accepted', connection: 1 })
    expect(server.step({ kind: 'received', connection: 1, notification: say(1n) })).toEqual([])
    server.step({ kind: 'introduced', connection: 1, message: { sid: 3n, addresses: [] } })
    expect(server.step({ kind: 'received', connection: 1, notification: say(1n) })).toEqual([{ kind: 'deliver', from: 3n, notification: say(1n) }])
    server.called(2, 3n)
    expect(server.step({ kind: 'received', connection: 1, notification: say(1n) })).toEqual([])
  })
})

describe('silence', () => {
  test('an accepted connection may be silent for a while only, each for its own while', () => {
    const server = two()
    expect(server.step({ kind: 'accepted', connection: 1 })).toEqual([{ kind: 'setTimer', timer: 'handshake', delay: 1000 }])
    server.pass(400)
    expect(server.step({ kind: 'accepted', connection: 2 })).toEqual([{ kind: 'setTimer', timer: 'handshake', delay: 600 }])
    server.pass(600)
    const effects = server.step({ kind: 'timeout', timer: 'handshake' })
    expect(effects).toMatchObject([
      { kind: 'close', connection: 1 },
      { kind: 'setTimer', delay: 400 },
    ])
    expect(server.step({ kind: 'closed', connection: 2 })).toEqual([{ kind: 'cancelTimer', timer: 'handshake' }])
    expect(server.step({ kind: 'introduced', connection: 1, message: { sid: 3n, addresses: [] } })).toEqual([])
  })
})

test('halt closes everything', () => {
  const server = two()
  server.called(1, 3n)
  server.step({ kind: 'accepted', connection: 2 })
  expect(kinds(server.step({ kind: 'halt' }))).toEqual(['close', 'close', 'cancelTimer'])
  expect(haveDelivered(server.state)).toBe(false)
})
