/** A database as the bytes of a snapshot, piece by piece while it changes. */
import { JuteWriter, vector } from '../jute/index.ts'
import { adler32 } from '../kernel/index.ts'
import type { TreeCursor, ZKDatabase } from '../tree/index.ts'
import { ACL, StatPersisted } from '../wire/index.ts'
import {
  DIGEST_VERSION,
  Seal,
  SNAPSHOT_DBID,
  SNAPSHOT_MAGIC,
  SNAPSHOT_VERSION,
  type SnapshotForm,
  STREAM_SIGNATURE,
  TERMINATOR,
} from './snapshot-format.ts'

const AclList = vector(ACL)

/** Large enough to keep a disk busy, small enough not to hold up requests. */
const PIECE_LENGTH = 1 << 20

/**
 * Gives the bytes of a snapshot in pieces of about 1 MiB. Between two pieces transactions may be applied: the snapshot is
 * *fuzzy*, some of its nodes are newer than others. That does no harm, since whoever reads it applies all transactions after
 * the snapshot's zxid once more, and they are idempotent. A node may have the number of an ACL that is younger than the table
 * at the front: the transaction that brought this ACL is among those that are applied again (ZOOKEEPER-3306).
 * Source: `FileSnap.serialize`, `SerializeUtils.serializeSnapshot`, `DataTree.serialize`.
 */
export class SnapshotSerializer {
  private readonly database: ZKDatabase
  private readonly form: SnapshotForm
  private readonly pieceLength: number
  private readonly writer = new JuteWriter(4096)
  private cursor: TreeCursor | null = null
  private checksum = 1
  /** How much of the writer's content is in the checksum. */
  private summed = 0
  private complete = false

  /** @param pieceLength how long a piece is before it is handed out, in bytes; its last node may make it longer */
  constructor(database: ZKDatabase, form: SnapshotForm, pieceLength = PIECE_LENGTH) {
    this.database = database
    this.form = form
    this.pieceLength = pieceLength
  }

  /** The next piece; null after the last one. The first call fixes sessions and ACLs. */
  next(): Uint8Array | null {
    if (this.complete) return null
    this.writer.reset()
    this.summed = 0
    if (this.cursor === null) this.cursor = this.begin()
    while (this.writer.length < this.pieceLength) {
      const node = this.cursor.next()
      if (node === undefined) {
        this.end()
        break
      }
      this.writer.ustring(node.path)
      this.writer.buffer(node.data)
      this.writer.long(node.aclId)
      StatPersisted.write(this.writer, node.stat)
    }
    if (this.form === 'file') this.sum()
    return this.writer.finish()
  }

  private begin(): TreeCursor {
    const { writer, database } = this
    if (this.form === 'file') {
      writer.int(SNAPSHOT_MAGIC)
      writer.int(SNAPSHOT_VERSION)
      writer.long(SNAPSHOT_DBID)
    }
    writer.int(database.sessions.size)
    for (const [id, timeout] of database.sessions) {
      writer.long(id)
      writer.int(timeout)
    }
    const acls = database.tree.acls.entries()
    writer.int(acls.length)
    for (const [id, acl] of acls) {
      writer.long(id)
      AclList.write(writer, acl)
    }
    return database.tree.cursor()
  }

  private end(): void {
    this.complete = true
    this.writer.ustring(TERMINATOR)
    if (this.form === 'stream') return this.writer.ustring(STREAM_SIGNATURE)
    this.seal()
    // The digest belongs to the last transaction that can have left a trace in the nodes above. Zxid 0 says that there is none.
    const { lastProcessedZxid, tree } = this.database
    if (tree.digest === null) return
    this.writer.long(lastProcessedZxid)
    this.writer.int(DIGEST_VERSION)
    this.writer.long(lastProcessedZxid > 0n ? tree.digest : 0n)
    this.seal()
  }

  private sum(): void {
    this.checksum = adler32(this.writer.written(this.summed), this.checksum)
    this.summed = this.writer.length
  }

  private seal(): void {
    this.sum()
    Seal.write(this.writer, { checksum: BigInt(this.checksum), end: TERMINATOR })
  }
}
