import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type WatchedChange, type WatcherMode, Watches } from '../../src/watches/index.ts'

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
      this.entries = this.entries.filter((entry) => !(entry.table === each && entry.path === path && entry.watcher === watcher))
      this.entries.push({ table: each, path, watcher, mode })
    }
  }

  fire({ type, path }: WatchedChange): string[] {
    const parent = path.lastIndexOf('/') === 0 ? '/' : path.slice(0, path.lastIndexOf('/'))
    const told = this.table('data', path, type)
    const events = told.map((watcher) => `${watcher} ${type} ${path}`)
    if (type === 'NodeDeleted') {
      for (const watcher of this.table('child', path, type)) if (!told.includes(watcher)) events.push(`${watcher} ${type} ${path}`)
    }
    if (type !== 'NodeDataChanged')
      for (const watcher of this.table('child', parent, 'NodeChildrenChanged')) events.push(`${watcher} NodeChildrenChanged ${parent}`)
    return events
  }

  private table(table: Table, path: string, type: string): number[] {
    const hit = this.entries.filter((entry) => {
      if (entry.table !== table) return false
      if (entry.mode !== 'PERSISTENT_RECURSIVE') return entry.path === path
      return type !== 'NodeChildrenChanged' && (entry.path === path || entry.path === '/' || path.startsWith(`${entry.path}/`))
    })
    this.entries = this.entries.filter((entry) => !(hit.includes(entry) && entry.mode === 'STANDARD'))
    return [...new Set(hit.map(({ watcher }) => watcher))]
  }
}

function register(watches: Watches, { table, path, watcher, mode }: Registration): void {
  if (table === 'both') watches.addWatch(path, watcher, mode)
  else if (table === 'data') watches.addData(path, watcher)
  else watches.addChild(path, watcher)
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
  { table: 'both', path, watcher: 1, mode: 'PERSISTENT_RECURSIVE' } as const,
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
            expect(watches.watchCount).toBe(slow.entries.length)
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
    const step = fc.oneof(registration, registration, change, fc.record({ gone: fc.nat(3) }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const [watches, slow] = [new Watches(), new SlowWatches()]
        for (const each of steps) {
          if ('gone' in each) {
            watches.removeWatcher(each.gone)
            slow.entries = slow.entries.filter(({ watcher }) => watcher !== each.gone)
          } else if ('type' in each) expect(sorted(fired(watches, each))).toEqual(sorted(slow.fire(each)))
          else {
            register(watches, each)
            slow.register(each)
          }
          expect(watches.watchCount).toBe(slow.entries.length)
        }
        const data = slow.entries.filter(({ table }) => table === 'data')
        const { connections, paths, watches: total, byPath, byWatcher } = watches.describe()
        expect([connections, paths, total]).toEqual([
          new Set(data.map((each) => each.watcher)).size,
          new Set(data.map((each) => each.path)).size,
          data.length,
        ])
        expect([...byPath.values()].flat().length).toBe(data.length)
        expect([...byWatcher.values()].flat().length).toBe(data.length)
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

  it('a later registration replaces the mode of the earlier one, as in 3.8', () => {
    const watches = new Watches()
    watches.addWatch('/p', 1, 'PERSISTENT')
    watches.addData('/p', 1)
    expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual(['1 NodeDataChanged /p'])
    expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual([])
  })
})

describe('checkWatches and removeWatches', () => {
  it('ask the tables that the type names, and only for this connection', () => {
    const watches = new Watches()
    watches.addData('/p', 1)
    const types = [1, 2, 3]
    expect(types.map((type) => watches.checkWatches('/p', 1, type))).toEqual([false, true, true])
    expect(types.map((type) => watches.checkWatches('/p', 2, type))).toEqual([false, false, false])
    expect(types.map((type) => watches.removeWatches('/p', 1, type))).toEqual([false, true, false])
    expect(watches.watchCount).toBe(0)
  })

  it('take a watch away whatever its mode', () => {
    const watches = new Watches()
    watches.addWatch('/', 1, 'PERSISTENT_RECURSIVE')
    expect(watches.removeWatches('/', 1, 2)).toBe(true)
    expect(fired(watches, { type: 'NodeDataChanged', path: '/p' })).toEqual([])
    expect(watches.removeWatches('/', 1, 3)).toBe(true)
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
