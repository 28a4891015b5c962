/**
 * The four 64-bit numbers that ZooKeeper is made of.
 *
 * They are bigints with a weak brand: a plain bigint may become any of them, but a Zxid can never be passed where a Sid is
 * wanted. On the wire all four are jute longs, that is signed 64-bit integers.
 */
type Brand<Base, Name extends string> = Base & { readonly __brand?: Name }

/** A server's id: the number in its `myid` file. */
export type Sid = Brand<bigint, 'Sid'>
/** The position of a transaction: the leader's epoch in the high 32 bits, its counter in the low 32. */
export type Zxid = Brand<bigint, 'Zxid'>
/** A client's session; the top byte is the id of the server that created it. */
export type SessionId = Brand<bigint, 'SessionId'>
/** The number of a leader's reign. */
export type Epoch = Brand<bigint, 'Epoch'>

/** A span of time in milliseconds. */
export type Millis = number

/** The id that a server proposes to lead when it may not lead itself (Java's `Long.MIN_VALUE`). */
export const NO_SID: Sid = -(1n << 63n)

/** The epoch of a zxid. Source: `ZxidUtils.getEpochFromZxid`. */
export function epochOf(zxid: Zxid): Epoch {
  return (zxid >> 32n) as Epoch
}

/** The counter of a zxid. Source: `ZxidUtils.getCounterFromZxid`. */
export function counterOf(zxid: Zxid): bigint {
  return zxid & 0xffffffffn
}

/** The zxid of transaction number `counter` of `epoch`; counter 0 is the epoch's start, which is no transaction. Source: `ZxidUtils.makeZxid`. */
export function makeZxid(epoch: Epoch, counter: bigint): Zxid {
  return ((epoch << 32n) | counter) as Zxid
}

/** Lower-case hexadecimal of the unsigned 64-bit value, without prefix or padding, as in file names. Source: `Long.toHexString`. */
export function toHex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16)
}

/** `0x` and {@link toHex}: how zxids and session ids are printed everywhere. */
export function formatId(value: bigint): string {
  return `0x${toHex(value)}`
}

/**
 * Whether a transaction may come directly after this position: the next counter of the same epoch, or the first transaction
 * of a later one. Everything that keeps, sends or receives a history asks this, so that a hole cannot travel from one server
 * to the next. Source: `Learner.syncWithLeader`, `ZKDatabase.addCommittedProposal` (ZOOKEEPER-4925).
 */
export function follows(position: Zxid, zxid: Zxid): boolean {
  return zxid === position + 1n || (counterOf(zxid) === 1n && epochOf(zxid) > epochOf(position))
}
