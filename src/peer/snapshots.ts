import type { Millis, Now, Prng, Zxid } from '../kernel/index.ts'
import { type DiskResult, newSnapshotWriter, type SnapshotWriterEffect, type SnapshotWriterState, snapshotWriter } from '../storage/index.ts'
import type { ZKDatabase } from '../tree/index.ts'

/** The snapshots of a server: when the next one is due, and the one that is being written. Source: `SyncRequestProcessor.shouldSnapshot`. */
export class Snapshots {
  /** The last durable one of this life; null before the first. `at` is the time of day in ms. */
  last: { readonly zxid: Zxid; readonly at: Millis } | null = null
  private readonly snapCount: number
  private readonly random: Prng
  private writer: SnapshotWriterState | null = null
  private zxid: Zxid = 0n
  private began: Millis = 0
  /** Transactions logged since the last one was begun, and how many make the next one due. */
  private logged = 0
  private due: number

  /** @param snapCount how many transactions come between two snapshots at most */
  constructor(snapCount: number, random: Prng) {
    this.snapCount = snapCount
    this.random = random
    this.due = this.drawDue()
  }

  get isDue(): boolean {
    return this.logged > this.due && this.writer === null
  }

  countLogged(): void {
    this.logged++
  }

  /** Begins one of the database as it is. @param historyReplaced whether the files hold another history, which it then replaces */
  begin(database: ZKDatabase, historyReplaced: boolean, now: Now): readonly SnapshotWriterEffect[] {
    this.logged = 0
    this.due = this.drawDue()
    this.began = now.elapsed
    this.zxid = database.lastProcessedZxid
    this.writer = newSnapshotWriter(database, historyReplaced)
    return snapshotWriter.step(this.writer, { kind: 'start' }, now)
  }

  onDisk(token: number, result: DiskResult, now: Now): readonly SnapshotWriterEffect[] {
    return this.writer === null ? [] : snapshotWriter.step(this.writer, { kind: 'disk', token, result }, now)
  }

  /** The one that was being written is durable. Returns how long it took. */
  finish(now: Now): Millis {
    this.writer = null
    this.last = { zxid: this.zxid, at: now.wall }
    return now.elapsed - this.began
  }

  /** Forgets the one that is being written: the database that it is of will be another one. Its file is cleared away at the next start. */
  abort(): void {
    this.writer = null
  }

  /** Between half of snapCount and all of it, so that the servers of an ensemble do not all snapshot at the same time. */
  private drawDue(): number {
    const half = Math.max(1, Math.floor(this.snapCount / 2))
    return half + this.random.below(half)
  }
}
