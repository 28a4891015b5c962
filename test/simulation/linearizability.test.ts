/** The checker of writes against one that tries every order, and all checkers against histories that make no sense. */
import { expect, it } from 'vitest'
import {
  allCheckers,
  type FinishedRun,
  History,
  isAnswer,
  type Operation,
  type Verdict,
  WriteOrder,
  write,
} from '../../src/hosts/simulation/index.ts'
import { Prng, utf8 } from '../../src/kernel/index.ts'

const data = utf8('x')

function run(history: History, random?: Prng): FinishedRun {
  const audits = new Map([['s1', random === undefined ? [] : history.operations.filter(({ request }) => 'path' in request && random.below(2) === 0)]])
  const ended = { healedAt: 0, servedAgainAt: 1, loadEnded: true, servedAfterRestartAt: 2, sessionsOver: true }
  return { history, servers: ['s1'], faults: [], ...ended, audits, endings: [] }
}

function drawRequest(random: Prng): Operation['request'] {
  const path = random.pick(['/a', '/a', '/b'])
  const version = random.pick([-1, -1, 0, 1])
  return random.pick([
    { kind: 'create', path, data, mode: 0 },
    { kind: 'setData', path, data, version },
    { kind: 'setData', path, data, version: -1 },
    { kind: 'delete', path, version },
  ] as const)
}

/** A history in which each write has taken effect at one point, some without an answer; half of them spoilt afterwards. */
function drawHistory(random: Prng): History {
  const history = new History()
  const points: { readonly operation: Operation; readonly at: number }[] = []
  for (let i = 1 + random.below(5); i > 0; i--) {
    const from = random.below(20)
    const operation = history.invoke(`c${i}`, BigInt(i), 's1', drawRequest(random), from)
    operation.endedAt = from + 1 + random.below(10)
    points.push({ operation, at: from + random.float() * (operation.endedAt - from) })
  }
  const versions = new Map<string, number | null>()
  let zxid = 0n
  for (const { operation } of points.sort((a, b) => a.at - b.at)) {
    const { request } = operation
    const path = 'path' in request ? request.path : ''
    const isLost = random.below(4) === 0
    if (isLost) Object.assign(operation, { outcome: 'unknown', endedAt: Number.POSITIVE_INFINITY })
    if (isLost && random.below(2) === 0) continue
    const after = write(request, versions.get(path) ?? null)
    versions.set(path, after.znode)
    if (!isLost) tell(operation, ++zxid, after.error, after.znode ?? 0)
  }
  if (random.below(2) === 0) spoil(random.pick(history.operations), random, zxid)
  return history
}

function tell(operation: Operation, zxid: bigint, error: number, version: number): void {
  const stat = {
    czxid: 0n,
    mzxid: 0n,
    ctime: 0n,
    mtime: 0n,
    version,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 0,
    numChildren: 0,
    pzxid: 0n,
  }
  const shows = error === 0 && operation.request.kind !== 'delete'
  Object.assign(operation, { outcome: error === 0 ? 'ok' : 'failed', zxid, error, answer: shows ? { stat } : {} })
}

function spoil(operation: Operation, random: Prng, last: bigint): void {
  if (operation.outcome === 'unknown') return
  const { zxid } = operation
  const way = random.below(4)
  if (way === 0) tell(operation, zxid, 0, random.below(3))
  else if (way === 1) tell(operation, zxid, random.pick([-101, -103, -110]), 0)
  else if (way === 2) Object.assign(operation, { zxid: random.pick([0n, last + 1n]) })
  else Object.assign(operation, { outcome: 'unknown', endedAt: Number.POSITIVE_INFINITY, answer: {} })
}

/** Whether some order of the answered writes and of some of the others agrees with real time, zxids and answers. */
function bruteForce({ operations }: History): boolean {
  const decided = operations.filter(({ request, outcome, error }) => !(request.kind === 'create' && outcome === 'failed' && error !== -110))
  const answered = decided.filter(({ outcome }) => outcome !== 'unknown')
  const acknowledged = new Set(answered.filter(({ outcome }) => outcome === 'ok').map(({ zxid }) => zxid))
  if (acknowledged.size < answered.filter(({ outcome }) => outcome === 'ok').length) return false
  const extend = (order: readonly Operation[], rest: readonly Operation[]): boolean => {
    if (rest.every(({ outcome }) => outcome === 'unknown') && isPossible(order)) return true
    return rest.some(
      (next) =>
        !rest.some((other) => other.endedAt < next.invokedAt) &&
        extend(
          [...order, next],
          rest.filter((other) => other !== next),
        ),
    )
  }
  return extend([], decided)
}

