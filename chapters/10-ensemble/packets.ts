/** Counts what servers say to each other about one write. */
import { Conversation, Ensemble, ensembleOptions, type Operation, type Workload } from '../../src/hosts/simulation/index.ts'
import { utf8 } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { CreateMode } from '../../src/wire/index.ts'

/** The packets of a write, in the order in which they are sent. */
export const PACKETS = ['REQUEST', 'PROPOSAL', 'ACK', 'COMMIT', 'INFORM'] as const
type PacketName = (typeof PACKETS)[number]

export interface Setting {
  readonly seed: bigint
  readonly voters: number
  readonly observers: number
}

/** To whom the client is connected that writes. */
export type Via = 'leader' | 'follower'

export interface PacketCount {
  readonly total: number
  readonly byName: Readonly<Record<PacketName, number>>
}

/** Runs an ensemble, lets one client after the other write once, and counts for each until every server has applied it. */
export function packetsOfAWrite({ seed, voters, observers }: Setting): Readonly<Record<Via, PacketCount>> {
  const ensemble = new Ensemble(ensembleOptions(seed, { servers: voters, observers, clients: 0 }), createPeer)
  const { world, members } = ensemble
  const conversation = new Conversation()
  let heard: string[] = []
  world.onStep = (step) => {
    for (const { name } of conversation.hear(step)) heard.push(name)
  }
  for (const { name } of members) world.start(name)
  world.runWhile(() => !ensemble.isWhole(), 60_000)
  const leader = ensemble.leader()?.name
  const countFor = (via: Via): PacketCount => {
    const server = members.find(({ name }) => (name === leader) === (via === 'leader'))
    const write = new OneWrite(`/seat-${via}`)
    ensemble.addClient(`app-${via}`, write, server ? [server.address] : [])
    world.runUntil(world.now + 500)
    heard = []
    write.allowed = true
    world.runWhile(() => !write.done, 60_000)
    world.runUntil(world.now + 500)
    const byName = Object.fromEntries(PACKETS.map((packet) => [packet, heard.filter((name) => name === packet).length]))
    return { total: heard.filter((name) => name in byName).length, byName: byName as Record<PacketName, number> }
  }
  return { leader: countFor('leader'), follower: countFor('follower') }
}

/** Opens a session, and writes when it is allowed to. */
class OneWrite implements Workload {
  allowed = false
  done = false
  private asked = false
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  next(): { request: Operation['request']; after: number } | null {
    if (!this.allowed || this.asked) return null
    this.asked = true
    return { request: { kind: 'create', path: this.path, data: utf8('Ada'), mode: CreateMode.PERSISTENT }, after: 0 }
  }

  ended(): void {
    this.done = true
  }
}
