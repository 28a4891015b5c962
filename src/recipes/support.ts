/** What every recipe needs: parents that are there, names that nobody else has, watches that one can stop waiting for. */
import { type CallOptions, createProtected, type Data, isKeeperError, untilAnswered, type WatchedEvent, type ZooKeeper } from '../client/index.ts'

/** Makes sure that a node is there, and all above it. */
export async function ensurePath(zk: ZooKeeper, path: string, options: CallOptions = {}): Promise<void> {
  const parts = path.split('/').slice(1)
  for (let depth = 1; depth <= parts.length; depth++) {
    const node = `/${parts.slice(0, depth).join('/')}`
    const { stat } = await untilAnswered(zk, () => zk.exists(node, options), options)
    if (stat === null) await untilAnswered(zk, () => unless('NODEEXISTS', zk.create(node, options)), options)
  }
}

/** Waits for a call for which this one failure is as good as success. Undefined: it has failed so. */
export async function unless<T>(code: 'NODEEXISTS' | 'NONODE', call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isKeeperError(error, code)) return undefined
    throw error
  }
}

const marks = new WeakMap<ZooKeeper, number>()

/** A name that nobody else uses: the session's id, and how often this client has asked. Waits for the session to begin. */
export async function newMark(zk: ZooKeeper, options: CallOptions = {}): Promise<string> {
  const { sessionId } = await zk.connected(options)
  const count = (marks.get(zk) ?? 0) + 1
  marks.set(zk, count)
  return `${BigInt.asUintN(64, sessionId).toString(16)}n${count}`
}

/** Waits for the first of these watches, or for the signal, whose reason it then throws. */
export async function untilFired(watches: readonly Promise<WatchedEvent>[], { signal }: CallOptions = {}): Promise<void> {
  signal?.throwIfAborted()
  let stop: () => void = () => {}
  const aborted = new Promise<void>((resolve) => {
    stop = resolve
  })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([...watches, aborted])
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Creates a node of this session with the next number of its parent, surely once. `kind` is the word before the number. */
export async function createNumbered(
  zk: ZooKeeper,
  parent: string,
  kind: string,
  mode: 'EPHEMERAL_SEQUENTIAL' | 'PERSISTENT_SEQUENTIAL',
  data: Data,
  options: CallOptions = {},
): Promise<string> {
  const mark = await newMark(zk, options)
  try {
    return (await createProtected(zk, `${parent}/${kind}-`, mark, { ...options, mode, data })).path
  } catch (error) {
    // The caller has given up while the create was on its way: it must not stand there for the rest of the session.
    if (mode === 'EPHEMERAL_SEQUENTIAL') void forget(zk, parent, mark)
    throw error
  }
}

async function forget(zk: ZooKeeper, parent: string, mark: string): Promise<void> {
  try {
    await untilAnswered(zk, () => zk.sync(parent))
    const { children } = await untilAnswered(zk, () => zk.getChildren(parent))
    const name = children.find((child) => child.startsWith(`_c_${mark}-`))
    if (name !== undefined) await deleteSurely(zk, `${parent}/${name}`)
  } catch (error) {
    if (!isKeeperError(error)) throw error
  }
}

/**
 * Deletes an ephemeral of this session. When the answer is lost, somebody may have made the node anew before we ask again, so
 * from the second time on its owner is looked at. When the session is over, the node is gone as well.
 */
export async function deleteSurely(zk: ZooKeeper, path: string): Promise<void> {
  let unsure = false
  try {
    await untilAnswered(zk, async () => {
      if (unsure && !(await isOurs(zk, path))) return
      unsure = true
      await unless('NONODE', zk.delete(path))
    })
  } catch (error) {
    if (!isKeeperError(error, 'SESSIONEXPIRED', 'AUTHFAILED')) throw error
  }
}

async function isOurs(zk: ZooKeeper, path: string): Promise<boolean> {
  await zk.sync(path)
  const { stat } = await zk.exists(path)
  return stat?.ephemeralOwner === zk.state().sessionId
}

/**
 * Creates an ephemeral under a name that others may want too, and returns once it is this session's. A node of an
 * *earlier* session of ours looks like our own and is about to go: `ephemeralOwner` tells, and then we wait until it is gone.
 */
export async function createOwned(zk: ZooKeeper, path: string, data: Data, options: CallOptions = {}): Promise<void> {
  for (;;) {
    const created = await untilAnswered(zk, () => unless('NODEEXISTS', zk.create(path, { ...options, mode: 'EPHEMERAL', data })), options)
    if (created !== undefined) return
    const { stat, watch } = await untilAnswered(zk, () => zk.exists(path, { ...options, watch: true }), options)
    if (stat !== null && stat.ephemeralOwner === zk.state().sessionId) return
    if (stat !== null) await untilFired([watch], options)
  }
}
