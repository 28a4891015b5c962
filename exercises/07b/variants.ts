import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const USED_UP = "this.remove(path, watcher, 'STANDARD')"
const LEFT = 'const left = mode === undefined ? 0 : before & ~FLAG[mode]'
const EMPTY = 'if (watchers.size === 0) this.watchersByPath.delete(path)\n    '
const UP = 'for (let above = parentOf(path); above !== null; above = parentOf(above)) {'
const SUPPRESSED = 'return told.filter((watcher) => !suppress.has(watcher))'
const RECURSIVE = '(modes & FLAG.PERSISTENT_RECURSIVE) !== 0'
const ABOVE = `if (${RECURSIVE}) told.add(watcher)`

export const wrong: readonly WrongSolution[] = [
  {
    name: 'standard-stays',
    tempts: 'Who watches wants to be told of every change; that is what watching means elsewhere.',
    caughtBy: 'a standard watch fires once',
    edits: [[`for (const watcher of told) ${USED_UP}\n`, '']],
    visibleWithin: 1,
  },
  {
    name: 'everything-is-used-up',
    tempts: 'A watch fires once: that is what everybody knows of ZooKeeper, and was so until 3.6.',
    caughtBy: 'a persistent watch stays',
    edits: [[USED_UP, 'this.remove(path, watcher)']],
  },
  {
    name: 'the-whole-entry',
    tempts:
      'A watcher is told of a path, so its entry for the path is done with. Until 3.9 one getData with a watch ended a persistent one (ZOOKEEPER-4466).',
    caughtBy: 'the modes of one watcher stand side by side',
    edits: [[USED_UP, "if (this.has(path, watcher, 'STANDARD')) this.remove(path, watcher)"]],
  },
  {
    name: 'removed-with-all-modes',
    tempts: 'removeWatches took the path’s watch away whatever its mode, until there could be several.',
    caughtBy: 'one mode is removed, the others stay',
    edits: [[LEFT, 'const left = mode === undefined || (before & FLAG[mode]) !== 0 ? 0 : before']],
  },
  {
    name: 'the-other-modes',
    tempts: 'A bit is masked out, and one masks with the wrong half: kept is what was to be removed.',
    caughtBy: 'a standard watch fires once',
    edits: [[LEFT, 'const left = mode === undefined ? 0 : before & FLAG[mode]']],
    visibleWithin: 1,
  },
  {
    name: 'still-counted',
    tempts: 'The count of recursive watches only saves time, one may think. It goes below what is there, and then they are not looked for.',
    caughtBy: 'no sequence of watches and changes goes wrong',
    edits: [['((before ^ left) & FLAG.PERSISTENT_RECURSIVE) !== 0', 'left === 0']],
  },
  {
    name: 'one-level-up',
    tempts: 'A parent watches its children, and they theirs.',
    caughtBy: 'a recursive watch hears of all below',
    edits: [[UP, 'for (let above = parentOf(path); above !== null; above = null) {']],
  },
  {
    name: 'the-nearest-one',
    tempts: 'The nearest watch above covers the node, so the search can stop there. Others may have set theirs further up.',
    caughtBy: 'only recursive watches look down',
    edits: [[ABOVE, `${ABOVE}\n      if (told.size > 0) break`]],
  },
  {
    name: 'begins-alike',
    tempts: 'A path is below another when it begins with it; that the next character must be a slash is easily forgotten.',
    caughtBy: 'what is beside or above a recursive watch is not below it',
    edits: [
      [
        UP,
        `for (const [at, watchers] of this.watchersByPath) {\n      if (path.startsWith(at)) for (const [watcher, modes] of watchers) if (${RECURSIVE}) told.add(watcher)\n    }\n    ${UP}`,
      ],
    ],
  },
  {
    name: 'all-above-are-told',
    tempts: 'Who watches the node above for good wants to hear of what is in it.',
    caughtBy: 'only recursive watches look down',
    edits: [[RECURSIVE, 'modes !== FLAG.STANDARD']],
  },
  {
    name: 'told-twice',
    tempts: 'Those from here and those from above are put into one list. Some are in both.',
    caughtBy: 'each is told once',
    edits: [
      ['const told = new Set(this.triggerHere(path))', 'const told = [...this.triggerHere(path)]'],
      ['told.add(watcher)', 'told.push(watcher)'],
      ['return [...told]', 'return told'],
    ],
  },
  {
    name: 'suppressed-and-spared',
    tempts: 'Whoever is not to be told is left out of the whole, and its watch stays for an event that has happened already.',
    caughtBy: 'whoever was told by other means is not told, and its watch is used up',
    edits: [
      [
        'const told = this.recursiveCount === 0',
        "const spared = [...(suppress ?? [])].filter((watcher) => this.has(path, watcher, 'STANDARD'))\n    const told = this.recursiveCount === 0",
      ],
      [SUPPRESSED, `for (const watcher of spared) this.add(path, watcher, 'STANDARD')\n    ${SUPPRESSED}`],
    ],
  },
  {
    name: 'an-empty-place-stays',
    tempts: 'The watcher is taken out, and the empty map of its path does no harm: with a million paths it does.',
    caughtBy: 'nothing remains of what was used up',
    edits: [[EMPTY, '']],
  },
  {
    name: 'remembered-elsewhere',
    tempts: 'The other table, of paths by watcher, is for connections that end; that it names the watch as well is forgotten.',
    caughtBy: 'nothing remains of what was used up',
    edits: [[`${EMPTY}this.forget(path, watcher)`, EMPTY]],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-walk',
    how: 'One walk from the path to the root; what is looked at depends on where it is.',
    bodies: {
      'WatchManager.trigger': `
        const told = new Set<Watcher>()
        for (let at: string | null = path; at !== null; at = parentOf(at)) {
          for (const watcher of [...(this.watchersByPath.get(at)?.keys() ?? [])]) {
            if (at !== path && !this.has(at, watcher, 'PERSISTENT_RECURSIVE')) continue
            told.add(watcher)
            if (at === path) this.remove(at, watcher, 'STANDARD')
          }
        }
        for (const watcher of suppress ?? []) told.delete(watcher)
        return [...told]`,
      'WatchManager.triggerHere': "return path === '' ? NOBODY : NOBODY",
      'WatchManager.triggerWithAncestors': "return path === '' ? NOBODY : NOBODY",
    },
  },
  {
    name: 'mode-by-mode',
    how: 'Without a mode each of the three is removed; who is above is collected before who is here.',
    bodies: {
      'WatchManager.remove': `
        const modes = mode === undefined ? (['STANDARD', 'PERSISTENT', 'PERSISTENT_RECURSIVE'] as const) : [mode]
        let removed = false
        for (const one of modes) {
          const watchers = this.watchersByPath.get(path)
          if (watchers === undefined || !this.has(path, watcher, one)) continue
          removed = true
          if (one === 'PERSISTENT_RECURSIVE') this.recursiveCount--
          const left = (watchers.get(watcher) ?? 0) - FLAG[one]
          if (left > 0) watchers.set(watcher, left)
          else watchers.delete(watcher)
          if (watchers.size === 0) this.watchersByPath.delete(path)
          if (left === 0) this.forget(path, watcher)
        }
        return removed`,
      'WatchManager.triggerWithAncestors': `
        const above: string[] = []
        for (let at = parentOf(path); at !== null; at = parentOf(at)) above.push(at)
        const recursive = above.flatMap((at) => [...(this.watchersByPath.get(at) ?? [])]).filter(([, modes]) => (modes & FLAG.PERSISTENT_RECURSIVE) !== 0)
        return [...new Set([...this.triggerHere(path), ...recursive.map(([watcher]) => watcher)])]`,
    },
  },
]

export const equivalent = {
  'this.recursiveCount === 0 → false': 'It looks above the path and finds nobody.',
  '|| → && #2': 'Nobody is left out of an empty list, and nobody who is in no set.',
  '((before ^ left) & FLAG.PERSISTENT_RECURSIVE) !== 0 → false': 'The count stays too high: it looks above the path and finds nobody.',
  'this.recursiveCount-- → nothing': 'The same.',
}
