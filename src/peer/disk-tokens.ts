import type { DiskEffect } from '../storage/index.ts'

/** The machines that use the disk. The low digit of a token says whose it is. */
const TASKS = { log: 1, recovery: 2, snapshot: 3, truncate: 4, epoch: 5, range: 6 } as const
export type Task = keyof typeof TASKS
const TASK_NAMES: readonly (Task | undefined)[] = [undefined, 'log', 'recovery', 'snapshot', 'truncate', 'epoch', 'range']
const RADIX = 10

/** Each machine that uses the disk numbers its questions from 1 up; here they get numbers that differ, so that each answer finds its way back. */
export class DiskTokens {
  /** Per task, the last number given out and the one before the first of the present machine. */
  private readonly tasks = Object.fromEntries(Object.keys(TASKS).map((task) => [task, { base: 0, last: 0 }])) as Record<
    Task,
    { base: number; last: number }
  >

  /** A machine's question under its number outside; 0 stays 0, which wants no answer. */
  outward(task: Task, { token, operation }: DiskEffect): DiskEffect {
    if (token === 0) return { kind: 'disk', token, operation }
    const numbers = this.tasks[task]
    numbers.last = Math.max(numbers.last, numbers.base + token)
    return { kind: 'disk', token: (numbers.base + token) * RADIX + TASKS[task], operation }
  }

  /** Whose question an answer belongs to, and its number there. */
  inward(token: number): { readonly task: Task | undefined; readonly local: number } {
    const task = TASK_NAMES[token % RADIX]
    return { task, local: Math.floor(token / RADIX) - (task === undefined ? 0 : this.tasks[task].base) }
  }

  /** A new machine counts from 1 again: what is still answered to its predecessor must not be taken for its own. */
  renumber(task: Task): void {
    this.tasks[task].base = this.tasks[task].last
  }
}
