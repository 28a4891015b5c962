/**
 * Which watches this client has set, and which of them an event ends or reaches. The server knows a connection and a path
 * only; that several callers may watch one path, and that a watch outlives the connection, is the client's affair.
 * Source: `ZKWatchManager`, `ClientCnxn.PrimeConnection`.
 */
import { utf8, type Zxid } from '../kernel/index.ts'
import { EventType, type EventTypeName, type SetWatches2 } from '../wire/index.ts'
import type { Token } from './boundary.ts'

/** Where a watch is kept: the first three are one-shot, named after the read that set them. */
export type WatchKind = 'data' | 'exist' | 'child' | 'persistent' | 'recursive'

/** Which watches removeWatches means. Source: `Watcher.WatcherType`. */
export const WatcherType = { Children: 1, Data: 2, Any: 3, Persistent: 4, PersistentRecursive: 5 } as const

/** The most bytes of paths in one SetWatches, so that it stays far below any server's frame limit. */
export const SET_WATCHES_MAX_LENGTH = 128 * 1024

type Table = Map<string, Set<Token>>

/** All watches of a client, by path and kind. */
export class WatchRegistry {
  private readonly tables: Record<WatchKind, Table> = {
    data: new Map(),
    exist: new Map(),
    child: new Map(),
    persistent: new Map(),
    recursive: new Map(),
  }

  /** A watch has been set. */
  add(kind: WatchKind, path: string, watch: Token): void {
    const watches = this.tables[kind].get(path)
    if (watches === undefined) this.tables[kind].set(path, new Set([watch]))
    else watches.add(watch)
  }

  /**
   * The watches that hear of a server's event, each once; the one-shot ones among them are removed.
   * Source: `ZKWatchManager.materialize`.
   */
  fire(type: EventTypeName, path: string): readonly Token[] {
    const heard = new Set<Token>()
    const take = (kind: WatchKind) => {
      for (const watch of this.tables[kind].get(path) ?? []) heard.add(watch)
      this.tables[kind].delete(path)
    }
    if (type !== 'NodeChildrenChanged') {
      take('data')
      take('exist')
    }
    if (type === 'NodeChildrenChanged' || type === 'NodeDeleted') take('child')
    for (const watch of this.tables.persistent.get(path) ?? []) heard.add(watch)
    if (type !== 'NodeChildrenChanged') for (const watch of this.recursiveAbove(path)) heard.add(watch)
    return [...heard]
  }

  private *recursiveAbove(path: string): Iterable<Token> {
    if (this.tables.recursive.size === 0) return
    for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 1))) {
      yield* this.tables.recursive.get(at) ?? []
      if (at === '/' || at === '') return
    }
  }

  /** Takes out all watches at `path` that `type` means, with the event that tells each. Source: `ZKWatchManager.removeWatcher`. */
  removeAll(path: string, type: number): readonly { readonly event: EventTypeName; readonly watches: readonly Token[] }[] {
    const removed: { event: EventTypeName; watches: readonly Token[] }[] = []
    for (const [event, kinds] of kindsOf(type)) {
      const watches = kinds.flatMap((kind) => [...(this.tables[kind].get(path) ?? [])])
      for (const kind of kinds) this.tables[kind].delete(path)
      if (watches.length > 0) removed.push({ event, watches })
    }
    return removed
  }

  /** Whether any watch at `path` is one that `type` means. */
  has(path: string, type: number): boolean {
    return kindsOf(type).some(([, kinds]) => kinds.some((kind) => this.tables[kind].has(path)))
  }

  /** Takes out one persistent watch; answers where it was when it was the last of its kind there. */
  removePersistent(watch: Token): { readonly path: string; readonly kind: 'persistent' | 'recursive' } | undefined {
    for (const kind of ['persistent', 'recursive'] as const) {
      for (const [path, watches] of this.tables[kind]) {
        if (!watches.delete(watch)) continue
        if (watches.size > 0) return undefined
        this.tables[kind].delete(path)
        return { path, kind }
      }
    }
    return undefined
  }

  /** Takes out every watch: the session is over. */
  clear(): void {
    for (const table of Object.values(this.tables)) table.clear()
  }

  /**
   * What a new connection has to be told, in records of at most {@link SET_WATCHES_MAX_LENGTH} bytes of paths each, none when
   * there is nothing to tell.
   */
  setWatches(relativeZxid: Zxid): readonly SetWatches2[] {
    const batches: Batch[] = []
    let length = Number.POSITIVE_INFINITY
    for (const kind of ['data', 'exist', 'child', 'persistent', 'recursive'] as const) {
      for (const path of this.tables[kind].keys()) {
        const size = 4 + utf8(path).length
        if (length + size > SET_WATCHES_MAX_LENGTH) {
          batches.push(emptyBatch(relativeZxid))
          length = 0
        }
        ;(batches.at(-1) as Batch)[listOf[kind]].push(path)
        length += size
      }
    }
    return batches
  }

  /** How many watches there are, for tests and for those who look for leaks. */
  get size(): number {
    let size = 0
    for (const table of Object.values(this.tables)) for (const watches of table.values()) size += watches.size
    return size
  }
}

const listOf = {
  data: 'dataWatches',
  exist: 'existWatches',
  child: 'childWatches',
  persistent: 'persistentWatches',
  recursive: 'persistentRecursiveWatches',
} as const

type Batch = Record<(typeof listOf)[WatchKind], string[]> & { relativeZxid: Zxid }

function emptyBatch(relativeZxid: Zxid): Batch {
  return { relativeZxid, dataWatches: [], existWatches: [], childWatches: [], persistentWatches: [], persistentRecursiveWatches: [] }
}

const childKinds: readonly [EventTypeName, readonly WatchKind[]] = ['ChildWatchRemoved', ['child']]
const dataKinds: readonly [EventTypeName, readonly WatchKind[]] = ['DataWatchRemoved', ['data', 'exist']]

function kindsOf(type: number): readonly (readonly [EventTypeName, readonly WatchKind[]])[] {
  if (type === WatcherType.Children) return [childKinds]
  if (type === WatcherType.Data) return [dataKinds]
  if (type === WatcherType.Persistent) return [['PersistentWatchRemoved', ['persistent']]]
  if (type === WatcherType.PersistentRecursive) return [['PersistentWatchRemoved', ['recursive']]]
  return [childKinds, dataKinds, ['PersistentWatchRemoved', ['persistent', 'recursive']]]
}

const eventTypes = new Map<number, EventTypeName>(Object.entries(EventType).map(([name, number]) => [number, name as EventTypeName]))

/** The name of an event's number on the wire; `undefined` for one that ZooKeeper does not define. */
export function eventTypeName(type: number): EventTypeName | undefined {
  return eventTypes.get(type)
}
