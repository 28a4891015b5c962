/** No machine threw: an assumption of our own that breaks is a finding, whatever else went well. */
import { type Checker, type FinishedRun, holds, type Verdict, violated } from './verdict.ts'

export class NoCrash implements Checker {
  readonly name = 'no-crash'

  judge({ endings }: FinishedRun): Verdict {
    const thrown = endings.filter((ending) => ending.thrown)
    if (thrown.length === 0) return holds(this.name, 'No machine broke an assumption of its own.')
    return violated(
      this.name,
      `${thrown[0]?.host} threw: ${thrown[0]?.message.split('\n')[0]}.`,
      thrown.map(({ at, host, message }) => `${host} at ${at.toFixed(1)} ms: ${message}`),
    )
  }
}
