import { formatId, makeZxid, utf8, type Zxid } from '../../src/kernel/index.ts'
import { CommittedLog } from '../../src/zab/committed-log.ts'
import { decideSync, type HistoryAtHand, type SyncDecision } from '../../src/zab/sync-decision.ts'
import { same, WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

/** A leader and a learner, with everything they have, which decideSync does not see. */
interface Situation {
  /** All that the leader has committed; the last `kept` of it are in committedLog. */
  readonly committed: readonly Zxid[]
  readonly kept: number
  /** What the leader has proposed since, in its epoch. */
  readonly outstanding: readonly Zxid[]
  readonly leaderEpoch: bigint
  /** The learner's log, and where it stands if that is an epoch's start. */
  readonly learner: readonly Zxid[]
  readonly position: Zxid
  /** From here on the leader's log files are whole. */
  readonly logFrom: Zxid | null
}

const z = (epoch: number, counter: number): Zxid => makeZxid(BigInt(epoch), BigInt(counter))

/** Two epochs have gone by; the second one ended the first after its third transaction. */
const COMMITTED = [z(1, 1), z(1, 2), z(1, 3), z(2, 1), z(2, 2), z(2, 3)]

export const checks: Checks = {
  'who has everything is sent nothing'() {
    for (const kept of [0, 1, 3, 6]) decides({ kept, learner: COMMITTED }, 'DIFF', { first: null, after: z(2, 3) })
    decides({ committed: [], kept: 0, learner: [], position: 0n, leaderEpoch: 1n }, 'DIFF', { first: null, after: 0n })
    decides(
      { kept: 0, committed: COMMITTED.slice(0, 3), leaderEpoch: 2n, learner: COMMITTED.slice(0, 3), position: z(2, 0) },
      'DIFF',
      { first: null, after: z(2, 0) },
      z(2, 0),
    )
  },

  'who lacks the last transactions is sent exactly these'() {
    for (const kept of [2, 4, 6]) {
      for (let length = COMMITTED.length - kept + 1; length < COMMITTED.length; length++) {
        decides({ kept, learner: COMMITTED.slice(0, length) }, 'DIFF', { first: COMMITTED[length] as Zxid, after: z(2, 3) })
      }
    }
  },

  'who was away for too long gets a snapshot'() {
    for (const kept of [0, 1, 3]) {
      for (let length = 0; length < COMMITTED.length - Math.max(kept, 1); length++) {
        decides({ kept, learner: COMMITTED.slice(0, length) }, 'SNAP', { first: null, after: z(2, 3) })
      }
    }
  },

  'what never was committed is cut off'() {
    for (const kept of [0, 1, 6]) {
      decides({ kept, learner: [...COMMITTED, z(2, 4)] }, 'TRUNC', { first: null, after: z(2, 3) })
      decides({ kept, learner: [...COMMITTED, z(2, 4), z(2, 5)], leaderEpoch: 3n }, 'TRUNC', { first: null, after: z(2, 3) })
    }
    decides({ committed: COMMITTED.slice(0, 3), kept: 3, leaderEpoch: 3n, learner: [...COMMITTED.slice(0, 3), z(2, 1)] }, 'TRUNC', {
      first: null,
      after: z(1, 3),
    })
  },

  'a proposal of this epoch that is not committed yet is no reason to cut'() {
    const outstanding = [z(2, 4), z(2, 5)]
    for (const kept of [1, 6]) {
      for (const count of [1, 2]) {
        const learner = [...COMMITTED, ...outstanding.slice(0, count)]
        decides({ kept, outstanding, learner }, 'DIFF', { first: null, after: learner.at(-1) as Zxid })
      }
      decides({ kept, outstanding, learner: [...COMMITTED, ...outstanding, z(2, 6)] }, 'TRUNC', { first: null, after: z(2, 3) })
    }
    const early = { committed: COMMITTED.slice(0, 3), leaderEpoch: 2n, outstanding: [z(2, 1), z(2, 2)], kept: 3 }
    decides({ ...early, learner: [...COMMITTED.slice(0, 3), z(2, 1)] }, 'DIFF', { first: null, after: z(2, 1) })
  },

  'what ended differently inside the window cannot be mended by a DIFF'() {
    for (const foreign of [z(1, 4), z(1, 9)]) {
      decides({ kept: 6, learner: [...COMMITTED.slice(0, 3), foreign] }, 'SNAP', { first: null, after: z(2, 3) })
    }
  },

  'an epoch’s start is no transaction: it is looked up by what comes after it'() {
    for (const kept of [4, 6]) {
      decides({ kept, learner: COMMITTED.slice(0, 3), position: z(2, 0) }, 'DIFF', { first: z(2, 1), after: z(2, 3) })
    }
  },

  'an epoch’s start cannot be cut off'() {
    const situation = { committed: COMMITTED.slice(0, 3), kept: 3, leaderEpoch: 4n, learner: COMMITTED.slice(0, 3) }
    decides({ ...situation, position: z(2, 0) }, 'SNAP', { first: null, after: z(1, 3) })
    decides({ ...situation, position: z(3, 0) }, 'SNAP', { first: null, after: z(1, 3) })
  },

  'a leader that has just begun its epoch stands above its committedLog'() {
    const situation = { committed: COMMITTED.slice(0, 3), leaderEpoch: 2n }
    const position = z(2, 0)
    for (const kept of [1, 3]) decides({ ...situation, kept, learner: COMMITTED.slice(0, 3) }, 'DIFF', { first: null, after: z(1, 3) }, position)
    decides({ ...situation, kept: 3, learner: COMMITTED.slice(0, 2) }, 'DIFF', { first: z(1, 3), after: z(1, 3) }, position)
    decides({ ...situation, kept: 3, learner: [...COMMITTED.slice(0, 3), z(1, 4)] }, 'TRUNC', { first: null, after: z(1, 3) }, position)
  },

  'who is too far behind for the memory is sent the log files, if they go back so far'() {
    for (const kept of [1, 3]) {
      const min = COMMITTED[COMMITTED.length - kept] as Zxid
      for (let length = 1; length < COMMITTED.length - kept; length++) {
        const learner = COMMITTED.slice(0, length)
        const end = learner.at(-1) as Zxid
        for (const logFrom of [0n, z(1, 1), end]) readsLog({ kept, learner, logFrom }, min)
        decides({ kept, learner, logFrom: end + 1n }, 'SNAP', { first: null, after: z(2, 3) })
      }
    }
    readsLog({ kept: 0, learner: COMMITTED.slice(0, 2), logFrom: 0n }, z(2, 3))
    decides({ kept: 6, learner: COMMITTED.slice(0, 4), logFrom: 0n }, 'DIFF', { first: z(2, 2), after: z(2, 3) })
    decides({ kept: 6, learner: [...COMMITTED.slice(0, 3), z(1, 4)], logFrom: 0n }, 'SNAP', { first: null, after: z(2, 3) })
    const begun = { committed: COMMITTED.slice(0, 3), leaderEpoch: 2n, kept: 0, learner: COMMITTED.slice(0, 2), logFrom: 0n }
    decides(begun, 'SNAP', { first: null, after: z(2, 0) }, z(2, 0))
  },

  'with an empty committedLog the position of the database decides'() {
    decides({ kept: 0, learner: COMMITTED.slice(0, 4) }, 'SNAP', { first: null, after: z(2, 3) })
    decides({ kept: 0, learner: [...COMMITTED, z(2, 9)], leaderEpoch: 3n }, 'TRUNC', { first: null, after: z(2, 3) })
  },

  'in every small world the learner ends with the leader’s history'() {
    for (const situation of worlds()) {
      const decision = decide(situation)
      const result = historyAfter(situation, decision)
      const wanted = shorten([
        ...situation.committed,
        ...situation.outstanding.filter((zxid) => decision.kind !== 'LOG' && zxid <= decision.continueAfter),
      ])
      same(result, wanted, { given: draw(situation), because: `it was told ${tell(decision, situation)}` }, (history) => history)
    }
  },
}

const WHY = {
  DIFF: 'nothing has to be undone, and all that is missing is in committedLog',
  TRUNC: 'what comes after it was never committed',
  SNAP: 'committedLog cannot say what the learner lacks, or what it has too much',
} as const

/** Demands this decision for a situation; what is not said is a leader of epoch 2 with two epochs of history. */
function decides(
  given: Partial<Situation>,
  kind: HistoryAtHand['kind'],
  { first, after }: { first: Zxid | null; after: Zxid },
  processed?: Zxid,
): void {
  const learner = given.learner ?? COMMITTED
  const situation: Situation = {
    committed: COMMITTED,
    kept: 6,
    outstanding: [],
    leaderEpoch: 2n,
    learner,
    position: learner.at(-1) ?? 0n,
    logFrom: null,
    ...given,
  }
  const decision = decide(situation, processed)
  const { size } = logOf(situation)
  const index = first === null ? size : situation.committed.slice(situation.committed.length - size).indexOf(first)
  const expected = { kind, zxid: kind === 'DIFF' && decision.kind === 'DIFF' ? decision.zxid : after, from: index, continueAfter: after }
  same<SyncDecision>(decision, expected, { given: draw(situation), because: WHY[kind] }, (answer) => tell(answer, situation))
}

/** Demands that the log files are read up to here. */
function readsLog(given: Partial<Situation> & { readonly learner: readonly Zxid[] }, upTo: Zxid): void {
  const situation: Situation = {
    committed: COMMITTED,
    kept: 6,
    outstanding: [],
    leaderEpoch: 2n,
    position: given.learner.at(-1) ?? 0n,
    logFrom: null,
    ...given,
  }
  const because = 'the files hold all that the learner lacks, and are smaller than a snapshot of everything'
  same<SyncDecision>(decide(situation), { kind: 'LOG', upTo }, { given: draw(situation), because }, (answer) => tell(answer, situation))
}

function decide(situation: Situation, processed = situation.committed.at(-1) ?? 0n): SyncDecision {
  const lastProposed =
    situation.outstanding.at(-1) ?? situation.committed.filter((zxid) => zxid >> 32n === situation.leaderEpoch).at(-1) ?? situation.leaderEpoch << 32n
  return decideSync({
    peerLastZxid: situation.position,
    lastProcessed: processed,
    lastProposed,
    committedLog: logOf(situation),
    logFrom: situation.logFrom,
  })
}

function logOf({ committed, kept }: Situation): CommittedLog {
  const log = new CommittedLog()
  for (const zxid of committed.slice(committed.length - kept)) log.add({ zxid, bytes: utf8(formatId(zxid)) })
  return log
}

/** What the learner has after it has done what it was told. */
function historyAfter(situation: Situation, decision: SyncDecision): string[] {
  const { committed, learner, position: before } = situation
  if (decision.kind === 'LOG') {
    const read = [...learner, ...committed.filter((one) => one > before && one <= decision.upTo)]
    const next = { ...situation, learner: read, position: decision.upTo, logFrom: null }
    return historyAfter(next, decide(next))
  }
  const { kind, zxid, from, continueAfter } = decision
  const log = logOf(situation)
  const start = kind === 'SNAP' ? committed.filter((one) => one <= zxid) : kind === 'TRUNC' ? learner.filter((one) => one <= zxid) : [...learner]
  const sent = Array.from({ length: Math.max(log.size - from, 0) }, (_, i) => log.at(from + i).zxid)
  const end = [...start, ...sent]
  const position = end.at(-1) ?? 0n
  const isStart = (one: Zxid) => one % 0x100000000n === 0n
  if (position !== continueAfter && !isStart(continueAfter)) {
    throw new WrongAnswer(
      `the broadcast goes on after ${formatId(position)}, where the learner then is`,
      `it goes on after ${formatId(continueAfter)}`,
      { given: draw(situation) },
    )
  }
  return shorten(end)
}

/** Leaders with each part of a history, learners with each part of it and perhaps something of their own. */
function* worlds(): IterableIterator<Situation> {
  for (let length = 1; length <= COMMITTED.length; length++) {
    const committed = COMMITTED.slice(0, length)
    const last = committed.at(-1) as Zxid
    for (let kept = 0; kept <= length; kept++) {
      for (const leaderEpoch of [last >> 32n, (last >> 32n) + 2n]) {
        for (const proposed of [0n, 1n, 2n]) {
          const base = leaderEpoch === last >> 32n ? last : leaderEpoch << 32n
          const outstanding = [base + 1n, base + 2n].slice(0, Number(proposed))
          for (let has = 0; has <= length; has++) {
            const learner = committed.slice(0, has)
            const end = learner.at(-1) ?? 0n
            for (const logFrom of [null, 0n, z(1, 2)]) yield { committed, kept, outstanding, leaderEpoch, learner, position: end, logFrom }
            // Who has a transaction of a later epoch was synchronised in it, so it lacks nothing of the earlier ones.
            const own = (has === length ? [end + 1n, makeZxid((end >> 32n) + 1n, 1n)] : [end + 1n]).filter(
              (zxid) => zxid > 1n && !committed.includes(zxid) && !outstanding.includes(zxid) && zxid >> 32n < leaderEpoch,
            )
            for (const zxid of own) yield { committed, kept, outstanding, leaderEpoch, learner: [...learner, zxid], position: zxid, logFrom: null }
          }
          if (outstanding.length > 0)
            yield {
              committed,
              kept,
              outstanding,
              leaderEpoch,
              learner: [...committed, ...outstanding.slice(0, 1)],
              position: base + 1n,
              logFrom: null,
            }
        }
      }
    }
  }
}

function shorten(history: readonly Zxid[]): string[] {
  return [history.map(formatId).join(' ') || 'nothing']
}

function draw(situation: Situation): string[] {
  const { committed, kept, outstanding, learner, position } = situation
  const columns = [...new Set([...committed, ...outstanding, ...learner])].sort((a, b) => (a < b ? -1 : 1))
  const cells = (mark: (zxid: Zxid) => string) => columns.map((zxid) => mark(zxid).padEnd(11)).join('')
  const window = new Set(committed.slice(committed.length - kept))
  const ofLeader = (zxid: Zxid) => (window.has(zxid) ? '■' : committed.includes(zxid) ? '□' : outstanding.includes(zxid) ? 'proposed' : '·')
  return [
    `leader of epoch ${situation.leaderEpoch}; ■ in committedLog, □ no longer there; log files ${situation.logFrom === null ? 'not to be read' : `from ${formatId(situation.logFrom)}`}`,
    `          ${columns.map((zxid) => formatId(zxid).padEnd(11)).join('')}`.trimEnd(),
    `leader    ${cells(ofLeader)}`.trimEnd(),
    `learner   ${cells((zxid) => (learner.includes(zxid) ? '■' : '·'))} ends at ${formatId(position)}`,
  ]
}

function tell(decision: SyncDecision, situation: Situation): string {
  if (decision.kind === 'LOG') return `LOG, read up to ${formatId(decision.upTo)}`
  const { kind, zxid, from, continueAfter } = decision
  const log = logOf(situation)
  const first =
    from < log.size && from >= 0
      ? `, then from ${formatId(log.at(from).zxid)} on`
      : from === log.size
        ? ''
        : `, then from place ${from} on, which does not exist`
  return `${kind}${kind === 'DIFF' ? '' : `(${formatId(zxid)})`}${first}; it continues after ${formatId(continueAfter)}`
}
