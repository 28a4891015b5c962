import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { nodesOf, parse, place, root, type Source, sources } from '../support/source.ts'
import { folderOf } from './import-rules.ts'

/** The longest function that a reader has to keep in mind, in lines. */
const longestFunction = 70
/** The shortest comment that can be called a page of theory, in lines. */
const shortestTheory = 20

const src = sources('src')
const everything = [...src, ...sources('test', 'chapters', 'exercises', 'scripts', 'bin')]

describe('the house is tidy', () => {
  it('every folder of src/ has a door, and the door opens with its theory', () => {
    const folders = [...new Set(src.map((file) => folderOf(file.path)))].filter((folder) => folder !== '' && folder !== 'cli')
    expect(folders.flatMap((folder) => faultOfDoor(folder, src))).toEqual([])
  })

  it(`no function in src/ is longer than ${longestFunction} lines`, () => {
    expect(src.flatMap(longFunctions)).toEqual([])
  })

  it('nothing is left undone, silenced or left out', () => {
    expect(everything.filter((file) => !file.path.startsWith('test/tidy/')).flatMap(leftovers)).toEqual([])
  })

  it('nothing is sorted without saying how', () => {
    expect(everything.flatMap(bareSorts)).toEqual([])
  })

  it('the lockfiles name no registry', () => {
    const lockfiles = ['package-lock.json', 'diagrams/package-lock.json']
    expect(lockfiles.filter((path) => /"resolved"/.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })
})

describe('the checker of tidiness', () => {
  it('sees a missing door and a door without theory', () => {
    const theory = `/**\n${' * A line.\n'.repeat(shortestTheory)} */\nexport * from './a.ts'`
    expect(faultOfDoor('zab', [parse('src/zab/a.ts', '')])).toEqual(['src/zab: no index.ts'])
    expect(faultOfDoor('zab', [parse('src/zab/index.ts', `/** Zab. */\nexport * from './a.ts'`)])).toEqual(['src/zab/index.ts: no page of theory'])
    expect(faultOfDoor('zab', [parse('src/zab/index.ts', `export const a = 1\n${theory}`)])).toEqual(['src/zab/index.ts: no page of theory'])
    expect(faultOfDoor('zab', [parse('src/zab/index.ts', theory)])).toEqual([])
  })

  it('sees a long function', () => {
    const body = (lines: number) => parse('src/a.ts', `class A {\n  method() {\n${'    f()\n'.repeat(lines)}  }\n}`)
    expect(longFunctions(body(longestFunction - 2))).toEqual([])
    expect(longFunctions(body(longestFunction - 1))).toEqual(['src/a.ts:2: 71 lines'])
  })

  it('sees what is left undone', () => {
    const bad = ['// TODO later', 'it.only("a", f)', 'describe.skip("a", f)', '// @ts-ignore', 'x as any', 'test.todo("a")']
    expect(bad.map((text) => leftovers(parse('a.ts', text)).length)).toEqual(bad.map(() => 1))
    expect(leftovers(parse('a.ts', 'describe.skipIf(missing)("a", f)\nreader.skip(4)\nonly.todo'))).toEqual([])
  })

  it('sees a bare sort', () => {
    expect(bareSorts(parse('a.ts', 'a.sort()\nb.toSorted()\nc.sort(byName)'))).toEqual(['a.ts:1: a.sort()', 'a.ts:2: b.toSorted()'])
  })
})

function faultOfDoor(folder: string, files: readonly Source[]): string[] {
  const door = files.find((file) => file.path === `src/${folder}/index.ts`)
  if (!door) return [`src/${folder}: no index.ts`]
  const theory = /^\/\*\*[\s\S]*?\*\//.exec(door.text)?.[0] ?? ''
  return theory.split('\n').length < shortestTheory ? [`${door.path}: no page of theory`] : []
}

function longFunctions(file: Source): string[] {
  const lineAt = (position: number) => file.tree.getLineAndCharacterOfPosition(position).line
  return [...nodesOf(file.tree)]
    .filter((node) => ts.isFunctionLike(node) && 'body' in node)
    .map((node) => ({ node, lines: lineAt(node.end) - lineAt(node.getStart(file.tree)) + 1 }))
    .filter(({ lines }) => lines > longestFunction)
    .map(({ node, lines }) => `${place(file, node)}: ${lines} lines`)
}

function leftovers(file: Source): string[] {
  const undone = /\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe|bench)\.(only|skip|todo)\(|@ts-(ignore|nocheck|expect-error)|\bas any\b/
  return file.text.split('\n').flatMap((line, i) => (undone.test(line) ? [`${file.path}:${i + 1}: ${line.trim()}`] : []))
}

function bareSorts(file: Source): string[] {
  return [...nodesOf(file.tree)]
    .filter((node) => ts.isCallExpression(node) && node.arguments.length === 0)
    .filter((node) => /\.(sort|toSorted)\(\)$/.test(node.getText(file.tree)))
    .map((node) => `${place(file, node)}: ${node.getText(file.tree)}`)
}
