import { newRecovery, newTxnLog, type RecoveryEffect, recovery, SnapshotSerializer, type TxnLogState, txnLog } from '../../src/storage/index.ts'
import { DataTree, ZKDatabase } from '../../src/tree/index.ts'
import { decodeTransaction, encodeTransaction, OPEN_ACL_UNSAFE, OpCode, type Txn } from '../../src/wire/index.ts'
import { type MemoryDisk, runOnDisk } from '../support/memory-disk.ts'

export const SESSION = 0x100000000000001n

/** An encoded transaction of {@link SESSION}. */
export function encoded(zxid: bigint, txn: Txn): Uint8Array {
  return encodeTransaction({
    header: { clientId: SESSION, cxid: Number(zxid & 0xffffn), zxid, time: 1000n + zxid, type: OpCode[txn.kind] },
    txn,
    digest: null,
  })
}

export function create(path: string, data = '', ephemeral = false): Txn {
  return { kind: 'create', path, data: new TextEncoder().encode(data), acl: OPEN_ACL_UNSAFE, ephemeral, parentCVersion: -1 }
}

/** Transaction number `zxid` of a history in which each one leaves a trace: /n1, /n2 … */
export function numbered(zxid: bigint): Uint8Array {
  return encoded(zxid, zxid === 1n ? { kind: 'createSession', timeOut: 10_000 } : create(`/n${zxid}`, 'x'.repeat(Number(zxid % 50n))))
}

export function newDatabase(): ZKDatabase {
  return new ZKDatabase(new DataTree({ digest: true }))
}

/** The database after the numbered transactions up to `zxid`. */
export function databaseAt(zxid: bigint): ZKDatabase {
  const database = newDatabase()
  for (let next = 1n; next <= zxid; next++) database.apply(decodeTransaction(numbered(next)))
  return database
}

export const logOptions = { preAllocSize: 8192, forceSync: true }

/** Appends the numbered transactions `from` to `to`, `batch` in each turn. */
export function logUp(disk: MemoryDisk, from: bigint, to: bigint, batch = 1): TxnLogState {
  const log = newTxnLog(from - 1n, logOptions)
  for (let zxid = from; zxid <= to; zxid++) {
    runOnDisk(disk, txnLog, log, { kind: 'append', zxid, bytes: numbered(zxid) })
    if ((zxid - from + 1n) % BigInt(batch) === 0n || zxid === to) runOnDisk(disk, txnLog, log, { kind: 'turn' })
  }
  return log
}

/** A snapshot file of the database as it is. */
export function wholeSnapshot(database: ZKDatabase): Uint8Array {
  return new SnapshotSerializer(database, 'file', Number.POSITIVE_INFINITY).next() as Uint8Array
}

/** The last effect of a recovery, without notes. */
export function recover(disk: MemoryDisk, commitLogCount = 500): Extract<RecoveryEffect, { kind: 'recovered' | 'failed' }> {
  const outcome = runOnDisk(disk, recovery, newRecovery(newDatabase(), commitLogCount), { kind: 'start' }).at(-1)
  if (outcome?.kind !== 'recovered' && outcome?.kind !== 'failed') throw new Error('recovery did not come to an end')
  return outcome
}

/** The last zxid that a recovery finds; throws the reason when it fails. */
export function recoveredZxid(disk: MemoryDisk): bigint {
  const outcome = recover(disk)
  if (outcome.kind === 'failed') throw new Error(outcome.message)
  return outcome.lastZxid
}
