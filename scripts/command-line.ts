/** What the workshop's commands have in common: options that are checked, and a clear word when one makes no sense or a file cannot be had. */
import type { Command } from 'commander'
import type { z } from 'zod'

/** The options that were given, as the schema wants them. Ends the process with a line for each that makes no sense. */
export function checkedOptions<T>(command: Command, schema: z.ZodType<T>): T {
  const given = command.opts()
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => {
    const [option] = issue.path
    const name = String(option).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    return `error: --${name} ${given[String(option)]}: ${wanted(issue)}`
  })
  return command.error(faults.join('\n'))
}

/** Runs a command's work. A file that cannot be read or written ends it with a sentence instead of a stack. */
export function withFiles(work: () => void): void {
  try {
    work()
  } catch (error) {
    const { path, message } = error as NodeJS.ErrnoException
    if (path === undefined) throw error
    console.error(`error: ${message}: name another file`)
    process.exitCode = 1
  }
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a ${issue.expected === 'bigint' || issue.expected === 'int' ? 'whole number' : issue.expected} is wanted`
    case 'invalid_value':
      return `one of ${issue.values.join(', ')} is wanted`
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum} is wanted`
    case 'too_big':
      return `at most ${issue.maximum} is wanted`
    default:
      return issue.message
  }
}
