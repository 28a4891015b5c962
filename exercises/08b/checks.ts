import { fromUtf8, Prng, utf8 } from '../../src/kernel/index.ts'
import { DataTree } from '../../src/tree/data-tree.ts'
import { parentPath } from '../../src/tree/paths.ts'
import { limitPath, statPath } from '../../src/tree/quota.ts'
import type { TreeEntry } from '../../src/tree/whole-tree.ts'
import { KeeperErrorCode, OPEN_ACL_UNSAFE, READ_ACL_UNSAFE } from '../../src/wire/index.ts'
import { same, WrongAnswer } from '../support/check.ts'
import { shortest } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

/** A change, as a transaction has it: what stands in it was decided by the leader. */
type Change =
  | { readonly kind: 'create'; readonly path: string; readonly cversion: number; readonly owner: bigint }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'set'; readonly path: string; readonly data: string; readonly version: number }

const PATHS = ['/a', '/a/b', '/a/c', '/a/b/d'] as const
const TIME = 1000n

export const checks: Checks = {
  'a creation makes a node, and its parent counts it'() {
    const { tree, outcomes } = after([create('/a', 1), create('/a/b', 1)])
    const given = ['1. create /a', '2. create /a/b']
    same(outcomes, ['OK', 'OK'], { given: [...given, 'how did they end?'] })
    same(tellNode(tree, '/a'), 'data ‘new’, version 0, created by 1, changed by 1; children [b], 1 created, list changed by 2', {
      given: [...given, 'what is /a?'],
    })
    same(tellNode(tree, '/a/b'), 'data ‘new’, version 0, created by 2, changed by 2; children nothing, 0 created, list changed by 2', {
      given: [...given, 'what is /a/b?'],
    })
    const counted = new DataTree()
    apply(counted, create('/a', -1), 1n)
    apply(counted, create('/a/b', -1), 2n)
    apply(counted, create('/a/c', -1), 3n)
    same(tellNode(counted, '/a'), 'data ‘new’, version 0, created by 1, changed by 1; children [b, c], 2 created, list changed by 3', {
      given: ['/a, /a/b and /a/c are created by an old leader, which says -1: one more'],
    })
  },

  'new data come with the numbers of the transaction'() {
    const { tree, outcomes } = after([create('/a', 1), set('/a', 'sold', 1), set('/a', 'free', 2)])
    const given = ['1. create /a', '2. set /a to ‘sold’, version 1', '3. set /a to ‘free’, version 2']
    same(outcomes, ['OK', 'OK', 'OK'], { given: [...given, 'how did they end?'] })
    same(tellNode(tree, '/a'), 'data ‘free’, version 2, created by 1, changed by 3; children nothing, 0 created, list changed by 1', {
      given: [...given, 'what is /a?'],
    })
    same(tree.getNode('/a')?.mtime, TIME + 3n, { given: [...given, `the third at ${TIME + 3n} ms: when was it changed?`] })
    same(after([create('/b', 1), set('/a', 'sold', 1)]).outcomes, ['OK', 'NONODE'], { given: ['1. create /b', '2. set /a: how did they end?'] })
  },

  'a deletion leaves nothing but a mark in the parent'() {
    const { tree, outcomes } = after([create('/a', 1), create('/a/b', 1), remove('/a/b')])
    const given = ['1. create /a', '2. create /a/b', '3. delete /a/b']
    same(outcomes, ['OK', 'OK', 'OK'], { given: [...given, 'how did they end?'] })
    same(tellNode(tree, '/a'), 'data ‘new’, version 0, created by 1, changed by 1; children nothing, 1 created, list changed by 3', {
      given: [...given, 'what is /a?'],
    })
    same([tree.getNode('/a/b'), tree.getNode('/a')?.children], [undefined, null], {
      given: [...given, 'is /a/b there, and what are the children of /a?'],
      because: 'null while there are none, as in a tree that never had any',
    })
    same(after([create('/a', 1), create('/a/b', 1), create('/a/c', 2), remove('/a/b')]).tree.getNode('/a')?.children, new Set(['c']), {
      given: ['/a/b and /a/c are created, /a/b is deleted: the children of /a?'],
    })
  },

  'what counts is told: sizes, quotas, ephemerals, digest'() {
    const changes = [create('/a', 1), create('/a/b', 1, 7n), set('/a/b', 'x', 1), create('/a/c', 2), remove('/a/b')]
    const tree = limited()
    const empty = limited().approximateDataSize
    const sizes: string[] = []
    for (const [i, change] of changes.entries()) {
      apply(tree, change, BigInt(20 + i))
      const stats = fromUtf8(tree.getNode(statPath('/a'))?.data ?? new Uint8Array())
      sizes.push(
        `${tell(change)}: ${tree.approximateDataSize - empty} bytes, ${stats}, of session 7: ${[...tree.ephemeralsOf(7n)].join(' ') || 'nothing'}`,
      )
    }
    same(
      sizes,
      [
        'create /a: 5 bytes, count=1,bytes=3, of session 7: nothing',
        'create /a/b of session 7: 12 bytes, count=2,bytes=6, of session 7: /a/b',
        'set /a/b to ‘x’: 10 bytes, count=2,bytes=4, of session 7: /a/b',
        'create /a/c: 17 bytes, count=3,bytes=7, of session 7: /a/b',
        'delete /a/b: 12 bytes, count=2,bytes=6, of session 7: nothing',
      ],
      {
        given: [
          'a tree with a quota on /a; after each change: paths and data together, the quota’s counts, the ephemerals of session 7',
          ...changes.map(tell),
        ],
      },
    )
    const other = new DataTree({ digest: true })
    for (const [i, change] of [create('/a', 1), create('/a/b', 1), set('/a/b', 'x', 1), create('/a/c', 2), remove('/a/b')].entries()) {
      apply(other, change, BigInt(1 + i))
      const again = new DataTree({ digest: true })
      const cursor = other.cursor()
      for (const [id, acl] of other.acls.entries()) again.restoreAcl(id, acl)
      for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) again.restoreNode(entry.path, entry.data, entry.aclId, entry.stat)
      again.finishRestore()
      const given = [`a tree with a digest, after ${i + 1} of ${changes.map(tell).join(', ')}`, 'is its digest that of a tree with the same nodes?']
      same(other.digest === again.digest, true, { given, because: 'two servers compare their digests to find out that they differ' })
    }
  },

  'a parent that is missing is no reason to fail'() {
    const { tree, outcomes } = after([create('/a/b', 1), remove('/a/b')])
    same(outcomes, ['NONODE', 'NONODE'], {
      given: ['1. create /a/b', '2. delete /a/b', 'there is no /a: how did they end?'],
      because: 'it is deleted later in this log, and the snapshot knew that already',
    })
    same(tree.nodeCount, new DataTree().nodeCount, { given: 'the same: how many nodes are there?' })
  },

  'a node that is there already is left as it is, but for its list'() {
    const { tree } = after([create('/a', 1), set('/a', 'sold', 1), create('/a/b', 1)])
    const before = tellNode(tree, '/a')
    const outcome = tree.createNode('/a', utf8('new'), READ_ACL_UNSAFE, 0n, 1, 1n, TIME)
    same([name(outcome), tellNode(tree, '/a')], ['NODEEXISTS', before], {
      given: 'a tree in which /a was created, set, and got a child; its creation is applied again',
      because: 'what has been done to it since is in the snapshot',
    })
    same(tree.getAcl(tree.getNode('/a') as never), READ_ACL_UNSAFE, {
      given: 'the creation has another list than the node: which one counts?',
      because: 'lists are numbered, and the snapshot’s numbers may be of another moment',
    })
  },

  'a parent’s numbers never go back'() {
    const { tree } = after([create('/a', 1), create('/a/b', 1), create('/a/c', 2), remove('/a/c')])
    const before = tellNode(tree, '/a')
    tree.createNode('/a/b', utf8('new'), OPEN_ACL_UNSAFE, 0n, 1, 2n, TIME)
    tree.createNode('/a/c', utf8('new'), OPEN_ACL_UNSAFE, 0n, 2, 3n, TIME)
    same(tellNode(tree, '/a').replace('[b, c]', '[b]'), before, {
      given: '/a/b, then /a/c are created, /a/c deleted; both creations are applied again: what numbers has /a?',
    })
    const { tree: other } = after([create('/a', 1), create('/a/b', 1), create('/a/c', 2), remove('/a/b'), remove('/a/c')])
    const then = tellNode(other, '/a')
    other.deleteNode('/a/b', 4n)
    same(tellNode(other, '/a'), then, {
      given: '/a/b and /a/c are created and deleted, 4 and 5 being the deletions; 4 is applied again: what is /a?',
    })
  },

  'the parent hears of a deletion even when the node is gone already'() {
    const { tree } = after([create('/a', 1), create('/a/b', 1), remove('/a/b')])
    same([name(tree.deleteNode('/a/b', 9n)), tree.getNode('/a')?.pzxid], ['NONODE', 9n], {
      given: 'a snapshot met /a before the deletion of /a/b in transaction 9, and did not meet /a/b: which was the last to change the list of /a?',
      because: 'otherwise a client that was away would not be told (ZOOKEEPER-3125, 3145)',
    })
  },

  'the parent hears of a creation even when the node is there already'() {
    const { tree } = after([create('/a', 1), create('/a/b', 1)])
    tree.createNode('/a/b', utf8('new'), OPEN_ACL_UNSAFE, 0n, 5, 9n, TIME)
    same(tellNode(tree, '/a'), 'data ‘new’, version 0, created by 1, changed by 1; children [b], 5 created, list changed by 9', {
      given: 'a snapshot holds /a as it was early, and /a/b, of which transaction 9 says that it was the fifth to be created there: what is /a?',
    })
  },

  'a node goes with all below it'() {
    const { tree } = after([create('/a', 1), create('/a/b', 1), create('/a/b/d', 1)])
    same([name(tree.deleteNode('/a/b', 1n)), tree.getNode('/a/b/d') !== undefined], ['OK', false], {
      given: 'a snapshot holds a later /a/b, with a child; an earlier deletion of /a/b is applied: is there still a /a/b/d?',
      because: 'its creation comes again, later in the log',
    })
    same(tree.getNode('/a')?.pzxid, 2n, {
      given: 'the same; the deletion is transaction 1, the last creation in /a was 2: which was the last to change its list?',
    })
  },

  'a fuzzy snapshot becomes the exact tree'() {
    for (let seed = 1; seed <= 80; seed++) {
      const random = new Prng(BigInt(seed))
      const history = historyOf(random, 14)
      const from = random.below(6)
      const steps = Array.from({ length: history.length }, () => random.below(3))
      const fails = (list: readonly Change[]) => fuzzy(list, from, steps) !== null
      if (!fails(history)) continue
      const least = shortest(history, (list) => isHistory(list) && fails(list))
      const fault = fuzzy(least, from, steps)
      throw new WrongAnswer(fault?.expected ?? '', fault?.seen ?? '', {
        given: [
          ...least.map((change, i) => `${i + 1}. ${tell(change)}`),
          `a snapshot begins after ${Math.min(from, least.length)} of them, and goes on between the others; then they are applied again`,
        ],
        because: 'the client that was told a number must find it again',
      })
    }
  },

  'what is applied again changes nothing'() {
    for (let seed = 1; seed <= 25; seed++) {
      const history = historyOf(new Prng(BigInt(seed)), 12)
      for (let from = 0; from < history.length; from += 3) {
        const { tree } = after(history)
        const before = tellTree(tree)
        for (const [i, change] of history.entries()) if (i >= from) apply(tree, change, BigInt(i + 1))
        const given = [...history.map((change, i) => `${i + 1}. ${tell(change)}`), `and from ${from + 1} on once more`]
        same(tellTree(tree), before, { given })
      }
    }
  },
}

