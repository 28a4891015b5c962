import { describe, expect, test } from 'vitest'
import { counterOf, epochOf, formatId, makeZxid, type Zxid } from '../../src/kernel/index.ts'
import { CommittedLog, decideSync } from '../../src/zab/index.ts'

const EPOCH = 4n
const none = new Uint8Array()

/** A leader's knowledge: zxids say all, since one zxid is never given to two transactions. */
interface Leader {
  readonly applied: readonly Zxid[]
  /** Committed but not applied, then outstanding. */
  readonly pending: readonly Zxid[]
  readonly isServing: boolean
  /** How many of the oldest transactions committedLog has lost. */
  readonly forgotten: number
}

interface Learner {
  readonly history: readonly Zxid[]
  readonly lastZxid: Zxid
}

function* txnsOf(epoch: bigint, from: number, to: number): Generator<Zxid> {
  for (let counter = from; counter <= to; counter++) yield makeZxid(epoch, BigInt(counter))
}

/** All leaders of epoch 4 over up to two transactions in each of the epochs 1 to 3. */
function* leaders(): Generator<Leader> {
  for (let code = 0; code < 27; code++) {
    const old = [1n, 2n, 3n].flatMap((epoch, i) => [...txnsOf(epoch, 1, Math.floor(code / 3 ** i) % 3)])
    for (let forgotten = 0; forgotten <= old.length; forgotten++) yield { applied: old, pending: [], isServing: false, forgotten }
    for (let count = 0; count <= 2; count++) {
      for (let pending = 0; pending <= 2; pending++) {
        const applied = [...old, ...txnsOf(EPOCH, 1, count)]
        const rest = [...txnsOf(EPOCH, count + 1, count + pending)]
        for (let forgotten = 0; forgotten <= applied.length; forgotten++) yield { applied, pending: rest, isServing: true, forgotten }
      }
    }
  }
}

/**
 * All learners that can come to this leader. Stale transactions are of one epoch, directly after what the leader has of that
 * epoch and before: whoever got a proposal of an epoch had its whole initial history, which every later leader has.
 */
function* learners({ applied, pending, isServing }: Leader): Generator<Learner> {
  const known = [...applied, ...pending]
  for (let length = 0; length <= known.length; length++) yield { history: known.slice(0, length), lastZxid: known[length - 1] ?? 0n }
  for (let epoch = 1n; epoch < EPOCH; epoch++) {
    const common = known.filter((zxid) => epochOf(zxid) <= epoch)
    const last = common.findLast((zxid) => epochOf(zxid) === epoch) ?? makeZxid(epoch, 0n)
    for (let stale = 1; stale <= 2; stale++) {
      const history = [...common, ...txnsOf(epoch, Number(counterOf(last)) + 1, Number(counterOf(last)) + stale)]
      yield { history, lastZxid: history.at(-1) as Zxid }
    }
  }
  for (let epoch = 1n; epoch <= (isServing ? EPOCH : EPOCH - 1n); epoch++) {
    yield { history: known.filter((zxid) => epochOf(zxid) < epoch), lastZxid: makeZxid(epoch, 0n) }
  }
}

function positionOf({ applied, isServing }: Leader): Zxid {
  const last = applied.at(-1) ?? 0n
  return isServing && epochOf(last) < EPOCH ? makeZxid(EPOCH, 0n) : last
}

function factsOf(leader: Leader, { lastZxid }: Learner, logFrom: Zxid | null) {
  const committedLog = new CommittedLog()
  for (const zxid of leader.applied.slice(leader.forgotten)) committedLog.add({ zxid, bytes: none })
  const lastProposed = leader.pending.at(-1) ?? (leader.isServing ? positionOf(leader) : makeZxid(EPOCH, 0n))
  return { peerLastZxid: lastZxid, lastProcessed: positionOf(leader), lastProposed, committedLog, logFrom }
}

/**
 * The learner takes the packets, one by one, as a list of zxids; `kept` is what is left before anything is sent again. With
 * `readsLog` the leader's log files go back to the beginning.
 */
function simulate(leader: Leader, learner: Learner, readsLog: boolean): Outcome {
  const facts = factsOf(leader, learner, readsLog ? (leader.applied[0] ?? null) : null)
  const decision = decideSync(facts)
  if (decision.kind === 'LOG') return readOn(leader, learner, decision.upTo)
  const { kind, zxid, from, continueAfter } = decision
  const kept = kind === 'SNAP' ? leader.applied : kind === 'TRUNC' ? learner.history.filter((mine) => mine <= zxid) : learner.history
  const fromLog = Array.from({ length: facts.committedLog.size - from }, (_, i) => facts.committedLog.at(from + i).zxid)
  const forwarded = leader.pending.filter((pending) => pending > continueAfter)
  return { kind, zxid, kept, result: [...kept, ...fromLog, ...forwarded] }
}

function* cases(): Generator<[Leader, Learner, boolean]> {
  for (const leader of leaders()) for (const learner of learners(leader)) for (const readsLog of [false, true]) yield [leader, learner, readsLog]
}

interface Outcome {
  readonly kind: 'DIFF' | 'TRUNC' | 'SNAP' | 'LOG'
  readonly zxid: Zxid
  readonly kept: readonly Zxid[]
  readonly result: readonly Zxid[]
}

