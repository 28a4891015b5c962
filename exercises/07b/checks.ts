import type { Prng } from '../../src/kernel/index.ts'
import { type WatchEventType, type Watcher, type WatcherMode, WatchManager } from '../../src/watches/watch-manager.ts'
import { type Picture, same, show } from '../support/check.ts'
import { type Deviation, noSequenceFails } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

type Watch = readonly [path: string, watcher: Watcher, mode: WatcherMode]

const TYPES: readonly WatchEventType[] = ['NodeCreated', 'NodeDeleted', 'NodeDataChanged', 'NodeChildrenChanged']
const [ADA, BEN, CLEO] = [1, 2, 3] as const

export const checks: Checks = {
  'a standard watch fires once'() {
    for (const type of TYPES) {
      tells(
        [['/a', ADA, 'STANDARD']],
        [
          ['/a', type],
          ['/a', type],
        ],
        [[ADA], []],
        'whoever wants to hear more asks again, with the read that shows the new state',
      )
    }
    tells(
      [['/a', ADA, 'STANDARD']],
      [
        ['/b', 'NodeDeleted'],
        ['/a/b', 'NodeDeleted'],
        ['/', 'NodeDeleted'],
        ['/a', 'NodeDeleted'],
      ],
      [[], [], [], [ADA]],
      'only what happens to /a itself',
    )
    tells([], [['/a', 'NodeCreated']], [[]], 'nobody watches')
  },

  'a persistent watch stays'() {
    for (const type of TYPES) {
      tells(
        [['/a', ADA, 'PERSISTENT']],
        [
          ['/a', type],
          ['/a', type],
          ['/a/b', type],
        ],
        [[ADA], [ADA], []],
        'until it is removed, and only for the node itself',
      )
    }
  },

  'a recursive watch hears of all below'() {
    const watches: Watch[] = [['/a', ADA, 'PERSISTENT_RECURSIVE']]
    for (const type of TYPES) {
      if (type === 'NodeChildrenChanged') continue
      const changes = [
        ['/a', type],
        ['/a/b', type],
        ['/a/b/c/d', type],
        ['/a/b', type],
      ] as const
      tells(watches, changes, [[ADA], [ADA], [ADA], [ADA]], 'the node, its children, and theirs, again and again')
    }
    tells(
      [['/', ADA, 'PERSISTENT_RECURSIVE']],
      [
        ['/', 'NodeDataChanged'],
        ['/a/b', 'NodeCreated'],
      ],
      [[ADA], [ADA]],
      'everything is below the root',
    )
  },

  'a recursive watch hears nothing of changed lists'() {
    const changed = [
      ['/a', 'NodeChildrenChanged'],
      ['/a/b', 'NodeChildrenChanged'],
    ] as const
    tells([['/a', ADA, 'PERSISTENT_RECURSIVE']], changed, [[], []], 'the child’s own event tells the same, and more')
    tells(
      [
        ['/a', ADA, 'PERSISTENT_RECURSIVE'],
        ['/a', BEN, 'STANDARD'],
        ['/a', CLEO, 'PERSISTENT'],
      ],
      changed.slice(0, 1),
      [[BEN, CLEO]],
      'Ben and Cleo asked about the list',
    )
  },

  'what is beside or above a recursive watch is not below it'() {
    tells(
      [['/seat', ADA, 'PERSISTENT_RECURSIVE']],
      [
        ['/seats', 'NodeCreated'],
        ['/seats/7', 'NodeCreated'],
        ['/', 'NodeDataChanged'],
      ],
      [[], [], []],
      'the name /seats only begins alike',
    )
    tells(
      [['/a/b', ADA, 'PERSISTENT_RECURSIVE']],
      [
        ['/a', 'NodeDeleted'],
        ['/a/c', 'NodeDeleted'],
        ['/a/b/c', 'NodeDeleted'],
      ],
      [[], [], [ADA]],
      'a parent and a sibling are not below',
    )
  },

  'only recursive watches look down'() {
    tells(
      [
        ['/a', ADA, 'STANDARD'],
        ['/a', BEN, 'PERSISTENT'],
        ['/a', CLEO, 'PERSISTENT_RECURSIVE'],
      ],
      [
        ['/a/b', 'NodeCreated'],
        ['/a', 'NodeDeleted'],
      ],
      [[CLEO], [ADA, BEN, CLEO]],
      'Ada and Ben asked about /a itself',
    )
    tells(
      [
        ['/', ADA, 'PERSISTENT_RECURSIVE'],
        ['/a', BEN, 'PERSISTENT_RECURSIVE'],
        ['/a/b', CLEO, 'PERSISTENT_RECURSIVE'],
      ],
      [['/a/b/c', 'NodeCreated']],
      [[CLEO, BEN, ADA]],
      'the nearest is not the only one',
      true,
    )
  },

  'each is told once'() {
    tells(
      [
        ['/a/b', ADA, 'STANDARD'],
        ['/a', ADA, 'PERSISTENT_RECURSIVE'],
        ['/', ADA, 'PERSISTENT_RECURSIVE'],
        ['/', BEN, 'PERSISTENT_RECURSIVE'],
      ],
      [
        ['/a/b', 'NodeDataChanged'],
        ['/a/b', 'NodeDataChanged'],
      ],
      [
        [ADA, BEN],
        [ADA, BEN],
      ],
      'Ada watches the node and what is above it: it is one event for one connection',
      true,
    )
  },

  'whoever was told by other means is not told, and its watch is used up'() {
    const manager = managerOf([
      ['/a', ADA, 'STANDARD'],
      ['/a', BEN, 'STANDARD'],
      ['/a', CLEO, 'PERSISTENT'],
    ])
    const given = ['Ada and Ben watch /a once, Cleo for good', '/a is deleted, of which Ada and Cleo were told already']
    told(manager.trigger('/a', 'NodeDeleted', new Set([ADA, CLEO])), [BEN], { given, because: 'one event, one message' })
    told(manager.trigger('/a', 'NodeDeleted'), [CLEO], {
      given: [...given, 'and it is deleted once more'],
      because: 'the event that Ada asked for has happened',
    })
    told(manager.trigger('/a', 'NodeDeleted', new Set()), [CLEO], { given: [...given, 'and once more, nobody having been told'] })
  },

  'nothing remains of what was used up'() {
    const watches: Watch[] = [
      ['/a', ADA, 'STANDARD'],
      ['/a', BEN, 'STANDARD'],
      ['/b', ADA, 'STANDARD'],
      ['/c', CLEO, 'PERSISTENT'],
    ]
    const manager = managerOf(watches)
    const given = [...watches.map(tellWatch), '/a has changed']
    manager.trigger('/a', 'NodeDataChanged')
    same([manager.watchCount, manager.pathCount, manager.watcherCount], [2, 2, 2], {
      given: [...given, 'watches, watched paths, watchers?'],
      because: 'mntr and wchs show them',
    })
    same(
      manager.byPath(),
      new Map([
        ['/b', [ADA]],
        ['/c', [CLEO]],
      ]),
      { given: [...given, 'who watches what?'] },
    )
    same(
      manager.byWatcher(),
      new Map([
        [ADA, ['/b']],
        [CLEO, ['/c']],
      ]),
      { given: [...given, 'what does each watch?'] },
    )
    manager.add('/a', ADA, 'STANDARD')
    told(manager.trigger('/a', 'NodeDataChanged'), [ADA], { given: [...given, 'Ada watches /a again, and it changes'] })
  },

  'no sequence of watches and changes goes wrong'() {
    noSequenceFails({ seeds: 60, length: 25, draw, play, tell: tellOp })
  },
}

