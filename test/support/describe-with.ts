import { describe, it } from 'vitest'
import { java, missing, type Tool } from './oracle.ts'
import type { Kind } from './servers.ts'

/**
 * How often a test that fails may try again. Java 3.8.0 now and then leaves a request, or a client that comes just as it starts,
 * without an answer; ours has no such excuse.
 */
const RETRIES: Record<Kind, number> = { java: 2, ours: 0 }

/**
 * A suite that needs the oracle. Without it the suite is skipped under a name that says what is missing; on CI, where nothing
 * may be skipped, it fails.
 */
export function describeWith(wanted: readonly Tool[], name: string, suite: () => void): void {
  const absent = missing(wanted)
  if (absent && process.env['CI']) throw new Error(`${name}: not installed: ${absent}`)
  describe.skipIf(absent)(absent ? `${name} (not installed: ${absent})` : name, { retry: RETRIES[wanted.includes(java) ? 'java' : 'ours'] }, suite)
}

/** The same test on servers of either kind, Java's and ours; in the name `%s` says which. */
export function itOnEither(name: string, run: (kind: Kind) => Promise<void>): void {
  for (const kind of ['java', 'ours'] as const) it(name.replace('%s', kind), { retry: RETRIES[kind] }, () => run(kind))
}
