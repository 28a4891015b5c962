/** A program put into one file: made once, made anew after a change, and done without where it cannot be. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asOneFile } from '../../src/cli/one-file.ts'

let root = ''
let entry: URL

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'one-file-'))
  write('main.ts', "import { word } from './word.ts'\nexport const said: string = ['said', word].join(' ')\n")
  write('word.ts', "export const word: string = 'hello'\n")
  entry = pathToFileURL(path.join(root, 'src/main.ts'))
})

afterEach(() => {
  vi.unstubAllEnvs()
  fs.rmSync(root, { recursive: true })
})

function write(name: string, text: string): void {
  fs.mkdirSync(path.join(root, 'src'), { recursive: true })
  fs.writeFileSync(path.join(root, 'src', name), text)
}

const made = () => fs.readdirSync(path.join(root, 'node_modules/.cache/zookeeper-from-scratch'))

describe('asOneFile', () => {
  it('puts the program into one file that does the same', async () => {
    const file = await asOneFile(entry, root)
    fs.rmSync(path.join(root, 'src/word.ts'))
    expect(await import(file)).toMatchObject({ said: 'said hello' })
  })

  it('takes the file that is there, also when several start at once', async () => {
    const files = await Promise.all([asOneFile(entry, root), asOneFile(entry, root)])
    const { mtimeMs } = fs.statSync(fileURLToPath(files[0] ?? ''))
    expect(new Set([...files, await asOneFile(entry, root)]).size).toBe(1)
    expect(fs.statSync(fileURLToPath(files[0] ?? '')).mtimeMs).toBe(mtimeMs)
    expect(made()).toHaveLength(1)
  })

  it('makes another one after any change of the source, and keeps only that', async () => {
    const before = await asOneFile(entry, root)
    write('word.ts', "export const word: string = 'good evening'\n")
    const after = await asOneFile(entry, root)
    expect(after).not.toBe(before)
    expect(await import(after)).toMatchObject({ said: 'said good evening' })
    expect(made()).toEqual([path.basename(after)])
  })

  it('leaves the program as it is where a file cannot be made, or is not wanted', async () => {
    vi.stubEnv('ZK_SWAP', 'my/solution.ts')
    expect(await asOneFile(entry, root)).toBe(entry.href)
    vi.unstubAllEnvs()
    write('word.ts', 'export const word: string = ')
    expect(await asOneFile(entry, root)).toBe(entry.href)
    write('word.ts', "export const word = ''")
    fs.writeFileSync(path.join(root, 'node_modules'), 'not a folder')
    expect(await asOneFile(entry, root)).toBe(entry.href)
  })
})
