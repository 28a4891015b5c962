/** What hangs in the museum: servers with one rule broken each. */
import { Prng } from '../../../kernel/index.ts'
import { createPeer, type Peer, type PeerSettings } from '../../../peer/index.ts'
import type { CreateServer, EnsembleOptions } from '../ensemble.ts'
import { FAULT_KINDS } from '../fault.ts'
import { variedOptions } from '../vary.ts'

export interface Exhibit {
  /** Short and stable, in kebab case. */
  readonly name: string
  /** What the server does wrong, in one line. */
  readonly story: string
  /** Where it happened to ZooKeeper; null: nowhere known, or by a slip that everybody makes once. */
  readonly ticket: string | null
  /** Who may catch it: the names of checkers. */
  readonly checkers: readonly string[]
  /** Breaks the rule by the settings of the server … */
  readonly settings?: Partial<PeerSettings>
  /** … or by an operation on the finished server. */
  readonly operate?: (peer: Peer) => void
}

/** A maker of servers with this bug. */
export function withBug({ settings, operate }: Exhibit): CreateServer {
  return (usual) => {
    const peer = createPeer({ ...usual, ...settings })
    operate?.(peer)
    return peer
  }
}

/**
 * The world in which all exhibits are hunted: 20 seconds in which a few kinds of faults, drawn by the seed, come thick and fast.
 * Few kinds per seed find more than all at once, since one kind can hide what another would have shown (swarm testing, ISSTA 2012).
 */
export function huntingGround(seed: bigint): EnsembleOptions {
  const random = new Prng(seed ^ 0xa_3a5e_0b5en)
  const kinds = Array.from({ length: 1 + random.below(4) }, () => random.pick(FAULT_KINDS))
  const interval = random.pick([400, 1000, 2000])
  const [servers, observers] = [random.pick([3, 3, 5]), random.pick([0, 0, 1])]
  return variedOptions(seed, { servers, observers, duration: 20_000, faults: { kinds, interval } })
}
