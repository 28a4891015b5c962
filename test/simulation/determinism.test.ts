import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { traceHash } from './trace-hash.ts'

const script = fileURLToPath(new URL('./trace-hash.ts', import.meta.url))

function inAnotherProcess(seed: bigint, timeZone: string): string {
  const env = { ...process.env, TZ: timeZone, LC_ALL: 'de_DE.UTF-8' }
  return execFileSync(process.execPath, ['--import', 'tsx', script, String(seed)], { env, encoding: 'utf8' }).trim()
}

describe('a seed', () => {
  it('gives the same trace twice, another one another', () => {
    expect(traceHash(5n)).toBe(traceHash(5n))
    expect(traceHash(5n)).not.toBe(traceHash(6n))
  })

  it('gives the same trace in another process, time zone and locale', () => {
    const here = traceHash(7n)
    expect(inAnotherProcess(7n, 'Pacific/Chatham')).toBe(here)
    expect(inAnotherProcess(7n, 'America/St_Johns')).toBe(here)
  })
})
