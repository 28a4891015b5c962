import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const OTHERS = "if (first !== mine) return { kind: 'waitFor', other: first, deleteMine: true }"
const LAST = "return last === mine ? { kind: 'deleteMine' } : { kind: 'waitFor', other: last, deleteMine: false }"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'exactly-as-many',
    tempts: 'The gate opens when all are there, and all is a number. One who was counted out and comes back makes one too many.',
    caughtBy: 'the gate opens when enough are there',
    edits: [['members.length >= size', 'members.length === size']],
  },
  {
    name: 'more-than-enough',
    tempts: 'More than, at least: off by one.',
    caughtBy: 'the gate opens when enough are there',
    edits: [['members.length >= size', 'members.length > size']],
  },
  {
    name: 'delete-and-go',
    tempts: 'Who has deleted its node has left. That is a barrier with one side only.',
    caughtBy: 'the others delete their nodes and wait for the first',
    edits: [[OTHERS, "if (first !== mine) return members.includes(mine) ? { kind: 'deleteMine' } : { kind: 'done' }"]],
  },
  {
    name: 'the-first-goes-too',
    tempts:
      'Everybody deletes its node and waits for another one. When the first has gone the others wait for the next, one after the other, all of them each time.',
    caughtBy: 'the first waits for the last, and keeps its node',
    edits: [[LAST, LAST.replace('deleteMine: false', 'deleteMine: true')]],
  },
  {
    name: 'the-one-before',
    tempts: 'As with the lock, each waits for the one just before it. Then the news goes down the whole line.',
    caughtBy: 'the others delete their nodes and wait for the first',
    edits: [[OTHERS, "if (first !== mine) return { kind: 'waitFor', other: members[members.indexOf(mine) - 1] ?? first, deleteMine: true }"]],
  },
  {
    name: 'the-last-is-waited-for',
    tempts: 'All wait for the last, who is the last to come; it deletes its node at once, and the others wait for nobody in particular.',
    caughtBy: 'the others delete their nodes and wait for the first',
    edits: [[OTHERS, "if (first !== mine) return last === mine ? { kind: 'deleteMine' } : { kind: 'waitFor', other: last, deleteMine: true }"]],
  },
  {
    name: 'keeps-its-node',
    tempts: 'One waits first and deletes then, as one would at a door. Everybody waits for everybody.',
    caughtBy: 'nobody leaves before the last, in whatever order they act',
    edits: [[OTHERS, OTHERS.replace('deleteMine: true', 'deleteMine: false')]],
  },
  {
    name: 'gone-is-done',
    tempts: 'If my node is not there any more, I have left. So have I; have the others?',
    caughtBy: 'whoever is gone already still waits for the first',
    edits: [['if (first === undefined || last === undefined)', 'if (first === undefined || last === undefined || !members.includes(mine))']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'by-place',
    how: 'By one’s own place in the list: at its beginning, or anywhere else, or nowhere.',
    bodies: {
      opens: 'return !(members.length < size)',
      leaving: `
        if (members.length === 0) return { kind: 'done' }
        const place = members.indexOf(mine)
        if (place !== 0) return { kind: 'waitFor', other: members[0] as string, deleteMine: true }
        if (members.length === 1) return { kind: 'deleteMine' }
        return { kind: 'waitFor', other: members[members.length - 1] as string, deleteMine: false }`,
    },
  },
  {
    name: 'by-the-others',
    how: 'The others are looked at: whether there are any, and whether the first of all is among them.',
    bodies: {
      opens: 'return members.slice(0, size).length === size',
      leaving: `
        const others = members.filter((name) => name !== mine)
        const other = others.at(-1)
        if (other === undefined) return members.length === 0 ? { kind: 'done' } : { kind: 'deleteMine' }
        const amFirst = members[0] === mine
        return { kind: 'waitFor', other: amFirst ? other : (members[0] as string), deleteMine: !amFirst }`,
    },
  },
]

export const equivalent = {
  '|| → &&': 'There is a first exactly when there is a last.',
}
