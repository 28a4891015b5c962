/**
 * # peer: one whole server as one machine
 *
 * Everything below this folder is a part: an election that knows only votes, Zab that knows only zxids and bytes, a tree that
 * knows only transactions. Here they become a ZooKeeper server. The peer is again a machine, and its boundary is **bytes**:
 * what arrives on the connections of its three ports, what its files hold, and the deadlines of its timers. A host (the Node
 * process, the simulator) carries the bytes and understands none of them.
 *
 *     client port     ClientPort ──▶ pipeline ──▶ tree, watches ──▶ ClientPort        answers and events
 *     election port   ElectionPort ──▶ election and its connections                   who leads
 *     quorum port     Leading or Following ──▶ zab ──▶ pipeline, log                  what is committed
 *     disk            Store ──▶ log, snapshots, epochs                                what survives
 *
 * **The life of a server** (`life.ts`). It reads its disk (*recovering*), looks for a leader (*LOOKING*), and plays the role that the
 * election gives it: `Leading` or `Following`. When the role ends, clients are sent away, and nothing else happens
 * until everything logged is durable (*draining*): the vote of the next election must say what the disk holds, neither more nor
 * less. Transactions that were logged but never committed are put into the tree, as a restart would do; when memory holds what
 * the disk does not, it is read from disk again. A server without an ensemble stands alone from the first moment.
 *
 * **Whoever sends is made to wait, not stored.** Requests wait in memory, so a client may have many under way only while all
 * clients together have few; then its connection is not read from until it has been answered (`load.ts`). Nobody's first request
 * is ever held back.
 *
 * **Reading without a leader.** A server that has looked for a leader for two seconds may meanwhile serve reads to clients that
 * have said that they can do with it (`read-only.ts`).
 *
 * **One rule about order.** The effects of a child machine are carried out at once, in their order, before the next event is
 * looked at. So a SYNC is sent behind the COMMITs that it follows, and an event of a watch before the answer that shows the change.
 *
 * **Departures from Java.** A COMMIT that does not fit ends the connection to the leader, not the process. Becoming leader does
 * not write a snapshot. A server whose history is ahead of its currentEpoch, because it crashed between the two writes, starts
 * when its acceptedEpoch allows it (known bug 24).
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: `QuorumPeer`, `Leader`, `Learner`, `ZooKeeperServer` of `org.apache.zookeeper.server`.
 *
 * @packageDocumentation
 */
import { Peer } from './peer.ts'
import type { PeerSettings } from './settings.ts'

export * from './boundary.ts'
export { type ClientSettings, DEFAULT_CLIENT_SETTINGS } from './client-settings.ts'
export type { Counter, Distribution, Metrics, Summary } from './metrics.ts'
export * from './observation.ts'
export { Peer } from './peer.ts'
export type { PeerSettings } from './settings.ts'
export type { PeerTimer } from './timers.ts'
export * from './view.ts'

/** A server that has not started: its first event is `start`. */
export function createPeer(settings: PeerSettings): Peer {
  return new Peer(settings)
}