function create(path: string, cversion: number, owner = 0n): Change {
  return { kind: 'create', path, cversion, owner }
}

function remove(path: string): Change {
  return { kind: 'delete', path }
}

function set(path: string, data: string, version: number): Change {
  return { kind: 'set', path, data, version }
}

function after(changes: readonly Change[]): { readonly tree: DataTree; readonly outcomes: string[] } {
  const tree = new DataTree()
  return { tree, outcomes: changes.map((change, i) => apply(tree, change, BigInt(i + 1))) }
}

/** A tree with a quota on /a, which was made before there was a /a. */
function limited(): DataTree {
  const tree = new DataTree()
  const paths = ['/zookeeper/quota/a', limitPath('/a'), statPath('/a')]
  for (const [i, path] of paths.entries()) tree.createNode(path, utf8('count=0,bytes=0'), OPEN_ACL_UNSAFE, 0n, 1, BigInt(i + 1), TIME)
  return tree
}

function apply(tree: DataTree, change: Change, zxid: bigint): string {
  const time = TIME + zxid
  switch (change.kind) {
    case 'create':
      return name(tree.createNode(change.path, utf8('new'), OPEN_ACL_UNSAFE, change.owner, change.cversion, zxid, time))
    case 'delete':
      return name(tree.deleteNode(change.path, zxid))
    case 'set':
      return name(tree.setData(change.path, utf8(change.data), change.version, zxid, time))
  }
}

