/**
 * # client: a session, seen from outside
 *
 * A ZooKeeper client keeps one **session** alive over a succession of connections. Servers may die, networks may break; as
 * long as some server of the ensemble hears of the client within the timeout, the session lives on, with its ephemerals and
 * its watches. The difficulty of a client, and of every program that uses one, is the time in between.
 *
 * ## Three facts
 * `state()` tells them apart, because programs that mix them up have two leaders:
 *
 * | connection | session | advice |
 * |---|---|---|
 * | CONNECTED, CONNECTEDREADONLY | CONNECTED: it lives | proceed |
 * | CONNECTING | SUSPENDED: it may live, nobody here can know | wait: do not act as lock holder or leader |
 * | CLOSED, AUTH_FAILED | LOST: it is over, its ephemerals are gone | start over with a new client |
 *
 * The words SUSPENDED and LOST are kazoo's. A client that no server answers cannot be told that its session has expired, so
 * it decides for itself, 4/3 of the timeout after it last heard of one (ZOOKEEPER-4508); the ensemble has let the session go
 * by then. The rest of the clock is `liveness.ts`: a ping after a third of silence, another server after two thirds.
 *
 * ## Every promise settles
 * Requests are numbered and answered in their order on one connection. When that breaks, what was sent fails with
 * CONNECTIONLOSS and `maybeApplied: true`: the server may have done it and only the answer is lost. What was not sent waits
 * for the next server; if a whole round of servers fails, it fails with `maybeApplied: false`. (Java fails both at once, and
 * alike.) Nothing is ever sent twice behind the caller's back; `retry`, `untilAnswered` and `createProtected` do it when told to.
 *
 * A server without a quorum may still be read from (`canBeReadOnly`); the client then looks for a better one (`probe.ts`).
 *
 * ## Watches outlive the connection
 * A server remembers watches per connection. On the next one the client sends SetWatches with the paths and the last zxid it
 * has seen; what changed in between fires at once. Before them go the credentials, which are per connection too, and after
 * them what has been waiting: nobody can read a state whose later changes would go unnoticed (`handshake.ts`).
 *
 * - A one-shot watch is a promise beside the result of the read: `const { data, watch } = await zk.getData(p, { watch: true })`.
 *   It resolves once: with the change, with its removal, or with the end of the session. It never rejects, so that a program
 *   may forget about it.
 * - A persistent watch is a loop: `for await (const event of await zk.addWatch(p))`. Leaving the loop removes the watch. It is
 *   bounded: a reader too slow gets an error, not a gap. Missed changes are not made up for after a reconnection (they are for
 *   one-shot watches), so the loop hears `Disconnected` and `SyncConnected` and should read again.
 *
 * ## Signals
 * Every call takes an AbortSignal. Before the request is sent, aborting removes it: it will not happen. Afterwards only the
 * answer is abandoned: the server may still do it.
 *
 * ## How it is built
 * `cnxn.ts` is a machine like all others: bytes and commands in, bytes and outcomes out, no clock, no promise. `driver.ts`
 * runs it on a {@link ClientHost}; `client.ts` is the API. Listeners run in loops and promises of their own, never inside the
 * machine, so none can block the connection. A chroot is a matter of names, so the API translates and the machine knows only
 * the server's paths. Departures from Java: no random pause before the next server, only after a round; a request
 * longer than `jute.maxbuffer` is refused here, since a server answers it by closing the connection; getEphemerals honours
 * the chroot; a closed or expired client stays so, as in Java and unlike kazoo.
 *
 * Chapters: `chapters/06-sessions.md`, `chapters/07-watches.md`.
 * Source: `ClientCnxn`, `ZooKeeper`, `ZKWatchManager`; kazoo `protocol/states.py`.
 *
 * @packageDocumentation
 */

// The words of the wire that the API speaks, so that those who use it need no other door.
export {
  type ACL,
  type CreateModeName,
  type EventTypeName,
  KeeperErrorCode,
  type KeeperErrorName,
  type KeeperStateName,
  OPEN_ACL_UNSAFE,
  Perms,
  READ_ACL_UNSAFE,
  type Stat,
} from '../wire/index.ts'
export * from './boundary.ts'
export { createClient, type ReadResult, type Watched, ZooKeeper } from './client.ts'
export { clientCnxn } from './cnxn.ts'
export { isKeeperError, KeeperError, MultiError, WatchOverflowError } from './errors.ts'
export { EventQueue } from './event-queue.ts'
export type { ClientConnection, ClientHost, ConnectionHandlers } from './host.ts'
export { type ConnectString, parseConnectString, type ServerAddress } from './host-list.ts'
export type { MultiOp, MultiResult } from './multi.ts'
export type { ClientRequest, OperationName } from './operations.ts'
export * from './options.ts'
export { InvalidPathError, pathFault, prependChroot, stripChroot, validatePath } from './paths.ts'
export { createProtected, type RetryOptions, retry, untilAnswered } from './retry.ts'
export { type Cnxn, type CnxnOptions, type ConnectionState, newCnxn, type SessionState } from './state.ts'
export { type DeleteSubTreeOptions, deleteSubTree, listSubTree } from './sub-tree.ts'
export { Transaction, type TransactionOp, type TransactionResult } from './transaction.ts'
export { SET_WATCHES_MAX_LENGTH, WatcherType, type WatchKind, WatchRegistry } from './watch-registry.ts'
export type { PersistentWatch } from './watches.ts'
