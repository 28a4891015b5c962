/** STANDARD watches fire once; PERSISTENT ones until removed; PERSISTENT_RECURSIVE ones also for all nodes below. Source: `WatcherMode`. */
export type WatcherMode = 'STANDARD' | 'PERSISTENT' | 'PERSISTENT_RECURSIVE'

/** A client's connection: watches belong to it, not to the session. */
export type Watcher = number

/** What a server tells a watcher. */
export type WatchEventType = 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged' | 'NodeChildrenChanged'

const NOBODY: readonly Watcher[] = []

/** The modes of one watcher on one path, as bits: a set that a hundred thousand watches can afford. Source: `WatchStats` (3.9). */
const FLAG = { STANDARD: 1, PERSISTENT: 2, PERSISTENT_RECURSIVE: 4 } as const satisfies Record<WatcherMode, number>

/**
 * One table of watches. A watcher has at most one entry for a path, with one or several modes side by side: using up its
 * standard watch leaves a persistent one where it was. Source: `WatchManager` (3.9).
 */
export class WatchManager {
  private readonly watchersByPath = new Map<string, Map<Watcher, number>>()
  private readonly pathsByWatcher = new Map<Watcher, Set<string>>()
  /** While it is 0, nobody above a path can be interested and only the path itself is looked up. */
  private recursiveCount = 0
  private total = 0

  /** How many entries there are: one for a watcher and a path, whatever its modes. Source: `size`. */
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

  /** Registers a watch, beside those in other modes; the path need not exist. Source: `addWatch`. */
  add(path: string, watcher: Watcher, mode: WatcherMode): void {
    const watchers = this.watchersOf(path)
    const before = watchers.get(watcher) ?? 0
    const modes = before | FLAG[mode]
    if (modes === before) return
    watchers.set(watcher, modes)
    if (mode === 'PERSISTENT_RECURSIVE') this.recursiveCount++
    if (before !== 0) return
    this.total++
    const paths = this.pathsByWatcher.get(watcher)
    if (paths === undefined) this.pathsByWatcher.set(watcher, new Set([path]))
    else paths.add(path)
  }

  /** Whether the watcher has a watch on the path, in this mode or, without one, in any. Source: `containsWatcher`. */
  has(path: string, watcher: Watcher, mode?: WatcherMode): boolean {
    const modes = this.watchersByPath.get(path)?.get(watcher) ?? 0
    return mode === undefined ? modes !== 0 : (modes & FLAG[mode]) !== 0
  }

  /**
   * Takes the watcher's watch on the path away, in this mode or, without one, in all.
   *
   * Source: `removeWatcher(path, watcher, mode)`.
   *
   * @returns whether there was one
   */
  remove(path: string, watcher: Watcher, mode?: WatcherMode): boolean {
    const watchers = this.watchersByPath.get(path)
    const before = watchers?.get(watcher) ?? 0
    const left = mode === undefined ? 0 : before & ~FLAG[mode]
    if (watchers === undefined || left === before) return false
    if (((before ^ left) & FLAG.PERSISTENT_RECURSIVE) !== 0) this.recursiveCount--
    if (left !== 0) {
      watchers.set(watcher, left)
      return true
    }
    watchers.delete(watcher)
    if (watchers.size === 0) this.watchersByPath.delete(path)
    this.forget(path, watcher)
    return true
  }

  /** The connection is gone, and its watches with it. Source: `removeWatcher(watcher)`. */
  removeWatcher(watcher: Watcher): void {
    for (const path of this.pathsByWatcher.get(watcher) ?? []) this.remove(path, watcher)
  }

  /**
   * Something has happened to the path: says who is to be told, each watcher once, and uses up the standard watches on it. A
   * recursive watch hears of what happens to its path and below. Source: `triggerWatch`.
   *
   * @param suppress watchers that have been told by other means; their watches are used up all the same
   */
  trigger(path: string, suppress?: ReadonlySet<Watcher>): readonly Watcher[] {
    const told = this.recursiveCount === 0 ? this.triggerHere(path) : this.triggerWithAncestors(path)
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
    for (const [path, watchers] of this.watchersByPath) copy.watchersByPath.set(path, new Map(watchers))
    for (const [watcher, paths] of this.pathsByWatcher) copy.pathsByWatcher.set(watcher, new Set(paths))
    copy.recursiveCount = this.recursiveCount
    copy.total = this.total
    return copy
  }

  /** A text that two tables share only if they hold the same watches. */
  hash(): string {
    const lines: string[] = []
    for (const [path, watchers] of this.watchersByPath) for (const [watcher, modes] of watchers) lines.push(`${path} ${watcher} ${modes}`)
    return lines.sort((a, b) => (a < b ? -1 : 1)).join('\n')
  }

  private watchersOf(path: string): Map<Watcher, number> {
    const known = this.watchersByPath.get(path)
    if (known !== undefined) return known
    const watchers = new Map<Watcher, number>()
    this.watchersByPath.set(path, watchers)
    return watchers
  }

  private triggerHere(path: string): readonly Watcher[] {
    const watchers = this.watchersByPath.get(path)
    if (watchers === undefined) return NOBODY
    const told = [...watchers.keys()]
    for (const watcher of told) this.remove(path, watcher, 'STANDARD')
    return told
  }

  private triggerWithAncestors(path: string): readonly Watcher[] {
    const told = new Set(this.triggerHere(path))
    for (let above = parentOf(path); above !== null; above = parentOf(above)) {
      for (const [watcher, modes] of this.watchersByPath.get(above) ?? []) if ((modes & FLAG.PERSISTENT_RECURSIVE) !== 0) told.add(watcher)
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
