import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsOf, outcome, setsOf } from '../../chapters/01-quorums/counting.ts'
import { ask } from '../../chapters/01-quorums/question.ts'
import { naiveQuorum } from '../../chapters/support/naive-quorums.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { majority } from '../../src/quorum/index.ts'
import { root } from '../support/source.ts'

function scenes(options = ''): string[] {
  const args = ['--import', 'tsx', 'chapters/01-quorums.ts', ...options.split(' ').filter((option) => option !== '')]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

const range = (from: number, to: number): bigint[] => Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i))

describe('the demo of chapter 01', () => {
  it.each(['1', '2'])('sells a seat twice with two or half of the servers, and once with more than half: seed %s', (seed) => {
    const [, two, half, more] = scenes(`--seed ${seed}`)
    expect(two).toContain('Seat-1 was sold to Ada AND to Ben.')
    expect(half).toContain('Seat-1 was sold to Ada AND to Ben.')
    expect(more).toContain('seat-1 is taken, by Ada')
    expect(more).toContain('Seat-1 was sold once, to Ada.')
    expect(more).toContain('Nobody was told that seat-1 is theirs.')
  })

  it('counts observers only when it is told to', () => {
    expect(scenes()[7]).not.toContain('seat-1 is sold')
    expect(scenes('--count-observers')[7]).toContain('seat-1 is sold to Ada')
  })
})

describe('what all sets of servers say', () => {
  it('is what the formulas say of majorities (claims 1 and 30)', () => {
    for (let servers = 1; servers <= 9; servers++) {
      const { smallest, survives, disjoint } = factsOf(majority(range(1, servers)), range(1, servers))
      expect([smallest, survives, disjoint]).toEqual([Math.floor(servers / 2) + 1, Math.floor((servers - 1) / 2), null])
    }
  })

  it('shows two halves that have nobody in common', () => {
    const { disjoint } = factsOf(naiveQuorum('half', range(1, 4)), range(1, 4))
    expect(disjoint?.map(({ size }) => size)).toEqual([2, 2])
    expect([...(disjoint?.[0] ?? [])].filter((sid) => disjoint?.[1].has(sid))).toEqual([])
  })

  it('adds up: all sets together have probability 1', () => {
    const always = { ...majority(range(1, 6)), containsQuorum: () => true }
    expect(factsOf(always, range(1, 6), 0.7).available).toBeCloseTo(1, 12)
  })
})

describe('the outcome of a vote', () => {
  const sets = setsOf(range(1, 5))

  it('is what every way to go on says', () => {
    const verifier = majority(range(1, 5))
    const setOf = fc.constantFrom(...sets)
    fc.assert(
      fc.property(setOf, setOf, (yes, all) => {
        const no = new Set([...all].filter((sid) => !yes.has(sid)))
        const ends = sets.filter((end) => [...yes].every((sid) => end.has(sid)) && ![...no].some((sid) => end.has(sid)))
        const won = ends.filter((end) => verifier.containsQuorum(end)).length
        expect(outcome(verifier, yes, no)).toBe(won === ends.length ? 'won' : won === 0 ? 'lost' : 'pending')
      }),
    )
  })
})

describe('the questions of chapter 01', () => {
  const questions = Array.from({ length: 200 }, (_, seed) => ask(BigInt(seed)))

  it('have their answer among the choices, and every choice is right somewhere', () => {
    expect(questions.filter(({ choices, answer }) => !choices?.includes(answer))).toEqual([])
    for (const answer of ['yes', 'no', 'won', 'lost', 'pending', '0', '1', '2', '3', '4']) {
      expect(questions.map((question) => question.answer)).toContain(answer)
    }
  })
})
