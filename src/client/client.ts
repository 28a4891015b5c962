/** The API: one method per operation, each a promise for a named result. */
import type { Millis } from '../kernel/index.ts'
import { type ACL, OpCode, type Stat } from '../wire/index.ts'
import type { WatchedEvent } from './boundary.ts'
import { Driver } from './driver.ts'
import { isKeeperError, KeeperError } from './errors.ts'
import { EventQueue, withResolvers } from './event-queue.ts'
import type { ClientHost } from './host.ts'
import { parseConnectString } from './host-list.ts'
import * as o from './options.ts'
import { prependChroot, stripChroot, validatePath } from './paths.ts'
import { isOver } from './state.ts'
import { createOp, multiOp, Transaction, type TransactionOp, type TransactionResult, transactionResults } from './transaction.ts'
import { WatcherType } from './watch-registry.ts'
import { oneShotWatch, PersistentWatch } from './watches.ts'

/** A one-shot watch that was set with a read: resolves once, with what changed or with the end of the session; never rejects. */
export interface Watched {
  readonly watch: Promise<WatchedEvent>
}
type Watching = o.ReadOptions & { readonly watch: true }

/** What one read of a multiRead answers. */
export type ReadResult =
  | { readonly op: 'getData'; readonly data: Uint8Array | null; readonly stat: Stat }
  | { readonly op: 'getChildren'; readonly children: readonly string[] }
  | { readonly op: 'error'; readonly error: KeeperError }

const DEFAULT_TIMEOUT: Millis = 30_000
const DEFAULT_QUEUE_LIMIT = 65_536
const DEFAULT_MAX_FRAME = 0xfffff
const DEFAULT_BOUND = 1000
const CONFIG_NODE = '/zookeeper/config'

/**
 * Begins a session with an ensemble and answers at once; calls may follow immediately and are carried out in their order.
 * Throws an Error with one clear sentence when the connect string is none.
 */
export function createClient(host: ClientHost, options: o.ClientOptions): ZooKeeper {
  return new ZooKeeper(host, options)
}

/** One session. Made by {@link createClient}. */
export class ZooKeeper implements AsyncDisposable {
  private readonly host: ClientHost
  private readonly driver: Driver
  private readonly chroot: string
  private readonly stateQueues = new Set<EventQueue<o.ClientState>>()
  private closed: Promise<void> | undefined

  constructor(host: ClientHost, options: o.ClientOptions) {
    const { servers, chroot } = parseConnectString(options.servers)
    this.host = host
    this.chroot = chroot
    const settings = {
      servers,
      sessionTimeout: options.timeout ?? DEFAULT_TIMEOUT,
      canBeReadOnly: options.canBeReadOnly ?? false,
      sessionId: options.session?.sessionId ?? 0n,
      passwd: options.session?.passwd ?? new Uint8Array(16),
      seed: BigInt(host.random()),
      queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
      maxFrameLength: options.maxFrameLength ?? DEFAULT_MAX_FRAME,
    }
    this.driver = new Driver(host, chroot, settings, () => this.publishState())
    for (const { scheme, auth } of options.auth ?? []) void this.addAuth(scheme, auth)
  }

  /** Creates a node; the path in the answer has the sequence number, if the mode gives one. */
  async create(path: string, options: o.CreateOptions = {}): Promise<{ readonly path: string; readonly stat: Stat }> {
    const op = createOp(this.chroot, path, options)
    const reply = await this.sendCreate(op, path, options.signal)
    return { path: stripChroot(this.chroot, reply.path), stat: reply.stat }
  }

  private sendCreate(op: ReturnType<typeof createOp>, path: string, signal: AbortSignal | undefined) {
    if (op.type === OpCode.createTTL) return this.driver.call('createTTL', op.record, path, signal)
    return this.driver.call(op.type === OpCode.createContainer ? 'createContainer' : 'create2', op.record, path, signal)
  }

  /** Deletes a node without children. */
  async delete(path: string, options: o.VersionOptions = {}): Promise<void> {
    await this.driver.call('delete', { path: this.serverPath(path), version: options.version ?? -1 }, path, options.signal)
  }

  /** The node's stat, or null when it is missing. The watch hears of its creation, change or deletion. */
  exists(path: string, options: Watching): Promise<{ readonly stat: Stat | null } & Watched>
  exists(path: string, options?: o.ReadOptions): Promise<{ readonly stat: Stat | null }>
  async exists(path: string, options: o.ReadOptions = {}) {
    const watch = options.watch ? oneShotWatch() : undefined
    const call = this.driver.call('exists', this.readRequest(path, options), path, options.signal, watch)
    const stat = await call.then((reply) => reply.stat).catch(nullIfMissing)
    return watch === undefined ? { stat } : { stat, watch: watch.changed }
  }

