import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const PROMISE = 'return compareBallots(ballot, promised) > 0'
const ACCEPT = 'return compareBallots(ballot, promised) >= 0'
const PROMISED = 'state.promised = record.ballot'
const STORE = "if (record.kind === 'accepted') state.accepted.set(record.slot, { ballot: record.ballot, value: record.value })"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'promises-by-round',
    tempts: 'The round is what is called the number. Two proposers of one round then both believe that they have its word.',
    caughtBy: 'it promises what is above all that it has promised, and nothing else',
    edits: [[PROMISE, 'return promised === null || ballot.round > promised.round']],
  },
  {
    name: 'promises-the-same-again',
    tempts: 'Not below sounds like the same rule for both questions.',
    caughtBy: 'it promises what is above all that it has promised, and nothing else',
    edits: [[PROMISE, ACCEPT]],
  },
  {
    name: 'accepts-only-what-it-promised',
    tempts: 'It has promised ballot 1 and nothing else. But a quorum of others may have promised 2, and needs this one for its own quorum.',
    caughtBy: 'it accepts under what it has promised, and above',
    edits: [[ACCEPT, 'return promised === null || compareBallots(ballot, promised) === 0']],
  },
  {
    name: 'accepts-above-only',
    tempts: 'The rule of the promise, once more. Then the very ballot that was promised is refused.',
    caughtBy: 'it accepts under what it has promised, and above',
    edits: [[ACCEPT, PROMISE]],
  },
  {
    name: 'free-until-it-has-accepted',
    tempts: 'A promise seems to be about the future, so the first proposal that comes may be accepted, whatever was promised to others.',
    caughtBy: 'it accepts nothing below what it has promised',
    edits: [
      [
        'export function mayAccept({ promised }: AcceptorMemory, ballot: Ballot)',
        'export function mayAccept({ promised, accepted }: AcceptorMemory, ballot: Ballot)',
      ],
      [ACCEPT, 'return accepted.size === 0 || compareBallots(ballot, promised) >= 0'],
    ],
  },
  {
    name: 'accepting-is-no-promise',
    tempts: 'Only a prepare asks for a promise.',
    caughtBy: 'accepting is a promise too',
    edits: [[PROMISED, "if (record.kind === 'promised') state.promised = record.ballot"]],
  },
  {
    name: 'the-first-acceptance-stays',
    tempts: 'Accepted sounds final. What was accepted is not yet chosen, and a higher ballot was bound to whatever is.',
    caughtBy: 'a promise reports the last that was accepted, in each decree',
    edits: [[STORE, STORE.replace("'accepted')", "'accepted' && !state.accepted.has(record.slot))")]],
  },
  {
    name: 'one-decree-at-a-time',
    tempts: 'The last acceptance is all that single-decree Paxos asks for. A log has many decrees.',
    caughtBy: 'a promise reports the last that was accepted, in each decree',
    edits: [[STORE, `if (record.kind === 'accepted') state.accepted.clear()\n  ${STORE}`]],
  },
  {
    name: 'a-promise-wipes-the-slate',
    tempts: 'A new ballot begins anew.',
    caughtBy: 'a promise reports the last that was accepted, in each decree',
    edits: [[STORE, `if (record.kind === 'promised') state.accepted.clear()\n  ${STORE}`]],
  },
  {
    name: 'one-flush-frees-all',
    tempts: 'The disk has reported, so everything is there; with one record at a time it is.',
    caughtBy: 'nothing is said before it is on the disk',
    edits: [
      ['const ready = unsaid.splice(0, unsaid.filter(({ after }) => after <= count).length)', 'const ready = count > 0 ? unsaid.splice(0) : []'],
    ],
  },
  {
    name: 'says-it-again',
    tempts: 'What is ready is looked for and not taken out; it is said again after each flush.',
    caughtBy: 'nothing is said before it is on the disk',
    edits: [
      [
        'const ready = unsaid.splice(0, unsaid.filter(({ after }) => after <= count).length)',
        'const ready = unsaid.filter(({ after }) => after <= count)',
      ],
    ],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'the-contrary',
    how: 'Both rules say when to refuse, and the messages leave one by one.',
    bodies: {
      mayPromise: 'return !(compareBallots(promised, ballot) >= 0)',
      mayAccept: 'return !(compareBallots(promised, ballot) > 0)',
      onFlushed: `
        const out: PaxosEffect[] = []
        while ((state.unsaid[0]?.after ?? Infinity) <= count) {
          const said = state.unsaid.shift()
          for (const to of said?.to ?? []) out.push({ kind: 'send', to, message: said?.message as PaxosMessage })
        }
        return out`,
    },
  },
  {
    name: 'round-by-round',
    how: 'Ballots compared by their parts; the memory never goes back, as if records came in any order.',
    bodies: {
      mayPromise: `
        if (promised === null) return true
        return ballot.round === promised.round ? ballot.proposer > promised.proposer : ballot.round > promised.round`,
      mayAccept: `
        if (promised === null) return true
        return ballot.round === promised.round ? ballot.proposer >= promised.proposer : ballot.round > promised.round`,
      remember: `
        const { ballot } = record
        if (compareBallots(ballot, state.promised) >= 0) state.promised = ballot
        if (record.kind !== 'accepted') return
        const { slot, value } = record
        state.accepted.set(slot, { ballot, value })`,
    },
  },
]

export const equivalent = {
  "record.kind === 'accepted' → true": 'A promise has no decree, and what stands under no decree is never reported.',
}
