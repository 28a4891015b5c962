/**
 * One field of a znode, `ephemeralOwner`, says what kind of node it is: 0 a persistent one, a session id an ephemeral one,
 * and two kinds of number that are never session ids: the smallest long marks a container, a top byte of 0xFF a node with a
 * time to live. Source: `EphemeralType`.
 */

/** VOID persistent, NORMAL ephemeral; the other two name themselves. */
export type EphemeralType = 'VOID' | 'NORMAL' | 'CONTAINER' | 'TTL'

/** The owner of container nodes (Java's `Long.MIN_VALUE`). */
export const containerOwner = -(1n << 63n)

/** The longest time to live in ms: 40 bits, some 34 years. */
export const MAX_TTL = (1n << 40n) - 1n

/** Top byte 0xFF, as a signed number; the two bytes after it are 0 and reserved. */
const TTL_MASK = -(1n << 56n)

/** What kind of node an owner makes. */
export function ephemeralType(owner: bigint): EphemeralType {
  if (owner === 0n) return 'VOID'
  if (owner > 0n) return 'NORMAL'
  if (owner === containerOwner) return 'CONTAINER'
  return owner >= TTL_MASK && owner <= TTL_MASK + MAX_TTL ? 'TTL' : 'NORMAL'
}

/** Whether the owner is a session, with which the node goes. */
export function isEphemeralOwner(owner: bigint): boolean {
  return owner !== 0n && ephemeralType(owner) === 'NORMAL'
}

/** The owner of a node that lives `ttl` ms, 1 to {@link MAX_TTL}. Source: `EphemeralType.TTL.toEphemeralOwner`. */
export function ttlOwner(ttl: bigint): bigint {
  return TTL_MASK | ttl
}

/** The time to live in ms that {@link ttlOwner} put into an owner. */
export function ttlOf(owner: bigint): bigint {
  return owner & MAX_TTL
}
