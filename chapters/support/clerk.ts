/** The application, as a client of an ensemble. */
import type { Operation, Workload } from '../../src/hosts/simulation/index.ts'

/** Asks what it is told to, and never asks twice. */
export class Clerk implements Workload {
  /** Requests without an answer. */
  waiting = 0
  private readonly list: Operation['request'][] = []

  ask(request: Operation['request']): void {
    this.list.push(request)
    this.waiting++
  }

  next(): { request: Operation['request']; after: number } | null {
    const request = this.list.shift()
    return request === undefined ? null : { request, after: 0 }
  }

  ended(): void {
    this.waiting--
  }
}
