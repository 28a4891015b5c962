import { describe, expect, it } from 'vitest'
import {
  type Checker,
  ClientOrder,
  CommittedOrder,
  Durability,
  Ephemerals,
  Epochs,
  Expiry,
  type FinishedRun,
  History,
  Liveness,
  NoCrash,
  type Observed,
  type Operation,
  Reads,
  Sequence,
  SyncedReads,
  Watches,
  WriteOrder,
} from '../../src/hosts/simulation/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import { encodeTransaction, OpCode, type Transaction } from '../../src/wire/index.ts'

const STAT = {
  czxid: 1n,
  mzxid: 1n,
  ctime: 0n,
  mtime: 0n,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 1,
  numChildren: 0,
  pzxid: 1n,
}

function run(history: History, changes: Partial<FinishedRun> = {}): FinishedRun {
  return {
    history,
    servers: ['s1', 's2'],
    faults: [],
    healedAt: 100,
    servedAgainAt: 200,
    loadEnded: true,
    servedAfterRestartAt: 300,
    sessionsOver: true,
    audits: new Map(),
    endings: [],
    ...changes,
  }
}

/** Adds an operation that was answered. */
function answered(
  history: History,
  request: Operation['request'],
  from: number,
  to: number,
  zxid: bigint,
  changes: Partial<Operation> = {},
): Operation {
  const operation = history.invoke('c1', 1n, 's1', request, from)
  return Object.assign(operation, { outcome: 'ok', endedAt: to, zxid, place: history.nextPlace() }, changes)
}

const create = (path: string, mode = 0) => ({ kind: 'create', path, data: utf8('x'), mode }) as const
const read = (path: string) => ({ kind: 'getData', path }) as const

type Txn = readonly [zxid: bigint, txn: Transaction['txn']]
const CREATED: Txn = [1n, { kind: 'create', path: '/a', data: utf8('old'), acl: [], ephemeral: false, parentCVersion: 1 }]
const CHANGED: Txn = [2n, { kind: 'setData', path: '/a', data: utf8('new'), version: 1 }]

/** An ensemble of one that has committed these transactions, all of session 1. */
function committed(...txns: readonly Txn[]): CommittedOrder {
  const order = new CommittedOrder()
  order.observe({ at: 0, host: 's1', fact: serving('leader', 0n) })
  for (const [zxid, txn] of txns) {
    const header = { clientId: 1n, cxid: 0, zxid, time: 0n, type: OpCode[txn.kind] }
    order.observe({ at: 0, host: 's1', fact: { kind: 'applied', zxid, bytes: encodeTransaction({ header, txn, digest: null }) } })
  }
  return order
}

function watch(checker: Checker, facts: readonly (readonly [string, Observed['fact']])[]) {
  for (const [at, [host, fact]] of facts.entries()) checker.observe?.({ at, host, fact })
  return checker.judge(run(new History()))
}

const appended = (zxid: bigint, text = `${zxid}`) => ({ kind: 'appended', zxid, bytes: utf8(text) }) as const
const applied = (zxid: bigint, text = `${zxid}`) => ({ kind: 'applied', zxid, bytes: utf8(text) }) as const
const serving = (role: 'leader' | 'follower' | 'standalone', zxid: bigint, epoch = 1n) => ({ kind: 'serving', role, epoch, zxid }) as const

