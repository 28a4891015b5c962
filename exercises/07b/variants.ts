import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const NO_LISTS = "if (mode === 'PERSISTENT_RECURSIVE' && type === 'NodeChildrenChanged') continue"
const STAYS = "if (mode !== 'STANDARD') continue"
const FORGET = 'watchers.delete(watcher)\n      this.forget(path, watcher)'
const EMPTY = 'if (watchers.size === 0) this.watchersByPath.delete(path)\n    return told'
const UP = 'for (let above = parentOf(path); above !== null; above = parentOf(above)) {'
const SUPPRESSED = 'return told.filter((watcher) => !suppress.has(watcher))'
const ABOVE = "if (mode === 'PERSISTENT_RECURSIVE') told.add(watcher)"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'standard-stays',
    tempts: 'Who watches wants to be told of every change; that is what watching means elsewhere.',
    caughtBy: 'a standard watch fires once',
    edits: [[STAYS, "if (mode !== 'STANDARD' || type !== 'NodeDeleted') continue"]],
    visibleWithin: 1,
  },
  {
    name: 'everything-is-used-up',
    tempts: 'A watch fires once: that is what everybody knows of ZooKeeper, and was so until 3.6.',
    caughtBy: 'a persistent watch stays',
    edits: [[STAYS, '']],
  },
  {
    name: 'only-persistent-stays',
    tempts: 'PERSISTENT stays, as its name says; that the recursive one is persistent too is only in the longer name.',
    caughtBy: 'a recursive watch hears of all below',
    edits: [[STAYS, "if (mode === 'PERSISTENT') continue"]],
  },
  {
    name: 'recursive-hears-of-lists',
    tempts: 'A changed list of children is a change below, so the recursive watch hears of it. It hears of each new node twice then.',
    caughtBy: 'a recursive watch hears nothing of changed lists',
    edits: [[NO_LISTS, '']],
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
    edits: [[ABOVE, `${ABOVE}\n      if (told.size > here.length) break`]],
  },
  {
    name: 'begins-alike',
    tempts: 'A path is below another when it begins with it; that the next character must be a slash is easily forgotten.',
    caughtBy: 'what is beside or above a recursive watch is not below it',
    edits: [
      [
        UP,
        "for (const [at, watchers] of this.watchersByPath) {\n      if (path.startsWith(at)) for (const [watcher, mode] of watchers) if (mode === 'PERSISTENT_RECURSIVE') told.add(watcher)\n    }\n    " +
          UP,
      ],
    ],
  },
  {
    name: 'all-above-are-told',
    tempts: 'Who watches the node above for good wants to hear of what is in it.',
    caughtBy: 'only recursive watches look down',
    edits: [[ABOVE, "if (mode !== 'STANDARD') told.add(watcher)"]],
  },
  {
    name: 'told-twice',
    tempts: 'Those from here and those from above are put into one list. Some are in both.',
    caughtBy: 'each is told once',
    edits: [
      ['const told = new Set(here)', 'const told = [...here]'],
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
        'const spared = [...(this.watchersByPath.get(path) ?? [])].filter(([watcher]) => suppress?.has(watcher) === true)\n    const told = this.recursiveCount === 0',
      ],
      [SUPPRESSED, `for (const [watcher, mode] of spared) this.add(path, watcher, mode)\n    ${SUPPRESSED}`],
    ],
  },
  {
    name: 'an-empty-place-stays',
    tempts: 'The watcher is taken out, and the empty map of its path does no harm: with a million paths it does.',
    caughtBy: 'nothing remains of what was used up',
    edits: [[EMPTY, 'return told']],
  },
  {
    name: 'remembered-elsewhere',
    tempts: 'The other table, of paths by watcher, is for connections that end; that it names the watch as well is forgotten.',
    caughtBy: 'nothing remains of what was used up',
    edits: [[FORGET, 'watchers.delete(watcher)']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-walk',
    how: 'One walk from the path to the root; whether it looks at recursive watches only depends on where it is.',
    bodies: {
      'WatchManager.trigger': `
        const told = new Set<Watcher>()
        for (let at: string | null = path; at !== null; at = type === 'NodeChildrenChanged' ? null : parentOf(at)) {
          for (const [watcher, mode] of [...(this.watchersByPath.get(at) ?? [])]) {
            const hears = mode === 'PERSISTENT_RECURSIVE' ? type !== 'NodeChildrenChanged' : at === path
            if (hears) told.add(watcher)
            if (hears && mode === 'STANDARD') this.remove(at, watcher)
          }
        }
        for (const watcher of suppress ?? []) told.delete(watcher)
        return [...told]`,
      'WatchManager.triggerHere': 'return path === type ? NOBODY : NOBODY',
      'WatchManager.triggerWithAncestors': 'return path === type ? NOBODY : NOBODY',
    },
  },
  {
    name: 'first-who-then-what-stays',
    how: 'Who is told is found without changing anything; then the standard watches of the path are removed.',
    bodies: {
      'WatchManager.triggerHere': `
        const watchers = [...(this.watchersByPath.get(path) ?? [])]
        const told = watchers.filter(([, mode]) => mode !== 'PERSISTENT_RECURSIVE' || type !== 'NodeChildrenChanged')
        for (const [watcher, mode] of told) if (mode === 'STANDARD') this.remove(path, watcher)
        return told.map(([watcher]) => watcher)`,
      'WatchManager.triggerWithAncestors': `
        const above: string[] = []
        if (type !== 'NodeChildrenChanged') for (let at = parentOf(path); at !== null; at = parentOf(at)) above.push(at)
        const recursive = above.flatMap((at) => [...(this.watchersByPath.get(at) ?? [])]).filter(([, mode]) => mode === 'PERSISTENT_RECURSIVE')
        return [...new Set([...this.triggerHere(path, type), ...recursive.map(([watcher]) => watcher)])]`,
    },
  },
]

export const equivalent = {
  'this.recursiveCount === 0 → false': 'It looks above the path and finds nobody.',
  '|| → &&': 'Nobody is left out of an empty list, and nobody who is in no set.',
}
