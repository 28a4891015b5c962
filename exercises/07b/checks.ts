import type { Prng } from '../../src/kernel/index.ts'
import { type Watcher, type WatcherMode, WatchManager } from '../../src/watches/watch-manager.ts'
import { type Picture, same, show } from '../support/check.ts'
import { type Deviation, noSequenceFails } from '../support/check-sequences.ts'
import type { Checks } from '../support/exercise.ts'

type Watch = readonly [path: string, watcher: Watcher, mode: WatcherMode]

const [ADA, BEN, CLEO] = [1, 2, 3] as const

export const checks: Checks = {
  'a standard watch fires once'() {
    tells([['/a', ADA, 'STANDARD']], ['/a', '/a'], [[ADA], []], 'whoever wants to hear more asks again, with the read that shows the new state')
    tells([['/a', ADA, 'STANDARD']], ['/b', '/a/b', '/', '/a'], [[], [], [], [ADA]], 'only what happens to /a itself')
    tells([], ['/a'], [[]], 'nobody watches')
  },

  'a persistent watch stays'() {
    tells([['/a', ADA, 'PERSISTENT']], ['/a', '/a', '/a/b'], [[ADA], [ADA], []], 'until it is removed, and only for the node itself')
  },

  'a recursive watch hears of all below'() {
    const changes = ['/a', '/a/b', '/a/b/c/d', '/a/b']
    tells([['/a', ADA, 'PERSISTENT_RECURSIVE']], changes, [[ADA], [ADA], [ADA], [ADA]], 'the node, its children, and theirs, again and again')
    tells([['/', ADA, 'PERSISTENT_RECURSIVE']], ['/', '/a/b'], [[ADA], [ADA]], 'everything is below the root')
  },

  'the modes of one watcher stand side by side'() {
    const modes = ['STANDARD', 'PERSISTENT', 'PERSISTENT_RECURSIVE'] as const
    for (const stays of modes.slice(1)) {
      const watches: Watch[] = [
        ['/a', ADA, stays],
        ['/a', ADA, 'STANDARD'],
      ]
      tells(watches, ['/a', '/a', '/a'], [[ADA], [ADA], [ADA]], 'used up is the watch that fires once, not the one that stays')
    }
    tells(
      [
        ['/a', ADA, 'PERSISTENT_RECURSIVE'],
        ['/a', ADA, 'STANDARD'],
      ],
      ['/a', '/a/b'],
      [[ADA], [ADA]],
      'what is below goes on to be told as well',
    )
  },

  'one mode is removed, the others stay'() {
    for (const [removed, rest] of [
      ['PERSISTENT', [[ADA], [ADA]]],
      ['PERSISTENT_RECURSIVE', [[ADA], []]],
    ] as const) {
      const manager = managerOf([
        ['/a', ADA, 'PERSISTENT'],
        ['/a', ADA, 'PERSISTENT_RECURSIVE'],
      ])
      const given = [`Ada watches /a in the modes PERSISTENT and PERSISTENT_RECURSIVE`, `her watch of the mode ${removed} is removed`]
      same(manager.remove('/a', ADA, 'STANDARD'), false, { given: [given[0] as string, 'is there a STANDARD one to be removed?'] })
      same(manager.remove('/a', ADA, removed), true, { given: [...given, 'was there one?'] })
      same(manager.remove('/a', ADA, removed), false, { given: [...given, 'and once more: was there one?'] })
      told(manager.trigger('/a'), rest[0], { given: [...given, '/a changes'] })
      told(manager.trigger('/a/b'), rest[1], { given: [...given, '/a/b changes'] })
    }
    const manager = managerOf([
      ['/a', ADA, 'PERSISTENT'],
      ['/a', ADA, 'PERSISTENT_RECURSIVE'],
      ['/a', BEN, 'PERSISTENT_RECURSIVE'],
    ])
    const given = ['Ada watches /a in two modes, Ben in one', 'hers are removed without naming a mode']
    same(manager.remove('/a', ADA), true, { given: [...given, 'was there one?'] })
    told(manager.trigger('/a/b'), [BEN], { given: [...given, '/a/b changes'] })
    same(manager.remove('/c', ADA), false, { given: ['nobody watches /c', 'is there a watch to be removed?'] })
    same(manager.remove('/a', CLEO, 'PERSISTENT'), false, { given: [...given, 'is there one of Cleo’s to be removed?'] })
    same(manager.remove('/a', CLEO), false, { given: [...given, 'does Cleo watch /a in any mode?'] })
  },

  'what is beside or above a recursive watch is not below it'() {
    tells([['/seat', ADA, 'PERSISTENT_RECURSIVE']], ['/seats', '/seats/7', '/'], [[], [], []], 'the name /seats only begins alike')
    tells([['/a/b', ADA, 'PERSISTENT_RECURSIVE']], ['/a', '/a/c', '/a/b/c'], [[], [], [ADA]], 'a parent and a sibling are not below')
  },

  'only recursive watches look down'() {
    tells(
      [
        ['/a', ADA, 'STANDARD'],
        ['/a', BEN, 'PERSISTENT'],
        ['/a', CLEO, 'PERSISTENT_RECURSIVE'],
      ],
      ['/a/b', '/a'],
      [[CLEO], [ADA, BEN, CLEO]],
      'Ada and Ben asked about /a itself',
    )
    tells(
      [
        ['/', ADA, 'PERSISTENT_RECURSIVE'],
        ['/a', BEN, 'PERSISTENT_RECURSIVE'],
        ['/a/b', CLEO, 'PERSISTENT_RECURSIVE'],
      ],
      ['/a/b/c'],
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
      ['/a/b', '/a/b'],
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
    told(manager.trigger('/a', new Set([ADA, CLEO])), [BEN], { given, because: 'one event, one message' })
    told(manager.trigger('/a'), [CLEO], {
      given: [...given, 'and it is deleted once more'],
      because: 'the event that Ada asked for has happened',
    })
    told(manager.trigger('/a', new Set()), [CLEO], { given: [...given, 'and once more, nobody having been told'] })
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
    manager.trigger('/a')
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
    told(manager.trigger('/a'), [ADA], { given: [...given, 'Ada watches /a again, and it changes'] })
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
  changes: readonly string[],
  expected: readonly (readonly Watcher[])[],
  because: string,
  anyOrder = false,
): void {
  const manager = managerOf(watches)
  const given = [...watches.map(tellWatch), ...changes.map((path, i) => `${i + 1}. ${path} changes: who is told?`)]
  const order = (list: readonly Watcher[]) => (anyOrder ? [...list].sort((a, b) => a - b) : [...list])
  const seen = changes.map((path) => order(manager.trigger(path)))
  same(seen, expected.map(order), { given, because }, (lists) => lists.map((list) => list.map(nameOf).join(', ') || 'nobody').join('; '))
}

type Op =
  | { readonly kind: 'watch'; readonly watch: Watch }
  | { readonly kind: 'remove'; readonly watch: Watch }
  | { readonly kind: 'change'; readonly path: string; readonly suppress: Watcher | null }

const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/ab'] as const

function draw(random: Prng): Op {
  const path = random.pick(PATHS)
  if (random.below(2) === 0) return { kind: 'change', path, suppress: random.pick([null, null, ADA]) }
  const watch = [path, random.pick([ADA, BEN]), random.pick(['STANDARD', 'PERSISTENT', 'PERSISTENT_RECURSIVE'] as const)] as const
  return { kind: random.pick(['watch', 'watch', 'watch', 'remove']), watch }
}

/** The obvious version: all watches in a list, gone through each time. */
function play(ops: readonly Op[]): Deviation | null {
  const manager = new WatchManager()
  let watches: Watch[] = []
  for (const op of ops) {
    if (op.kind !== 'change') {
      const [path, watcher, mode] = op.watch
      watches = watches.filter((watch) => show(watch) !== show(op.watch))
      if (op.kind === 'remove') manager.remove(path, watcher, mode)
      else {
        manager.add(path, watcher, mode)
        watches.push(op.watch)
      }
      continue
    }
    const hit = watches.filter(([at, , mode]) => {
      const isBelow = at === '/' || op.path === at || op.path.startsWith(`${at}/`)
      return mode === 'PERSISTENT_RECURSIVE' ? isBelow : at === op.path
    })
    watches = watches.filter((watch) => watch[2] !== 'STANDARD' || !hit.includes(watch))
    const expected = [...new Set(hit.map(([, watcher]) => watcher))].filter((watcher) => watcher !== op.suppress).sort((a, b) => a - b)
    const seen = [...manager.trigger(op.path, op.suppress === null ? undefined : new Set([op.suppress]))].sort((a, b) => a - b)
    if (show(seen) !== show(expected)) return { expected: expected.map(nameOf).join(', ') || 'nobody', seen: seen.map(nameOf).join(', ') || 'nobody' }
    const entries = new Set(watches.map(([path, watcher]) => `${watcher} ${path}`)).size
    if (manager.watchCount !== entries) return { expected: `${entries} watches are left`, seen: `${manager.watchCount}` }
  }
  return null
}

function tellOp(op: Op): string {
  if (op.kind === 'watch') return tellWatch(op.watch)
  if (op.kind === 'remove') return `that ${tellWatch(op.watch)} is removed`
  return `${op.path} changes: who is told?${op.suppress === null ? '' : ` (${nameOf(op.suppress)} was)`}`
}

function tellWatch([path, watcher, mode]: Watch): string {
  const how = { STANDARD: 'once', PERSISTENT: 'for good', PERSISTENT_RECURSIVE: 'for good, with all below' }[mode]
  return `${nameOf(watcher)} watches ${path} ${how}`
}

function nameOf(watcher: Watcher): string {
  return ['nobody', 'Ada', 'Ben', 'Cleo'][watcher] ?? String(watcher)
}