  /** The node's data and stat. The watch hears of its change or deletion. */
  getData(path: string, options: Watching): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat } & Watched>
  getData(path: string, options?: o.ReadOptions): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat }>
  async getData(path: string, options: o.ReadOptions = {}) {
    const watch = options.watch ? oneShotWatch() : undefined
    const { data, stat } = await this.driver.call('getData', this.readRequest(path, options), path, options.signal, watch)
    return watch === undefined ? { data, stat } : { data, stat, watch: watch.changed }
  }

  /** The names of the node's children, in no particular order. The watch hears of a child's creation or deletion and of the node's own. */
  getChildren(path: string, options: Watching): Promise<{ readonly children: readonly string[]; readonly stat: Stat } & Watched>
  getChildren(path: string, options?: o.ReadOptions): Promise<{ readonly children: readonly string[]; readonly stat: Stat }>
  async getChildren(path: string, options: o.ReadOptions = {}) {
    const watch = options.watch ? oneShotWatch() : undefined
    const { children, stat } = await this.driver.call('getChildren2', this.readRequest(path, options), path, options.signal, watch)
    return watch === undefined ? { children, stat } : { children, stat, watch: watch.changed }
  }

  /** Replaces the node's data. */
  async setData(path: string, data: o.Data, options: o.VersionOptions = {}): Promise<{ readonly stat: Stat }> {
    const record = { path: this.serverPath(path), data: o.bytesOf(data), version: options.version ?? -1 }
    return this.driver.call('setData', record, path, options.signal)
  }

  /** The ACL of a node, and its Stat. */
  async getACL(path: string, options: o.CallOptions = {}): Promise<{ readonly acl: readonly ACL[]; readonly stat: Stat }> {
    return this.driver.call('getACL', { path: this.serverPath(path) }, path, options.signal)
  }

  /** Replaces the node's ACL; `version` is compared with its `aversion`. */
  async setACL(path: string, acl: readonly ACL[], options: o.VersionOptions = {}): Promise<{ readonly stat: Stat }> {
    const record = { path: this.serverPath(path), acl, version: options.version ?? -1 }
    return this.driver.call('setACL', record, path, options.signal)
  }

  /** Afterwards the server of this session knows everything that was committed before this call. */
  async sync(path = '/', options: o.CallOptions = {}): Promise<void> {
    await this.driver.call('sync', { path: this.serverPath(path) }, path, options.signal)
  }

  /** Several operations as one. Rejects with a MultiError when one of them fails; then none has happened. */
  async multi(ops: readonly TransactionOp[], options: o.CallOptions = {}): Promise<{ readonly results: readonly TransactionResult[] }> {
    const record = ops.map((op) => multiOp(this.chroot, op))
    const results = await this.driver.call('multi', record, null, options.signal)
    return { results: transactionResults(this.chroot, ops, results) }
  }

  /** {@link multi}, put together call by call. */
  transaction(): Transaction {
    return new Transaction((ops, options) => this.multi(ops, options))
  }

  /** Several reads of one and the same state; each succeeds or fails by itself. */
  async multiRead(
    reads: readonly { readonly op: 'getData' | 'getChildren'; readonly path: string }[],
    options: o.CallOptions = {},
  ): Promise<{ readonly results: readonly ReadResult[] }> {
    const record = reads.map(({ op, path }) => ({ type: OpCode[op], record: { path: this.serverPath(path), watch: false } }))
    const results = await this.driver.call('multiRead', record, null, options.signal)
    return {
      results: results.map((result, i): ReadResult => {
        if (result.kind === 'getData') return { op: 'getData', data: result.data, stat: result.stat }
        if (result.kind === 'getChildren') return { op: 'getChildren', children: result.children }
        return { op: 'error', error: new KeeperError(result.kind === 'error' ? result.err : -1, reads[i]?.path ?? null) }
      }),
    }
  }

  /**
   * A watch that stays: loop over it with `for await`. Besides changes it yields events of type None: after `Disconnected`
   * and `SyncConnected` changes may have been missed, so read again; `Expired`, `Closed` and `AuthFailed` end the loop.
   */
  async addWatch(path: string, options: o.AddWatchOptions = {}): Promise<PersistentWatch> {
    const watch = new PersistentWatch(path, options.bound ?? DEFAULT_BOUND, (ended) => this.driver.unwatch(ended))
    const record = { path: this.serverPath(path), mode: options.mode === 'PERSISTENT' ? 0 : 1 }
    await this.driver.call('addWatch', record, path, options.signal, watch)
    return watch
  }

  /** Removes watches of this client at a path: each hears a last event that says so. Rejects with NOWATCHER when there are none. */
  async removeWatches(path: string, options: o.RemoveWatchesOptions = {}): Promise<void> {
    const record = { path: this.serverPath(path), type: WatcherType[options.type ?? 'Any'] }
    const call = this.driver.call('removeWatches', record, path, options.signal)
    if (!options.local) return void (await call)
    await call.catch((error: unknown) => {
      if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error
      this.driver.drive({ kind: 'forgetWatches', ...record })
    })
  }

  /** Presents credentials now and on every later connection. A refusal ends the client with AUTHFAILED. */
  async addAuth(scheme: string, auth: o.Data, options: o.CallOptions = {}): Promise<void> {
    const token = this.driver.newToken()
    const event = { kind: 'addAuth', token, scheme, auth: o.bytesOf(auth) } as const
    await this.driver.await(token, null, options.signal, () => this.driver.drive(event))
  }

  /** The ensemble's configuration, from outside of any chroot. The watch hears of its change. */
  getConfig(options: Watching): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat } & Watched>
  getConfig(options?: o.ReadOptions): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat }>
  async getConfig(options: o.ReadOptions = {}) {
    const watch = options.watch ? oneShotWatch() : undefined
    const record = { path: CONFIG_NODE, watch: options.watch ?? false }
    const { data, stat } = await this.driver.call('getData', record, CONFIG_NODE, options.signal, watch)
    return watch === undefined ? { data, stat } : { data, stat, watch: watch.changed }
  }

  /** Changes the ensemble's membership; the answer is the new configuration. RECONFIGDISABLED where servers do not allow it. */
  async reconfigure(change: o.ReconfigureOptions): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat }> {
    const { joining = null, leaving = null, members = null, fromConfig = -1n, signal } = change
    const record = { joiningServers: joining, leavingServers: leaving, newMembers: members, curConfigId: fromConfig }
    return this.driver.call('reconfig', record, null, signal)
  }

  /** The identities that the server knows this connection by. */
  async whoAmI(options: o.CallOptions = {}): Promise<{ readonly clientInfo: readonly { readonly authScheme: string; readonly user: string }[] }> {
    return this.driver.call('whoAmI', {}, null, options.signal)
  }

  /** The paths of this session's ephemerals that begin with `prefix`, which is compared as text. */
  async getEphemerals(prefix = '/', options: o.CallOptions = {}): Promise<{ readonly ephemerals: readonly string[] }> {
    const { ephemerals } = await this.driver.call('getEphemerals', { prefixPath: this.chroot + prefix }, prefix, options.signal)
    return { ephemerals: ephemerals.map((path) => stripChroot(this.chroot, path)) }
  }

  /** How many nodes there are below a node, at any depth. */
  async getAllChildrenNumber(path: string, options: o.CallOptions = {}): Promise<{ readonly totalNumber: number }> {
    return this.driver.call('getAllChildrenNumber', { path: this.serverPath(path) }, path, options.signal)
  }

  /** The three facts, now. */
  state(): o.ClientState {
    const { connection, session, sessionId, timeout, server, lastZxidSeen } = this.driver.cnxn
    return { connection, session, advice: o.adviceFor[session], sessionId, timeout, server, lastZxidSeen }
  }

  /** Every change of the three facts, beginning with how they stand now; ends with the session. */
  states(): EventQueue<o.ClientState> {
    const queue: EventQueue<o.ClientState> = new EventQueue(DEFAULT_BOUND, () => this.stateQueues.delete(queue))
    this.stateQueues.add(queue)
    queue.push(this.state())
    if (isOver(this.driver.cnxn)) queue.finish()
    return queue
  }

  private publishState(): void {
    for (const queue of [...this.stateQueues]) {
      queue.push(this.state())
      if (isOver(this.driver.cnxn)) queue.finish()
    }
  }

  /** Waits until there is a session and a connection. Rejects with SESSIONEXPIRED or AUTHFAILED when there never will be. */
  async connected(options: o.CallOptions = {}): Promise<o.ClientState> {
    const states = this.states()
    const stop = () => void states.return()
    options.signal?.throwIfAborted()
    options.signal?.addEventListener('abort', stop, { once: true })
    try {
      for await (const state of states) if (state.session === 'CONNECTED') return state
      options.signal?.throwIfAborted()
      throw new KeeperError(this.state().connection === 'AUTH_FAILED' ? -115 : -112, null)
    } finally {
      options.signal?.removeEventListener('abort', stop)
    }
  }

  /** What another client needs to take over this session. */
  session(): o.SessionCredentials {
    const { sessionId, passwd } = this.driver.cnxn
    return { sessionId, passwd }
  }

  /** Waits on the client's own clock, which in a simulated world is a virtual one. */
  sleep(delay: Millis, options: o.CallOptions = {}): Promise<void> {
    const { signal } = options
    if (signal?.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = withResolvers<void>()
    const stop = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = this.host.setTimer(delay, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
    return promise
  }

  /**
   * Ends the session: its ephemerals go, every waiting promise settles, every watch hears `Closed`. Always resolves, however
   * often it is called; without a connection the servers end the session when its timeout has passed.
   */
  close(): Promise<void> {
    if (this.closed === undefined) {
      const token = this.driver.newToken()
      this.closed = this.driver.await(token, null, undefined, () => this.driver.drive({ kind: 'close', token })).then(() => undefined)
    }
    return this.closed
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private serverPath(path: string): string {
    validatePath(path)
    return prependChroot(this.chroot, path)
  }

  private readRequest(path: string, options: o.ReadOptions): { path: string; watch: boolean } {
    return { path: this.serverPath(path), watch: options.watch ?? false }
  }
}

function nullIfMissing(error: unknown): null {
  if (isKeeperError(error, 'NONODE')) return null
  throw error
}
