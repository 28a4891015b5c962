/** The bytes of a snapshot back to a database, in whatever pieces they come. */
import { DEFAULT_MAX_LENGTH, JuteError, JuteReader, vector } from '../jute/index.ts'
import { adler32, concatBytes, type Zxid } from '../kernel/index.ts'
import type { ZKDatabase } from '../tree/index.ts'
import { ACL, StatPersisted } from '../wire/index.ts'
import { Seal, SNAPSHOT_MAGIC, type SnapshotForm, STREAM_SIGNATURE, TERMINATOR } from './snapshot-format.ts'

const AclList = vector(ACL)

/** What a snapshot file says about its tree: after the transaction `zxid` has been applied, `digest` must be the tree's. */
export interface SnapshotDigest {
  readonly zxid: Zxid
  readonly digest: bigint
}

/** What has become of a snapshot with the bytes pushed so far. */
export type SnapshotReading =
  /** All bytes have been taken in; there are more to come. */
  | { readonly kind: 'more' }
  /** The database is restored. `leftover` is the number of pushed bytes, at the end, that are not the snapshot's. */
  | { readonly kind: 'done'; readonly leftover: number }
  /** These bytes are no snapshot; the database is half filled and of no use. */
  | { readonly kind: 'failed'; readonly message: string }

type Section = 'header' | 'sessions' | 'acls' | 'nodes' | 'signature' | 'seal' | 'digest' | 'digestSeal' | 'tail' | 'over'

/** What is wrong with the content of a snapshot. */
class BadSnapshot extends Error {}

/**
 * Reads a snapshot into a database, which it clears first. `lastProcessedZxid` is left to the caller: it is in a file's name
 * or in the SNAP packet, not in the snapshot. Source: `FileSnap.deserialize`, `SerializeUtils.deserializeSnapshot`.
 */
export class SnapshotReader {
  /** From the tail of a file; null when there is none. */
  digest: SnapshotDigest | null = null
  private readonly database: ZKDatabase
  private readonly form: SnapshotForm
  private section: Section
  /** How many entries are left in the section; null before its count has been read. */
  private left: number | null = null
  /** What has been pushed and not been understood yet. */
  private input: Uint8Array = new Uint8Array(0)
  /** How much of the input is in the checksum. */
  private summed = 0
  private checksum = 1
  private readonly maxLength: number

  /** @param maxLength the longest path or data to believe in, in bytes */
  constructor(database: ZKDatabase, form: SnapshotForm, maxLength = DEFAULT_MAX_LENGTH) {
    this.maxLength = maxLength
    this.database = database
    this.form = form
    this.section = form === 'file' ? 'header' : 'sessions'
    database.clear()
  }

  /** Takes the next bytes in. Not to be called after it has said `done` or `failed`. */
  push(bytes: Uint8Array): SnapshotReading {
    this.input = this.input.length === 0 ? bytes : concatBytes([this.input, bytes])
    this.summed = 0
    const reader = new JuteReader(this.input, 0, this.maxLength)
    let sound = 0
    try {
      while (this.section !== 'over' && this.section !== 'tail') {
        this.readOne(reader)
        sound = reader.position
      }
    } catch (error) {
      const wantsMore = error instanceof JuteError && error.incomplete
      if (!wantsMore) return failure(error)
    }
    if (this.section === 'over') return { kind: 'done', leftover: this.input.length - sound }
    this.sumUpTo(sound)
    this.input = this.section === 'tail' ? new Uint8Array(0) : this.input.slice(sound)
    return { kind: 'more' }
  }

  /**
   * Says that the file ends here. A file may end behind its first seal, as those of ZooKeeper before 3.6 do; what comes after
   * the digest is of no interest.
   */
  finish(): SnapshotReading {
    if (this.section === 'digest' || this.section === 'tail') return { kind: 'done', leftover: 0 }
    return { kind: 'failed', message: `the file ends in its section "${this.section}"` }
  }

  private readOne(reader: JuteReader): void {
    switch (this.section) {
      case 'header':
        return this.readHeader(reader)
      case 'sessions':
        return this.readEntry(reader, 'acls', () => {
          const id = reader.long()
          this.database.sessions.set(id, reader.int())
        })
      case 'acls':
        return this.readEntry(reader, 'nodes', () => {
          const id = reader.long()
          this.database.tree.restoreAcl(id, AclList.read(reader))
        })
      case 'nodes':
        return this.readNode(reader)
      case 'signature':
        return this.readSignature(reader)
      case 'seal':
        return this.readSeal(reader, 'digest')
      case 'digest':
        return this.readDigest(reader)
      case 'digestSeal':
        return this.readSeal(reader, 'tail')
      case 'tail':
      case 'over':
        return
    }
  }

  private readHeader(reader: JuteReader): void {
    const magic = reader.int()
    reader.int()
    reader.long()
    if (magic !== SNAPSHOT_MAGIC) throw new BadSnapshot('it does not begin with ZKSN')
    this.section = 'sessions'
  }

  /** Reads the count of a section, or one entry of it. */
  private readEntry(reader: JuteReader, following: Section, readEntry: () => void): void {
    if (this.left === null) this.left = reader.int()
    else {
      readEntry()
      this.left--
    }
    if (this.left > 0) return
    this.left = null
    this.section = following
  }

  private readNode(reader: JuteReader): void {
    const path = reader.ustring() ?? ''
    if (path === TERMINATOR) {
      const trouble = this.database.tree.finishRestore()
      if (trouble !== undefined) throw new BadSnapshot(trouble)
      this.section = this.form === 'file' ? 'seal' : 'signature'
      return
    }
    const data = reader.buffer()
    const aclId = reader.long()
    const stat = StatPersisted.read(reader)
    const trouble = this.database.tree.restoreNode(path, data, aclId, stat)
    if (trouble !== undefined) throw new BadSnapshot(trouble)
  }

  private readSignature(reader: JuteReader): void {
    const signature = reader.ustring()
    if (signature !== STREAM_SIGNATURE) throw new BadSnapshot(`the stream ends with "${signature}" instead of "${STREAM_SIGNATURE}"`)
    this.section = 'over'
  }

  private readSeal(reader: JuteReader, following: Section): void {
    this.sumUpTo(reader.position)
    const { checksum } = Seal.read(reader)
    if (checksum !== BigInt(this.checksum)) throw new BadSnapshot('CRC corruption')
    this.section = following
  }

  private sumUpTo(position: number): void {
    if (this.form === 'file') this.checksum = adler32(this.input.subarray(this.summed, position), this.checksum)
    this.summed = position
  }

  private readDigest(reader: JuteReader): void {
    const zxid = reader.long()
    const version = reader.int()
    // Before version 2 the digest was a hexadecimal text, computed by a rule that is not known here.
    if (version < 2) reader.ustring()
    else {
      const digest = reader.long()
      if (zxid > 0n) this.digest = { zxid, digest }
    }
    this.section = 'digestSeal'
  }
}

function failure(error: unknown): SnapshotReading {
  if (error instanceof BadSnapshot || error instanceof JuteError) return { kind: 'failed', message: error.message }
  throw error
}
