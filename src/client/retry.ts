/** Trying again, said by the caller and never done behind its back. */
import type { Millis } from '../kernel/index.ts'
import type { ZooKeeper } from './client.ts'
import { isKeeperError } from './errors.ts'
import type { CallOptions, CreateOptions } from './options.ts'

export interface RetryOptions extends CallOptions {
  /** How often to try in all (5). */
  readonly attempts?: number | undefined
  /** The pause before the second try in ms (100); doubles from try to try. */
  readonly pause?: Millis | undefined
  /**
   * Whether doing it twice is as good as once (false). Reads are; a create, a delete or a setData with any version is not:
   * the second try may fail because the first one succeeded.
   */
  readonly idempotent?: boolean | undefined
}

/**
 * Calls `operation` until it succeeds, as long as it fails with CONNECTIONLOSS and can be repeated: it was never sent, or the
 * caller has declared it idempotent. Everything else is the caller's to see.
 */
export async function retry<T>(client: ZooKeeper, operation: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 5, pause = 100, idempotent = false, signal } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation()
    } catch (error) {
      const repeatable = isKeeperError(error, 'CONNECTIONLOSS') && (idempotent || !error.maybeApplied)
      if (!repeatable || attempt >= attempts) throw error
      await client.sleep(pause * 2 ** (attempt - 1), { signal })
    }
  }
}

/** The pause before an operation is tried again: losses may follow one another at once. */
const BREATH: Millis = 20

/**
 * Calls an operation that is as good twice as once, again after every loss of the connection, until it is answered. It gives
 * up only with the session, by rejecting with SESSIONEXPIRED or AUTHFAILED: by then it no longer matters what was lost.
 */
export async function untilAnswered<T>(client: ZooKeeper, operation: () => Promise<T>, options: CallOptions = {}): Promise<T> {
  for (;;) {
    try {
      return await operation()
    } catch (error) {
      if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error
      await client.sleep(BREATH, options)
      await client.connected(options)
    }
  }
}

/**
 * A sequential create that survives the loss of its answer. The name carries a mark that no other create has; after a lost
 * connection the parent's children tell whether the node is there, and whether it is this session's. It is tried as long as
 * the session lives: to give up earlier would leave a node behind of which nobody knows.
 * The mark has to differ for every call, such as a random UUID. Source: Curator's protected mode; kazoo's lock; the session
 * check against CURATOR-498, a node of an earlier session taken for one's own.
 */
export async function createProtected(client: ZooKeeper, path: string, mark: string, options: CreateOptions): Promise<{ readonly path: string }> {
  const slash = path.lastIndexOf('/') + 1
  const parent = path.slice(0, Math.max(slash - 1, 1))
  const prefix = `_c_${mark}-`
  const marked = path.slice(0, slash) + prefix + path.slice(slash)
  const find = async (): Promise<string | undefined> => {
    await client.sync(parent, options)
    const { children } = await client.getChildren(parent, options)
    const name = children.find((child) => child.startsWith(prefix))
    if (name === undefined) return undefined
    const found = parent === '/' ? `/${name}` : `${parent}/${name}`
    const { stat } = await client.exists(found, options)
    return stat !== null && (stat.ephemeralOwner === 0n || stat.ephemeralOwner === client.state().sessionId) ? found : undefined
  }
  let unsure = false
  const attempt = async (): Promise<{ readonly path: string }> => {
    const found = unsure ? await find() : undefined
    if (found !== undefined) return { path: found }
    unsure = true
    return client.create(marked, options)
  }
  return untilAnswered(client, attempt, options)
}
