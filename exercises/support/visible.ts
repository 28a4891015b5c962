/** Whether whole ensembles show what is wrong with a solution: the worlds of `npm run learn -- swap <id> simulate`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { swapEnvironment } from '../../src/cli/swap.ts'
import { type Entry, referenceOf, root, urlOf } from './catalogue.ts'
import { variantOf } from './cut.ts'
import type { Variant } from './exercise.ts'
import { fromWorkspace, Scratch } from './scratch.ts'

/** The first seed, from 1 up to `seeds`, in whose world servers that run this variant break a promise; null when there is none. */
export async function firstSeedThatShows(entry: Entry, variant: Variant, seeds: number): Promise<number | null> {
  const scratch = new Scratch()
  try {
    const to = scratch.write('wrong.ts', variantOf(referenceOf(entry), entry.source, variant, fromWorkspace))
    const state = join(scratch.folder, 'block.json')
    const swap = { source: entry.source, from: urlOf(entry.source), to, sids: null }
    const args = ['--import', 'tsx', fileURLToPath(urlOf('scripts/simulate.ts')), '--seeds', String(seeds), '--no-picture', '--state', state]
    const env = { ...process.env, ...swapEnvironment([swap], null) }
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code === 0) return null
    // That a world does not come to an end is shown as well.
    const [, endless] = /the world of seed (\d+) does not/.exec(told) ?? []
    return Number(endless ?? (JSON.parse(readFileSync(state, 'utf8')) as { violated: readonly string[] }).violated[0])
  } finally {
    scratch.close()
  }
}