/** The log is read from the learner's last transaction on; where it lacks that one, it is of no use. */
function readOn(leader: Leader, learner: Learner, upTo: Zxid): Outcome {
  const { lastZxid, history } = learner
  if (counterOf(lastZxid) !== 0n && !leader.applied.includes(lastZxid)) return simulate(leader, learner, false)
  const read = leader.applied.filter((zxid) => zxid > lastZxid && zxid <= upTo)
  const rest = simulate(leader, { history: [...history, ...read], lastZxid: read.at(-1) ?? lastZxid }, true)
  expect(rest.kind).toBe('DIFF')
  return { kind: 'LOG', zxid: upTo, kept: history, result: rest.result }
}

describe('every learner gets exactly the history of its leader', () => {
  const show = (zxids: readonly Zxid[]) => zxids.map(formatId).join(' ')

  test('exhaustively, against what the log must become', () => {
    const counts = { DIFF: 0, TRUNC: 0, SNAP: 0, LOG: 0 }
    for (const [leader, learner, readsLog] of cases()) {
      const known = [...leader.applied, ...leader.pending]
      const { kind, zxid, kept, result } = simulate(leader, learner, readsLog)
      const story = `leader ${show(leader.applied)} | ${show(leader.pending)} -${leader.forgotten}, learner ${show(learner.history)} at ${formatId(learner.lastZxid)}: ${kind} ${formatId(zxid)}`
      if (show(result) !== show(known)) expect.fail(`${story} gives ${show(result)}`)
      const lost = learner.history.filter((mine) => known.includes(mine) && !kept.includes(mine))
      if (lost.length > 0) expect.fail(`${story} throws away ${show(lost)}`)
      // A snapshot below the learner's last transaction would leave that one in its log.
      if (kind === 'SNAP' && counterOf(learner.lastZxid) !== 0n && zxid < learner.lastZxid) expect.fail(`${story}: snapshot below the log's end`)
      counts[kind]++
    }
    for (const kind of ['DIFF', 'TRUNC', 'SNAP', 'LOG'] as const) expect(counts[kind]).toBeGreaterThan(500)
  })

  test('exhaustively: the cheapest way that the log in memory allows', () => {
    for (const leader of leaders()) {
      const known = [...leader.applied, ...leader.pending]
      const window = leader.applied.slice(leader.forgotten)
      for (const learner of learners(leader)) {
        const { kind } = simulate(leader, learner, false)
        const isPrefix = learner.history.every((mine, i) => known[i] === mine)
        const missing = leader.applied.slice(learner.history.length)
        const isInWindow = window.length > 0 && learner.lastZxid >= (window[0] as Zxid)
        if (isPrefix && missing.length === 0 && counterOf(learner.lastZxid) !== 0n && isInWindow) expect(kind).toBe('DIFF')
        if (isPrefix && isInWindow && learner.lastZxid <= (window.at(-1) as Zxid)) expect(kind).toBe('DIFF')
        if (!isPrefix && window.length > 0 && learner.lastZxid > (window.at(-1) as Zxid)) expect(kind).toBe('TRUNC')
      }
    }
  })
})

describe('row by row', () => {
  const logOf = (...zxids: Zxid[]) => {
    const log = new CommittedLog()
    for (const zxid of zxids) log.add({ zxid, bytes: none })
    return log
  }
  const committedLog = logOf(0x100000002n, 0x100000003n, 0x200000001n)
  const facts = { lastProcessed: 0x200000001n, lastProposed: 0x200000003n, committedLog, logFrom: null }

  test.each([
    ['at the leader’s position', 0x200000001n, 'DIFF', 0x200000001n, 3],
    ['an outstanding proposal is known (known bug 50 f)', 0x200000003n, 'DIFF', 0x200000003n, 3],
    ['beyond everything', 0x200000004n, 'TRUNC', 0x200000001n, 3],
    ['in the log', 0x100000002n, 'DIFF', 0x200000001n, 1],
    ['an epoch’s start in the log', 0x200000000n, 'DIFF', 0x200000001n, 2],
    ['unknown within the log (ZOOKEEPER-1154)', 0x100000005n, 'SNAP', 0x200000001n, 3],
    ['older than the log', 0x100000001n, 'SNAP', 0x200000001n, 3],
    ['an epoch’s start beyond everything', 0x300000000n, 'SNAP', 0x200000001n, 3],
  ])('%s', (_, peerLastZxid, kind, zxid, from) => {
    expect(decideSync({ ...facts, peerLastZxid })).toMatchObject({ kind, zxid, from })
  })

  test('older than memory: the log files up to it, if they go back that far', () => {
    const older = { ...facts, peerLastZxid: 0x100000001n }
    expect(decideSync({ ...older, logFrom: 0x100000001n })).toEqual({ kind: 'LOG', upTo: 0x100000002n })
    expect(decideSync({ ...older, logFrom: 0x100000002n }).kind).toBe('SNAP')
    expect(decideSync({ ...facts, peerLastZxid: 0x100000002n, logFrom: 0x100000001n }).kind).toBe('DIFF')
  })

  test('nothing in memory: everything but the same position and the epoch’s own proposals costs a snapshot or a cut', () => {
    const empty = { lastProcessed: 0x100000005n, lastProposed: 0x200000000n, committedLog: logOf(), logFrom: null }
    expect(decideSync({ ...empty, peerLastZxid: 0x100000005n }).kind).toBe('DIFF')
    expect(decideSync({ ...empty, peerLastZxid: 0x100000004n }).kind).toBe('SNAP')
    expect(decideSync({ ...empty, peerLastZxid: 0x100000006n })).toMatchObject({ kind: 'TRUNC', zxid: 0x100000005n })
  })
})