/** A history as a leader makes it: everything in it can be done when its turn comes. */
function historyOf(random: Prng, length: number): Change[] {
  const changes: Change[] = []
  while (changes.length < length) {
    const path = random.pick(PATHS)
    const wanted = random.pick(['create', 'create', 'delete', 'set'] as const)
    const change =
      wanted === 'create' ? create(path, 0, random.pick([0n, 7n])) : wanted === 'delete' ? remove(path) : set(path, String(changes.length), 0)
    if (isHistory([...changes, change])) changes.push(change)
  }
  return numbered(changes)
}

/** Whether each change can be done when its turn comes. */
function isHistory(changes: readonly Change[]): boolean {
  const there = new Map<string, bigint>([['/', 0n]])
  return changes.every(({ kind, path, ...rest }) => {
    const hasChildren = [...there.keys()].some((other) => other.startsWith(`${path}/`))
    if (kind === 'create') {
      const possible = !there.has(path) && there.get(parentPath(path)) === 0n
      there.set(path, (rest as { owner: bigint }).owner)
      return possible
    }
    return kind === 'delete' ? !hasChildren && there.delete(path) : there.has(path)
  })
}

/** The same with the counters and versions that the leader puts in. */
function numbered(changes: readonly Change[]): Change[] {
  const created = new Map<string, number>()
  const versions = new Map<string, number>()
  return changes.map((change) => {
    const { path } = change
    if (change.kind === 'create') {
      const parent = parentPath(path)
      const cversion = (created.get(parent) ?? 0) + 1
      created.set(parent, cversion)
      created.set(path, 0)
      versions.set(path, 0)
      return { ...change, cversion }
    }
    if (change.kind === 'delete') return change
    const version = (versions.get(path) ?? 0) + 1
    versions.set(path, version)
    return { ...change, version }
  })
}

