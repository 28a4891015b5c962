import { equalBytes, javaRandomBytes, type Millis, type SessionId, type Sid } from '../kernel/index.ts'

/** Mixed into the session id to make its password; the same in every server ever. Source: `ZooKeeperServer.superSecret`. */
const SUPER_SECRET = 0xb3415c00n
/** As an owner of nodes this number means "container": no session may have it. */
const CONTAINER_OWNER = -(1n << 63n)

/**
 * The first session id that a server gives in this life; each later one is one more. The server's id is on top, then 40 bits
 * of its clock, then 16 zeros for counting, so that neither two servers nor two lives of one server give the same id.
 * Source: `SessionTrackerImpl.initializeNextSessionId`.
 *
 * @param elapsed the monotonic clock at the start of the server
 */
export function initialSessionId(sid: Sid, elapsed: Millis): SessionId {
  const time = (BigInt(Math.floor(elapsed)) & 0xff_ffff_ffffn) << 16n
  const id = BigInt.asIntN(64, (sid << 56n) | time)
  return id === CONTAINER_OWNER ? id + 1n : id
}

/**
 * The 16 bytes that a client shows to take up its session again, on any server of the ensemble. They follow from the id, so
 * they guard against mistakes and not against attackers. Source: `ZooKeeperServer.generatePasswd`.
 */
export function generatePassword(sessionId: SessionId): Uint8Array {
  return javaRandomBytes(sessionId ^ SUPER_SECRET, 16)
}

/** Whether the password belongs to the session; session 0 is none. Source: `ZooKeeperServer.checkPasswd`. */
export function checkPassword(sessionId: SessionId, passwd: Uint8Array | null): boolean {
  return sessionId !== 0n && passwd !== null && equalBytes(passwd, generatePassword(sessionId))
}

/** The timeout that a client gets: what it asks for, within what the server allows. Source: `ZooKeeperServer.processConnectRequest`. */
export function negotiateTimeout(asked: Millis, min: Millis, max: Millis): Millis {
  return Math.min(Math.max(asked, min), max)
}