describe('committed-order', () => {
  it('accepts servers that deliver the same, one of them behind', () => {
    const verdict = watch(new CommittedOrder(), [
      ['s1', serving('leader', 0n)],
      ['s2', serving('follower', 0n)],
      ['s1', appended(1n)],
      ['s2', appended(1n)],
      ['s1', applied(1n)],
      ['s1', appended(2n)],
      ['s1', applied(2n)],
      ['s2', applied(1n)],
    ])
    expect(verdict).toMatchObject({ outcome: 'holds', sentence: 'All servers delivered the same 2 transactions in the same order.' })
  })

  it('finds another order, other bytes, a second time, a hole', () => {
    const two: readonly (readonly [string, Observed['fact']])[] = [
      ['s1', serving('leader', 0n)],
      ['s2', serving('follower', 0n)],
      ['s1', applied(1n)],
      ['s1', applied(2n)],
    ]
    expect(watch(new CommittedOrder(), [...two, ['s2', applied(2n)]]).sentence).toContain('s2 at 4.0 ms delivered 0x2 as number 1')
    expect(watch(new CommittedOrder(), [...two, ['s2', applied(1n, 'other')]]).sentence).toContain('other bytes for 0x1')
    expect(watch(new CommittedOrder(), [...two, ['s1', applied(2n)]]).sentence).toContain('a second time')
    expect(watch(new CommittedOrder(), [...two, ['s2', appended(1n)], ['s2', applied(2n)]]).sentence).toContain('where its log has 0x1')
  })

  it('finds a leader that lacks what was committed', () => {
    const verdict = watch(new CommittedOrder(), [
      ['s1', serving('leader', 0n)],
      ['s1', applied(1n)],
      ['s2', serving('leader', 0n)],
    ])
    expect(verdict).toMatchObject({ outcome: 'violated', evidence: ['0x1'] })
  })

  it('lets a leader that stood still lack what a later epoch has committed, but nothing earlier', () => {
    const later = [
      ['s1', serving('leader', 0n, 3n)],
      ['s1', applied(0x3_0000_0001n)],
    ] as const
    expect(watch(new CommittedOrder(), [...later, ['s2', serving('leader', 0n, 2n)]]).outcome).toBe('holds')
    expect(watch(new CommittedOrder(), [...later, ['s2', serving('leader', 0n, 3n)]]).outcome).toBe('holds')
    expect(watch(new CommittedOrder(), [...later, ['s2', serving('leader', 0n, 4n)]]).outcome).toBe('violated')
    expect(watch(new CommittedOrder(), [...later, ['s2', serving('standalone', 0n, 0n)]]).outcome).toBe('violated')
  })

  it('does not mind what was never committed: a tail that is lost, or cut', () => {
    const verdict = watch(new CommittedOrder(), [
      ['s1', serving('leader', 0n)],
      ['s1', appended(1n)],
      ['s1', { kind: 'ended' }],
      ['s2', serving('leader', 0n)],
      ['s2', applied(0x1_0000_0001n)],
      ['s1', { kind: 'restored', from: 'disk', zxid: 1n }],
      ['s1', { kind: 'truncated', zxid: 0n }],
      ['s1', appended(0x1_0000_0001n)],
      ['s1', applied(0x1_0000_0001n)],
      ['s1', serving('follower', 0x1_0000_0001n)],
    ])
    expect(verdict.outcome).toBe('holds')
  })

  it('takes the history of the leader with its snapshot', () => {
    const verdict = watch(new CommittedOrder(), [
      ['s1', serving('leader', 0n)],
      ['s1', applied(1n)],
      ['s1', applied(2n)],
      ['s2', { kind: 'elected', leader: 1n }],
      ['s2', { kind: 'restored', from: 'leader', zxid: 2n }],
      ['s2', serving('follower', 2n)],
      ['s2', applied(3n)],
      ['s1', applied(3n)],
    ])
    expect(verdict.outcome).toBe('holds')
  })
})

it('committed-order: a snapshot that never became durable leaves the old history', () => {
  const verdict = watch(new CommittedOrder(), [
    ['s2', appended(9n)],
    ['s1', serving('leader', 0n)],
    ['s1', applied(0x1_0000_0001n)],
    ['s2', { kind: 'elected', leader: 1n }],
    ['s2', { kind: 'restored', from: 'leader', zxid: 0x1_0000_0001n }],
    ['s2', { kind: 'restored', from: 'disk', zxid: 9n }],
  ])
  expect(verdict.outcome).toBe('holds')
})

