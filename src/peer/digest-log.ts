import type { Zxid } from '../kernel/index.ts'

/** Every how many transactions the digest of the tree is written down, and how many of them are kept. Source: `DataTree`. */
const INTERVAL = 128n
const LIMIT = 1024

/** What the digest of the tree was after every 128th transaction, so that operators can compare servers. Source: `DataTree.digestLog`. */
export class DigestLog {
  /** Oldest first. */
  readonly entries: { readonly zxid: Zxid; readonly digest: bigint }[] = []

  /** A transaction has been applied. @param digest of the tree after it; null when the tree keeps none. Source: `DataTree.logZxidDigest`. */
  record(zxid: Zxid, digest: bigint | null): void {
    if (digest === null || zxid % INTERVAL !== 0n) return
    this.entries.push({ zxid, digest })
    if (this.entries.length > LIMIT) this.entries.shift()
  }
}
