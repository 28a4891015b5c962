/**
 * # storage: what a server knows after it has died
 *
 * A server's state is one function of its history: apply the transactions in order, and there is the tree. So the **txn log**
 * is the truth, and a record that is in it, synced, is a promise: the server's acknowledgement told the ensemble that this
 * transaction will be there after any crash. A **snapshot** is only there to keep the replay short: the tree as it was after
 * some transaction, from which on the log is replayed.
 *
 * ## The rules
 * 1. *Log before word.* {@link txnLog} says `flushed` only after a sync, and nobody is told of a transaction before that. One
 *    sync serves all transactions that came while the one before was running (group commit), so durability costs little.
 * 2. *A torn end is no loss, a damaged middle is.* A record that breaks off was being written when the server died; nobody
 *    has been told of it. A record that is whole but for its checksum may have been acknowledged; dropping it in silence could
 *    undo what a client was told, so the server refuses to start ({@link LogReader}).
 * 3. *Fuzzy snapshots.* A snapshot is written while transactions go on, named after the last one applied before it began. It
 *    may contain parts of later ones; replaying those again does no harm because transactions are idempotent: they say what
 *    the values are, not how they change ({@link SnapshotSerializer}).
 * 4. *Recovery*: the newest snapshot that is whole, then every record after it, committed or not ({@link recovery}). Logs
 *    without any snapshot are the end of a history whose beginning is lost: refuse (ZOOKEEPER-2325).
 * 5. *Every crash leaves a beginning of the history*, never a hole. So {@link truncate} and {@link snapshotWriter} do one thing
 *    at a time and delete the newest first.
 * 6. The epoch files, `acceptedEpoch` and `currentEpoch`, are replaced as a whole; when to write them is the business of `zab/`.
 *
 * ## How it is built
 * Nothing here touches a file. Five machines ask for {@link DiskOperation}s and get {@link DiskResult}s: {@link txnLog},
 * {@link snapshotWriter}, {@link recovery}, {@link truncate}, {@link logRange}. Each numbers its questions from 1 up; whoever
 * runs several keeps their numbers apart. What they read and write is put into bytes by `txn-log.ts` and `snapshot-*.ts`,
 * which the SNAP stream between servers uses too. {@link purgeable} decides what may be deleted.
 *
 * ## Where this departs from Java, the bytes always being the same
 * - All snapshots are written under another name, synced and renamed, not only those after SNAP (ZOOKEEPER-2872).
 * - The name of a new log file is made durable with its first sync.
 * - The newest log file may lack its header in any way that a crash can cause, not only by having length 0; recovery deletes
 *   such a file (ZOOKEEPER-2332).
 * - Truncation is durable and deletes snapshots of what is cut off (ZOOKEEPER-4837); a zxid that the server never had is
 *   refused, where Java cuts near it. Where the history begins with a snapshot of just this zxid, it can be cut to that.
 * - After a SNAP the log and the snapshots of the former history are deleted; Java leaves them to the next recovery.
 * - A snapshot that fails half-way leaves no sessions behind when the next older one is tried.
 * - Compressed snapshots are refused with a message: falling back to an older one could lose transactions.
 *
 * Chapter: `chapters/08-storage.md`.
 * Source: `org.apache.zookeeper.server.persistence`, `SyncRequestProcessor`, `ZKDatabase`.
 *
 * @packageDocumentation
 */
export * from './disk.ts'
export * from './file-names.ts'
export * from './log-range.ts'
export * from './log-writer.ts'
export * from './purge.ts'
export * from './reading.ts'
export * from './recovery.ts'
export { newRecovery, type Recovered, type RecoveryEffect, type RecoveryEvent, type RecoveryState } from './recovery-state.ts'
export * from './snapshot-format.ts'
export * from './snapshot-reader.ts'
export * from './snapshot-serializer.ts'
export * from './snapshot-writer.ts'
export * from './truncate.ts'
export * from './txn-log.ts'
