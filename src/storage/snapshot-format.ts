/** What writer and reader of snapshots share: the numbers and words of the format. */
import { long, record, ustring } from '../jute/index.ts'

/** `ZKSN`, in the header of a snapshot file. */
export const SNAPSHOT_MAGIC = 0x5a4b534e
/** Version of the format, in the header. */
export const SNAPSHOT_VERSION = 2
/** The dbid of a snapshot; that of a log is 0. */
export const SNAPSHOT_DBID = -1n
/** The path that ends the nodes, and the text behind every checksum. The root itself goes by the empty path. */
export const TERMINATOR = '/'
/** The text that ends the stream of a SNAP synchronisation. */
export const STREAM_SIGNATURE = 'BenWasHere'
/** The version of the digest that `tree/` computes. */
export const DIGEST_VERSION = 2

/** A checksum of all bytes before it. Source: `SnapStream.sealStream`. */
export const Seal = record({ checksum: long, end: ustring })

/**
 * A snapshot in a file has header, seals and digest. In the stream that follows SNAP there are none of them, but a signature.
 */
export type SnapshotForm = 'file' | 'stream'