/** Demands these watchers. */
function told(seen: readonly Watcher[], expected: readonly Watcher[], picture: Picture): void {
  same(seen, expected, picture, (list) => list.map(nameOf).join(', ') || 'nobody')
}

function managerOf(watches: readonly Watch[]): WatchManager {
  const manager = new WatchManager()
  for (const [path, watcher, mode] of watches) manager.add(path, watcher, mode)
  return manager
}

/** Demands these lists of watchers; `anyOrder`: whoever comes first. */
function tells(
  watches: readonly Watch[],
  changes: readonly (readonly [string, WatchEventType])[],
  expected: readonly (readonly Watcher[])[],
  because: string,
  anyOrder = false,
): void {
  const manager = managerOf(watches)
  const given = [...watches.map(tellWatch), ...changes.map(([path, type], i) => `${i + 1}. ${type} ${path}: who is told?`)]
  const order = (list: readonly Watcher[]) => (anyOrder ? [...list].sort((a, b) => a - b) : [...list])
  const seen = changes.map(([path, type]) => order(manager.trigger(path, type)))
  same(seen, expected.map(order), { given, because }, (lists) => lists.map((list) => list.map(nameOf).join(', ') || 'nobody').join('; '))
}

type Op =
  | { readonly kind: 'watch'; readonly watch: Watch }
  | { readonly kind: 'change'; readonly path: string; readonly type: WatchEventType; readonly suppress: Watcher | null }

