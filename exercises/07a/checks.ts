import { type LastChanges, type WatchEvent, WatcherType, Watches } from '../../src/watches/watch-tables.ts'
import { same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

type List = 'dataWatches' | 'existWatches' | 'childWatches' | 'persistentWatches' | 'persistentRecursiveWatches'

const SEEN = 10n
const ME = 7
const PATH = '/seat-1'
const NODES: readonly (LastChanges | undefined)[] = [
  undefined,
  ...[4n, 10n, 11n].flatMap((mzxid) => [4n, 10n, 11n].map((pzxid) => ({ mzxid, pzxid }))),
]

export const checks: Checks = {
  'a data watch hears of changed data'() {
    for (const node of NODES)
      if (node !== undefined && node.mzxid > SEEN) tells('dataWatches', node, ['NodeDataChanged'], 'mzxid is after the last zxid it has seen')
  },

  'a data watch hears nothing of what it has seen, nor of children'() {
    for (const node of NODES)
      if (node !== undefined && node.mzxid <= SEEN) tells('dataWatches', node, [], 'the data have not changed since; the list of children is no data')
  },

  'a data or child watch on a node that is gone hears of its end'() {
    tells('dataWatches', undefined, ['NodeDeleted'], 'it was there when the watch was set')
    tells('childWatches', undefined, ['NodeDeleted'], 'it was there when the watch was set')
  },

  'an exists watch hears of a node that is there, whenever it came'() {
    for (const node of NODES) if (node !== undefined) tells('existWatches', node, ['NodeCreated'], 'the watch was set when there was no such node')
    tells('existWatches', undefined, [], 'there still is no such node')
  },

  'a child watch hears of a changed list'() {
    for (const node of NODES)
      if (node !== undefined && node.pzxid > SEEN) tells('childWatches', node, ['NodeChildrenChanged'], 'pzxid is after the last zxid it has seen')
  },

  'a child watch hears nothing of what it has seen, nor of data'() {
    for (const node of NODES)
      if (node !== undefined && node.pzxid <= SEEN) tells('childWatches', node, [], 'the list has not changed since; data are no children')
  },

  'who was told nothing has its watch again, who was told has it no more'() {
    const here = { mzxid: 4n, pzxid: 4n }
    const later = { mzxid: 11n, pzxid: 11n }
    stands('dataWatches', here, WatcherType.Data, true)
    stands('dataWatches', later, WatcherType.Data, false)
    stands('dataWatches', undefined, WatcherType.Data, false)
    stands('existWatches', undefined, WatcherType.Data, true)
    stands('existWatches', here, WatcherType.Data, false)
    stands('childWatches', here, WatcherType.Children, true)
    stands('childWatches', later, WatcherType.Children, false)
    stands('childWatches', undefined, WatcherType.Children, false)
    stands('dataWatches', here, WatcherType.Children, false)
    stands('childWatches', here, WatcherType.Data, false)
    stands('existWatches', undefined, WatcherType.Children, false)
  },

  'a watch that was set again fires once'() {
    for (const [list, node] of [
      ['dataWatches', { mzxid: 4n, pzxid: 4n }],
      ['existWatches', undefined],
    ] as const) {
      const { watches } = set({ [list]: [PATH] }, node)
      const change = { type: node === undefined ? 'NodeCreated' : 'NodeDataChanged', path: PATH } as const
      same(watches.fire(change).length, 1, { given: `${list} on ${PATH}, set again; then ${change.type}` }, (count) => `${count} events`)
      same(
        watches.fire(change).length,
        0,
        { given: `${list} on ${PATH}, set again; then ${change.type}, twice`, because: 'it is a standard watch' },
        (count) => `${count} events`,
      )
    }
  },

  'persistent watches are set again and told nothing'() {
    for (const list of ['persistentWatches', 'persistentRecursiveWatches'] as const) {
      for (const node of NODES) tells(list, node, [], 'it hears of everything from now on')
      const { watches } = set({ [list]: [PATH] }, { mzxid: 11n, pzxid: 11n })
      for (const time of ['first', 'second']) {
        same(
          watches.fire({ type: 'NodeDataChanged', path: PATH }).length,
          1,
          { given: `${list} on ${PATH}, set again; the data change for the ${time} time` },
          (count) => `${count} events`,
        )
      }
      const below = watches.fire({ type: 'NodeDataChanged', path: `${PATH}/row` }).length
      same(
        below,
        list === 'persistentWatches' ? 0 : 1,
        { given: `${list} on ${PATH}, set again; the data of ${PATH}/row change`, because: 'only a recursive watch hears of what is below' },
        (count) => `${count} events`,
      )
    }
  },

  'the lists are told in their order, each path once'() {
    const { events } = set({ childWatches: ['/c', '/d'], dataWatches: ['/a', '/b'], existWatches: ['/e'] }, { mzxid: 11n, pzxid: 11n })
    const expected = ['NodeDataChanged /a', 'NodeDataChanged /b', 'NodeCreated /e', 'NodeChildrenChanged /c', 'NodeChildrenChanged /d']
    same(
      events.map(({ type, path }) => `${type} ${path}`),
      expected,
      { given: 'data watches on /a /b, an exists watch on /e, child watches on /c /d; everything has changed' },
    )
    same(
      events.every(({ watcher }) => watcher === ME),
      true,
      { given: `the connection is ${ME}; are all events for it?` },
    )
  },
}

function set(
  lists: Partial<Record<List, readonly string[]>>,
  node: LastChanges | undefined,
): { readonly watches: Watches; readonly events: readonly WatchEvent[] } {
  const watches = new Watches()
  const none = { dataWatches: [], existWatches: [], childWatches: [], persistentWatches: [], persistentRecursiveWatches: [] }
  return { watches, events: watches.setWatches({ relativeZxid: SEEN, ...none, ...lists }, ME, () => node) }
}

function tells(list: List, node: LastChanges | undefined, expected: readonly string[], because: string): void {
  const { events } = set({ [list]: [PATH] }, node)
  same(
    events.map(({ type }) => type as string),
    [...expected],
    { given: draw(list, node), because },
  )
}

function stands(list: List, node: LastChanges | undefined, table: number, expected: boolean): void {
  const { watches } = set({ [list]: [PATH] }, node)
  const name = table === WatcherType.Data ? 'data' : 'children'
  same(watches.checkWatches(PATH, ME, table), expected, { given: [...draw(list, node), `is there a watch in the table for ${name} now?`] })
}

function draw(list: List, node: LastChanges | undefined): string[] {
  const now = node === undefined ? 'there is no such node' : `mzxid ${node.mzxid}, pzxid ${node.pzxid}`
  return [`the client has seen everything up to zxid ${SEEN}`, `${list}: ${PATH}; now ${now}`]
}
