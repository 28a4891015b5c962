import type { SetWatches2 } from '../wire/index.ts'
import { type WatchEventType, type Watcher, type WatcherMode, WatchManager } from './watch-manager.ts'

/** A change of the tree, as far as watches are concerned. */
export interface WatchedChange {
  readonly type: 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged'
  readonly path: string
}

/** One event for one connection. */
export interface WatchEvent {
  readonly watcher: Watcher
  readonly type: WatchEventType
  readonly path: string
}

/** What a node's stat says to someone who was away. */
export interface LastChanges {
  /** When it was created, or its data last changed. */
  readonly mzxid: bigint
  /** When its list of children last changed. */
  readonly pzxid: bigint
}

/** The `type` of checkWatches and removeWatches; the last two are known from 3.9 on. Source: `WatcherType`. */
export const WatcherType = { Children: 1, Data: 2, Any: 3, Persistent: 4, PersistentRecursive: 5 } as const

/** The mode that a type of watcher means; `Any` means all of them. */
const modeOf: ReadonlyMap<number, WatcherMode> = new Map([
  [WatcherType.Children, 'STANDARD'],
  [WatcherType.Data, 'STANDARD'],
  [WatcherType.Persistent, 'PERSISTENT'],
  [WatcherType.PersistentRecursive, 'PERSISTENT_RECURSIVE'],
])

/**
 * The watches of a server: one table for nodes and their data, one for lists of children. Which operation registers where is
 * in the methods, what fires where in {@link fire}. Source: `DataTree.dataWatches`, `DataTree.childWatches`.
 */
export class Watches {
  private readonly data: WatchManager
  private readonly child: WatchManager

  constructor(data: WatchManager = new WatchManager(), child: WatchManager = new WatchManager()) {
    this.data = data
    this.child = child
  }

  /** exists and getData with a watch. */
  addData(path: string, watcher: Watcher): void {
    this.data.add(path, watcher, 'STANDARD')
  }

  /** getChildren and getChildren2 with a watch. */
  addChild(path: string, watcher: Watcher): void {
    this.child.add(path, watcher, 'STANDARD')
  }

  /**
   * addWatch. A recursive watch stands in the table of data alone: it hears of created and deleted children themselves, not of
   * changed lists. Source: `DataTree.addWatch`.
   */
  addWatch(path: string, watcher: Watcher, mode: WatcherMode): void {
    this.data.add(path, watcher, mode)
    if (mode !== 'PERSISTENT_RECURSIVE') this.child.add(path, watcher, mode)
  }

  /**
   * Whether the connection has such a watch on the path. Source: `DataTree.containsWatcher`.
   *
   * @param type one of {@link WatcherType}
   */
  checkWatches(path: string, watcher: Watcher, type: number): boolean {
    const mode = modeOf.get(type)
    return (type !== WatcherType.Data && this.child.has(path, watcher, mode)) || (type !== WatcherType.Children && this.data.has(path, watcher, mode))
  }

  /**
   * Takes the connection's watches of the type on the path out, and leaves the others. Source: `DataTree.removeWatch`.
   *
   * @param type one of {@link WatcherType}
   * @returns whether there was one
   */
  removeWatches(path: string, watcher: Watcher, type: number): boolean {
    const mode = modeOf.get(type)
    const fromChild = type !== WatcherType.Data && this.child.remove(path, watcher, mode)
    const fromData = type !== WatcherType.Children && this.data.remove(path, watcher, mode)
    return fromChild || fromData
  }

  /** The connection is gone. Source: `DataTree.removeCnxn`. */
  removeWatcher(watcher: Watcher): void {
    this.data.removeWatcher(watcher)
    this.child.removeWatcher(watcher)
  }

  /**
   * Who is to be told of a change, in this order. A deleted node is news to those who watch its children too, but nobody is
   * told twice. Source: `DataTree.createNode`, `deleteNode`, `setData`.
   */
  fire({ type, path }: WatchedChange): readonly WatchEvent[] {
    const events: WatchEvent[] = []
    const told = this.data.trigger(path)
    for (const watcher of told) events.push({ watcher, type, path })
    if (type === 'NodeDataChanged') return events
    if (type === 'NodeDeleted') {
      for (const watcher of this.child.trigger(path, new Set(told))) events.push({ watcher, type, path })
    }
    const parent = parentPath(path)
    for (const watcher of this.child.trigger(parent)) events.push({ watcher, type: 'NodeChildrenChanged', path: parent })
    return events
  }

  /**
   * A client has reconnected and says which watches it had and the last zxid it has seen. What it has missed is told at once,
   * one event for each list; the rest is registered for its new connection. Which number of the node is compared decides
   * whether an event is lost or invented: see `index.ts`. Source: `DataTree.setWatches`.
   *
   * @param lookup the node at a path, `undefined` when there is none
   */
  setWatches(lists: SetWatches2, watcher: Watcher, lookup: (path: string) => LastChanges | undefined): readonly WatchEvent[] {
    const events: WatchEvent[] = []
    for (const path of lists.dataWatches) {
      const missed = missedByData(lookup(path), lists.relativeZxid)
      if (missed === null) this.addData(path, watcher)
      else events.push({ watcher, type: missed, path })
    }
    for (const path of lists.existWatches) {
      if (lookup(path) === undefined) this.addData(path, watcher)
      else events.push({ watcher, type: 'NodeCreated', path })
    }
    for (const path of lists.childWatches) {
      const missed = missedByChild(lookup(path), lists.relativeZxid)
      if (missed === null) this.addChild(path, watcher)
      else events.push({ watcher, type: missed, path })
    }
    for (const path of lists.persistentWatches) this.addWatch(path, watcher, 'PERSISTENT')
    for (const path of lists.persistentRecursiveWatches) this.addWatch(path, watcher, 'PERSISTENT_RECURSIVE')
    return events
  }

  /** All watches of both tables: `watch_count` of mntr. Source: `DataTree.getWatchCount`. */
  get watchCount(): number {
    return this.data.watchCount + this.child.watchCount
  }

  /**
   * The data table, which is all that `wchs`, `wchc` and `wchp` tell of. Source: `DataTree.dumpWatches`, `dumpWatchesSummary`.
   */
  describe(): WatchesDescription {
    const { watchCount, pathCount, watcherCount } = this.data
    return { connections: watcherCount, paths: pathCount, watches: watchCount, byPath: this.data.byPath(), byWatcher: this.data.byWatcher() }
  }

  /** An independent copy. */
  clone(): Watches {
    return new Watches(this.data.clone(), this.child.clone())
  }

  /** A text that two servers share only if they hold the same watches. */
  hash(): string {
    return `${this.data.hash()}\n\n${this.child.hash()}`
  }
}

/** What the four-letter words about watches print. */
export interface WatchesDescription {
  readonly connections: number
  readonly paths: number
  readonly watches: number
  readonly byPath: ReadonlyMap<string, readonly Watcher[]>
  readonly byWatcher: ReadonlyMap<Watcher, readonly string[]>
}

function missedByData(node: LastChanges | undefined, seen: bigint): WatchEventType | null {
  if (node === undefined) return 'NodeDeleted'
  return node.mzxid > seen ? 'NodeDataChanged' : null
}

function missedByChild(node: LastChanges | undefined, seen: bigint): WatchEventType | null {
  if (node === undefined) return 'NodeDeleted'
  return node.pzxid > seen ? 'NodeChildrenChanged' : null
}

function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
