/**
 * How a rule of a server is broken from outside, without a word of it in the server. A server is objects that call each other's
 * methods and hand over effects and events, so three cuts suffice: replace a method of one instance, rewrite the effects that a
 * role's machine wants carried out, rewrite the events that it is given. Methods are named as they are in the source, private
 * ones too; one that is not there any more stops the museum, loudly.
 */
import { assert, type Epoch, type Now, type Zxid } from '../../../kernel/index.ts'
import type { Peer } from '../../../peer/index.ts'
import type { QuorumPacket } from '../../../wire/index.ts'

/** A transaction as it is logged and sent. */
export interface EncodedTxn {
  readonly zxid: Zxid
  readonly bytes: Uint8Array
}

/** An event or an effect of a leader or a learner, with the fields that exhibits look at. */
export interface Passing {
  readonly kind: string
  readonly packet?: QuorumPacket
  readonly connection?: number
  readonly connections?: readonly number[]
  readonly txn?: EncodedTxn
  readonly zxid?: Zxid
  readonly upTo?: Zxid
  readonly file?: string
  readonly epoch?: Epoch
  readonly acceptedEpoch?: Epoch
  readonly timer?: string
  readonly logged?: readonly EncodedTxn[]
  readonly reload?: boolean
  readonly reason?: string
  readonly event?: Passing
}

/** A role laid open: `Leading` or `Following`. */
export interface OpenRole {
  readonly mode: string
  readonly machine: Record<string, unknown>
  readonly over: boolean
  readonly pipeline: { readonly pipeline: OpenPipeline } | null
  readonly sessions: { readonly tracker: object } | null
  step(event: Passing, now: Now): void
  carryOut(effect: Passing, now: Now): void
}

/** A pipeline laid open; only servers that prepare transactions have `prep`. */
export interface OpenPipeline {
  readonly committer: { readonly next: object }
  readonly prep?: { readonly changes: object }
}

/** Puts another method in the place of one of `target`; `make` gets the original, bound. */
export function replaceMethod<Args extends readonly unknown[], Result>(
  target: object,
  name: string,
  make: (original: (...args: Args) => Result) => (...args: Args) => Result,
): void {
  const methods = target as Record<string, ((...args: Args) => Result) | undefined>
  const original = methods[name]
  assert(original !== undefined, `${target.constructor.name} has no method ${name}`)
  methods[name] = make(original.bind(target))
}

/** Shows every new role of a server to `operate`, before it begins; several may look, one after the other. */
export function onRole(peer: Peer, mode: 'leader' | 'learner', operate: (role: OpenRole) => void): void {
  let role = peer.role
  const earlier = Object.getOwnPropertyDescriptor(peer, 'role')?.set
  Object.defineProperty(peer, 'role', {
    get: () => role,
    set(next: Peer['role']) {
      earlier?.(next)
      role = next
      if (next === null || next.mode === 'standalone') return
      if ((next.mode === 'leader') === (mode === 'leader')) operate(next as unknown as OpenRole)
    },
  })
}

/** Shows a role to `operate` once its pipeline is there. */
export function onServing(peer: Peer, mode: 'leader' | 'learner', operate: (role: OpenRole & { readonly pipeline: object }) => void): void {
  onRole(peer, mode, (role) => {
    replaceMethod<[Epoch, Now], void>(role, 'serve', (original) => (epoch, now) => {
      original(epoch, now)
      if (role.pipeline !== null) operate(role as OpenRole & { readonly pipeline: object })
    })
  })
}

/** Whatever the machine of a role is told, `rewrite` tells it instead. */
export function rewriteEvents(role: OpenRole, rewrite: (event: Passing, now: Now) => readonly Passing[]): void {
  replaceMethod<[Passing, Now], void>(role, 'step', (original) => (event, now) => {
    for (const other of rewrite(event, now)) original(other, now)
  })
}

/** Whatever the machine of a role wants done in one step, what `rewrite` makes of it is done instead. */
export function rewriteEffects(role: OpenRole, rewrite: (effects: readonly Passing[], now: Now) => readonly Passing[]): void {
  let collected: Passing[] | null = null
  let carryOut: OpenRole['carryOut'] = () => {}
  replaceMethod<[Passing, Now], void>(role, 'carryOut', (original) => {
    carryOut = original
    return (effect, now) => {
      if (collected === null) original(effect, now)
      else collected.push(effect)
    }
  })
  replaceMethod<[Passing, Now], void>(role, 'step', (original) => (event, now) => {
    const effects: Passing[] = []
    collected = effects
    original(event, now)
    collected = null
    for (const effect of rewrite(effects, now)) {
      if (role.over) return
      carryOut(effect, now)
    }
  })
}

/** Does something at the end of the present turn, when the machine that is at work now has come to rest. */
export class Afterwards {
  private readonly actions: ((now: Now) => void)[] = []

  constructor(peer: Peer) {
    replaceMethod<[Now], void>(peer, 'onTurn', (original) => (now) => {
      for (const action of this.actions.splice(0)) action(now)
      original(now)
    })
  }

  do(action: (now: Now) => void): void {
    this.actions.push(action)
  }
}
