import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const EXCLUSIVE = 'export const exclusive: Rule = (before) => before.at(-1)'
const READERS = "(me.kind === 'write' ? before.at(-1) : before.findLast(({ kind }) => kind === 'write'))"
const ORDER = 'return (a.sequence - b.sequence) | 0'
const SORT = 'children.flatMap(waiterOf).sort(inOrder)'
const PATTERN = String.raw`/^(.*?)-(-?\d{9,10})$/`

export const wrong: readonly WrongSolution[] = [
  {
    name: 'the-herd',
    tempts:
      'Everybody waits for the holder: when it goes, everybody looks whether it is their turn. With a hundred that is ten thousand reads for a hundred turns.',
    caughtBy: 'one waits for the one just before',
    edits: [[EXCLUSIVE, EXCLUSIVE.replace('before.at(-1)', 'before[0]')]],
  },
  {
    name: 'sorted-by-name',
    tempts: 'The numbers have leading zeros, so the names sort. Each begins with its client’s mark, or with its kind.',
    caughtBy: 'first come, first served',
    edits: [[SORT, `${SORT}.sort((a, b) => (a.name < b.name ? -1 : 1))`]],
  },
  {
    name: 'as-they-come',
    tempts: 'The list of children seems to be in order; it is when few of them were created. Nothing says so.',
    caughtBy: 'first come, first served',
    edits: [[SORT, 'children.flatMap(waiterOf)']],
  },
  {
    name: 'the-smaller-number',
    tempts: 'Numbers only grow. Until the counter, of 32 bits, begins anew below zero.',
    caughtBy: 'the counter begins anew, and the line goes on',
    edits: [[ORDER, 'return a.sequence - b.sequence']],
  },
  {
    name: 'ten-digits',
    tempts: 'The number is ten digits, says every book. A negative one has a sign, and with it is ten characters.',
    caughtBy: 'a name tells its kind and its number',
    edits: [[PATTERN, PATTERN.replace('-?', '').replace('9,10', '10')]],
  },
  {
    name: 'the-kind-is-the-beginning',
    tempts:
      'A name is kind and number, so the kind is what it begins with. In front of it stands the mark by which a client finds its own node again.',
    caughtBy: 'a name tells its kind and its number',
    edits: [["kind: label.slice(label.lastIndexOf('-') + 1)", "kind: label.slice(0, label.includes('-') ? label.indexOf('-') : label.length)"]],
  },
  {
    name: 'readers-wait-for-the-one-before',
    tempts: 'The rule of the lock, once more. A reader behind a reader then waits for it, or is woken only when it goes.',
    caughtBy: 'readers wait for the last writer before them',
    edits: [[READERS, 'before.at(-1)']],
  },
  {
    name: 'readers-wait-for-the-first-writer',
    tempts: 'The writer who is nearest to its turn seems to be the one to wait for. When it goes there may be another one.',
    caughtBy: 'readers wait for the last writer before them',
    edits: [[READERS, READERS.replace('findLast', 'find')]],
  },
  {
    name: 'readers-overtake',
    tempts: 'Only a writer who holds the lock is in a reader’s way. As long as readers come, a waiting writer waits then.',
    caughtBy: 'readers wait for the last writer before them',
    edits: [[READERS, READERS.replace("before.findLast(({ kind }) => kind === 'write')", "before.slice(0, 1).find(({ kind }) => kind === 'write')")]],
  },
  {
    name: 'writers-wait-for-writers',
    tempts: 'Two writers must not meet. A reader who is still reading must not meet one either.',
    caughtBy: 'writers wait for whoever is just before them',
    edits: [[READERS, "before.findLast(({ kind }) => kind === 'write')"]],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'by-distance',
    how: 'The order by whether the distance forwards is less than half of the circle; the line walked backwards.',
    bodies: {
      inOrder: `
        const distance = (b.sequence - a.sequence) >>> 0
        return distance === 0 ? 0 : distance < 0x80000000 ? -1 : 1`,
      readersTogether: `
        for (let i = before.length - 1; i >= 0; i--) if (me.kind === 'write' || before[i]?.kind === 'write') return before[i]
        return undefined`,
      waiterOf: `
        const parts = /-(-[0-9]{9,10}|[0-9]{10})$/.exec(name)
        if (parts === null) return []
        const words = name.slice(0, parts.index).split('-')
        return [{ name, kind: words[words.length - 1] ?? '', sequence: Number(parts[1]) }]`,
    },
  },
  {
    name: 'in-the-way',
    how: 'One question for both kinds, whether somebody is in my way, and the last of those is waited for.',
    bodies: {
      exclusive: 'return before[before.length - 1]',
      readersTogether: `
        const inMyWay = before.filter((other) => other.kind === 'write' || me.kind === 'write')
        return inMyWay.at(-1)`,
      lineOf: `
        const line: Waiter[] = []
        for (const child of children) for (const waiter of waiterOf(child)) line.push(waiter)
        return line.sort((a, b) => inOrder(a, b))`,
    },
  },
]

export const equivalent = {
  '|| → &&': 'The two are there together or not at all.',
}
