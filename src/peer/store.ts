import { longestBuffer } from '../jute/index.ts'
import { assert, type Epoch, type Now, type Prng, utf8, type Zxid } from '../kernel/index.ts'
import {
  type DiskEffect,
  type DiskResult,
  isLogIdle,
  newLogRange,
  newRecovery,
  newTruncate,
  newTxnLog,
  type Recovered,
  type RecoveryEffect,
  type RecoveryState,
  recovery,
  SnapshotReader,
  SnapshotSerializer,
  type SnapshotWriterEffect,
  type TruncateEffect,
  type TruncateState,
  type TxnLogEffect,
  type TxnLogState,
  truncate,
  txnLog,
} from '../storage/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import type { EncodedTxn, EpochFile, LearnerConnection } from '../zab/index.ts'
import type { PeerEffect } from './boundary.ts'
import { DiskTokens, type Task } from './disk-tokens.ts'
import { LogRanges, type LogReader } from './log-ranges.ts'
import type { Metrics } from './metrics.ts'
import type { Observation } from './observation.ts'
import type { PeerSettings } from './settings.ts'
import { Snapshots } from './snapshots.ts'

/** What the store tells the server. Each call may come at any event of the disk. */
export interface StoreListener extends LogReader {
  observe(observation: Observation): void
  /** The database is what the disk holds. */
  recovered(result: Recovered, now: Now): void
  flushed(upTo: Zxid, now: Now): void
  epochWritten(file: EpochFile, epoch: Epoch, now: Now): void
  /** A durable snapshot that a role has asked for is there. */
  snapshotTaken(now: Now): void
  /** The log could not be cut; nothing was changed. */
  truncateFailed(message: string, now: Now): void
  /** The disk is not to be trusted any more. */
  diskFailed(message: string): void
}

/**
 * Everything durable of one server: log, snapshots, epochs. It holds the machines of `storage/` and lets them take turns: the
 * log may be read or cut only while nothing is on its way to it, and a snapshot is taken beside everything else.
 */
export class Store {
  acceptedEpoch: Epoch = 0n
  currentEpoch: Epoch = 0n
  private readonly settings: PeerSettings
  private readonly database: ZKDatabase
  private readonly listener: StoreListener
  private readonly out: PeerEffect[]
  private readonly metrics: Metrics
  private log: TxnLogState
  private recovery: RecoveryState | null = null
  private truncation: TruncateState | null = null
  private readonly snapshots: Snapshots
  private readonly ranges: LogRanges
  /** From here on the log files hold the history of the database without a hole. */
  private unbrokenFrom: Zxid = 0n
  /** Whether a role waits for the snapshot that is being written. */
  private snapshotIsAwaited = false
  /** The stream after SNAP, while it is read. */
  private snapshotStream: { readonly reader: SnapshotReader; readonly zxid: Zxid } | null = null
  /** Whether the database came from a leader and the files still hold another history. */
  private historyReplaced = false
  private readonly tokens = new DiskTokens()
  private readonly epochWrites: { readonly token: number; readonly file: EpochFile; readonly epoch: Epoch }[] = []
  private lastEpochToken = 0
  /** When the work began that is under way, on the clock of `Now.elapsed`. */
  private readonly began = { recovery: 0, sync: 0 }
  /** Transactions logged since the last sync was asked for. */
  private unsynced = 0
  /** Syncs that took longer than `fsync.warningthresholdms`. */
  slowSyncs = 0

  constructor(settings: PeerSettings, database: ZKDatabase, listener: StoreListener, random: Prng, metrics: Metrics, out: PeerEffect[]) {
    this.settings = settings
    this.database = database
    this.listener = listener
    this.out = out
    this.metrics = metrics
    this.log = newTxnLog(0n, settings)
    this.ranges = new LogRanges(listener, { begin: () => this.tokens.renumber('range'), ask: (effect) => this.disk('range', effect) })
    this.snapshots = new Snapshots(settings.snapCount, random)
  }

  /** The last durable snapshot of this life; null before the first. `at` is the time of day in ms. */
  get lastSnapshot(): Snapshots['last'] {
    return this.snapshots.last
  }

  /** Whether nothing is on its way to the log or an epoch file, and neither is being read or cut: only then may a role begin. */
  get idle(): boolean {
    return isLogIdle(this.log) && this.epochWrites.length === 0 && this.truncation === null && this.recovery === null
  }

  /** Reads the disk into the database; `recovered` follows. */
  recover(now: Now): void {
    assert(isLogIdle(this.log), 'the disk is read while the log is written')
    this.abortSnapshot()
    this.began.recovery = now.elapsed
    this.tokens.renumber('recovery')
    this.recovery = newRecovery(this.database, this.settings.commitLogCount, longestBuffer(this.settings.juteMaxBuffer))
    this.onRecovery(recovery.step(this.recovery, { kind: 'start' }, now), now)
  }

