import type { Now } from '../kernel/index.ts'
import { type DiskEffect, type DiskResult, type LogRangeEffect, type LogRangeState, logRange } from '../storage/index.ts'
import type { EncodedTxn, LearnerConnection } from '../zab/index.ts'

/** Who wants to have the log read. */
export interface LogReader {
  /** A piece of what was asked for. Returns whether more is wanted. */
  logRead(connection: LearnerConnection, txns: readonly EncodedTxn[], now: Now): boolean
  /** There is no more: it has been read, or cannot be, for this reason. */
  logReadOver(connection: LearnerConnection, reason: string | null, now: Now): void
}

/** What the readings of the log need of the disk. */
export interface RangeDisk {
  /** A new machine begins to ask. */
  begin(): void
  ask(effect: DiskEffect): void
}

/** Parts of the log that are read for learners, one after the other, while the log goes on being written. */
export class LogRanges {
  /** The first is being read. */
  private ranges: { readonly connection: LearnerConnection; readonly range: LogRangeState }[] = []
  private readonly reader: LogReader
  private readonly disk: RangeDisk

  constructor(reader: LogReader, disk: RangeDisk) {
    this.reader = reader
    this.disk = disk
  }

  read(connection: LearnerConnection, range: LogRangeState, now: Now): void {
    this.ranges.push({ connection, range })
    if (this.ranges.length === 1) this.start(now)
  }

  /** Whoever has asked is no longer there. */
  clear(): void {
    this.ranges = []
  }

  /** The answer to what the present reading has asked of the disk. */
  onDisk(token: number, result: DiskResult, now: Now): void {
    const [head] = this.ranges
    if (head !== undefined) this.carryOut(logRange.step(head.range, { kind: 'disk', token, result }, now), now)
  }

  private start(now: Now): void {
    const [head] = this.ranges
    if (head === undefined) return
    this.disk.begin()
    this.carryOut(logRange.step(head.range, { kind: 'start' }, now), now)
  }

  private carryOut(effects: readonly LogRangeEffect[], now: Now): void {
    const [head] = this.ranges
    for (const effect of effects) {
      // What is told to the reader may end the role, and with it all reading.
      if (head === undefined || this.ranges[0] !== head) return
      if (effect.kind === 'disk') this.disk.ask(effect)
      else if (effect.kind !== 'txns') this.end(effect.kind === 'unusable' ? effect.reason : null, now)
      else if (!this.reader.logRead(head.connection, effect.txns, now)) this.end(null, now)
      else this.carryOut(logRange.step(head.range, { kind: 'continue' }, now), now)
    }
  }

  private end(reason: string | null, now: Now): void {
    const [head, ...others] = this.ranges
    this.ranges = others
    if (head !== undefined) this.reader.logReadOver(head.connection, reason, now)
    this.start(now)
  }
}
