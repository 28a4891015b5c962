/**
 * What the whole ensemble has promised so far, as somebody would know who sees everything: the one sequence of committed
 * transactions, and who has led which epoch. Every fact that servers let be seen is judged by it. Names are those of the
 * properties in the Zab paper and in ZooKeeper's TLA+ specifications.
 */
import { type Epoch, epochOf, formatId, type Sid } from '../../../kernel/index.ts'
import type { EncodedTxn } from '../../../zab/index.ts'
import type { Breach } from './search.ts'
import { type Output, startsWith } from './small-server.ts'

export interface Reign {
  readonly epoch: Epoch
  readonly leader: Sid
  /** How long the history was with which it began to serve; null: it does not serve yet. */
  readonly length: number | null
}

export interface PublicRecord {
  readonly committed: readonly EncodedTxn[]
  readonly reigns: readonly Reign[]
}

export const NOTHING_YET: PublicRecord = { committed: [], reigns: [] }

/** A fact, and who lets it be seen. `isQuorum`: whether a quorum has this transaction on disk now. */
export interface Fact {
  readonly output: Exclude<Output, { readonly kind: 'send' | 'close' }>
  readonly sid: Sid
  readonly isOnQuorum: (txn: EncodedTxn) => boolean
}

/** The record with this fact in it, or the promise that it breaks. */
export function judge(record: PublicRecord, { output, sid, isOnQuorum }: Fact): PublicRecord | Breach {
  const { committed, reigns } = record
  switch (output.kind) {
    case 'established': {
      const other = reigns.find(({ epoch }) => epoch === output.epoch)
      if (other !== undefined) return breach('leadership', `Epoch ${output.epoch} has two leaders, s${other.leader} and s${sid}`)
      return { committed, reigns: [...reigns, { epoch: output.epoch, leader: sid, length: null }] }
    }
    case 'reigns': {
      const { epoch, history } = output
      const begun = reigns.map((reign) => (reign.epoch === epoch ? { ...reign, length: history.length } : reign))
      // An ack may come so late that a later epoch has begun: whoever leads in vain must at least have nothing that the later one lacks.
      const later = reigns.find((reign) => reign.epoch > epoch && reign.length !== null)
      if (later === undefined && startsWith(history, committed)) return { committed: history, reigns: begun }
      if (later !== undefined && startsWith(committed.slice(0, later.length ?? 0), history)) return { committed, reigns: begun }
      return breach('leader completeness', `s${sid} leads epoch ${epoch} with another history than what is committed`)
    }
    case 'committed': {
      const { txn, place } = output
      if (!isOnQuorum(txn)) return breach('commit quorum', `s${sid} commits ${formatId(txn.zxid)}, which no quorum has on disk`)
      const later = reigns.find(({ epoch, length }) => epoch > epochOf(txn.zxid) && length !== null && length <= place)
      if (later !== undefined)
        return breach('primary order', `s${sid} commits ${formatId(txn.zxid)}, but s${later.leader} leads epoch ${later.epoch} without it`)
      if (place > committed.length) return breach('total order', `s${sid} commits ${formatId(txn.zxid)} out of order`)
      return place === committed.length ? { committed: [...committed, txn], reigns } : agreeing(record, sid, txn, place)
    }
    case 'delivered':
      return agreeing(record, sid, output.txn, output.place)
    case 'cut':
      if (!committed.some(({ bytes }) => bytes === output.txn.bytes)) return record
      return breach('committed-log durability', `s${sid} cuts ${formatId(output.txn.zxid)} off its log, which is committed`)
  }
}

function agreeing(record: PublicRecord, sid: Sid, txn: EncodedTxn, place: number): PublicRecord | Breach {
  const other = record.committed[place]
  if (other?.bytes === txn.bytes) return record
  if (other === undefined) return breach('integrity', `s${sid} shows ${formatId(txn.zxid)} to its clients, which is not committed`)
  return breach('agreement', `s${sid} has ${formatId(txn.zxid)} where ${formatId(other.zxid)} is committed`)
}

function breach(promise: string, sentence: string): Breach {
  return { promise, sentence: `${sentence}.` }
}
