import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** What the README shows is executed: a reader's first program must run. It lies in `my/`, as a reader's own files do. */
test('the example of the README runs', () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1]
  mkdirSync('my', { recursive: true })
  const folder = mkdtempSync(join('my', 'readme-'))
  try {
    const program = join(folder, 'example.ts')
    writeFileSync(program, `${example}\nconsole.log(new TextDecoder().decode(data ?? undefined), stat.version)\n`)
    const output = execFileSync('node', ['--import', 'tsx', program], { encoding: 'utf8', timeout: 120_000 })
    expect(output).toBe('world 0\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