/** Takes a snapshot while the history goes on, applies the history since its beginning to it, and says where the trees differ. */
function fuzzy(changes: readonly Change[], from: number, steps: readonly number[]): { expected: string; seen: string } | null {
  const history = numbered(changes)
  const begin = Math.min(from, history.length)
  const { tree } = after(history.slice(0, begin))
  const acls = tree.acls.entries()
  const cursor = tree.cursor()
  const entries: TreeEntry[] = []
  const walk = (count: number) => {
    for (let i = 0; i < count; i++) {
      const entry = cursor.next()
      if (entry !== undefined) entries.push(entry)
    }
  }
  for (const [i, change] of history.entries()) {
    if (i < begin) continue
    walk(steps[i] ?? 0)
    apply(tree, change, BigInt(i + 1))
  }
  walk(100)
  const copy = new DataTree()
  for (const [id, acl] of acls) copy.restoreAcl(id, acl)
  for (const { path, data, aclId, stat } of entries) {
    const trouble = copy.restoreNode(path, data, aclId, stat)
    if (trouble !== undefined) return { expected: 'a snapshot that can be read', seen: trouble }
  }
  copy.finishRestore()
  for (const [i, change] of history.entries()) if (i >= begin) apply(copy, change, BigInt(i + 1))
  const expected = modelOf(history)
  const seen = tellTree(copy)
  const at = expected.findIndex((line, i) => line !== seen[i])
  if (at < 0 && seen.length === expected.length) return null
  return { expected: expected[at] ?? 'nothing else', seen: seen[at < 0 ? expected.length : at] ?? 'nothing' }
}

