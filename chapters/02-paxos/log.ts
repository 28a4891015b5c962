/** The scenes of chapter 02 about a log: two leaders, three places, and a change without the one that it rests on. */
import type { Ballot, Slot, Value } from '../../src/paxos/index.ts'
import { columns } from '../support/columns.ts'
import type { PaxosWorld } from '../support/paxos-world.ts'
import type { Link, Stage } from '../support/stage.ts'
import { staged, want } from './one-decree.ts'

/** What the theatre does; the second change rests on the first. */
export const BALCONY = ['/balcony', '/balcony/seat-1 Ben'] as const
export const STALLS = '/seat-2 Cleo'

/** The whole schedule, with so many decrees on their way at once. */
export function twoLeaders(stage: Stage, seed: bigint, window: number): PaxosWorld {
  const world = staged(stage, { seed, servers: 3, window })
  lead(world, 's3')
  want(stage, world, 's3', '/seat-1 Ada')
  world.exchange()
  isolate(stage, world)
  for (const value of BALCONY) want(stage, world, 's3', value)
  world.exchange()
  fail(stage, world, 's3', window === 1 ? 'again' : 'leader2')
  lead(world, 's2')
  want(stage, world, 's2', STALLS)
  world.exchange()
  fail(stage, world, 's2', window === 1 ? 'again' : 'leader3')
  stage.mend('fault', 'The network is whole again, and s3 is back with what it has on its disk.')
  world.mend()
  world.start('s3')
  stage.cut(linksTo('s2'), 'fault', 's2 is still without power.')
  lead(world, 's1')
  return world
}

/** The logs as they are on the disks, and what each state machine makes of them. */
export function tableOf(world: PaxosWorld): string[] {
  const slots = Math.max(...world.servers.flatMap(({ acceptor }) => [...acceptor.accepted.keys()]))
  const head = ['', ...Array.from({ length: slots }, (_, i) => `decree ${i + 1}`)]
  const rows = world.servers.map(({ name, acceptor }) => {
    const cell = (slot: Slot) => acceptedAs(acceptor.accepted.get(slot))
    return [name, ...Array.from({ length: slots }, (_, i) => cell(i + 1))]
  })
  return columns([head, ...rows])
}

/** Executes a log of creates as a tree does; tells which of them have no parent. */
export function executed(log: readonly Value[]): { readonly value: Value; readonly result: string }[] {
  const paths = new Set<string>([''])
  return log.map((value) => {
    const [path = ''] = value.split(' ')
    const parent = path.slice(0, path.lastIndexOf('/'))
    if (!path.startsWith('/')) return { value, result: 'nothing' }
    if (!paths.has(parent)) return { value, result: `IMPOSSIBLE: there is no ${parent}` }
    paths.add(path)
    return { value, result: 'created' }
  })
}

function acceptedAs(proposal: { readonly ballot: Ballot; readonly value: Value } | undefined): string {
  return proposal === undefined ? '·' : `${proposal.value} (${proposal.ballot.round}.${proposal.ballot.proposer})`
}

function lead(world: PaxosWorld, name: string): void {
  world.ask(name, { kind: 'lead' })
  world.exchange(({ message }) => message.kind === 'prepare')
  // A smaller ballot than what others have promised is refused: it asks again, above.
  world.exchange(({ message }) => message.kind === 'reject')
  if (world.server(name).proposer.stage === 'IDLE') world.ask(name, { kind: 'lead' })
  world.exchange()
}

function isolate(stage: Stage, world: PaxosWorld): void {
  const links = ['s1', 's2'].map((to) => ['s3', to] as const)
  world.cut(links)
  stage.cut(links, 'fault', 'A switch fails: nothing that s3 says is heard any more.')
}

function linksTo(name: string): Link[] {
  return ['s1', 's2', 's3'].filter((other) => other !== name).map((other) => [other, name])
}

function fail(stage: Stage, world: PaxosWorld, name: string, next: string): void {
  world.crash(name)
  const links = linksTo(name)
  world.cut(links)
  stage.cut(links, 'fault', `The power of ${name} fails.`)
  const leader = name === 's3' ? 's2' : 's1'
  if (next !== 'again') stage.say('heading', next, `MULTI-PAXOS: ${leader} leads`)
}
