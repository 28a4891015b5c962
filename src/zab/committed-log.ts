import { assert, crc32, follows, formatId, type Zxid } from '../kernel/index.ts'
import type { EncodedTxn } from './events.ts'

/**
 * The last committed transactions, encoded, in memory: what a leader brings a lagging learner up to date from without
 * reading its disk. It lives longer than any role. The peer fills it with the log at start (all that was logged counts as
 * committed then) and with every transaction as it is applied, and empties it when the database is replaced.
 *
 * There is no gap in it, which is why a learner's position is either in it or was never part of this history.
 * Source: `ZKDatabase.committedLog`, `minCommittedLog`, `maxCommittedLog`.
 */
export class CommittedLog {
  /** How many transactions are kept. */
  readonly limit: number
  private txns: EncodedTxn[] = []
  private head = 0

  /** @param commitLogCount how many transactions to keep (`zookeeper.commitLogCount`) */
  constructor(commitLogCount = 500) {
    this.limit = commitLogCount
  }

  /** How many transactions it holds. */
  get size(): number {
    return this.txns.length - this.head
  }

  /** The oldest zxid kept; null when empty. */
  get min(): Zxid | null {
    return this.size === 0 ? null : this.at(0).zxid
  }

  /** The newest zxid; null when empty. */
  get max(): Zxid | null {
    return this.size === 0 ? null : this.at(this.size - 1).zxid
  }

  /** Adds the next committed transaction and drops the oldest when there are too many. A gap is a bug of ours. */
  add(txn: EncodedTxn): void {
    const last = this.max
    if (last !== null) assert(follows(last, txn.zxid), `committedLog: ${formatId(txn.zxid)} does not follow ${formatId(last)}`)
    this.txns.push(txn)
    if (this.size > this.limit) this.head++
    if (this.head > this.limit) {
      this.txns = this.txns.slice(this.head)
      this.head = 0
    }
  }

  /** The transaction at a place, 0 being the oldest. */
  at(index: number): EncodedTxn {
    const txn = index < 0 ? undefined : this.txns[this.head + index]
    assert(txn !== undefined, `committedLog: no place ${index} in ${this.size}`)
    return txn
  }

  /** The place of the first transaction at or above `zxid`; `size` when there is none. */
  indexFrom(zxid: Zxid): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.at(middle).zxid < zxid) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The transactions at or above `zxid`, oldest first. */
  *from(zxid: Zxid): IterableIterator<EncodedTxn> {
    for (let index = this.indexFrom(zxid); index < this.size; index++) yield this.at(index)
  }

  /** Forgets all: the database has been replaced. */
  clear(): void {
    this.txns = []
    this.head = 0
  }

  /** A copy that can grow by itself; the transactions' bytes are shared. */
  clone(): CommittedLog {
    const copy = new CommittedLog(this.limit)
    copy.txns = this.txns.slice(this.head)
    return copy
  }

  /** A 32-bit digest of zxids and contents, equal for equal logs. */
  hash(): number {
    let digest = 0
    for (let index = 0; index < this.size; index++) {
      const { zxid, bytes } = this.at(index)
      digest = (Math.imul(digest, 31) + Number(BigInt.asUintN(32, zxid ^ (zxid >> 32n))) + crc32(bytes)) >>> 0
    }
    return digest
  }
}
