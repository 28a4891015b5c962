import { describe } from 'vitest'
import { missing, type Tool } from './oracle.ts'

/**
 * A suite that needs the oracle. Without it the suite is skipped under a name that says what is missing; on CI, where nothing
 * may be skipped, it fails.
 */
export function describeWith(wanted: readonly Tool[], name: string, suite: () => void): void {
  const absent = missing(wanted)
  if (absent && process.env['CI']) throw new Error(`${name}: not installed: ${absent}`)
  describe.skipIf(absent)(absent ? `${name} (not installed: ${absent})` : name, suite)
}
