import { appendFileSync, writeSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'

/** How many tests ended in which way. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Closes a run with one plain line, the very last one: `12 passed, 0 failed`, and `, 3 skipped` when some were. What failed
 * outside of any test (a file that does not load, an unhandled rejection, an interrupted run) counts as one failure each.
 * When `ZK_TOTALS` names a file, the line is also appended to it, so that a script can add up several runs; when `ZK_FAILURES`
 * names one, what failed is appended to that, a line each.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[], reason: TestRunEndReason): void {
    const line = closingLine(totalsOf(modules, unhandledErrors.length, reason))
    const file = process.env['ZK_TOTALS']
    if (file) appendFileSync(file, `${line}\n`)
    const failures = process.env['ZK_FAILURES']
    if (failures) for (const failure of failuresOf(modules, unhandledErrors)) appendFileSync(failures, `${failure}\n`)
    // Other reporters still write after this call; nothing writes after `exit`.
    process.once('exit', () => writeSync(1, `${line}\n`))
  }
}

/** The closing line of some totals. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function totalsOf(modules: readonly TestModule[], unhandledErrors: number, reason: TestRunEndReason): Totals {
  const count = { passed: 0, failed: unhandledErrors, skipped: 0, pending: 0 }
  for (const module of modules) {
    let failedTests = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      count[state]++
      if (state === 'failed') failedTests++
    }
    if (!module.ok() && failedTests === 0) count.failed++
  }
  if (reason !== 'passed' && count.failed === 0) count.failed = 1
  return count
}

/** Each failed test, each file that did not load, and each error outside of both: where it was, and the first line of what it said. */
function* failuresOf(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Generator<string> {
  const said = (errors: readonly SerializedError[]) => errors[0]?.message.split('\n')[0] ?? 'no message'
  for (const module of modules) {
    for (const error of module.errors()) yield `${module.relativeModuleId}: ${said([error])}`
    for (const test of module.children.allTests('failed')) yield `${module.relativeModuleId} > ${test.fullName}: ${said(test.result().errors ?? [])}`
  }
  for (const error of unhandledErrors) yield `outside of the tests: ${said([error])}`
}
