import { describe, expect, it } from 'vitest'
import { ask } from '../../chapters/12-in-the-wild/question.ts'
import { quotedScenes, scenesOf } from '../../chapters/support/prose.ts'
import { fileAt } from '../../scripts/book/library.ts'
import { demoOf, PATIENCE } from './demo.ts'

/** How many runs there are of each protocol: one undisturbed, and two for each step. */
const RUNS = { HDFS: 11, HBASE: 11, KAFKA: 9, DUBBO: 7 }

describe('the demo of chapter 12', { timeout: PATIENCE }, () => {
  const { command, printed } = demoOf('12-in-the-wild')

  it.each(['', '--seed 2', '--seed -7'])(
    'keeps what each protocol promises wherever somebody fails, and shows each line that is left out: %s',
    async (options) => {
      const scenes = scenesOf(await printed(options))
      for (const [name, runs] of Object.entries(RUNS)) {
        const scene = scenes.find((text) => text.includes(`── ${name}: `) && text.includes('With one line left out:')) ?? ''
        const [right = '', wrong = ''] = scene.split('With one line left out:')
        expect(rows(right)).toHaveLength(1 + runs)
        expect(right).not.toMatch(/TWO|LOST|NOWHERE|WRONG|IN VAIN/)
        for (const row of rows(wrong).slice(1)) expect(row).toMatch(new RegExp(`[1-9]\\d* of ${runs} +(TWO|CONFIRMED AND LOST|NOWHERE|WRONG)`))
        expect(rows(wrong).length).toBeGreaterThan(1)
      }
      expect(scenes[1]).toContain('In the end: nn2 writes; stopped: nn1.')
      expect(scenes.at(-1)).toMatch(/knows p1, p2, p3; in vain: 0, failed: 0\./)
    },
  )

  it('is told without leaving out a scene', async () => {
    expect(quotedScenes(fileAt('chapters/12-in-the-wild.md'), command).sort((a, b) => a - b)).toEqual(scenesOf(await printed()).map((_, i) => i))
  })
})

describe('the question of chapter 12', () => {
  const questions = Array.from({ length: 200 }, (_, seed) => ask(BigInt(seed)))

  it('offers its answer, once', () => {
    for (const { choices, answer } of questions) expect(choices?.filter((choice) => choice === answer)).toHaveLength(1)
  })

  it('has different answers', () => {
    expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(10)
  })
})

/** The lines of a table. */
function rows(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('  '))
}
