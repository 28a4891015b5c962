/**
 * A rule of Zab, broken where a role's machine meets its surroundings: between the events that it is told and the effects that it
 * wants. Such a bug needs nothing but the machine, so it can be planted in a whole server and in the explorer's small one alike.
 * It remembers nothing outside of the machine.
 */
import type { Peer } from '../../../peer/index.ts'
import { Afterwards, onRole, type Passing, rewriteEffects, rewriteEvents } from './surgery.ts'

/** A machine laid open: a `LeaderState` or a `LearnerState`. */
export type OpenMachine = Record<string, unknown>

export interface RoleBug {
  /** Changes a machine that has just been made. */
  readonly begin?: (machine: OpenMachine) => void
  /** What the machine is told instead of this event. */
  readonly events?: (machine: OpenMachine, event: Passing) => readonly Passing[]
  /** What is done instead of what the machine wants to be done after one step. */
  readonly effects?: (machine: OpenMachine, effects: readonly Passing[]) => readonly Passing[]
}

/** What is wrong with leaders, and with learners. */
export interface RoleBugs {
  readonly leader?: RoleBug
  readonly learner?: RoleBug
}

/** An effect that only bugs have: the machine is told this when it has come to rest. */
export function tell(event: Passing): Passing {
  return { kind: 'tell', event }
}

/** Plants a bug in the roles that a server will have. */
export function plant(peer: Peer, bugs: RoleBugs): void {
  const afterwards = new Afterwards(peer)
  for (const mode of ['leader', 'learner'] as const) {
    const { begin, events, effects } = bugs[mode] ?? {}
    if (bugs[mode] === undefined) continue
    onRole(peer, mode, (role) => {
      begin?.(role.machine)
      if (events !== undefined) rewriteEvents(role, (event) => events(role.machine, event))
      if (effects === undefined) return
      rewriteEffects(role, (wanted) => {
        const done = effects(role.machine, wanted)
        for (const { event } of done) if (event !== undefined) afterwards.do((now) => role.step(event, now))
        return done.filter(({ event }) => event === undefined)
      })
    })
  }
}
