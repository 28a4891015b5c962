import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const LINES = '[...combinations(kinds, kinds, kinds, kinds)]'
const HOLDS = 'mayHold !== (waitsFor(me) === undefined)'
const WAKES = 'rest.some((me) => waitsFor(me) !== undefined && waitsFor(me, rest) === undefined && !watching.includes(me))'
const HERD = "watching.filter(({ kind }) => kind === 'write').length > 1"
const GONE = 'for (const gone of line) {'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'lines-of-three',
    tempts: 'Three are enough to have somebody before and somebody in between. Not to be three places away.',
    caughtBy: 'finds that a reader sees no further than two',
    edits: [[LINES, '[...combinations(kinds, kinds, kinds)]']],
  },
  {
    name: 'writers-alone',
    tempts: 'The writers are what is dangerous, so the lines are made of them.',
    caughtBy: 'finds that readers do not share',
    edits: [["const kinds = ['read', 'write']", "const kinds = ['write']"]],
  },
  {
    name: 'only-that-nobody-meets',
    tempts: 'That a writer is alone is the whole point of the lock. A lock that nobody ever gets keeps that too.',
    caughtBy: 'finds that readers do not share',
    edits: [
      [
        HOLDS,
        "!mayHold && waitsFor(me) === undefined && line.slice(0, i).some((other) => waitsFor(other) === undefined && (other.kind === 'write' || me.kind === 'write'))",
      ],
    ],
  },
  {
    name: 'only-that-nobody-holds-too-early',
    tempts: 'Who holds it wrongly does harm; who waits needlessly only waits.',
    caughtBy: 'finds that readers do not share',
    edits: [[HOLDS, '!mayHold && waitsFor(me) === undefined']],
  },
  {
    name: 'a-picture-and-not-a-film',
    tempts: 'In every line everybody waits or holds as they should. Whether anybody tells them when that changes is not in the picture.',
    caughtBy: 'finds that a reader watches a reader',
    edits: [[WAKES, 'false']],
  },
  {
    name: 'only-the-first-one-goes',
    tempts: 'A lock is left by who holds it. Who waits may die, and somebody may have waited for that.',
    caughtBy: 'finds that a reader watches the holder',
    edits: [[GONE, 'for (const gone of line.slice(0, 1)) {']],
  },
  {
    name: 'the-herd-is-only-slow',
    tempts: 'A rule that wakes all is slow and not wrong. With a hundred writers it is what makes the lock stand still.',
    caughtBy: 'finds the herd',
    edits: [[HERD, 'false']],
  },
  {
    name: 'one-is-woken',
    tempts: 'The herd is when more than one is woken. Readers are meant to be woken together.',
    caughtBy: 'accuses no rule that is right',
    edits: [[HERD, 'watching.length > 1']],
  },
  {
    name: 'as-i-would-do-it',
    tempts: 'One has solved 09a, so one compares. Any writer will do for a reader to wait for.',
    caughtBy: 'accuses no rule that is right',
    bodies: {
      faultIn: `
        for (const line of lines()) {
          for (const [i, me] of line.entries()) {
            const before = line.slice(0, i)
            const mine = me.kind === 'write' ? before.at(-1) : before.findLast(({ kind }) => kind === 'write')
            if (rule(before, me) !== mine) return 'it is not as I would do it'
          }
        }
        return null`,
    },
  },
  {
    name: 'somebody-holds-it',
    tempts: 'The lock stands still when nobody holds it, so that is tested: in each line there is a holder.',
    caughtBy: 'finds that a reader watches a reader',
    bodies: {
      faultIn: `
        for (const line of lines()) {
          const holders = line.filter((me, i) => rule(line.slice(0, i), me) === undefined)
          if (holders.length === 0) return 'nobody holds it'
          if (holders.length > 1 && holders.some(({ kind }) => kind === 'write')) return 'a writer is not alone'
        }
        return null`,
    },
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'plays-it',
    how: 'The lock is played: everybody remembers whom it watches and asks again only when that one goes; in every order of going, those who think that they hold the lock must be those who should.',
    bodies: {
      faultIn: `
        const play = (line: readonly Waiter[], watched: ReadonlyMap<Waiter, Waiter | undefined>): string | null => {
          for (const [i, me] of line.entries()) {
            const should = line.slice(0, i).every(({ kind }) => kind === 'read' && me.kind === 'read')
            if (should && watched.get(me) !== undefined) return 'it waits for ever'
            if (!should && watched.get(me) === undefined) return 'it holds the lock too early'
          }
          for (const gone of line) {
            const rest = line.filter((one) => one !== gone)
            const woken = rest.filter((one) => watched.get(one) === gone)
            if (woken.filter(({ kind }) => kind === 'write').length > 1) return 'a herd'
            const next = new Map(rest.map((one, i) => [one, woken.includes(one) ? rule(rest.slice(0, i), one) : watched.get(one)]))
            const fault = play(rest, next)
            if (fault !== null) return fault
          }
          return null
        }
        for (const line of lines()) {
          const fault = play(line, new Map(line.map((me, i) => [me, rule(line.slice(0, i), me)])))
          if (fault !== null) return fault
        }
        return null`,
    },
  },
  {
    name: 'bits-for-kinds',
    how: 'Lines of one to five from the bits of a number; the three questions as three functions.',
    bodies: {
      lines: `
        const all: Waiter[][] = []
        for (let length = 1; length <= 5; length++) {
          for (let bits = 0; bits < 2 ** length; bits++) {
            all.push(Array.from({ length }, (_, i) => ({ name: String(i), kind: (bits >> i) % 2 === 0 ? 'read' : 'write', sequence: i })))
          }
        }
        return all`,
      faultIn: `
        const turnOf = (line: readonly Waiter[], me: Waiter) => rule(line.slice(0, line.indexOf(me)), me)
        const held = (line: readonly Waiter[]) => line.filter((me) => turnOf(line, me) === undefined).map(({ name }) => name).join()
        const ought = (line: readonly Waiter[]) => {
          const writer = line.findIndex(({ kind }) => kind === 'write')
          return line.slice(0, writer === -1 ? line.length : Math.max(writer, 1)).map(({ name }) => name).join()
        }
        for (const line of lines()) {
          if (held(line) !== ought(line)) return 'the wrong ones hold it'
          for (const gone of line) {
            const rest = line.filter((one) => one !== gone)
            const woken = rest.filter((one) => turnOf(line, one) === gone)
            const asleep = rest.filter((one) => !woken.includes(one) && turnOf(line, one) !== undefined)
            if (asleep.some((one) => ought(rest).split(',').includes(one.name))) return 'somebody sleeps on'
            if (woken.filter(({ kind }) => kind === 'write').length >= 2) return 'a herd'
          }
        }
        return null`,
    },
  },
]

const SAME_FAULT = 'The fault is found, and told in the other sentence.'

export const equivalent = {
  'mayHold → true': SAME_FAULT,
  'mayHold → false': SAME_FAULT,
}
