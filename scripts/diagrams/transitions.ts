/**
 * State diagrams, taken from the code as it runs. No table says which state follows which: functions assign new values to a field.
 * So the field is watched, and an arrow bears the name of the function that was seen to take the step.
 */

/** What a field was seen to do, in all objects that have it. */
export class Transitions {
  /** For each step, the functions that took it. */
  private readonly seen = new Map<string, Set<string>>()

  readonly states = new Set<string>()
  /** The functions that were seen to assign to the field. */
  readonly assigners = new Set<string>()

  /**
   * Watches fields of objects from now on.
   * @param stateOf the state that the fields together make; null while they are being changed
   */
  watch(stateOf: () => string | null, ...fields: readonly (readonly [owner: object, field: string])[]): void {
    let state = stateOf()
    if (state !== null) this.add('[*]', state, '')
    for (const [owner, field] of fields) {
      let value: unknown = Reflect.get(owner, field)
      const set = (next: unknown): void => {
        value = next
        const by = callerOf(set)
        this.assigners.add(by)
        const to = stateOf()
        if (to === null || to === state) return
        if (state !== null) this.add(state, to, by)
        state = to
      }
      Object.defineProperty(owner, field, { get: () => value, set, enumerable: true, configurable: true })
    }
  }

  /** The same for a field whose values are the states. */
  watchField<Field extends string>(owner: Readonly<Record<Field, string>>, field: Field): void {
    this.watch(() => owner[field], [owner, field])
  }

  /** The states and the steps between them, in the order in which they were first seen, as the inside of a Mermaid state diagram. */
  draw(): string[] {
    const states = [...this.states].map((state) => `state "${state}" as ${idOf(state)}`)
    const steps = [...this.seen].map(([step, by]) => {
      const [from = '', to = ''] = step.split(' > ')
      const label = [...by].join(', ')
      return `${idOf(from)} --> ${idOf(to)}${label === '' ? '' : ` : ${label}`}`
    })
    return [...states, ...steps]
  }

  private add(from: string, to: string, by: string): void {
    this.states.add(to)
    const step = `${from} > ${to}`
    this.seen.set(step, (this.seen.get(step) ?? new Set()).add(by))
  }
}

/** The name of the function, without its class, that has called this one. */
function callerOf(callee: (next: unknown) => void): string {
  const at: { stack?: string } = {}
  Error.captureStackTrace(at, callee)
  return /^ +at (?:new )?(?:[\w$]+\.)*([\w$]+)/m.exec(at.stack ?? '')?.[1] ?? ''
}

function idOf(state: string): string {
  return state === '[*]' ? state : state.replace(/\W+/g, '_')
}
