import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/03-election/question.ts'
import { quotedScenes, scenesOf } from '../../chapters/support/prose.ts'
import { fileAt } from '../../scripts/book/library.ts'
import { demoOf, PATIENCE } from './demo.ts'

describe('the demo of chapter 03', { timeout: PATIENCE }, () => {
  const { command, printed } = demoOf('03-election')

  it.each(['1', '2', '5', '-7'])('elects the best, and a dead one without rounds and by hearsay: seed %s', async (seed) => {
    const [, first, poll, late, , noRounds, rounds, ghost, connections] = scenesOf(await printed(`--seed ${seed}`))
    expect(first).toMatch(/highest number +s3 +0 +IS FREE: the sale is lost\n/)
    expect(first).toMatch(/with a check +nobody +[1-9]\d* +nobody can ask\n/)
    expect(first).toMatch(/epoch, zxid, number +s1 +0 +is Ben's/)
    expect(roles(poll)).toEqual({ 1: 'LEADING', 2: 'FOLLOWING', 3: 'FOLLOWING' })
    expect(poll).toMatch(/server 3 counts a quorum for server 3/)
    expect(roles(late)).toEqual({ 3: 'FOLLOWING' })
    expect(roles(noRounds)).toEqual({ 1: 'FOLLOWING', 2: 'FOLLOWING' })
    expect(roles(rounds)).toEqual({ 1: 'FOLLOWING', 2: 'LEADING' })
    const [hearsay = '', checked = ''] = (ghost ?? '').split('must say so itself:')
    expect([roles(hearsay), roles(checked)]).toEqual([{ 1: 'FOLLOWING' }, {}])
    expect(checked).toContain('server 1 does not believe in server 5')
    expect(connections).toMatch(/server 1 waits for the larger server 2[\s\S]*server 2 calls the smaller server 1 back/)
  })

  it('counts: who waits finds the best, and who backs off is quiet', async () => {
    const scenes = scenesOf(await printed())
    const shares = [...(scenes[4] ?? '').matchAll(/ms +(\d+) %/g)].map(([, share]) => Number(share))
    expect(shares[0]).toBeLessThan(80)
    expect(shares.at(-1)).toBe(100)
    const rows = [...(scenes[9] ?? '').matchAll(/^ {2}\d +\d+ +[2-4] +(\d+) +(\d+)$/gm)]
    expect(rows).toHaveLength(3)
    for (const [, backingOff, asking] of rows) expect(Number(asking)).toBeGreaterThan(10 * Number(backingOff))
  })

  it('is told without leaving out a scene', async () => {
    expect(quotedScenes(fileAt('chapters/03-election.md'), command).sort((a, b) => a - b)).toEqual(scenesOf(await printed()).map((_, i) => i))
  })
})

describe('the question of chapter 03', () => {
  it('has every answer that it offers', () => {
    const answers = new Set(Array.from({ length: 300 }, (_, seed) => ask(BigInt(seed)).answer))
    expect(answers.size).toBe(10)
  })

  it('is about the epoch, the log and the number', () => {
    const reasons = Array.from({ length: 100 }, (_, seed) => ask(BigInt(seed)).because).join('\n')
    for (const reason of ['alone has entered epoch', 'longest log', 'largest number wins']) expect(reasons).toContain(reason)
  })
})

/** What each server has become in a scene, by its number. */
function roles(scene = ''): Record<string, string> {
  return Object.fromEntries([...scene.matchAll(/server (\d) is (LEADING|FOLLOWING)/g)].map(([, sid, role]) => [sid, role]))
}
