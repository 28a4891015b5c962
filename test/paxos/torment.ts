/** Everything that may go wrong, drawn from a seed: letters late, doubled and lost, slow disks, crashes, and impatient proposers. */
import { PaxosWorld, type PaxosWorldOptions } from '../../chapters/support/paxos-world.ts'
import type { Prng } from '../../src/kernel/index.ts'
import type { Slot, Value } from '../../src/paxos/index.ts'

const VALUES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']

/** A world in which all this has happened, `turns` times something. */
export function tormented(options: PaxosWorldOptions, turns: number): PaxosWorld {
  const world = new PaxosWorld({ slowDisks: true, ...options })
  const { random } = world
  for (let turn = 0; turn < turns; turn++) disturb(world, random)
  return world
}

/** The decrees as which more than one value was chosen. */
export function contested(world: PaxosWorld): [Slot, Value[]][] {
  const slots = Array.from({ length: 40 }, (_, i) => i + 1)
  return slots.map((slot): [Slot, Value[]] => [slot, [...world.chosen(slot)]]).filter(([, values]) => values.length > 1)
}

/** No more faults: servers come up, disks are quick, letters arrive, and whoever is impatient tries again, one at a time. */
export function heal(world: PaxosWorld): void {
  for (const { name, isUp } of world.servers) if (!isUp) world.start(name)
  for (let round = 0; round < 20; round++) {
    settle(world)
    const impatient = world.servers.find(({ isImpatient }) => isImpatient)
    if (impatient === undefined) return
    world.ask(impatient.name, { kind: 'timeout', timer: 'retry' })
  }
}

/** Lets everything arrive and be written. */
export function settle(world: PaxosWorld): void {
  const isDirty = () =>
    world.servers.some(({ logs }) => logs.acceptor.durable < logs.acceptor.records.length || logs.proposer.durable < logs.proposer.records.length)
  while (world.letters.length > 0 || isDirty()) {
    world.exchange()
    for (const server of world.servers) for (const role of ['acceptor', 'proposer'] as const) world.flush(server, role)
  }
}

function disturb(world: PaxosWorld, random: Prng): void {
  const server = random.pick(world.servers)
  const letter = world.letters.length > 0 ? random.pick(world.letters) : null
  const chance = random.below(100)
  if (chance < 50 && letter !== null) world.deliver(letter)
  else if (chance < 55 && letter !== null) world.read(letter)
  else if (chance < 58 && letter !== null) world.lose((one) => one === letter)
  else if (chance < 80 && server.isUp) for (const role of ['acceptor', 'proposer'] as const) world.flush(server, role)
  else if (chance < 86 && server.isUp && server.isImpatient) world.ask(server.name, { kind: 'timeout', timer: 'retry' })
  else if (chance < 92 && server.isUp) propose(world, server.name, random)
  else if (chance < 95 && server.isUp) world.crash(server.name)
  else if (!server.isUp) world.start(server.name)
}

function propose(world: PaxosWorld, name: string, random: Prng): void {
  const isLeader = 'queue' in world.server(name).proposer
  if (isLeader && random.below(2) === 0) world.ask(name, { kind: 'lead' })
  else world.ask(name, { kind: 'propose', value: random.pick(VALUES) })
}
