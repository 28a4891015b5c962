/** Counts what waiting costs. */
import type { WatchedEvent, ZooKeeper } from '../../src/client/index.ts'
import { ensurePath, Lock } from '../../src/recipes/index.ts'
import { lockByWatchingAll } from './first-versions.ts'

/** Ways to wait for one lock. Each returns the znode that one holds then. */
export const WAYS = {
  'all watch the list': lockByWatchingAll,
  'each watches one': async (zk: ZooKeeper, path: string) => (await new Lock(zk, path).acquire()).path,
} as const

interface Waiting {
  /** How often somebody was woken up, and how often the list was read. */
  readonly wakeUps: number
  readonly reads: number
  /** Whether all were served as they came. */
  readonly inOrder: boolean
}

/** So many come at once, have the lock one after the other, and go. */
export async function crowdAt(zk: ZooKeeper, path: string, size: number, way: keyof typeof WAYS): Promise<Waiting> {
  await ensurePath(zk, path)
  const seen = { wakeUps: 0, reads: 0 }
  const counted = counting(zk, seen)
  const order: number[] = []
  const visit = async (i: number) => {
    const held = await WAYS[way](counted, path)
    order.push(i)
    await zk.delete(held)
  }
  await Promise.all(Array.from({ length: size }, (_, i) => visit(i)))
  return { ...seen, inOrder: order.every((i, at) => at === 0 || i === (order[at - 1] as number) + 1) }
}

/** The same client, counting how often a watch wakes somebody up, and how often a list is read. */
function counting(zk: ZooKeeper, seen: { wakeUps: number; reads: number }): ZooKeeper {
  const count = (watch: Promise<WatchedEvent> | undefined) => void watch?.then(() => seen.wakeUps++)
  const known = new Set<string>()
  const exists = async (path: string, options: { watch: true }) => {
    const found = await zk.exists(path, options)
    // Whoever has just made a node looks first, at the end of what it has; all others wait for it.
    if (known.has(path)) count(found.watch)
    known.add(path)
    return found
  }
  const getChildren = async (path: string, options: { watch: true }) => {
    seen.reads++
    const found = await zk.getChildren(path, options)
    count(found.watch)
    return found
  }
  return Object.assign(Object.create(zk) as ZooKeeper, { exists, getChildren })
}
