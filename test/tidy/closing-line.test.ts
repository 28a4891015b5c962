import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/source.ts'

it('the last line of a run says how many tests passed, failed and were skipped; a file says which failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'closing-line-'))
  try {
    writeFileSync(join(folder, 'good.test.ts'), 'it("a", () => {}); it("b", () => {})')
    const good = run(folder)
    expect(good).toEqual({ status: 0, lastLine: '2 passed, 0 failed' })
    writeFileSync(join(folder, 'bad.test.ts'), 'it("c", () => expect(1).toBe(2)); it.skip("d", () => {})')
    writeFileSync(join(folder, 'broken.test.ts'), 'throw new Error("does not load")')
    const bad = run(folder)
    expect(bad).toEqual({ status: 1, lastLine: '2 passed, 2 failed, 1 skipped' })
    expect(readFileSync(join(folder, 'totals'), 'utf8')).toBe(`${good.lastLine}\n${bad.lastLine}\n`)
    expect(new Set(readFileSync(join(folder, 'failures'), 'utf8').trimEnd().split('\n'))).toEqual(
      new Set(['bad.test.ts > c: expected 1 to be 2 // Object.is equality', 'broken.test.ts: does not load']),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function run(folder: string): { status: number | null; lastLine: string | undefined } {
  const reporter = join(root, 'test/support/closing-line-reporter.ts')
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--globals', '--reporter', 'default', '--reporter', reporter]
  const env = { ...process.env, ZK_TOTALS: join(folder, 'totals'), ZK_FAILURES: join(folder, 'failures') }
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) }
}
