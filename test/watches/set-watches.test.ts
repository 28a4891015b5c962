import { describe, expect, it } from 'vitest'
import { ZKDatabase } from '../../src/tree/index.ts'
import { Watches } from '../../src/watches/index.ts'
import { OPEN_ACL_UNSAFE, OpCode, type Txn } from '../../src/wire/index.ts'

/** What happens to the node /n: it is made, changed, deleted, gets a child, loses it. */
type Step = 'create' | 'set' | 'delete' | 'createChild' | 'deleteChild'

/** All histories up to a length in which every step is possible. */
function histories(length: number): Step[][] {
  const all: Step[][] = []
  const extend = (history: Step[], exists: boolean, child: boolean): void => {
    all.push(history)
    if (history.length === length) return
    if (!exists) return extend([...history, 'create'], true, false)
    extend([...history, 'set'], true, child)
    if (child) extend([...history, 'deleteChild'], true, false)
    else {
      extend([...history, 'delete'], false, false)
      extend([...history, 'createChild'], true, true)
    }
  }
  extend([], false, false)
  return all
}

/** The database after a history, each step being one transaction; zxid 1 is something else, so that no step has zxid 1. */
function replay(history: readonly Step[]): ZKDatabase {
  const database = new ZKDatabase()
  history.forEach((step, i) => {
    const txn = txnOf(step, database)
    database.apply({ header: { clientId: 1n, cxid: 1, zxid: BigInt(i + 2), time: 0n, type: OpCode[txn.kind] }, txn, digest: null })
  })
  return database
}

function txnOf(step: Step, { tree }: ZKDatabase): Txn {
  const fields = { data: null, acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: -1 }
  switch (step) {
    case 'create':
      return { kind: 'create', path: '/n', ...fields }
    case 'createChild':
      return { kind: 'create', path: '/n/c', ...fields }
    case 'set':
      return { kind: 'setData', path: '/n', data: null, version: (tree.getNode('/n')?.version ?? 0) + 1 }
    case 'delete':
      return { kind: 'delete', path: '/n' }
    case 'deleteChild':
      return { kind: 'delete', path: '/n/c' }
  }
}

/** What a client that was away during `missed` has to be told, worked out from the history alone; null: its watch stays. */
const owed = {
  data(missed: readonly Step[], exists: boolean): string | null {
    if (!missed.some((step) => step === 'set' || step === 'delete')) return null
    return exists ? 'NodeDataChanged' : 'NodeDeleted'
  },
  // A node that came and went again meanwhile is as absent as it was when the watch was set.
  exist(_: readonly Step[], exists: boolean): string | null {
    return exists ? 'NodeCreated' : null
  },
  child(missed: readonly Step[], exists: boolean): string | null {
    if (!missed.some((step) => step === 'delete' || step === 'createChild' || step === 'deleteChild')) return null
    return exists ? 'NodeChildrenChanged' : 'NodeDeleted'
  },
}

describe('setWatches, for every history of up to six steps and every moment of leaving', () => {
  const NOTHING = { dataWatches: [], existWatches: [], childWatches: [], persistentWatches: [], persistentRecursiveWatches: [] }

  it.each(['data', 'exist', 'child'] as const)('tells of all that a %s watch has missed and of nothing else', (kind) => {
    let cases = 0
    for (const history of histories(6)) {
      const now = replay(history)
      for (let left = 0; left <= history.length; left++) {
        const existedThen = replay(history.slice(0, left)).tree.getNode('/n') !== undefined
        // An exists watch of a node that is there is a data watch: clients list it as one.
        if (existedThen === (kind === 'exist')) continue
        const lists = { ...NOTHING, relativeZxid: BigInt(left + 1), [`${kind}Watches`]: ['/n'] }
        const watches = new Watches()
        const events = watches.setWatches(lists, 5, (path) => now.tree.getNode(path))
        const expected = owed[kind](history.slice(left), now.tree.getNode('/n') !== undefined)
        expect(events, `${history.join(' ')}, left after ${left}`).toEqual(expected === null ? [] : [{ watcher: 5, type: expected, path: '/n' }])
        expect(watches.watchCount).toBe(expected === null ? 1 : 0)
        expect(watches.checkWatches('/n', 5, kind === 'child' ? 1 : 2)).toBe(expected === null)
        cases++
      }
    }
    expect(cases).toBeGreaterThan(100)
  })
})

it('a node in several lists is told once for each', () => {
  const lists = {
    relativeZxid: 1n,
    dataWatches: ['/x'],
    existWatches: ['/x'],
    childWatches: ['/x'],
    persistentWatches: ['/x'],
    persistentRecursiveWatches: ['/y'],
  }
  const watches = new Watches()
  const events = watches.setWatches(lists, 1, () => undefined)
  expect(events.map(({ type, path }) => `${type} ${path}`)).toEqual(['NodeDeleted /x', 'NodeDeleted /x'])
  expect(watches.watchCount).toBe(3)
  watches.fire({ type: 'NodeDataChanged', path: '/y/z' })
  expect(watches.fire({ type: 'NodeDataChanged', path: '/y/z' })).toEqual([{ watcher: 1, type: 'NodeDataChanged', path: '/y/z' }])
})