/** The obvious version: what a history leads to, when each transaction is applied once, in order. */
function modelOf(history: readonly Change[]): string[] {
  type Node = { data: string; version: number; czxid: number; mzxid: number; created: number; pzxid: number }
  const nodes = new Map<string, Node>([['/', { data: '', version: 0, czxid: 0, mzxid: 0, created: 0, pzxid: 0 }]])
  for (const [i, change] of history.entries()) {
    const zxid = i + 1
    const parent = nodes.get(parentPath(change.path)) as Node
    const node = nodes.get(change.path)
    if (change.kind === 'set') nodes.set(change.path, { ...(node as Node), data: change.data, version: change.version, mzxid: zxid })
    else parent.pzxid = zxid
    if (change.kind === 'create') {
      parent.created = change.cversion
      nodes.set(change.path, { data: 'new', version: 0, czxid: zxid, mzxid: zxid, created: 0, pzxid: zxid })
    }
    if (change.kind === 'delete') nodes.delete(change.path)
  }
  return ['/', ...PATHS].flatMap((path) => {
    const node = nodes.get(path)
    if (node === undefined) return []
    const children = PATHS.filter((other) => nodes.has(other) && parentPath(other) === path).map((other) => other.slice(other.lastIndexOf('/') + 1))
    return [describe(path, node, children)]
  })
}

function tellTree(tree: DataTree): string[] {
  return ['/', ...PATHS].flatMap((path) => (tree.getNode(path) === undefined ? [] : [`${path}: ${tellNode(tree, path)}`]))
}

function tellNode(tree: DataTree, path: string): string {
  const node = tree.getNode(path)
  if (node === undefined) return 'nothing'
  const { version, czxid, mzxid, cversion, pzxid } = node
  const data = node.data === null ? '' : fromUtf8(node.data)
  const children = [...(node.children ?? [])].filter((child) => child !== 'zookeeper').sort((a, b) => (a < b ? -1 : 1))
  return describe('', { data, version, czxid, mzxid, created: cversion, pzxid }, children)
}

function describe(
  path: string,
  node: { data: string; version: number; czxid: number | bigint; mzxid: number | bigint; created: number; pzxid: number | bigint },
  children: readonly string[],
): string {
  const { data, version, czxid, mzxid, created, pzxid } = node
  const told = children.length === 0 ? 'nothing' : `[${children.join(', ')}]`
  const text = `data ‘${data}’, version ${version}, created by ${czxid}, changed by ${mzxid}; children ${told}, ${created} created, list changed by ${pzxid}`
  return path === '' ? text : `${path}: ${text}`
}

function tell(change: Change): string {
  if (change.kind === 'create') return `create ${change.path}${change.owner === 0n ? '' : ` of session ${change.owner}`}`
  return change.kind === 'delete' ? `delete ${change.path}` : `set ${change.path} to ‘${change.data}’`
}

function name(outcome: number): string {
  return Object.entries(KeeperErrorCode).find(([, code]) => code === outcome)?.[0] ?? String(outcome)
}