describe('epochs', () => {
  it('allows one leader per epoch', () => {
    const one = ['s1', { kind: 'established', epoch: 1n }] as const
    expect(watch(new Epochs(), [one, ['s2', { kind: 'established', epoch: 2n }]]).outcome).toBe('holds')
    expect(watch(new Epochs(), [one, ['s2', { kind: 'established', epoch: 1n }]]).outcome).toBe('violated')
  })

  it('allows no epoch to fall, and no current one above the accepted one', () => {
    const wrote = (file: 'acceptedEpoch' | 'currentEpoch', epoch: bigint) => ['s1', { kind: 'epochWritten', file, epoch }] as const
    expect(watch(new Epochs(), [wrote('acceptedEpoch', 2n), wrote('currentEpoch', 2n)]).outcome).toBe('holds')
    expect(watch(new Epochs(), [wrote('acceptedEpoch', 2n), wrote('acceptedEpoch', 1n)]).outcome).toBe('violated')
    expect(watch(new Epochs(), [wrote('acceptedEpoch', 2n), wrote('currentEpoch', 3n)]).outcome).toBe('violated')
  })
})

describe('durability', () => {
  const audit = (history: History, error: number, mzxid = 1n, data = 'x') =>
    answered(
      history,
      read('/a'),
      1000,
      1001,
      9n,
      error === 0 ? { answer: { data: utf8(data), stat: { ...STAT, mzxid } } } : { outcome: 'failed', error },
    )

  it('holds when every server shows what was acknowledged, is unknown when one was not asked', () => {
    const history = new History()
    answered(history, create('/a'), 0, 1, 1n)
    expect(new Durability().judge(run(history, { audits: new Map([['s1', [audit(history, 0)]]]) })).outcome).toBe('unknown')
    const audits = new Map(['s1', 's2'].map((server) => [server, [audit(history, 0)]]))
    expect(new Durability().judge(run(history, { audits }))).toMatchObject({ outcome: 'holds' })
  })

  it('finds what is missing, old, wrong, back again, or different', () => {
    const verdict = (second: (history: History) => Operation, before: (history: History) => void = () => {}) => {
      const history = new History()
      answered(history, create('/a'), 0, 1, 1n)
      before(history)
      return new Durability().judge(
        run(history, {
          audits: new Map([
            ['s1', [second(history)]],
            ['s2', [second(history)]],
          ]),
        }),
      )
    }
    expect(verdict((history) => audit(history, -101)).evidence[0]).toContain('/a is missing')
    expect(verdict((history) => audit(history, 0, 1n, 'y')).evidence[0]).toContain('holds ‘y’')
    const set = (history: History) => void answered(history, { kind: 'setData', path: '/a', data: utf8('z'), version: -1 }, 2, 3, 2n)
    expect(verdict((history) => audit(history, 0, 1n), set).evidence[0]).toContain('before: c1 at s1: setData /a')
    const remove = (history: History) => void answered(history, { kind: 'delete', path: '/a', version: -1 }, 2, 3, 2n)
    expect(verdict((history) => audit(history, 0, 1n), remove).evidence[0]).toContain('is there in spite of')
    expect(verdict((history) => audit(history, -101), remove).outcome).toBe('holds')
  })

  it('finds servers that differ where no client was promised anything', () => {
    const history = new History()
    const audits = new Map([
      ['s1', [audit(history, 0)]],
      ['s2', [audit(history, -101)]],
    ])
    expect(new Durability().judge(run(history, { audits })).sentence).toContain('Servers differ in 1 znodes')
  })
})

