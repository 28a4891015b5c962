/** Draws what goes wrong from the seed, and lets it go wrong. */
import type { Millis, Prng } from '../../kernel/index.ts'
import type { Outage } from './disk.ts'
import type { Ensemble, Member } from './ensemble.ts'
import type { Fault, FaultKind, Victim } from './fault.ts'

const LEADER = 'leader'

/** Draws the faults of a run, in the order of time. The first comes after the first election has had time to end. */
export function drawFaults({ options, members, faultRandom: random }: Ensemble): Fault[] {
  const { kinds, interval } = options.faults
  const faults: Fault[] = []
  if (kinds.length === 0) return faults
  const names = members.map(({ name }) => name)
  const others = [...names, ...Array.from({ length: options.clients }, (_, i) => `c${i + 1}`)]
  for (let at = 1000 + random.below(3000); at < options.duration; at += 1 + Math.floor(2 * interval * random.float())) {
    faults.push(draw(random.pick(kinds), at, names, others, random))
  }
  return faults
}

/** Plans that the faults begin and end in the ensemble's world. */
export function planFaults(ensemble: Ensemble, faults: readonly Fault[]): void {
  const { world } = ensemble
  for (const fault of faults) {
    world.plan(fault.at, () => {
      const undo = begin(ensemble, fault)
      if (undo !== null) world.plan(fault.at + fault.lasts, undo)
    })
  }
}

/** How long an administrator takes to see that a server has gone. */
const NOTICED_AFTER: Millis = 1000

/** Ends everything that is wrong: ways free, disks well, processes running. */
export function heal(ensemble: Ensemble): void {
  const { world, members } = ensemble
  // A process of before may have the failure still in its inbox, or be on its slow way to the damage. Those of afterwards may not end.
  const ofBefore = new Set(members.map(({ name }) => name).filter((name) => world.isUp(name)))
  world.onEnding = ({ host }) => {
    if (ofBefore.delete(host)) world.plan(world.now + NOTICED_AFTER, () => startRepaired(ensemble, host))
  }
  world.network.heal()
  for (const { name } of members) {
    const disk = world.diskOf(name)
    disk.slowness = 1
    disk.full = false
    disk.failNext = false
    world.cancelCrash(name)
    world.resume(name)
    startRepaired(ensemble, name)
  }
}

/** A server that refuses what it finds on its disk waits for its administrator, who cuts off what nobody has written. */
function startRepaired({ world }: Ensemble, server: string): void {
  if (!world.isUp(server)) world.diskOf(server).repairTail()
  world.start(server)
}

function draw(kind: FaultKind, at: Millis, names: readonly string[], others: readonly string[], random: Prng): Fault {
  const victim = () => (random.below(3) === 0 ? LEADER : random.pick(names))
  const lasts = 100 + random.below(random.below(4) === 0 ? 15_000 : 3000)
  const outage: Outage = random.below(2) === 0 ? 'kill' : 'power'
  const span = { at, lasts }
  switch (kind) {
    case 'crash':
      return { kind, ...span, server: victim(), outage }
    case 'crashAtDisk':
      return { kind, ...span, server: victim(), operations: 1 + random.below(40), outage }
    case 'blackout':
      return { kind, at, lasts: 100 + random.below(2000), outage }
    case 'partition': {
      const count = 1 + random.below(Math.max(1, Math.floor(names.length / 2)))
      const servers = [victim(), ...Array.from({ length: count - 1 }, () => random.pick(names))]
      return {
        kind,
        ...span,
        servers,
        direction: random.pick(['both', 'both', 'in', 'out']),
        clients: random.below(3) === 0,
        breaks: random.below(2) === 0,
      }
    }
    case 'break':
      return { kind, at, lasts: 0, server: victim(), other: random.pick(others) }
    case 'clog':
      return { kind, ...span, server: victim(), other: random.pick(others) }
    case 'slowLink':
      return { kind, ...span, server: victim(), other: random.pick(others), factor: 2 + random.below(100) }
    case 'slowDisk':
      return { kind, ...span, server: victim(), factor: 2 + random.below(100) }
    case 'diskError':
    case 'diskFull':
    case 'pause':
      return { kind, ...span, server: victim() }
    case 'corruptTail':
      return { kind, ...span, server: victim(), remains: random.pick(['torn', 'garbage']) }
    case 'stepWall':
      return { kind, ...span, server: victim(), by: random.below(7_200_000) - 3_600_000 }
  }
}

/** Lets a fault begin. Returns how to end it, null when there is nothing to end. */
function begin(ensemble: Ensemble, fault: Fault): (() => void) | null {
  const { world } = ensemble
  const server = 'server' in fault ? resolve(ensemble, fault.server) : ''
  switch (fault.kind) {
    case 'crash':
      world.crash(server, fault.outage)
      return () => world.start(server)
    case 'crashAtDisk':
      world.crashAtDisk(server, fault.operations, fault.outage, () => world.plan(world.now + fault.lasts, () => world.start(server)))
      return null
    case 'blackout': {
      const up = ensemble.members.filter(({ name }) => world.isUp(name))
      for (const { name } of up) world.crash(name, fault.outage)
      return () => {
        for (const { name } of up) world.start(name)
      }
    }
    case 'partition':
      return partition(ensemble, fault)
    case 'break':
      world.network.breakConnections(server, fault.other)
      return null
    case 'clog':
      world.network.clog(fault.other, server, world.now + fault.lasts)
      return null
    case 'slowLink':
      world.network.slow(server, fault.other, fault.factor)
      return () => world.network.slow(server, fault.other, 1)
    case 'slowDisk':
      world.diskOf(server).slowness = fault.factor
      return () => (world.diskOf(server).slowness = 1)
    case 'diskError':
      world.diskOf(server).failNext = true
      return () => {
        world.diskOf(server).failNext = false
        world.start(server)
      }
    case 'diskFull':
      world.diskOf(server).full = true
      return () => {
        world.diskOf(server).full = false
        world.start(server)
      }
    case 'corruptTail':
      world.crash(server, 'power')
      world.diskOf(server).corruptTail(fault.remains)
      world.plan(world.now + fault.lasts / 2, () => world.start(server))
      return () => startRepaired(ensemble, server)
    case 'pause':
      world.pause(server)
      return () => world.resume(server)
    case 'stepWall':
      world.clockOf(server).stepWall(fault.by)
      return null
  }
}

function partition(ensemble: Ensemble, { servers, direction, clients, breaks }: Extract<Fault, { kind: 'partition' }>): () => void {
  const { network } = ensemble.world
  const inside = new Set(servers.map((victim) => resolve(ensemble, victim)))
  const outside = ensemble.members.map(({ name }) => name).filter((name) => !inside.has(name))
  if (clients) outside.push(...ensemble.load.map(({ name }) => name))
  const ways: [string, string][] = []
  for (const a of inside) {
    for (const b of outside) {
      if (direction !== 'out') ways.push([b, a])
      if (direction !== 'in') ways.push([a, b])
      if (breaks) network.breakConnections(a, b)
    }
  }
  for (const [from, to] of ways) network.block(from, to)
  return () => {
    for (const [from, to] of ways) network.unblock(from, to)
  }
}

/** The victim's name; without a leader the first server has to do. */
function resolve(ensemble: Ensemble, victim: Victim): string {
  if (victim !== LEADER) return victim
  const { name } = ensemble.leader() ?? (ensemble.members[0] as Member)
  return name
}