const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/ab'] as const

function draw(random: Prng): Op {
  const path = random.pick(PATHS)
  if (random.below(2) === 0) return { kind: 'change', path, type: random.pick(TYPES), suppress: random.pick([null, null, ADA]) }
  return { kind: 'watch', watch: [path, random.pick([ADA, BEN]), random.pick(['STANDARD', 'PERSISTENT', 'PERSISTENT_RECURSIVE'] as const)] }
}

/** The obvious version: all watches in a list, gone through each time. */
function play(ops: readonly Op[]): Deviation | null {
  const manager = new WatchManager()
  let watches: Watch[] = []
  for (const op of ops) {
    if (op.kind === 'watch') {
      const [path, watcher, mode] = op.watch
      manager.add(path, watcher, mode)
      watches = [...watches.filter(([at, who]) => at !== path || who !== watcher), op.watch]
      continue
    }
    const hit = watches.filter(([at, , mode]) => {
      const isBelow = at === '/' || op.path === at || op.path.startsWith(`${at}/`)
      return mode === 'PERSISTENT_RECURSIVE' ? isBelow && op.type !== 'NodeChildrenChanged' : at === op.path
    })
    watches = watches.filter((watch) => watch[2] !== 'STANDARD' || !hit.includes(watch))
    const expected = [...new Set(hit.map(([, watcher]) => watcher))].filter((watcher) => watcher !== op.suppress).sort((a, b) => a - b)
    const seen = [...manager.trigger(op.path, op.type, op.suppress === null ? undefined : new Set([op.suppress]))].sort((a, b) => a - b)
    if (show(seen) !== show(expected)) return { expected: expected.map(nameOf).join(', ') || 'nobody', seen: seen.map(nameOf).join(', ') || 'nobody' }
    if (manager.watchCount !== watches.length) return { expected: `${watches.length} watches are left`, seen: `${manager.watchCount}` }
  }
  return null
}

function tellOp(op: Op): string {
  if (op.kind === 'watch') return tellWatch(op.watch)
  return `${op.type} ${op.path}: who is told?${op.suppress === null ? '' : ` (${nameOf(op.suppress)} was)`}`
}

function tellWatch([path, watcher, mode]: Watch): string {
  const how = { STANDARD: 'once', PERSISTENT: 'for good', PERSISTENT_RECURSIVE: 'for good, with all below' }[mode]
  return `${nameOf(watcher)} watches ${path} ${how}`
}

function nameOf(watcher: Watcher): string {
  return ['nobody', 'Ada', 'Ben', 'Cleo'][watcher] ?? String(watcher)
}
