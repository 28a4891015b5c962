import { describe, expect, it } from 'vitest'
import { parse, sources } from '../support/source.ts'
import { breachesOf, folderOf, mayImport } from './import-rules.ts'

const files = sources('src')

describe('who may import whom', () => {
  it('holds in src/', () => {
    expect(breachesOf(files)).toEqual([])
  })

  it('names every folder of src/', () => {
    const folders = [...new Set(files.map((file) => folderOf(file.path)))]
    expect(folders.filter((folder) => !(folder in mayImport))).toEqual([])
  })

  it('has no cycle in its table', () => {
    const below = (folder: string, trail: readonly string[]): string[] => {
      if (trail.includes(folder)) return [[...trail, folder].join(' → ')]
      const allowed = mayImport[folder]?.split(' ').filter((name) => name !== '' && name !== '*') ?? []
      return allowed.flatMap((name) => below(name.replace('types:', ''), [...trail, folder]))
    }
    expect(Object.keys(mayImport).flatMap((folder) => below(folder, []))).toEqual([])
  })
})

/** What the checker says of a small house that holds these files. */
function judge(house: Record<string, string>): string[] {
  return breachesOf(Object.entries(house).map(([path, text]) => parse(path, text)))
}

describe('the checker of imports', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a folder that the table does not allow', { 'src/quorum/a.ts': `import { encode } from '../jute/index.ts'` }, ['quorum may not import jute']],
    ['a type where nothing is allowed', { 'src/zab/a.ts': `import type { DataTree } from '../tree/index.ts'` }, ['zab may not import tree']],
    [
      'a file behind the door',
      { 'src/peer/a.ts': `import type { A } from '../zab/events.ts'` },
      ['zab is entered by ../zab/events.ts, not by its index.ts'],
    ],
    [
      'a door within',
      { 'src/wire/client/a.ts': `import { b } from '../../jute/reader.ts'` },
      ['jute is entered by ../../jute/reader.ts, not by its index.ts'],
    ],
    [
      'behaviour where types are allowed',
      { 'src/tree/a.ts': `import { OpCode, decodeTxn, type Txn } from '../wire/index.ts'` },
      ['tree may import only types of wire, not decodeTxn'],
    ],
    ['a re-export', { 'src/client/a.ts': `export * from '../peer/index.ts'` }, ['client may not import peer']],
    ['an import as a type', { 'src/client/a.ts': `type P = import('../peer/index.ts').Peer` }, ['client may not import peer']],
    ['an import at run time', { 'src/client/a.ts': `import('../peer/index.ts').then` }, ['client may not import peer']],
    ['a package', { 'src/zab/a.ts': `import { z } from 'zod'` }, ['zab imports the package zod']],
    ['Node', { 'src/hosts/simulation/a.ts': `import 'node:fs'` }, ['hosts/simulation imports the package node:fs']],
    ['a test', { 'src/zab/a.ts': `import '../../test/support/source.ts'` }, ['../../test/support/source.ts lies outside of src/']],
    ['its own door', { 'src/zab/a.ts': `import { b } from './index.ts'` }, ['a file imports its own door']],
    ['a new folder', { 'src/misc/a.ts': `import { b } from '../jute/index.ts'` }, ['the folder misc is not in the table of imports']],
    ['the clock', { 'src/zab/a.ts': `const t = Date.now()` }, ['zab touches Date']],
    ['a timer', { 'src/client/a.ts': `setTimeout(f, 1)` }, ['client touches setTimeout']],
    ['randomness', { 'src/hosts/simulation/a.ts': `const r = Math.random()` }, ['hosts/simulation touches Math.random']],
    ['a Buffer as a type', { 'src/jute/a.ts': `let b: Buffer` }, ['jute touches Buffer']],
    ['a shorthand', { 'src/peer/a.ts': `f({ process })` }, ['peer touches process']],
    ['a promise', { 'src/zab/a.ts': `const p: Promise<void> = f()` }, ['zab uses a promise']],
    ['async', { 'src/zab/a.ts': `async function f() {}` }, ['zab uses a promise']],
  ])('refuses %s', (_, house, breaches) => {
    expect(judge(house).map((line) => line.replace(/^\S+: /, ''))).toEqual(breaches)
  })

  it('refuses a cycle, of types too, and says along which files', () => {
    const house = {
      'src/zab/a.ts': `import type { B } from './b.ts'`,
      'src/zab/b.ts': `import { c } from './c.ts'`,
      'src/zab/c.ts': `import './a.ts'`,
    }
    expect(judge(house)).toEqual(['src/zab/a.ts: cycle src/zab/a.ts → src/zab/b.ts → src/zab/c.ts → src/zab/a.ts'])
  })

  it('accepts what the table allows, and names that only look forbidden', () => {
    expect(
      judge({
        'src/zab/a.ts': `import { note, type Zxid } from '../kernel/index.ts'\nimport { OpCode, type Txn } from '../wire/index.ts'\nimport { b } from './b.ts'`,
        'src/zab/b.ts': `export function b(process: (x: number) => void) { process(1); return { Date: 1, x: a.fetch, crypto() {} } }`,
        'src/hosts/node/a.ts': `import net from 'node:net'\nimport { createPeer } from '../../peer/index.ts'\nsetTimeout(async () => Date.now(), 1)`,
        'src/recipes/a.ts': `import { createClient } from '../client/index.ts'\nexport async function lock() { await 1 }`,
        'src/cli/a.ts': `import { z } from 'zod'\nimport { anything } from '../paxos/index.ts'`,
        'src/wire/quorum/a.ts': `import { b } from '../data.ts'`,
      }),
    ).toEqual([])
  })
})
