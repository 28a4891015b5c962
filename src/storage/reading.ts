/** What everything that reads the data directory has in common. */
import type { NamedFile } from './file-names.ts'

/** How much of a file is read at a time, in bytes. A log file is mostly zeros that were put there in advance. */
export const READ_LENGTH = 1 << 20

/** How many bytes at the end of a snapshot {@link looksValid} wants to see. */
export const SNAPSHOT_TAIL_LENGTH = 5

/**
 * Whether a snapshot looks whole: it ends with a seal's text, a string of length 1 that is `/`. A cheap test to choose
 * candidates; only reading shows the truth. Source: `SnapStream.isValidSnapshot`.
 *
 * @param tail the last 5 bytes of the file; null when there is no file any more
 */
export function looksValid(snapshot: NamedFile, tail: Uint8Array | null): boolean {
  if (snapshot.size < 10 || tail === null || tail.length !== SNAPSHOT_TAIL_LENGTH) return false
  return tail[0] === 0 && tail[1] === 0 && tail[2] === 0 && tail[3] === 1 && tail[4] === 0x2f
}

/** Whether a snapshot is compressed, which only its name tells. Source: `SnapStream.getStreamMode`. */
export function isCompressed(snapshot: NamedFile): boolean {
  return /\.(gz|snappy)$/i.test(snapshot.name)
}