  /** Puts a transaction into the log; `flushed` follows after the turn. */
  append({ zxid, bytes }: EncodedTxn, now: Now): void {
    this.listener.observe({ kind: 'appended', zxid, bytes })
    txnLog.step(this.log, { kind: 'append', zxid, bytes }, now)
    this.snapshots.countLogged()
    this.unsynced++
  }

  /** The turn is over: write the log, and begin a snapshot if one is due. */
  turn(now: Now): void {
    this.onLog(txnLog.step(this.log, { kind: 'turn' }, now), now)
    if (this.snapshots.isDue) this.takeSnapshot(now)
  }

  /** Begins a snapshot of the database as it is; the log goes on in a new file. */
  takeSnapshot(now: Now): void {
    this.onLog(txnLog.step(this.log, { kind: 'roll' }, now), now)
    this.tokens.renumber('snapshot')
    this.onSnapshot(this.snapshots.begin(this.database, this.historyReplaced, now), now)
  }

  /** A snapshot that a role waits for; `snapshotTaken` follows. */
  takeDurableSnapshot(now: Now): void {
    this.abortSnapshot()
    this.takeSnapshot(now)
    this.snapshotIsAwaited = true
  }

  /** Cuts the log after `zxid` and reads the database anew; `recovered` or `truncateFailed` follows. */
  truncate(zxid: Zxid, now: Now): void {
    assert(isLogIdle(this.log), 'the log is cut while it is written')
    this.abortSnapshot()
    this.tokens.renumber('truncate')
    this.truncation = newTruncate(zxid, longestBuffer(this.settings.juteMaxBuffer))
    this.onTruncate(truncate.step(this.truncation, { kind: 'start' }, now), now)
  }

  /** From where the log may be read for learners; null when it may not. Source: `ZKDatabase.isTxnLogSyncEnabled`. */
  get logFrom(): Zxid | null {
    return this.settings.snapshotSizeFactor < 0 ? null : this.unbrokenFrom
  }

  /**
   * Reads the transactions `from` to `upTo`, both included, from the log for a learner; `logRead` and `logReadOver` follow. One
   * learner after the other is served, while the log goes on being written.
   */
  readLog(connection: LearnerConnection, from: Zxid, upTo: Zxid, now: Now): void {
    const { snapshotSizeFactor, juteMaxBuffer } = this.settings
    this.ranges.read(connection, newLogRange(from, upTo, snapshotSizeFactor, longestBuffer(juteMaxBuffer)), now)
  }

  /** Whoever has asked is no longer there. */
  stopReadingLog(): void {
    this.ranges.clear()
  }

  /** Writes an epoch file durably; `epochWritten` follows. */
  writeEpoch(file: EpochFile, epoch: Epoch): void {
    const token = ++this.lastEpochToken
    this.epochWrites.push({ token, file, epoch })
    this.disk('epoch', { kind: 'disk', token, operation: { kind: 'replace', file: `snap/${file}`, bytes: utf8(epoch.toString()) } })
  }

  /** The database as it is, in the form in which it follows a SNAP packet. */
  *serializeStream(): Iterable<Uint8Array> {
    const serializer = new SnapshotSerializer(this.database, 'stream')
    for (let piece = serializer.next(); piece !== null; piece = serializer.next()) yield piece
  }

  /** The database is about to be replaced by the stream after SNAP. */
  beginSnapshotStream(zxid: Zxid): void {
    this.abortSnapshot()
    this.snapshotStream = { reader: new SnapshotReader(this.database, 'stream', longestBuffer(this.settings.juteMaxBuffer)), zxid }
  }

  /**
   * Takes bytes of the stream after SNAP.
   * @returns what of the bytes comes after the stream, null while the stream goes on, or why it is none
   */
  readSnapshotStream(bytes: Uint8Array): { readonly rest: Uint8Array } | { readonly failure: string } | null {
    assert(this.snapshotStream !== null, 'no snapshot stream is expected')
    const { reader, zxid } = this.snapshotStream
    const reading = reader.push(bytes)
    if (reading.kind === 'more') return null
    this.snapshotStream = null
    if (reading.kind === 'failed') return { failure: reading.message }
    this.database.lastProcessedZxid = zxid
    this.historyReplaced = true
    this.startLog(zxid)
    this.unbrokenFrom = zxid
    this.listener.observe({ kind: 'restored', from: 'leader', zxid })
    return { rest: bytes.subarray(bytes.length - reading.leftover) }
  }

