/** What recovery does with a database once the transactions are in it: look at its digest, and clear up. */
import { formatId, type Note, note } from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import { OpCode } from '../wire/index.ts'
import type { SnapshotDigest } from './snapshot-reader.ts'

/**
 * A note when the tree is not what the snapshot says it must be. A fuzzy snapshot's tree matches only after the transactions
 * that ran beside it have been replayed, up to the very one that the digest names. Source: `DataTree.compareSnapshotDigests`.
 */
export function digestMismatch(database: ZKDatabase, stated: SnapshotDigest): Note[] {
  const found = database.tree.digest
  if (found === null || found === stated.digest || database.lastProcessedZxid !== stated.zxid) return []
  const text = `After ${formatId(stated.zxid)} the tree's digest is ${formatId(found)}, the snapshot says ${formatId(stated.digest)}.`
  return [note('digest-mismatch', text, 'storage.md 5; DataTree.compareSnapshotDigests')]
}

/**
 * Ephemeral nodes of sessions that are not in the table go, at the last zxid and without a transaction. A note for each.
 * Source: `ZooKeeperServer.loadData`, `killSession`.
 */
export function closeOrphans(database: ZKDatabase): Note[] {
  const notes: Note[] = []
  for (const session of [...database.tree.ephemerals.keys()]) {
    if (database.sessions.has(session)) continue
    const header = { clientId: session, cxid: 0, zxid: database.lastProcessedZxid, time: 0n, type: OpCode.closeSession }
    database.apply({ header, txn: { kind: 'closeSession', paths2Delete: null }, digest: null }, false)
    notes.push(note('orphans-removed', `Session ${formatId(session)} is gone, its ephemeral nodes go too.`, 'ZooKeeperServer.loadData'))
  }
  return notes
}
