import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { traceHash } from './trace-hash.ts'

const SCRIPT = fileURLToPath(new URL('./trace-hash.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The npm package `node` brings the program; it is too large to be installed with everything else. */
const OTHER = process.versions.node.startsWith('22.') ? 'node@20' : 'node@22'

function otherNode(...args: string[]): string {
  return execFileSync('npx', ['--yes', OTHER, ...args], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/** The version that the registry gives; null: there is no network. */
function versionOfOther(): string | null {
  try {
    return otherNode('--version')
  } catch {
    return null
  }
}

describe('a seed', { timeout: 300_000 }, () => {
  it(`gives the same trace under ${OTHER} as under ${process.version}`, ({ skip }) => {
    const version = versionOfOther()
    if (version === null) return skip(`npx cannot fetch ${OTHER}: no network?`)
    expect(version).not.toBe(process.version)
    for (const seed of [1n, 2n, 3n, 4n, 5n]) expect(otherNode('--import', 'tsx', SCRIPT, String(seed)), `seed ${seed}`).toBe(traceHash(seed))
  })
})