describe('what clients see', () => {
  it('client-order: zxids of one session never fall, nor does what it reads', () => {
    const history = new History()
    answered(history, create('/a'), 0, 1, 5n)
    answered(history, read('/a'), 2, 3, 5n, { answer: { stat: { ...STAT, mzxid: 5n } } })
    expect(new ClientOrder().judge(run(history)).outcome).toBe('holds')
    answered(history, read('/a'), 4, 5, 4n)
    expect(new ClientOrder().judge(run(history))).toMatchObject({ outcome: 'violated', sentence: 'c1 went back in time.' })
  })

  it('write-order: real time and zxids agree', () => {
    const history = new History()
    answered(history, create('/a'), 0, 10, 2n)
    answered(history, create('/b'), 5, 15, 1n)
    expect(new WriteOrder().judge(run(history)).outcome).toBe('holds')
    answered(history, create('/c'), 20, 30, 3n)
    answered(history, create('/d'), 31, 32, 0n)
    expect(new WriteOrder().judge(run(history)).outcome).toBe('violated')
    const twice = new History()
    answered(twice, create('/a'), 0, 10, 2n)
    answered(twice, create('/b'), 0, 10, 2n)
    expect(new WriteOrder().judge(run(twice)).sentence).toContain('Two writes were acknowledged as 0x2')
  })

  it('synced-reads: a sync reaches what was acknowledged before it, but for a leader that was replaced', () => {
    const history = new History()
    const sync = (from: number, to: number, zxid: bigint, sessionId = 2n) =>
      answered(history, { kind: 'sync', path: '/' }, from, to, zxid, { sessionId })
    const checker = new SyncedReads()
    const serves = (at: number, epoch: bigint) => checker.observe({ at, host: 's1', fact: { kind: 'serving', role: 'leader', epoch, zxid: 0n } })
    serves(0, 2n)
    answered(history, create('/a'), 0, 10, 0x2_0000_0002n)
    sync(5, 12, 0x2_0000_0001n)
    sync(11, 12, 0x2_0000_0002n)
    expect(checker.judge(run(history)).sentence).toBe('2 syncs were up to date.')
    sync(13, 14, 0x1_0000_0009n, 3n)
    expect(checker.judge(run(history)).outcome).toBe('violated')
    serves(13, 1n)
    expect(checker.judge(run(history)).sentence).toContain('but for 1 answered under a leader that had been replaced')
    answered(history, read('/a'), 15, 16, 0x2_0000_0001n, { sessionId: 2n })
    expect(checker.judge(run(history)).outcome).toBe('violated')
  })

  it('sequence: later transactions have higher numbers', () => {
    const history = new History()
    answered(history, create('/q-', 2), 0, 1, 1n, { answer: { path: '/q-0000000001' } })
    answered(history, create('/q-', 2), 0, 1, 2n, { answer: { path: '/q-0000000003' } })
    expect(new Sequence().judge(run(history)).outcome).toBe('holds')
    answered(history, create('/q-', 2), 0, 1, 3n, { answer: { path: '/q-0000000003' } })
    expect(new Sequence().judge(run(history)).outcome).toBe('violated')
  })

  it('sequence: no name is taken, versions go up', () => {
    const history = new History()
    const taken = new History()
    answered(taken, create('/q-', 2), 0, 1, 1n, { outcome: 'failed', error: -110 })
    expect(new Sequence().judge(run(taken)).sentence).toBe('A sequential znode got a name that was taken.')
    const set = (zxid: bigint, version: number) =>
      answered(history, { kind: 'setData', path: '/a', data: utf8('z'), version: -1 }, 0, 1, zxid, { answer: { stat: { ...STAT, version } } })
    set(3n, 2)
    set(2n, 1)
    expect(new Sequence().judge(run(history)).outcome).toBe('holds')
    set(4n, 2)
    expect(new Sequence().judge(run(history)).sentence).toBe('Two writes of a znode made it version 2.')
  })

  it('ephemerals: there while the session lives, gone when it has ended', () => {
    const exists = { kind: 'exists', path: '/e' } as const
    const history = new History()
    answered(history, create('/e', 1), 0, 1, 1n, { answer: { path: '/e' } })
    expect(new Ephemerals(new CommittedOrder()).judge(run(history)).outcome).toBe('holds')
    expect(new Ephemerals(new CommittedOrder()).judge(run(history, { sessionsOver: false })).outcome).toBe('unknown')
    const left = answered(new History(), read('/e'), 9, 10, 9n, { answer: { stat: { ...STAT, ephemeralOwner: 1n } } })
    expect(new Ephemerals(new CommittedOrder()).judge(run(history, { audits: new Map([['s1', [left]]]) })).evidence).toEqual([
      's1: /e of session 0x1',
    ])
    answered(history, exists, 2, 3, 1n, { outcome: 'failed', error: -101, sessionId: 2n })
    expect(new Ephemerals(new CommittedOrder()).judge(run(history)).outcome).toBe('holds')
    answered(history, exists, 2, 3, 1n, { outcome: 'failed', error: -101 })
    expect(new Ephemerals(new CommittedOrder()).judge(run(history)).sentence).toBe('A client did not find an ephemeral znode of its living session.')
  })

  it('ephemerals: their session takes all of them along, and nothing comes after it', () => {
    const create = (zxid: bigint, path: string): Txn => [zxid, { kind: 'create', path, data: null, acl: [], ephemeral: true, parentCVersion: 1 }]
    const close = (zxid: bigint, paths2Delete: string[]): Txn => [zxid, { kind: 'closeSession', paths2Delete }]
    const sentence = (...txns: Txn[]) => new Ephemerals(committed(...txns)).judge(run(new History())).sentence
    expect(sentence(create(1n, '/e'), close(2n, ['/e']))).toContain('lived as long as their sessions')
    expect(sentence(create(1n, '/e'), close(2n, []))).toBe('The end of session 0x1 left /e.')
    expect(sentence(close(1n, []), create(2n, '/e'))).toBe('/e was created for session 0x1, which had ended.')
  })

  it('reads: what is shown is the state at the zxid of the answer', () => {
    const order = committed(CREATED, CHANGED)
    const stat = (mzxid: bigint, version: number) => ({ stat: { ...STAT, czxid: 1n, mzxid, version } })
    const verdict = (zxid: bigint, changes: Partial<Operation>) => {
      const history = new History()
      answered(history, read('/a'), 0, 1, zxid, changes)
      return new Reads(order).judge(run(history))
    }
    const missing = { outcome: 'failed', error: -101 } as const
    expect(verdict(1n, { answer: { ...stat(1n, 0), data: utf8('old') } }).outcome).toBe('holds')
    expect(verdict(2n, { answer: { ...stat(2n, 1), data: utf8('new') } }).outcome).toBe('holds')
    expect(verdict(0n, missing).outcome).toBe('holds')
    expect(verdict(2n, missing).sentence).toContain('no /a, which has been there since 0x1')
    expect(verdict(0n, { answer: stat(1n, 0) }).sentence).toContain('was not there at 0x0')
    expect(verdict(2n, { answer: stat(1n, 0) }).sentence).toContain('where version 1 of 0x2 is due')
    expect(verdict(2n, { answer: { ...stat(2n, 1), data: utf8('odd') } }).sentence).toContain('other data')
  })

  it('reads: the children are those of the same state', () => {
    const verdict = (children: string[]) => {
      const history = new History()
      answered(history, { kind: 'getChildren2', path: '/' }, 0, 1, 1n, { answer: { children } })
      return new Reads(committed(CREATED)).judge(run(history))
    }
    expect(verdict(['zookeeper', 'a']).outcome).toBe('holds')
    expect(verdict(['zookeeper']).sentence).toContain('without [a]')
    expect(verdict(['a', 'b']).sentence).toContain('with [b]')
  })

  it('watches: an event comes before anything newer, for a change, to whoever asked', () => {
    const order = committed(CREATED, CHANGED)
    const verdict = (event: boolean, seen: bigint, after = false) => {
      const history = new History()
      const set = answered(history, { kind: 'getData', path: '/a', watch: true }, 0, 1, 1n)
      const tell = () => ({ type: 'NodeDataChanged', path: '/a', at: 2, place: history.nextPlace() }) as const
      const early = event && !after ? tell() : null
      answered(history, read('/a'), 2, 3, seen)
      history.watches.push({ read: set, event: event && after ? tell() : early, forgottenAt: Number.POSITIVE_INFINITY })
      return new Watches(order).judge(run(history))
    }
    expect(verdict(true, 2n).sentence).toBe('1 of 1 watches fired, each once and before anything newer was seen.')
    expect(verdict(false, 1n).outcome).toBe('holds')
    expect(verdict(false, 2n).sentence).toBe('A watch did not tell of 0x2, of which its client saw the effects.')
    expect(verdict(true, 2n, true).sentence).toBe('A watch told too late of 0x2, of which its client saw the effects.')
    const stray = new History()
    stray.strayEvents.push({ at: 1, client: 'c1', what: 'NodeCreated of /a' })
    expect(new Watches(order).judge(run(stray)).sentence).toBe('A client was told of a change that it did not watch.')
  })

  it('watches: nothing fires without a change, and what came and went between two connections leaves no trace', () => {
    const wait = { kind: 'exists', path: '/a', watch: true } as const
    const missing = { outcome: 'failed', error: -101 } as const
    const history = new History()
    const set = answered(history, wait, 0, 1, 0n, missing)
    const event = { type: 'NodeCreated', path: '/a', at: 2, place: history.nextPlace() } as const
    history.watches.push({ read: set, event, forgottenAt: Number.POSITIVE_INFINITY })
    expect(new Watches(committed()).judge(run(history)).sentence).toBe('A watch fired without a change: NodeCreated of /a.')
    const gone = new History()
    gone.watches.push({ read: answered(gone, wait, 0, 1, 0n, missing), event: null, forgottenAt: Number.POSITIVE_INFINITY })
    answered(gone, { kind: 'sync', path: '/' }, 2, 3, 2n, { connection: 1 })
    const order = committed(CREATED, [2n, { kind: 'delete', path: '/a' }])
    expect(new Watches(order).judge(run(gone)).sentence).toContain('1 missed a znode that came and went')
  })

  it('expiry: only after a silence, a pause, or when the client has asked', () => {
    const header = { clientId: 1n, cxid: 0, zxid: 9n, time: 0n, type: -11 } as const
    const bytes = encodeTransaction({ header, txn: { kind: 'closeSession', paths2Delete: [] }, digest: null })
    const verdict = (heard: readonly number[], changes: Partial<FinishedRun> = {}, closes = false) => {
      const history = new History()
      const session = { client: 'c1', sessionId: 1n, openedAt: 0, timeout: 6000, heard: [...heard], endedAt: 0, moves: 0 }
      history.sessions.set(1n, { ...session, state: 'open' })
      if (closes) answered(history, { kind: 'closeSession' }, 9990, 9999, 9n)
      const checker = new Expiry()
      checker.observe({ at: 10_000, host: 's1', fact: { kind: 'appended', zxid: 9n, bytes } })
      return checker.judge(run(history, changes)).outcome
    }
    expect(verdict([3000])).toBe('holds')
    expect(verdict([9900])).toBe('violated')
    expect(verdict([9900], {}, true)).toBe('holds')
    // Seed 78917: what was held back for so long arrived just before the end, too late for the leader to hear of it.
    expect(verdict([3000, 9900])).toBe('holds')
    expect(verdict([4100, 9900])).toBe('violated')
    expect(verdict([9900], { faults: [{ kind: 'pause', server: 's1', at: 6000, lasts: 3000 }] })).toBe('holds')
    expect(verdict([9900], { faults: [{ kind: 'pause', server: 's1', at: 600, lasts: 300 }] })).toBe('violated')
  })

  it('expiry: nobody is told that a session has ended which nobody has ended', () => {
    const history = new History()
    history.sessions.set(1n, { client: 'c1', sessionId: 1n, openedAt: 0, timeout: 6000, heard: [], state: 'expired', endedAt: 5, moves: 0 })
    expect(new Expiry().judge(run(history)).sentence).toBe('Session 0x1 is unknown to a server, but nobody has ended it.')
  })

  it('liveness and no-crash say what the run says', () => {
    const history = new History()
    expect(new Liveness().judge(run(history)).outcome).toBe('holds')
    expect(new Liveness().judge(run(history, { servedAgainAt: null })).outcome).toBe('violated')
    expect(new Liveness().judge(run(history, { loadEnded: false })).sentence).toContain('left a client waiting')
    expect(new Liveness().judge(run(history, { servedAfterRestartAt: null })).outcome).toBe('violated')
    const ending = { at: 1, host: 's1', code: 1, message: 'broken', thrown: true }
    expect(new NoCrash().judge(run(history, { endings: [{ ...ending, thrown: false }] })).outcome).toBe('holds')
    expect(new NoCrash().judge(run(history, { endings: [ending] })).sentence).toBe('s1 threw: broken.')
  })
})
