/** Counts what waiting costs. */
import type { WatchedEvent, ZooKeeper } from '../../src/client/index.ts'

/** The same client, counting how often a watch wakes somebody up, and how often a list is read. */
export function counting(zk: ZooKeeper, seen: { wakeUps: number; reads: number }): ZooKeeper {
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
