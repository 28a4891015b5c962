/** A server that stands alone sells one seat, and the power fails. What was the app told, and what is there afterwards? */
import { Ensemble, ensembleOptions, type Operation, type Workload } from '../../src/hosts/simulation/index.ts'
import { type Millis, utf8 } from '../../src/kernel/index.ts'
import { createPeer, Peer } from '../../src/peer/index.ts'
import type { DiskOperation } from '../../src/storage/index.ts'
import { CreateMode } from '../../src/wire/index.ts'

const SERVER = 's1'
const APP = 'app'
const SEAT = '/seat-1'
/** Enough for everything that a server does by itself. */
const A_WHILE: Millis = 200
const PATIENCE: Millis = 60_000

export interface Sale {
  /** What the server asked of its disk for the sale, in order. */
  readonly operations: readonly DiskOperation[]
  readonly told: boolean
  /** Whether the seat is sold after the restart. */
  readonly kept: boolean
}

/**
 * Plays it.
 * @param forceSync whether the server makes its log durable
 * @param cut when the power fails: after so many disk operations of the sale, or as soon as the app is told
 */
export function oneSale(seed: bigint, forceSync: boolean, cut: number | 'told'): Sale {
  const ensemble = new Ensemble(ensembleOptions(seed, { servers: 1, clients: 0, settings: { forceSync } }), createPeer)
  const { world, history } = ensemble
  const till = new Till()
  world.start(SERVER)
  world.runWhile(() => !ensemble.isWhole(), PATIENCE)
  ensemble.addClient(APP, till, undefined, 1)
  world.runWhile(() => history.sessions.size === 0, PATIENCE)
  world.runUntil(world.now + A_WHILE)
  const operations: DiskOperation[] = []
  world.onStep = ({ host, effects }) => {
    if (host === SERVER) for (const effect of effects) if (effect.kind === 'disk') operations.push(effect.operation)
  }
  till.sell()
  world.tell(APP, { kind: 'timeout', timer: 'think' })
  if (cut !== 'told') world.crashAtDisk(SERVER, cut, 'power', () => {})
  world.runWhile(() => till.outcome === null && world.isUp(SERVER), PATIENCE)
  const asked = [...operations]
  world.crash(SERVER, 'power')
  const told = till.outcome === 'ok'
  world.runUntil(world.now + A_WHILE)
  world.start(SERVER)
  world.runWhile(() => !ensemble.isWhole(), PATIENCE)
  const { server } = ensemble.members[0] ?? {}
  return { operations: asked, told, kept: server instanceof Peer && server.database.tree.getNode(SEAT) !== undefined }
}

/** Asks for one sale, once, when it is told to. */
class Till implements Workload {
  outcome: Operation['outcome'] | null = null
  private request: Operation['request'] | null = null

  sell(): void {
    this.request = { kind: 'create', path: SEAT, data: utf8('Ada'), mode: CreateMode.PERSISTENT }
  }

  next(): { request: Operation['request']; after: Millis } | null {
    const { request } = this
    this.request = null
    return request === null ? null : { request, after: 0 }
  }

  ended({ outcome }: Operation): void {
    this.outcome = outcome
  }
}
