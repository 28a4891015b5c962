/** A snapshot that is overtaken while it is written, and the way back from it. */
import { concatBytes, type Zxid } from '../../src/kernel/index.ts'
import { SnapshotReader, SnapshotSerializer } from '../../src/storage/index.ts'
import { ZKDatabase } from '../../src/tree/index.ts'

/** What every tree has from its birth; they are written first. */
const FIXED_NODES = 4

/** A snapshot whose writer has got no further than the fixed nodes when `meanwhile` happens. */
export function fuzzySnapshot(database: ZKDatabase, meanwhile: () => void): Uint8Array {
  // So short a piece holds one node.
  const serializer = new SnapshotSerializer(database, 'file', 1)
  const pieces: Uint8Array[] = []
  for (let piece = serializer.next(); piece !== null; piece = serializer.next()) {
    pieces.push(piece)
    if (pieces.length === FIXED_NODES) meanwhile()
  }
  return concatBytes(pieces)
}

/** The database that a snapshot holds, begun when `zxid` was the last transaction. */
export function loaded(snapshot: Uint8Array, zxid: Zxid): ZKDatabase {
  const database = new ZKDatabase()
  const reader = new SnapshotReader(database, 'file')
  reader.push(snapshot)
  reader.finish()
  database.lastProcessedZxid = zxid
  return database
}
