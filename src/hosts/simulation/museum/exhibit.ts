/** What hangs in the museum: servers with one rule broken each. */
import { Prng } from '../../../kernel/index.ts'
import { createPeer, type Peer, type PeerSettings } from '../../../peer/index.ts'
import type { CreateServer, EnsembleOptions } from '../ensemble.ts'
import { FAULT_KINDS, type FaultKind } from '../fault.ts'
import { variedOptions } from '../vary.ts'
import { QUIET } from '../world-options.ts'
import { plant, type RoleBugs } from './role-bug.ts'

/** The real server with one rule broken. */
export interface Exhibit {
  /** Short and stable, in kebab case. */
  readonly name: string
  /** What the server does wrong, in one line. */
  readonly story: string
  /** Where it happened to ZooKeeper; null: nowhere known, or by a slip that everybody makes once. */
  readonly ticket: string | null
  /** Who may catch it: the names of checkers. */
  readonly checkers: readonly string[]
  /** The kinds of faults that it may take; all, when nothing is said. */
  readonly faults?: readonly FaultKind[]
  /** What does not vary with the seed in the worlds in which it is hunted. */
  readonly world?: Partial<Omit<EnsembleOptions, 'seed'>>
  /** Breaks the rule by the settings of the server, … */
  readonly settings?: Partial<PeerSettings>
  /** … where Zab's machines meet their surroundings, … */
  readonly bugs?: RoleBugs
  /** … or by an operation on the finished server. */
  readonly operate?: (peer: Peer) => void
}

/** Faults that lose what is not durable. */
export const POWER_CUTS: readonly FaultKind[] = ['blackout', 'blackout', 'crash', 'crash', 'crashAtDisk', 'slowDisk', 'slowDisk']
/** Faults that end a leadership, or a synchronisation in its middle. */
export const LEADERS_LOST: readonly FaultKind[] = ['crash', 'crashAtDisk', 'partition', 'break', 'pause']
/** A minute in which servers come and go and every sync takes long: an epoch often begins with a server that lags behind, and gets a DIFF. */
export const COMING_AND_GOING = {
  servers: 3,
  observers: 0,
  duration: 60_000,
  sessionTimeout: 6000,
  disk: { ...QUIET.disk, syncMax: 400 },
  settings: { snapCount: 100_000, commitLogCount: 100 },
  faults: { kinds: ['crash'], interval: 2000 },
} satisfies Exhibit['world']
/** Faults that make one server lag behind the others, and clients move. */
export const LAGGING: readonly FaultKind[] = ['clog', 'slowLink', 'partition', 'slowDisk', 'break']

/** A maker of servers with this bug. */
export function withBug({ settings, bugs, operate }: Exhibit): CreateServer {
  return (usual) => {
    const peer = createPeer({ ...usual, ...settings })
    if (bugs !== undefined) plant(peer, bugs)
    operate?.(peer)
    return peer
  }
}

/**
 * The world in which an exhibit is hunted: 20 seconds of load in which a few kinds of faults, drawn by the seed, come thick and
 * fast. Few kinds per seed find more than all at once, since one kind can hide what another would have shown (swarm testing,
 * ISSTA 2012). In some of these worlds a sync takes long, or a session is over soon: what is short elsewhere, such as the time in
 * which something is acknowledged and not durable, is long enough there to be hit.
 */
export function huntingGround({ faults = FAULT_KINDS, world: stated }: Exhibit, seed: bigint): EnsembleOptions {
  const random = new Prng(seed ^ 0xa_3a5e_0b5en)
  const kinds = Array.from({ length: 1 + random.below(4) }, () => random.pick(faults))
  const interval = random.pick([400, 1000, 2000])
  const [servers, observers] = [random.pick([3, 3, 5]), random.pick([0, 0, 1])]
  const pace = { thinkMax: random.pick([0, 10, 50]), restMax: random.pick([200, 1000]) }
  const world = variedOptions(seed, { servers, observers, pace, duration: 20_000, faults: { kinds, interval } })
  const { disk } = world
  return { ...world, ...random.pick([{}, { disk: { ...disk, syncMax: 300 } }, { sessionTimeout: 1000 }]), ...stated }
}
