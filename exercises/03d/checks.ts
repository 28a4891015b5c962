import type { Proposal } from '../../src/election/index.ts'
import { WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'
import { faultIn, type Order } from './fault-in.ts'

const LARGER: Order = (a, b) => a.leader > b.leader

/** The right order, but for how a tie is broken. */
function byHistory(tie: Order): Order {
  return (candidate, current, verifier) => {
    if (verifier.weightOf(candidate.leader) === 0) return false
    if (candidate.peerEpoch !== current.peerEpoch) return candidate.peerEpoch > current.peerEpoch
    if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid
    return tie(candidate, current, verifier)
  }
}

function weighed(order: Order): Order {
  return (candidate, current, verifier) => verifier.weightOf(candidate.leader) > 0 && order(candidate, current, verifier)
}

const counterOf = ({ zxid }: Proposal) => zxid & 0xffffffffn

export const checks: Checks = {
  'accuses no order that is right'() {
    accepts('the larger sid wins a tie', byHistory(LARGER))
    accepts(
      'the smaller sid wins a tie',
      byHistory((a, b) => a.leader < b.leader),
    )
    accepts(
      'server 2 wins a tie, then server 3',
      byHistory((a, b) => rank(a) < rank(b)),
    )
  },

  'finds that the epoch is not looked at'() {
    const order = weighed((a, b) => (a.zxid === b.zxid ? byHistory(LARGER)(a, b, ALL) : a.zxid > b.zxid))
    accuses('by zxid, then by epoch, then by sid', order, 'an older epoch wins')
  },

  'finds that the longest log wins, of whatever epoch'() {
    const longest = weighed((a, b) => (counterOf(a) === counterOf(b) ? byHistory(LARGER)(a, b, ALL) : counterOf(a) > counterOf(b)))
    accuses('by the counter of the zxid, then by epoch, then by sid', longest, 'an older epoch wins')
  },

  'finds that the sid comes before the zxid'() {
    const bySid: Order = (a, b) => (a.leader === b.leader ? a.zxid > b.zxid : a.leader > b.leader)
    const order = weighed((a, b) => (a.peerEpoch === b.peerEpoch ? bySid(a, b, ALL) : a.peerEpoch > b.peerEpoch))
    accuses('by epoch, then by sid, then by zxid', order, 'a shorter log of the same epoch wins')
  },

  'finds that any advantage is enough'() {
    const order = weighed((a, b) => a.peerEpoch > b.peerEpoch || a.zxid > b.zxid || a.leader > b.leader)
    accuses('a later epoch, or a larger zxid, or a larger sid', order, 'two votes supersede each other, for ever')
  },

  'finds that a tie has no winner'() {
    accuses(
      'by epoch, then by zxid; a tie stays one',
      byHistory(() => false),
      'each server stays with its own vote',
    )
  },

  'finds that an equal vote is better'() {
    accuses(
      'the larger sid wins a tie, and the same sid does too',
      byHistory((a, b) => a.leader >= b.leader),
      'an equal vote is adopted, and sent to everybody, again and again',
    )
  },

  'finds that ties go round in a circle'() {
    const next = (sid: bigint) => (sid % 3n) + 1n
    accuses(
      '2 wins a tie with 1, 3 with 2, and 1 with 3',
      byHistory((a, b) => a.leader === next(b.leader)),
      'where one ends depends on the order in which votes come',
    )
  },

  'finds that weights are not looked at'() {
    const order: Order = (a, b) => byHistory(LARGER)(a, b, ALL)
    accuses('the larger sid wins a tie, whatever its weight', order, 'server 4, of weight 0, wins, and could never gather a quorum')
  },
}

/** Everybody has weight 1. */
const ALL = { weightOf: () => 1 } as unknown as Parameters<Order>[2]

function rank({ leader }: Proposal): number {
  return [2n, 3n, 1n].indexOf(leader)
}

function accepts(story: string, order: Order): void {
  const fault = faultIn(order)
  if (fault === null) return
  const because = 'between equal logs it does not matter who wins, if all say the same'
  throw new WrongAnswer('nothing is wrong with it', fault === undefined ? 'undefined' : fault, {
    given: `a right order: by epoch, then by zxid; ${story}`,
    because,
  })
}

function accuses(story: string, order: Order, because: string): void {
  if (typeof faultIn(order) === 'string') return
  throw new WrongAnswer('a fault', 'nothing is wrong with it', { given: `a wrong order: ${story}`, because })
}