function isPossible(order: readonly Operation[]): boolean {
  const znodes = new Map<string, number | null>()
  const last = new Map<string, bigint>()
  let lastOk = 0n
  for (const operation of order) {
    const { request, outcome, zxid } = operation
    const path = 'path' in request ? request.path : ''
    const after = write(request, znodes.get(path) ?? null)
    znodes.set(path, after.znode)
    if (outcome === 'unknown') continue
    if (!isAnswer(operation, after) || zxid < (last.get(path) ?? 0n)) return false
    last.set(path, zxid)
    if (outcome === 'ok' && zxid < lastOk) return false
    if (outcome === 'ok') lastOk = zxid
  }
  return true
}

it('write-order says of 4,000 small histories what trying every order says', () => {
  const random = new Prng(2026n)
  const count = { holds: 0, violated: 0, unknown: 0 }
  for (let i = 0; i < 4000; i++) {
    const history = drawHistory(random)
    const { outcome } = new WriteOrder().judge(run(history))
    count[outcome]++
    expect(
      outcome,
      JSON.stringify(history.operations, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).toBe(bruteForce(history) ? 'holds' : 'violated')
  }
  expect(count.violated).toBeGreaterThan(500)
  expect(count.holds).toBeGreaterThan(1000)
})

it('no checker throws, hangs, or says nothing on a history that makes no sense', () => {
  const random = new Prng(7n)
  const number = () => random.pick([0, 1, -1, 5, Number.POSITIVE_INFINITY, Number.NaN, random.below(100)])
  const zxid = () => random.pick([0n, -1n, 1n, 0x1_0000_0000n, 0x2_0000_0001n, BigInt(random.below(50))])
  const bytes = () => Uint8Array.from({ length: random.below(80) }, () => random.below(256))
  for (let i = 0; i < 400; i++) {
    const checkers = allCheckers()
    const history = new History()
    for (let j = random.below(40); j > 0; j--) {
      const operation = history.invoke(random.pick(['c1', 'c2']), zxid(), random.pick(['s1', 'nobody']), drawRequest(random), number())
      if (random.below(4) === 0)
        Object.assign(operation, {
          request: random.pick([
            { kind: 'sync', path: '/' },
            { kind: 'closeSession' },
            { kind: 'exists', path: '/a', watch: true },
            { kind: 'getChildren2', path: '/' },
          ]),
        })
      Object.assign(operation, {
        outcome: random.pick(['ok', 'failed', 'unknown', 'pending']),
        endedAt: number(),
        zxid: zxid(),
        error: number(),
        place: number(),
      })
      if (random.below(3) === 0) Object.assign(operation, { answer: { data: bytes(), path: random.pick(['/a', '']), children: ['a', 'a'] } })
      if (random.below(5) === 0)
        history.watches.push({
          read: operation,
          event: random.pick([null, { type: 'NodeCreated', path: '/b', at: number(), place: number() }]),
          forgottenAt: number(),
        })
      const state = random.pick(['open', 'expired', 'closed'] as const)
      history.sessions.set(zxid(), {
        client: 'c1',
        sessionId: zxid(),
        openedAt: number(),
        timeout: number(),
        heard: [number()],
        state,
        endedAt: number(),
        moves: 0,
      })
    }
    for (let j = random.below(60); j > 0; j--) {
      const fact = random.pick([
        { kind: 'appended', zxid: zxid(), bytes: bytes() },
        { kind: 'applied', zxid: zxid(), bytes: bytes() },
        { kind: 'truncated', zxid: zxid() },
        { kind: 'restored', from: random.pick(['disk', 'leader'] as const), zxid: zxid() },
        { kind: 'serving', role: random.pick(['leader', 'follower'] as const), epoch: zxid(), zxid: zxid() },
        { kind: 'stoppedServing' },
        { kind: 'established', epoch: zxid() },
        { kind: 'elected', leader: zxid() },
        { kind: 'epochWritten', file: 'currentEpoch', epoch: zxid() },
        { kind: 'ended' },
      ] as const)
      for (const checker of checkers) checker.observe?.({ at: number(), host: random.pick(['s1', 's2']), fact })
    }
    const verdicts = checkers.map((checker): Verdict => checker.judge(run(history, random)))
    for (const { outcome, sentence, evidence } of verdicts) {
      expect(['holds', 'violated', 'unknown']).toContain(outcome)
      expect(sentence).toMatch(/^[^\n]+\.$/)
      expect(evidence.length).toBeLessThanOrEqual(8)
    }
  }
})