  /** The answer to a disk effect. */
  onDisk(token: number, result: DiskResult, now: Now): void {
    const { task, local } = this.tokens.inward(token)
    const event = { kind: 'disk', token: local, result } as const
    if (result.kind === 'failed' && task !== 'recovery' && task !== 'truncate' && task !== 'range') return this.listener.diskFailed(result.message)
    if (task === 'log') this.onLog(txnLog.step(this.log, event, now), now)
    else if (task === 'recovery' && this.recovery !== null) this.onRecovery(recovery.step(this.recovery, event, now), now)
    else if (task === 'snapshot') this.onSnapshot(this.snapshots.onDisk(local, result, now), now)
    else if (task === 'truncate' && this.truncation !== null) this.onTruncate(truncate.step(this.truncation, event, now), now)
    else if (task === 'epoch') this.onEpochWritten(local, now)
    else if (task === 'range') this.ranges.onDisk(local, result, now)
  }

  private startLog(lastZxid: Zxid): void {
    this.tokens.renumber('log')
    this.log = newTxnLog(lastZxid, this.settings)
  }

  private onLog(effects: readonly TxnLogEffect[], now: Now): void {
    for (const effect of effects) {
      if (effect.kind === 'disk') this.writeLog(effect, now)
      else if (effect.kind === 'failed') this.listener.diskFailed(effect.message)
      else {
        this.onSynced(now)
        this.listener.observe({ kind: 'flushed', zxid: effect.upTo })
        this.listener.flushed(effect.upTo, now)
      }
    }
  }

  /** The last operation of a batch is the one that is answered. */
  private writeLog(effect: DiskEffect, now: Now): void {
    this.disk('log', effect)
    if (effect.token === 0) return
    this.began.sync = now.elapsed
    this.metrics.batchSize.add(this.unsynced)
    this.unsynced = 0
  }

  /** Source: `FileTxnLog.commit`. */
  private onSynced(now: Now): void {
    const took = now.elapsed - this.began.sync
    this.metrics.fsyncTime.add(took)
    if (took <= this.settings.fsyncWarningThreshold) return
    this.slowSyncs++
    const message = `fsync of the txn log took ${took} ms: every write waits for it; give the log a disk of its own (dataLogDir) or a faster one`
    this.out.push({ kind: 'log', level: 'warn', message })
  }

  private onRecovery(effects: readonly RecoveryEffect[], now: Now): void {
    for (const effect of effects) {
      if (effect.kind === 'disk') this.disk('recovery', effect)
      else if (effect.kind === 'note') this.out.push(effect)
      else if (effect.kind === 'failed') this.listener.diskFailed(effect.message)
      else this.onRecovered(effect, now)
    }
  }

  private onRecovered(result: Recovered, now: Now): void {
    this.recovery = null
    this.metrics.databaseInitTime.add(now.elapsed - this.began.recovery)
    this.historyReplaced = false
    this.startLog(result.lastZxid)
    this.unbrokenFrom = result.logFrom
    this.listener.observe({ kind: 'restored', from: 'disk', zxid: result.lastZxid })
    this.listener.recovered(result, now)
  }

  private onSnapshot(effects: readonly SnapshotWriterEffect[], now: Now): void {
    for (const effect of effects) {
      if (effect.kind === 'disk') this.disk('snapshot', effect)
      else if (effect.kind === 'note') this.out.push(effect)
      else if (effect.kind === 'failed') this.listener.diskFailed(effect.message)
      else this.onSnapshotWritten(now)
    }
  }

  private onSnapshotWritten(now: Now): void {
    this.metrics.snapshotTime.add(this.snapshots.finish(now))
    this.historyReplaced = false
    if (!this.snapshotIsAwaited) return
    this.snapshotIsAwaited = false
    this.listener.snapshotTaken(now)
  }

  private onTruncate(effects: readonly TruncateEffect[], now: Now): void {
    for (const effect of effects) {
      if (effect.kind === 'disk') this.disk('truncate', effect)
      else if (effect.kind === 'note') this.out.push(effect)
      else if (effect.kind === 'truncated') {
        this.truncation = null
        this.listener.observe({ kind: 'truncated', zxid: effect.zxid })
        this.recover(now)
      } else if (effect.damaged) this.listener.diskFailed(effect.message)
      else {
        this.truncation = null
        this.listener.truncateFailed(effect.message, now)
      }
    }
  }

  private onEpochWritten(token: number, now: Now): void {
    const write = this.epochWrites.shift()
    assert(write?.token === token, 'epoch files are written one after the other')
    this[write.file] = write.epoch
    this.listener.observe({ kind: 'epochWritten', file: write.file, epoch: write.epoch })
    this.listener.epochWritten(write.file, write.epoch, now)
  }

  private abortSnapshot(): void {
    this.snapshots.abort()
    this.snapshotIsAwaited = false
  }

  private disk(task: Task, effect: DiskEffect): void {
    this.out.push(this.tokens.outward(task, effect))
  }
}
