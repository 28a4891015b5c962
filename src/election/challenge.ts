/** Which of two servers keeps the connection between them. */
import type { Sid } from '../kernel/index.ts'

/**
 * Two servers that want to talk call each other, often at the same moment, and must agree which connection to keep without
 * talking about it. The rule: **a connection is kept only if the larger sid has opened it.** A smaller server calls, says who it
 * is and hangs up: its call means "call me". Tells what the other end is compared with this server.
 * Source: `QuorumCnxManager.startConnection`, `handleConnection`.
 */
export function challenge(myid: Sid, other: Sid): 'smaller' | 'itself' | 'larger' {
  return other < myid ? 'smaller' : other > myid ? 'larger' : 'itself'
}
