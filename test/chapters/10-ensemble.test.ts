import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { packetsOfAWrite } from '../../chapters/10-ensemble/packets.ts'
import { ask } from '../../chapters/10-ensemble/question.ts'
import { scenesOf } from '../../chapters/support/prose.ts'
import { root } from '../support/source.ts'

function scenes(...options: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'chapters/10-ensemble.ts', ...options], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return scenesOf(stdout)
}

/** What the director says at the end of a scene, on one line. */
const verdict = (scene = '') => scene.split('\n\n').at(-1)?.replaceAll('\n', ' ')

describe('chapter 10', () => {
  it.each([1, 2, 3])('keeps the three promises, and counts the same packets: seed %i', (seed) => {
    const [, , read, race, move, cost] = scenes('--seed', String(seed))
    expect(verdict(read)).toBe('The app sees what it has sold.')
    expect(verdict(race)).toMatch(/\/sold is 3, version 1\. One of them has to read again\.$/)
    expect(verdict(move)).toMatch(/it has the same session, and \/desk is still there\.$/)
    expect(cost).toMatch(/3 +0 +6 +7 +1 +3\n/)
  })

  it('breaks the first when reads overtake, the second when nobody looks at what is under way', () => {
    expect(verdict(scenes('--overtaking')[2])).toMatch(/^The app hangs up \(CONNECTIONLOSS\)/)
    expect(verdict(scenes('--forgetful')[3])).toMatch(/^app was told ok, web ok; .* a sale is lost\.$/)
  })

  it('asks for a number of packets that follows from who is there', () => {
    for (const [voters, observers] of [
      [3, 1],
      [4, 0],
      [5, 2],
    ] as const) {
      const { leader, follower } = packetsOfAWrite({ seed: 9n, voters, observers })
      expect(leader.total).toBe(3 * (voters - 1) + observers)
      expect(follower.total).toBe(leader.total + 1)
    }
    expect(Number(ask(4n).answer)).toBe(16)
  })
})
