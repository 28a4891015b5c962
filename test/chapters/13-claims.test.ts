import { describe, expect, it } from 'vitest'
import { CLAIMS, claimOf, TOPICS } from '../../chapters/13-claims/catalogue.ts'
import { type Claim, verdictOf } from '../../chapters/13-claims/claim.ts'
import { judge } from '../../chapters/13-claims/run.ts'
import { fileAt } from '../../scripts/book/library.ts'
import { type Exhibit, MUSEUM, withBug } from '../../src/hosts/simulation/index.ts'
import { demoOf } from './demo.ts'

const { run, printed } = demoOf('13-claims')
/** A rule of the servers that is broken, a claim, and which of its findings is another one then. */
const BROKEN = [
  ['half-is-a-majority', 1, 4],
  ['half-is-a-majority', 13, 1],
  ['half-is-a-majority', 34, 2],
  ['sync-answered-by-the-follower', 12, 2],
  ['client-ahead-is-welcome', 29, 2],
  ['trunc-forgotten', 15, 4],
  ['trunc-forgotten', 38, 3],
  ['outstanding-changes-ignored', 23, 1],
] as const

const simulated = CLAIMS.filter(({ live }) => !live)

describe('chapter 13', () => {
  it.each(simulated)('a run decides about claim $number as the book does: $claim', async (claim) => {
    const { verdict, findings } = await judge(claim, 1n)
    expect({ verdict, findings }).toMatchObject({ verdict: claim.verdict })
  })

  it.each(BROKEN)('with %s, claim %i has another finding %i', async (bug, number, finding) => {
    const exhibit = MUSEUM.find(({ name }) => name === bug) as Exhibit
    const claim = claimOf(String(number)) as Claim
    const [right, wrong] = [await judge(claim, 1n), await judge(claim, 1n, withBug(exhibit))]
    expect(wrong.findings[finding - 1]?.holds).toBe(!right.findings[finding - 1]?.holds)
  })

  it('lists each claim of the 54 once, with its verdict', async () => {
    const numbers = TOPICS.flatMap(({ claims }) => claims.map(({ number }) => number))
    expect(numbers.sort(upwards)).toEqual(Array.from({ length: 54 }, (_, i) => i + 1))
    const list = await printed()
    for (const { number, claim } of CLAIMS) expect(list).toMatch(new RegExp(`^ +${number} +[✔✘≈] +${claim.replace(/[+/.()]/g, '\\$&')}`, 'm'))
  })

  it('is quoted claim by claim', () => {
    const quoted = [...fileAt('chapters/13-claims.md').matchAll(/^<!-- (output|live): npx tsx chapters\/13-claims\.ts (\d+) -->$/gm)]
    const numbers = (kind: string) => quoted.filter(([, is]) => is === kind).map(([, , number]) => Number(number))
    const wanted = (live: boolean) =>
      TOPICS.flatMap(({ claims }) => claims.filter((claim) => (claim.live ?? false) === live).map(({ number }) => number))
    expect({ output: numbers('output').sort(upwards), live: numbers('live').sort(upwards) }).toEqual({
      output: wanted(false).sort(upwards),
      live: wanted(true).sort(upwards),
    })
  })

  it.each(['55', '0', 'one'])('says which claims there are when it is asked for %s', async (number) => {
    const { status, stdout, stderr } = await run(number)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr.trim()).toMatch(/^error: .*The claims have the numbers 1 to \d+\.$/)
  })

  it('a verdict takes evidence', () => {
    expect(verdictOf([{ holds: true, seen: '' }])).toBe('true')
    expect(verdictOf([{ holds: false, seen: '' }])).toBe('false')
    expect(
      verdictOf([
        { holds: true, seen: '' },
        { holds: false, seen: '' },
      ]),
    ).toBe('half')
    expect(() => verdictOf([])).toThrow('no')
  })
})

function upwards(a: number, b: number): number {
  return a - b
}
