/**
 * # zookeeper-from-scratch: a ZooKeeper client for Node
 *
 *     import { createClient } from 'zookeeper-from-scratch'
 *
 *     await using zk = createClient({ servers: 'localhost:2181,localhost:2182/app' })
 *     const { path } = await zk.create('/task-', { data: 'first', mode: 'EPHEMERAL_SEQUENTIAL' })
 *     const { data, stat, watch } = await zk.getData(path, { watch: true })
 *
 * It speaks to Apache ZooKeeper as well as to the server of this repository. What its words mean is told in `client/`.
 *
 * @packageDocumentation
 */
import { type ClientOptions, createClient as createClientOn, type ZooKeeper } from './client/index.ts'
import { nodeClientHost, type TlsOptions } from './hosts/node/client.ts'

export interface NodeClientOptions extends ClientOptions {
  /** Connect over TLS, to a secure client port or one that takes both; plain TCP when left out. */
  readonly tls?: TlsOptions | undefined
}

/** Begins a session, over TCP or TLS from this process. Throws an Error with one clear sentence when the connect string is none. */
export function createClient({ tls, ...options }: NodeClientOptions): ZooKeeper {
  return createClientOn(nodeClientHost(tls), options)
}

export type {
  AddWatchOptions,
  Advice,
  AuthInfo,
  CallOptions,
  ClientOptions,
  ClientState,
  ConnectionState,
  CreateFields,
  CreateOptions,
  Data,
  DeleteSubTreeOptions,
  EventQueue,
  MultiResult,
  PersistentWatch,
  ReadOptions,
  ReadResult,
  ReconfigureOptions,
  RemoveWatchesOptions,
  RetryOptions,
  SessionCredentials,
  SessionState,
  Transaction,
  TransactionOp,
  TransactionResult,
  VersionOptions,
  Watched,
  WatchedEvent,
  ZooKeeper,
} from './client/index.ts'
export {
  type ACL,
  type CreateModeName,
  createProtected,
  deleteSubTree,
  type EventTypeName,
  InvalidPathError,
  isKeeperError,
  KeeperError,
  KeeperErrorCode,
  type KeeperErrorName,
  type KeeperStateName,
  listSubTree,
  MultiError,
  OPEN_ACL_UNSAFE,
  Perms,
  READ_ACL_UNSAFE,
  retry,
  type Stat,
  untilAnswered,
  WatchOverflowError,
} from './client/index.ts'
export { CLIENT_CHANNEL, type TlsOptions } from './hosts/node/client.ts'
