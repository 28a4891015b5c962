import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { parseSwap, SwapError, swapEnvironment } from '../../src/cli/swap.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'swap-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const root = path.resolve(import.meta.dirname, '../..')
const mine = path.join(folder, 'mine.mts')
fs.writeFileSync(mine, "// It takes the place of: src/quorum/majority.ts\nexport const majority = () => ({ describe: () => 'mine' })\n")
fs.mkdirSync(path.join(folder, 'one'))
fs.copyFileSync(mine, path.join(folder, 'one/a.ts'))

describe('a file in the place of another', () => {
  it('is named with the servers that run it; a folder stands for the file in it', () => {
    const from = pathToFileURL(path.join(root, 'src/quorum/majority.ts')).href
    expect(parseSwap(mine)).toEqual({ source: 'src/quorum/majority.ts', from, to: pathToFileURL(mine).href, sids: null })
    expect(parseSwap(`${path.join(folder, 'one')}@1,3`)).toMatchObject({
      to: pathToFileURL(path.join(folder, 'one/a.ts')).href,
      sids: new Set([1, 3]),
    })
  })

  it('is refused when it does not say what it replaces', () => {
    const other = path.join(folder, 'other.ts')
    fs.writeFileSync(other, 'export {}\n')
    for (const wrong of [other, path.join(folder, 'missing'), folder]) expect(() => parseSwap(wrong)).toThrow(SwapError)
  })

  it('is in the environment of those whom it concerns', () => {
    const swaps = [parseSwap(`${mine}@2`)]
    expect(swapEnvironment(swaps, 1)).toEqual({})
    expect(swapEnvironment(swaps, null)).toEqual({})
    expect(Object.keys(swapEnvironment(swaps, 2))).toEqual(['ZK_SWAP', 'NODE_OPTIONS'])
  })

  it('is what a whole process gets that imports the other', () => {
    const program = path.join(folder, 'program.mts')
    fs.writeFileSync(
      program,
      `import { majority } from '${pathToFileURL(path.join(root, 'src/quorum/index.ts')).href}'\nconsole.log(majority([1n]).describe())\n`,
    )
    const run = (env: Record<string, string>) =>
      execFileSync(process.execPath, ['--import', 'tsx', program], { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' })
    expect(run({})).toBe('majority (1) of servers 1\n')
    expect(run(swapEnvironment([parseSwap(mine)], null))).toBe('mine\n')
  })
})
