import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const CHILD = "return node.pzxid > seen ? 'NodeChildrenChanged' : null"
const DATA = "return node.mzxid > seen ? 'NodeDataChanged' : null"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'mzxid-for-children',
    tempts: 'mzxid is "when it was last modified". A new child does not modify its parent’s data (ZOOKEEPER-1412).',
    caughtBy: 'a child watch hears of a changed list',
    edits: [[CHILD, CHILD.replace('pzxid', 'mzxid')]],
  },
  {
    name: 'pzxid-for-data',
    tempts: 'pzxid is the last change of the node in any way, one may think.',
    caughtBy: 'a data watch hears of changed data',
    edits: [[DATA, DATA.replace('mzxid', 'pzxid')]],
    visibleWithin: 2,
  },
  {
    name: 'at-or-after',
    tempts: 'The zxid that was seen last is taken for the first one missed: an event is told twice (ZOOKEEPER-1667).',
    caughtBy: 'a data watch hears nothing of what it has seen, nor of children',
    edits: [[DATA, DATA.replace('>', '>=')]],
  },
  {
    name: 'children-at-or-after',
    tempts: 'The same slip for the list of children.',
    caughtBy: 'a child watch hears nothing of what it has seen, nor of data',
    edits: [[CHILD, CHILD.replace('>', '>=')]],
  },
  {
    name: 'exists-compares-too',
    tempts: 'All three lists look alike, so mzxid is compared here too. A node created and seen by another read before the cut is then never told.',
    caughtBy: 'an exists watch hears of a node that is there, whenever it came',
    edits: [
      [
        'if (lookup(path) === undefined) this.addData(path, watcher)',
        'if ((lookup(path)?.mzxid ?? 0n) <= lists.relativeZxid) this.addData(path, watcher)',
      ],
    ],
  },
  {
    name: 'deletion-not-told',
    tempts: 'There is nothing to compare with, so nothing is told. The client waits for ever for a seat that is free.',
    caughtBy: 'a data or child watch on a node that is gone hears of its end',
    edits: [[`if (node === undefined) return 'NodeDeleted'\n  ${DATA}`, `if (node === undefined) return null\n  ${DATA}`]],
  },
  {
    name: 'told-and-set-again',
    tempts: 'Registering first and looking then avoids a gap. But a standard watch that was told is used up.',
    caughtBy: 'who was told nothing has its watch again, who was told has it no more',
    edits: [
      [
        'if (missed === null) this.addData(path, watcher)\n      else events.push',
        'this.addData(path, watcher)\n      if (missed !== null) events.push',
      ],
    ],
    visibleWithin: 1,
  },
  {
    name: 'exists-in-the-child-table',
    tempts: 'Creating a node changes a list of children, so the watch for it seems to belong there.',
    caughtBy: 'who was told nothing has its watch again, who was told has it no more',
    edits: [['if (lookup(path) === undefined) this.addData(path, watcher)', 'if (lookup(path) === undefined) this.addChild(path, watcher)']],
    visibleWithin: 1,
  },
  {
    name: 'persistent-forgotten',
    tempts: 'They came with 3.6, and everything works without them until the first reconnect.',
    caughtBy: 'persistent watches are set again and told nothing',
    edits: [["for (const path of lists.persistentWatches) this.addWatch(path, watcher, 'PERSISTENT')\n", '']],
  },
  {
    name: 'recursive-like-the-others',
    tempts: 'Both kinds are persistent; that one of them hears of the nodes below is forgotten.',
    caughtBy: 'persistent watches are set again and told nothing',
    edits: [["this.addWatch(path, watcher, 'PERSISTENT_RECURSIVE')", "this.addWatch(path, watcher, 'PERSISTENT')"]],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-loop-over-a-table',
    how: 'The three lists as rows: what each has missed, and where it is registered.',
    bodies: {
      'Watches.setWatches': `
        const { relativeZxid: seen } = lists
        const rows = [
          { paths: lists.dataWatches, missed: (path: string) => missedByData(lookup(path), seen), keep: (path: string) => this.addData(path, watcher) },
          { paths: lists.existWatches, missed: (path: string): WatchEventType | null => (lookup(path) ? 'NodeCreated' : null), keep: (path: string) => this.addData(path, watcher) },
          { paths: lists.childWatches, missed: (path: string) => missedByChild(lookup(path), seen), keep: (path: string) => this.addChild(path, watcher) },
        ]
        const events: WatchEvent[] = []
        for (const { paths, missed, keep } of rows) {
          for (const path of paths) {
            const type = missed(path)
            if (type !== null) events.push({ watcher, type, path })
            else keep(path)
          }
        }
        for (const path of lists.persistentRecursiveWatches) this.addWatch(path, watcher, 'PERSISTENT_RECURSIVE')
        for (const path of lists.persistentWatches) this.addWatch(path, watcher, 'PERSISTENT')
        return events`,
    },
  },
  {
    name: 'nothing-happened-first',
    how: 'The two small functions ask first whether nothing has happened.',
    bodies: {
      missedByData: "if (node !== undefined && node.mzxid <= seen) return null\nreturn node ? 'NodeDataChanged' : 'NodeDeleted'",
      missedByChild: "if (node !== undefined && node.pzxid <= seen) return null\nreturn node ? 'NodeChildrenChanged' : 'NodeDeleted'",
    },
  },
]
