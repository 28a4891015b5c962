import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type WatchedChange, type WatcherMode, WatcherType, Watches } from '../../src/watches/index.ts'

type Table = 'data' | 'child'
type Registration = { readonly table: Table | 'both'; readonly path: string; readonly watcher: number; readonly mode: WatcherMode }
type Entry = { readonly table: Table; readonly path: string; readonly watcher: number; readonly mode: WatcherMode }

const PATHS = ['/', '/p', '/p/n', '/p/n/c', '/px'] as const
const TYPES = ['NodeCreated', 'NodeDeleted', 'NodeDataChanged'] as const

/** The rules once more, as a list that is filtered: slow, and close to the words of the reference. */
class SlowWatches {
  entries: Entry[] = []

  register({ table, path, watcher, mode }: Registration): void {
    for (const each of table === 'both' ? (['data', 'child'] as const) : [table]) {
      this.unregister((entry) => entry.table === each && entry.path === path && entry.watcher === watcher && entry.mode === mode)
      this.entries.push({ table: each, path, watcher, mode })
    }
  }

  unregister(isMeant: (entry: Entry) => boolean): boolean {
    const before = this.entries.length
    this.entries = this.entries.filter((entry) => !isMeant(entry))
    return this.entries.length < before
  }

  /** Modes side by side are one watch in the count. */
  count(tables: readonly Table[] = ['data', 'child']): number {
    return new Set(this.entries.filter(({ table }) => tables.includes(table)).map(({ table, path, watcher }) => `${table} ${path} ${watcher}`)).size
  }

  fire({ type, path }: WatchedChange): string[] {
    const parent = path.lastIndexOf('/') === 0 ? '/' : path.slice(0, path.lastIndexOf('/'))
    const told = this.table('data', path)
    const events = told.map((watcher) => `${watcher} ${type} ${path}`)
    if (type === 'NodeDeleted') {
      for (const watcher of this.table('child', path)) if (!told.includes(watcher)) events.push(`${watcher} ${type} ${path}`)
    }
    if (type !== 'NodeDataChanged') for (const watcher of this.table('child', parent)) events.push(`${watcher} NodeChildrenChanged ${parent}`)
    return events
  }

  private table(table: Table, path: string): number[] {
    const hit = this.entries.filter((entry) => {
      if (entry.table !== table) return false
      if (entry.mode !== 'PERSISTENT_RECURSIVE') return entry.path === path
      return entry.path === path || entry.path === '/' || path.startsWith(`${entry.path}/`)
    })
    this.entries = this.entries.filter((entry) => !(hit.includes(entry) && entry.mode === 'STANDARD'))
    return [...new Set(hit.map(({ watcher }) => watcher))]
  }
}

function register(watches: Watches, { table, path, watcher, mode }: Registration): void {
  if (mode !== 'STANDARD') watches.addWatch(path, watcher, mode)
  else if (table === 'data') watches.addData(path, watcher)
  else watches.addChild(path, watcher)
}

/** Whether a watch is of the type. */
function means(type: number, { table, mode }: Entry): boolean {
  if (type === WatcherType.Persistent) return mode === 'PERSISTENT'
  if (type === WatcherType.PersistentRecursive) return mode === 'PERSISTENT_RECURSIVE'
  return type === WatcherType.Any || (mode === 'STANDARD' && table === (type === WatcherType.Data ? 'data' : 'child'))
}

function fired(watches: Watches, change: WatchedChange): string[] {
  return watches.fire(change).map(({ watcher, type, path }) => `${watcher} ${type} ${path}`)
}

function sorted(lines: string[]): string[] {
  return lines.sort((a, b) => (a < b ? -1 : 1))
}

/** Every single registration that a client can make on one of the paths. */
const registrations: Registration[] = PATHS.flatMap((path) => [
  { table: 'data', path, watcher: 1, mode: 'STANDARD' } as const,
  { table: 'child', path, watcher: 1, mode: 'STANDARD' } as const,
  { table: 'both', path, watcher: 1, mode: 'PERSISTENT' } as const,
  { table: 'data', path, watcher: 1, mode: 'PERSISTENT_RECURSIVE' } as const,
])

