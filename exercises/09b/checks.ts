import { Prng } from '../../src/kernel/index.ts'
import { type Leaving, leaving, opens } from '../../src/recipes/rules/gate.ts'
import { same, WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const NAMES = ['ada', 'ben', 'cleo', 'dan', 'eve']

export const checks: Checks = {
  'the gate opens when enough are there'() {
    for (let size = 1; size <= 4; size++) {
      for (let count = 0; count <= 5; count++) {
        const members = NAMES.slice(0, count)
        const because = count > size ? 'one who comes late must not shut it again' : `${count} of ${size}`
        same(opens(members, size), count >= size, { given: `${members.join(' ') || 'nobody'} of ${size} are there`, because }, (open) =>
          open ? 'open' : 'shut',
        )
      }
    }
  },

  'when nobody is there, all have left'() {
    leaves([], 'ada', { kind: 'done' }, 'nobody is there')
  },

  'the last one there deletes its node'() {
    leaves(['ada'], 'ada', { kind: 'deleteMine' }, 'all others have left, and wait for this')
  },

  'the first waits for the last, and keeps its node'() {
    for (let count = 2; count <= 5; count++) {
      const members = NAMES.slice(0, count)
      leaves(
        members,
        'ada',
        { kind: 'waitFor', other: members.at(-1) as string, deleteMine: false },
        'its own node tells all the others that not everybody has left',
      )
    }
    leaves(['cleo', 'dan'], 'cleo', { kind: 'waitFor', other: 'dan', deleteMine: false }, 'ada and ben have died: cleo is the first now')
  },

  'the others delete their nodes and wait for the first'() {
    for (let count = 2; count <= 5; count++) {
      const members = NAMES.slice(0, count)
      for (const mine of members.slice(1))
        leaves(members, mine, { kind: 'waitFor', other: 'ada', deleteMine: true }, 'the first is the last to go, so one deletion wakes all')
    }
  },

  'whoever is gone already still waits for the first'() {
    for (const members of [['ada'], ['ada', 'ben'], ['ben', 'dan'], ['dan', 'eve']]) {
      leaves(
        members,
        'cleo',
        { kind: 'waitFor', other: members[0] as string, deleteMine: true },
        'its node has gone, and it looks again: not everybody has left',
      )
    }
  },

  'nobody leaves before the last, in whatever order they act'() {
    for (let seed = 1; seed <= 120; seed++) play(seed, false)
  },

  'who dies holds up nobody'() {
    for (let seed = 1; seed <= 120; seed++) play(seed, true)
  },
}

function leaves(members: readonly string[], mine: string, expected: Leaving, because: string): void {
  const given = [`there are: ${members.join(' ') || 'nobody'}`, `${mine} wants to leave`]
  same(leaving(members, mine), expected, { given, because }, tell)
}

function tell(step: Leaving | undefined): string {
  if (step?.kind === 'waitFor') return `${step.deleteMine ? 'delete mine, then wait' : 'wait'} for ${step.other}`
  return step?.kind ?? 'nothing'
}

/** All leave, one step of one of them at a time, as chance has it; one of them may die. */
function play(seed: number, dies: boolean): void {
  const random = new Prng(BigInt(seed))
  let members = NAMES.slice(0, 2 + random.below(4))
  const waiting = new Map<string, string | null>(members.map((name) => [name, null]))
  const told = [`there are: ${members.join(' ')}`]
  let victim = dies ? random.pick(members) : null
  const remove = (name: string) => {
    members = members.filter((other) => other !== name)
  }
  for (let turn = 0; waiting.size > 0; turn++) {
    if (victim !== null && turn > 0 && random.below(3) === 0) {
      told.push(`${victim} dies, and its node goes`)
      remove(victim)
      waiting.delete(victim)
      victim = null
      continue
    }
    const ready = [...waiting].filter(([, other]) => other === null || !members.includes(other)).map(([name]) => name)
    if (ready.length === 0) {
      if (victim === null)
        throw new WrongAnswer('somebody goes on', `all wait: ${[...waiting].map(([name, other]) => `${name} for ${other}`).join(', ')}`, {
          given: told,
        })
      continue
    }
    const name = random.pick(ready)
    const step = leaving(members, name)
    told.push(`${name} sees ${members.join(' ') || 'nobody'}: ${tell(step)}`)
    if (told.length > 100) throw new WrongAnswer('all have left in the end', 'somebody does the same again and again', { given: told.slice(0, 12) })
    if (step.kind === 'deleteMine' || (step.kind === 'waitFor' && step.deleteMine)) remove(name)
    if (step.kind === 'waitFor') waiting.set(name, step.other)
    else if (step.kind === 'deleteMine') waiting.set(name, null)
    else {
      const others = members.filter((other) => other !== name)
      same(others, [], { given: told, because: `${name} goes home while these are there` })
      waiting.delete(name)
    }
  }
}
