import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const TRUNC = "if (peerLastZxid > max && !isEpochStart) return { kind: 'TRUNC', zxid: max, from: nothing, continueAfter: max }"
const SEND_AFTER = "return { kind: 'DIFF', zxid: max, from: from + 1, continueAfter: max }"
const KNOWN = 'if (committedLog.at(from).zxid === peerLastZxid)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'ahead-is-up-to-date',
    tempts: '"My last number is larger than yours, so I lack nothing": the first version of the chapter.',
    caughtBy: 'what never was committed is cut off',
    edits: [[TRUNC, "if (peerLastZxid > max && !isEpochStart) return { kind: 'DIFF', zxid: max, from: nothing, continueAfter: peerLastZxid }"]],
    visibleWithin: 40,
  },
  {
    name: 'unknown-inside-the-window',
    tempts: 'P lies between min and max, so it seems to be in the log. It may be a transaction that another epoch has ended (ZOOKEEPER-1154).',
    caughtBy: 'what ended differently inside the window cannot be mended by a DIFF',
    edits: [[`${KNOWN} ${SEND_AFTER}`, SEND_AFTER.replace('from + 1', 'committedLog.at(from).zxid === peerLastZxid ? from + 1 : from')]],
  },
  {
    name: 'own-proposal-cut-off',
    tempts: 'Java does it: what is not committed looks like what never will be. The leader still counts the follower’s earlier ack.',
    caughtBy: 'a proposal of this epoch that is not committed yet is no reason to cut',
    edits: [
      [
        'if (peerLastZxid > max && isProposalOfThisEpoch(peerLastZxid, lastProposed)) {',
        'if (peerLastZxid < 0n && isProposalOfThisEpoch(peerLastZxid, lastProposed)) {',
      ],
    ],
  },
  {
    name: 'sends-the-last-one-again',
    tempts: '"From P on" is easily written with P included.',
    caughtBy: 'who lacks the last transactions is sent exactly these',
    edits: [[SEND_AFTER, SEND_AFTER.replace('from + 1', 'from')]],
    visibleWithin: 10,
  },
  {
    name: 'epoch-start-is-cut-off',
    tempts: 'The position is larger than max, so it looks like an uncommitted transaction. There is nothing to cut.',
    caughtBy: 'an epoch’s start cannot be cut off',
    edits: [[TRUNC, TRUNC.replace(' && !isEpochStart', '')]],
  },
  {
    name: 'epoch-start-skips-one',
    tempts: 'An epoch’s start is treated like any other position: send what comes after the place where it was found.',
    caughtBy: 'an epoch’s start is no transaction: it is looked up by what comes after it',
    edits: [
      [
        "if (isEpochStart) return { kind: 'DIFF', zxid: max, from, continueAfter: max }",
        "if (isEpochStart) return { kind: 'DIFF', zxid: max, from: from + 1, continueAfter: max }",
      ],
    ],
  },
  {
    name: 'always-a-snapshot',
    tempts: 'It is right every time, and in every test it is quick. With gigabytes of data a restart takes an hour.',
    caughtBy: 'who lacks the last transactions is sent exactly these',
    edits: [
      [
        'if (min <= peerLastZxid && peerLastZxid <= max && committedLog.size > 0) {',
        'if (peerLastZxid < 0n && min <= peerLastZxid && peerLastZxid <= max && committedLog.size > 0) {',
      ],
    ],
    visibleWithin: 2,
  },
  {
    name: 'old-learner-gets-a-diff',
    tempts:
      'indexFrom gives a place for every zxid, also for one below min: the place 0. The transactions before are missing for ever (ZOOKEEPER-2418).',
    caughtBy: 'who was away for too long gets a snapshot',
    edits: [
      ['if (min <= peerLastZxid && peerLastZxid <= max && committedLog.size > 0) {', 'if (peerLastZxid <= max && committedLog.size > 0) {'],
      ['if (isEpochStart) return', 'if (isEpochStart || peerLastZxid < min) return'],
    ],
    visibleWithin: 1,
  },
  {
    name: 'log-files-believed-to-be-whole',
    tempts: 'The files are there, so they are read. What was purged before their first record is then missing on the learner (ZOOKEEPER-2418).',
    caughtBy: 'who is too far behind for the memory is sent the log files, if they go back so far',
    edits: [['logFrom !== null && logFrom <= peerLastZxid && ', 'logFrom !== null && ']],
  },
  {
    name: 'continues-after-the-learner',
    tempts: 'The broadcast seems to go on from where the learner was; it is then sent twice what the DIFF contained.',
    caughtBy: 'who lacks the last transactions is sent exactly these',
    edits: [[SEND_AFTER, SEND_AFTER.replace('continueAfter: max', 'continueAfter: peerLastZxid')]],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'cases-by-where-P-lies',
    how: 'First where P lies: above, inside or below the window; then what to do there.',
    bodies: {
      decideSync: `
        const { min, max, size } = committedLog
        const top = max ?? lastProcessed
        const isStart = counterOf(peerLastZxid) === 0n
        const keep = (at: Zxid): SyncDecision => ({ kind: 'DIFF', zxid: at, from: size, continueAfter: at })
        const snap: SyncDecision = { kind: 'SNAP', zxid: lastProcessed, from: size, continueAfter: lastProcessed }
        if (peerLastZxid === lastProcessed) return keep(peerLastZxid)
        if (peerLastZxid > top) {
          if (isStart) return snap
          const mine = epochOf(peerLastZxid) === epochOf(lastProposed) && peerLastZxid <= lastProposed
          return mine ? keep(peerLastZxid) : { kind: 'TRUNC', zxid: top, from: size, continueAfter: top }
        }
        if (peerLastZxid < (min ?? top) && logFrom !== null && peerLastZxid >= logFrom && counterOf(min ?? top) > 0n) return { kind: 'LOG', upTo: min ?? top }
        if (min === null || peerLastZxid < min) return snap
        const place = committedLog.indexFrom(peerLastZxid)
        const known = committedLog.at(place).zxid === peerLastZxid
        if (!known && !isStart) return snap
        return { kind: 'DIFF', zxid: top, from: known ? place + 1 : place, continueAfter: top }`,
    },
  },
  {
    name: 'searches-from-the-end',
    how: 'It walks back through the log until it meets P or has gone past it.',
    bodies: {
      decideSync: `
        const { size } = committedLog
        const at = (place: number) => committedLog.at(place).zxid
        const max = size > 0 ? at(size - 1) : lastProcessed
        const start = counterOf(peerLastZxid) === 0n
        if (peerLastZxid === lastProcessed) return { kind: 'DIFF', zxid: max, from: size, continueAfter: peerLastZxid }
        if (peerLastZxid > max && !start) {
          const known = peerLastZxid <= lastProposed && peerLastZxid > makeZxid(epochOf(lastProposed), 0n)
          if (known) return { kind: 'DIFF', zxid: max, from: size, continueAfter: peerLastZxid }
          return { kind: 'TRUNC', zxid: max, from: size, continueAfter: max }
        }
        if (size > 0 && peerLastZxid <= max && peerLastZxid >= at(0)) {
          let place = size
          while (place > 0 && at(place - 1) > peerLastZxid) place--
          if (start || (place > 0 && at(place - 1) === peerLastZxid)) return { kind: 'DIFF', zxid: max, from: place, continueAfter: max }
        }
        const first = size > 0 ? at(0) : lastProcessed
        const files = logFrom !== null && logFrom <= peerLastZxid && peerLastZxid < first && counterOf(first) !== 0n
        return files ? { kind: 'LOG', upTo: first } : { kind: 'SNAP', zxid: lastProcessed, from: size, continueAfter: lastProcessed }`,
    },
  },
]

export const equivalent = {
  '> → >=': 'A P that equals max and is of this epoch is lastProcessed, which was answered before.',
  '> → >= #3': 'With an empty log min and max are lastProcessed, and that P was answered before.',
  '< → <=': 'A P that equals min is found in the log, or is lastProcessed if there is none.',
}