describe('what fires', () => {
  it('is as the table says, for every two registrations and every two changes', () => {
    const changes = TYPES.flatMap((type) => ['/p', '/p/n'].map((path) => ({ type, path })))
    for (const first of registrations) {
      for (const second of [...registrations, ...registrations.map((each) => ({ ...each, watcher: 2 }))]) {
        for (const one of changes) {
          for (const other of changes) {
            const [watches, slow] = [new Watches(), new SlowWatches()]
            for (const each of [first, second]) {
              register(watches, each)
              slow.register(each)
            }
            for (const change of [one, other]) expect(sorted(fired(watches, change))).toEqual(sorted(slow.fire(change)))
            expect(watches.watchCount).toBe(slow.count())
          }
        }
      }
    }
  })

  it('is as the table says over long histories of many watchers', () => {
    const registration = fc
      .record({ ...{ watcher: fc.nat(3) }, which: fc.constantFrom(...registrations) })
      .map(({ watcher, which }) => ({ ...which, watcher }))
    const change = fc.record({ type: fc.constantFrom(...TYPES), path: fc.constantFrom('/p', '/p/n', '/p/n/c', '/px') })
    const removal = fc.record({ watcher: fc.nat(3), from: fc.constantFrom(...PATHS), type: fc.constantFrom(...Object.values(WatcherType)) })
    const step = fc.oneof(registration, registration, change, removal, fc.record({ gone: fc.nat(3) }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const [watches, slow] = [new Watches(), new SlowWatches()]
        for (const each of steps) {
          if ('gone' in each) {
            watches.removeWatcher(each.gone)
            slow.unregister(({ watcher }) => watcher === each.gone)
          } else if ('from' in each) {
            const { from, watcher, type } = each
            expect(watches.removeWatches(from, watcher, type)).toBe(
              slow.unregister((entry) => entry.path === from && entry.watcher === watcher && means(type, entry)),
            )
          } else if ('type' in each) expect(sorted(fired(watches, each))).toEqual(sorted(slow.fire(each)))
          else {
            register(watches, each)
            slow.register(each)
          }
          expect(watches.watchCount).toBe(slow.count())
        }
        const data = slow.entries.filter(({ table }) => table === 'data')
        const { connections, paths, watches: total, byPath, byWatcher } = watches.describe()
        expect([connections, paths, total]).toEqual([
          new Set(data.map((each) => each.watcher)).size,
          new Set(data.map((each) => each.path)).size,
          slow.count(['data']),
        ])
        expect([...byPath.values()].flat().length).toBe(total)
        expect([...byWatcher.values()].flat().length).toBe(total)
      }),
      { numRuns: 500 },
    )
  })

  it('comes in the order node, its watchers of children, its parent', () => {
    const watches = new Watches()
    watches.addChild('/p', 1)
    watches.addChild('/p/n', 2)
    watches.addData('/p/n', 3)
    watches.addWatch('/', 4, 'PERSISTENT_RECURSIVE')
    expect(fired(watches, { type: 'NodeDeleted', path: '/p/n' })).toEqual([
      '3 NodeDeleted /p/n',
      '4 NodeDeleted /p/n',
      '2 NodeDeleted /p/n',
      '1 NodeChildrenChanged /p',
    ])
  })

  it('a watch on data and children of a node that is deleted tells once and is used up in both tables', () => {
    const watches = new Watches()
    watches.addData('/p', 1)
    watches.addChild('/p', 1)
    expect(fired(watches, { type: 'NodeDeleted', path: '/p' })).toEqual(['1 NodeDeleted /p'])
    expect(watches.watchCount).toBe(0)
  })

  it('the parent of a top-level node is the root', () => {
    const watches = new Watches()
    watches.addChild('/', 1)
    expect(fired(watches, { type: 'NodeCreated', path: '/p' })).toEqual(['1 NodeChildrenChanged /'])
  })

  it('a persistent watch stays when a standard one beside it is used up (ZOOKEEPER-4466)', () => {
    const watches = new Watches()
    watches.addWatch('/p', 1, 'PERSISTENT')
    watches.addData('/p', 1)
    expect(watches.watchCount).toBe(2)
    for (const _ of [1, 2]) expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual(['1 NodeDataChanged /p'])
  })
})

describe('checkWatches and removeWatches', () => {
  const types = Object.values(WatcherType)

  it('ask the tables that the type names, and only for this connection', () => {
    const watches = new Watches()
    watches.addData('/p', 1)
    expect(types.map((type) => watches.checkWatches('/p', 1, type))).toEqual([false, true, true, false, false])
    expect(types.map((type) => watches.checkWatches('/p', 2, type))).toEqual([false, false, false, false, false])
    expect(types.map((type) => watches.removeWatches('/p', 1, type))).toEqual([false, true, false, false, false])
    expect(watches.watchCount).toBe(0)
  })

  it('know a persistent and a recursive watch from the others on the path', () => {
    const all = () => {
      const watches = new Watches()
      watches.addData('/p', 1)
      watches.addChild('/p', 1)
      watches.addWatch('/p', 1, 'PERSISTENT')
      watches.addWatch('/p', 1, 'PERSISTENT_RECURSIVE')
      return watches
    }
    for (const type of types) {
      const watches = all()
      expect(watches.removeWatches('/p', 1, type)).toBe(true)
      expect(watches.removeWatches('/p', 1, type)).toBe(false)
      const left = type === WatcherType.Any ? [] : types.filter((other) => other !== type)
      expect(types.filter((other) => watches.checkWatches('/p', 1, other))).toEqual(left)
    }
  })

  it('a recursive watch that was removed is told of nothing any more, a standard one beside it is', () => {
    const watches = new Watches()
    watches.addWatch('/', 1, 'PERSISTENT_RECURSIVE')
    watches.addData('/', 1)
    expect(watches.removeWatches('/', 1, WatcherType.PersistentRecursive)).toBe(true)
    expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual([])
    expect(fired(watches, { type: 'NodeDataChanged', path: '/' })).toEqual(['1 NodeDataChanged /'])
    expect(watches.watchCount).toBe(0)
  })
})

it('clones are independent', () => {
  const watches = new Watches()
  watches.addWatch('/', 1, 'PERSISTENT_RECURSIVE')
  watches.addData('/p', 2)
  const copy = watches.clone()
  expect(copy.hash()).toBe(watches.hash())
  expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual(['2 NodeDataChanged /p', '1 NodeDataChanged /p'])
  expect(copy.hash()).not.toBe(watches.hash())
  expect(fired(copy, { type: 'NodeDataChanged', path: '/p' })).toEqual(['2 NodeDataChanged /p', '1 NodeDataChanged /p'])
})
