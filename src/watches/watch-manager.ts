/** STANDARD watches fire once; PERSISTENT ones until removed; PERSISTENT_RECURSIVE ones also for all nodes below. Source: `WatcherMode`. */
export type WatcherMode = 'STANDARD' | 'PERSISTENT' | 'PERSISTENT_RECURSIVE'

/** A client's connection: watches belong to it, not to the session. */
export type Watcher = number

/** What a server tells a watcher. */
export type WatchEventType = 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged' | 'NodeChildrenChanged'

const NOBODY: readonly Watcher[] = []

/**
 * One table of watches. A watcher has at most one watch on a path: registering it again with another mode replaces the mode
 * (3.8; from 3.9 on several may stand side by side). Source: `WatchManager`, `WatcherModeManager` (3.8.0).
 */
export class WatchManager {
  private readonly watchersByPath = new Map<string, Map<Watcher, WatcherMode>>()
  private readonly pathsByWatcher = new Map<Watcher, Set<string>>()
  /** While it is 0, nobody above a path can be interested and only the path itself is looked up. */
  private recursiveCount = 0
  private total = 0

  /** How many watches there are. */
  get watchCount(): number {
    return this.total
  }

  /** How many paths are watched. */
  get pathCount(): number {
    return this.watchersByPath.size
  }

  /** How many connections watch. */
  get watcherCount(): number {
    return this.pathsByWatcher.size
  }

  /** Registers a watch; the path need not exist. */
  add(path: string, watcher: Watcher, mode: WatcherMode): void {
    const watchers = this.watchersOf(path)
    const former = watchers.get(watcher)
    if (former === mode) return
    watchers.set(watcher, mode)
    if (former === 'PERSISTENT_RECURSIVE') this.recursiveCount--
    if (mode === 'PERSISTENT_RECURSIVE') this.recursiveCount++
    if (former !== undefined) return
    this.total++
    const paths = this.pathsByWatcher.get(watcher)
    if (paths === undefined) this.pathsByWatcher.set(watcher, new Set([path]))
    else paths.add(path)
  }

  /** Whether the watcher has a watch on the path, in whatever mode. */
  has(path: string, watcher: Watcher): boolean {
    return this.watchersByPath.get(path)?.has(watcher) === true
  }

  /** Takes a watch away, whatever its mode. Returns whether there was one. Source: `removeWatcher(path, watcher)`. */
  remove(path: string, watcher: Watcher): boolean {
    const watchers = this.watchersByPath.get(path)
    const mode = watchers?.get(watcher)
    if (watchers === undefined || mode === undefined) return false
    watchers.delete(watcher)
    if (watchers.size === 0) this.watchersByPath.delete(path)
    this.forget(path, watcher)
    if (mode === 'PERSISTENT_RECURSIVE') this.recursiveCount--
    return true
  }

  /** The connection is gone, and its watches with it. Source: `removeWatcher(watcher)`. */
  removeWatcher(watcher: Watcher): void {
    for (const path of this.pathsByWatcher.get(watcher) ?? []) this.remove(path, watcher)
  }

  /**
   * Something has happened to the path: says who is to be told, each watcher once, and uses up the standard watches. A
   * recursive watch, on the path or above it, hears of everything but changed children: it hears of the children themselves.
   * Source: `triggerWatch`.
   *
   * @param suppress watchers that have been told by other means; their watches are used up all the same
   */
  trigger(path: string, type: WatchEventType, suppress?: ReadonlySet<Watcher>): readonly Watcher[] {
    const told = this.recursiveCount === 0 ? this.triggerHere(path, type) : this.triggerWithAncestors(path, type)
    if (suppress === undefined || suppress.size === 0 || told.length === 0) return told
    return told.filter((watcher) => !suppress.has(watcher))
  }

  /** The watched paths with their watchers. */
  byPath(): Map<string, readonly Watcher[]> {
    const listing = new Map<string, readonly Watcher[]>()
    for (const [path, watchers] of this.watchersByPath) listing.set(path, [...watchers.keys()])
    return listing
  }

  /** The watchers with the paths they watch. */
  byWatcher(): Map<Watcher, readonly string[]> {
    const listing = new Map<Watcher, readonly string[]>()
    for (const [watcher, paths] of this.pathsByWatcher) listing.set(watcher, [...paths])
    return listing
  }

  /** An independent copy. */
  clone(): WatchManager {
    const copy = new WatchManager()
    for (const [path, watchers] of this.watchersByPath) for (const [watcher, mode] of watchers) copy.add(path, watcher, mode)
    return copy
  }

  /** A text that two tables share only if they hold the same watches. */
  hash(): string {
    const lines: string[] = []
    for (const [path, watchers] of this.watchersByPath) for (const [watcher, mode] of watchers) lines.push(`${path} ${watcher} ${mode}`)
    return lines.sort((a, b) => (a < b ? -1 : 1)).join('\n')
  }

  private watchersOf(path: string): Map<Watcher, WatcherMode> {
    const known = this.watchersByPath.get(path)
    if (known !== undefined) return known
    const watchers = new Map<Watcher, WatcherMode>()
    this.watchersByPath.set(path, watchers)
    return watchers
  }

  private triggerHere(path: string, type: WatchEventType): readonly Watcher[] {
    const watchers = this.watchersByPath.get(path)
    if (watchers === undefined) return NOBODY
    const told: Watcher[] = []
    for (const [watcher, mode] of watchers) {
      if (mode === 'PERSISTENT_RECURSIVE' && type === 'NodeChildrenChanged') continue
      told.push(watcher)
      if (mode !== 'STANDARD') continue
      watchers.delete(watcher)
      this.forget(path, watcher)
    }
    if (watchers.size === 0) this.watchersByPath.delete(path)
    return told
  }

  private triggerWithAncestors(path: string, type: WatchEventType): readonly Watcher[] {
    const here = this.triggerHere(path, type)
    if (type === 'NodeChildrenChanged') return here
    const told = new Set(here)
    for (let above = parentOf(path); above !== null; above = parentOf(above)) {
      for (const [watcher, mode] of this.watchersByPath.get(above) ?? []) if (mode === 'PERSISTENT_RECURSIVE') told.add(watcher)
    }
    return [...told]
  }

  private forget(path: string, watcher: Watcher): void {
    this.total--
    const paths = this.pathsByWatcher.get(watcher)
    paths?.delete(path)
    if (paths?.size === 0) this.pathsByWatcher.delete(watcher)
  }
}

/** The path above; null above the root. */
function parentOf(path: string): string | null {
  if (path.length <= 1) return null
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
